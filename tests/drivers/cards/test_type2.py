"""Type 2 tags: the memory of real models, control blocks, and memory that lies."""

from __future__ import annotations

import pytest

from drivers.cards import ndef, type2
from drivers.cards.tag import CardBroken
from drivers.cards.virtual import NtagCard
from tests.drivers.cards.bench import LINK_MESSAGE, TOKEN_MESSAGE, UID, message, talk

LONG = ndef.encode([ndef.mime_record("a/b", bytes(850))])


def tag(*blocks: str, size: int = 0x12) -> NtagCard:
    """A tag whose data area begins with these bytes; its model has room enough for `size`."""
    card = NtagCard(UID, model=216)
    data = bytes.fromhex("".join(blocks))
    card.memory[14] = size
    card.memory[16 : 16 + len(data)] = data
    return card


@pytest.mark.parametrize(
    ("model", "data"),
    [(213, b""), (213, LINK_MESSAGE), (215, TOKEN_MESSAGE), (216, LONG), (213, bytes(141))],
)
def test_every_model_is_read(model: int, data: bytes) -> None:
    """Up to the last byte that fits."""
    assert message(type2.read(), NtagCard(UID, data, model).type2) == data


def test_no_more_is_read_than_the_message_needs() -> None:
    """Four pages at a time, and none behind it."""
    pages = []
    card = NtagCard(UID, TOKEN_MESSAGE, 216)

    def air(command: bytes) -> bytes:
        pages.append(command[1])
        return card.type2(command)

    assert message(type2.read(), air) == TOKEN_MESSAGE
    assert pages == list(range(3, 3 + 4 * len(pages), 4))
    assert len(pages) == (len(TOKEN_MESSAGE) + 4 + 4 + 15) // 16


def test_control_blocks_are_walked_over() -> None:
    """As a NTAG213 comes from the factory (NXP NTAG213 data sheet), and other kinds."""
    card = tag("0103A00C34", "0000", "FD02FFFF", "0304D1000000"[:4], "D0000000", "FE")
    assert message(type2.read(), card.type2) == bytes.fromhex("D0000000")


def test_reserved_bytes_are_left_out_of_a_message() -> None:
    """A memory control block: 4 bytes from byte 32 on hold no data."""
    card = tag("0203400403", "030C", "AABBCCDDEEFF11223344"[:18], "99999999", "556677")
    card.memory[32:36] = b"\x99" * 4
    # 16 bytes up to byte 32: control block 5, head 2, nine of the message; the rest lies behind.
    assert message(type2.read(), card.type2) == bytes.fromhex("AABBCCDDEEFF112233" + "556677")


@pytest.mark.parametrize(
    ("blocks", "data"),
    [("", b""), ("FE0302AABB", b""), ("0300", b""), ("03FF0002AABB", b"\xaa\xbb")],
)
def test_where_the_message_is(blocks: str, data: bytes) -> None:
    """Behind a terminator there is none; a long length may be short."""
    assert message(type2.read(), tag(blocks).type2) == data


@pytest.mark.parametrize("cc", ["E2101200", "E1201200", "E10012FF"[:8], "E11012F0", "00000000"])
def test_a_tag_that_is_not_of_ndef(cc: str) -> None:
    """Another magic number, another major version, or not free to be read."""
    card = tag()
    card.memory[12:16] = bytes.fromhex(cc)
    assert message(type2.read(), card.type2) is None


def test_a_tag_that_refuses_is_not_of_ndef() -> None:
    """Four bits instead of a page."""
    assert message(type2.read(), lambda _: b"\x00") is None


@pytest.mark.parametrize("blocks", ["03FFFFFF", "0390", "03FF0100", "0102A00C", "0202A00C", "03"])
def test_a_tag_that_lies_is_broken(blocks: str) -> None:
    """Lengths beyond its memory, control blocks of a wrong length."""
    filled = blocks if len(blocks) > 2 else "00" * 143 + blocks
    with pytest.raises(CardBroken):
        talk(type2.read(), tag(filled).type2)


def test_a_tag_that_stops_answering_in_full_is_broken() -> None:
    """A page of three bytes is none."""
    card = NtagCard(UID, TOKEN_MESSAGE, 215)
    with pytest.raises(CardBroken):
        talk(type2.read(), lambda data: card.type2(data)[: 16 if data[1] < 11 else 3])


def test_a_tag_whose_reserved_bytes_leave_no_room_is_broken() -> None:
    """Its message would begin behind the memory, which reads on for ever."""
    card = tag("0203400005", "0380")
    with pytest.raises(CardBroken, match="beyond the memory"):
        talk(type2.read(), lambda data: card.type2(data) if data[1] < 12 else bytes(16), frames=20)
