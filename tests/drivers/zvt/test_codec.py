"""The tables of messages: vectors both ways, round trips, hostile bytes, nothing lost."""

from __future__ import annotations

import random
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.zvt.codec import decode, encode
from drivers.zvt.fields import LENGTHS, DecodeError
from drivers.zvt.framing import Deframer, frame
from drivers.zvt.messages import (
    REGISTRY,
    Authorization,
    Completion,
    IntermediateStatus,
    Message,
    Negative,
    Registration,
    StatusInformation,
)
from tests.drivers.zvt.strategies import any_message, controls, messages, near_zvt
from tests.drivers.zvt.vectors import VECTORS


def apdu(text: str) -> tuple[int, bytes]:
    """Control field and data of hex digits."""
    (found,) = Deframer().feed(bytes.fromhex(text))
    return found


@pytest.mark.parametrize(("origin", "data", "message"), VECTORS, ids=[v[1][:14] for v in VECTORS])
def test_vectors_both_ways(origin: str, data: str, message: Message) -> None:
    """The specification's bytes mean this message, and this message is written in these bytes."""
    assert decode(*apdu(data)) == message, origin
    assert frame(*encode(message)) == bytes.fromhex(data), origin


def test_every_message_has_a_vector() -> None:
    """The list of vectors keeps up with the tables."""
    assert {type(message) for _, _, message in VECTORS} >= set(REGISTRY.values())


@pytest.mark.parametrize("cls", REGISTRY.values(), ids=lambda cls: cls.__name__)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_message_round_trips(cls: type[Message], data: st.DataObject) -> None:
    """With any of its optional fields, unnamed bitmaps and a tail."""
    message = data.draw(messages(cls))
    control, content = encode(message)
    assert decode(control, content) == message
    assert encode(decode(control, content)) == (control, content)


@settings(max_examples=200, deadline=None)
@given(controls, near_zvt)
def test_what_decodes_is_encoded_to_the_same_meaning(control: int, data: bytes) -> None:
    """Any bytes; and what we write is its own canonical form."""
    try:
        message = decode(control, data)
    except DecodeError:
        return
    again = encode(message)
    assert decode(*again) == message
    assert encode(decode(*again)) == again


def test_hostile_bytes_raise_only_decode_errors() -> None:
    """Thirty thousand APDUs, random and mutated; whatever decodes can be encoded."""
    chance = random.Random(7)
    seeds = [apdu(data) for _, data, _ in VECTORS]
    likely = [*LENGTHS, *range(0xF0, 0xFA), 0, 1, 6, 6, 0x81, 0x82]
    decoded = 0
    for turn in range(30_000):
        control, data = chance.choice(seeds)
        mutable = bytearray(data)
        if turn % 2:
            mutable += bytes(chance.choices(likely, k=chance.randrange(12)))
        for _ in range(chance.randrange(4)):
            if mutable:
                mutable[chance.randrange(len(mutable))] = chance.choice(likely)
        try:
            message = decode(control, bytes(mutable[: chance.randrange(len(mutable) + 1)]))
        except DecodeError:
            continue
        encode(message)
        decoded += 1
    assert decoded > 3_000


@pytest.mark.parametrize("size", [254, 255, 256, 65_535])
def test_extended_apdus_round_trip(size: int) -> None:
    """Data of every interesting length comes back whole."""
    message = Negative(code=0x9D, tail=bytes(size))
    assert decode(*next(Deframer().feed(frame(*encode(message))))) == message


@pytest.mark.parametrize(
    "data",
    [
        "040F 2700 E1F0F101 8A05 870007",
        "040F 2700 870007 870008",
        "040F D1F0F24142 2700",
        "040F 2700 FE99060000",
        "0601 04000000001010 D001",
    ],
)
def test_unnamed_bitmaps_go_back_as_they_came(data: str) -> None:
    """Known ones the message does not name, doubled ones, and all behind an unknown one."""
    raw = bytes.fromhex(data)
    message = decode(raw[0] << 8 | raw[1], raw[2:])
    assert message.extra or message.tail
    assert encode(message)[1] == raw[2:]


def test_extra_fields_that_order_does_not_name_are_written_too() -> None:
    """A message that was decoded and changed loses nothing."""
    message = decode(*apdu("040F05 870007 2700"))
    changed = replace(message, extra=((0xD0, b"\x01"),), amount=5)  # type: ignore[call-arg]
    assert decode(*encode(changed)) == changed


def test_order_may_name_what_is_gone() -> None:
    """A field taken out of a decoded message is not missed."""
    message = decode(*apdu("040F07 870007 2700 D001"))
    changed = replace(message, receipt=None)  # type: ignore[call-arg]
    assert encode(changed) == (0x040F, bytes.fromhex("2700D001"))
    assert encode(replace(changed, extra=())) == (0x040F, bytes.fromhex("2700"))


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        ("060103 040000", 4),
        ("06010A 04000000001A10 490978", 4),
        ("040F03 22F0", 5),
        ("040F03 2231F0", 4),
        ("040F04 3CF0F0FA", 6),
        ("040F04 06820001", 7),
        ("040F03 068000", 4),
        ("040F05 0603 0705 41", 7),
        ("060002 0000", 3),
        ("061E00", 3),
        ("060003 000000", 6),
        ("0600040A000086", 3),
        ("040F04 270087 00", 6),
    ],
)
def test_an_error_points_at_the_byte(data: str, offset: int) -> None:
    """Counted from the first byte of the APDU."""
    raw = bytes.fromhex(data)
    with pytest.raises(DecodeError) as caught:
        decode(raw[0] << 8 | raw[1], raw[3:])
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (Negative(code=256), "no result code"),
        (Authorization(amount=10**12), "does not fit"),
        (StatusInformation(authorisation=b"1"), "takes 8 bytes"),
        (StatusInformation(additional_text="x" * 1000), "too long"),
        (StatusInformation(additional_text="€"), "can't encode"),
        (IntermediateStatus(status=300), "byte"),
        (Registration(password=None, config=0), "needs password"),  # type: ignore[arg-type]
        (Completion(version="x" * 1000, status=0), "too long"),
    ],
)
def test_values_that_do_not_fit_are_our_error(message: Message, reason: str) -> None:
    """Nothing is cut off or left out on the way out."""
    with pytest.raises(ValueError, match=reason):
        encode(message)


@given(any_message)
def test_messages_are_values(message: Message) -> None:
    """The order on the wire is no part of the meaning."""
    assert message == replace(message, order=())
    assert {each.name for each in fields(message)} >= {"extra", "order", "tail"}
