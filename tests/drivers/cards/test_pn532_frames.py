"""Frames of the PN532: the manual's own, every fragmentation, garbage, chance."""

from __future__ import annotations

import random

import pytest

from drivers.cards.pn532_frames import ACK, DATA_MOST, ERROR, NAK, TO_HOST, Framer, Kind, frame

# UM0701-02: GetFirmwareVersion and its answer (7.2.2), as seen on a PN532 v1.6.
QUESTION = bytes.fromhex("0000FF02FED4022A00")
ANSWER = bytes.fromhex("0000FF06FAD50332010607E800")
LONG = frame(bytes((TO_HOST,)) + bytes(range(256)) + b"12345678")
STREAM = ACK + ANSWER + NAK + LONG + ERROR
KINDS = [Kind.ACK, Kind.DATA, Kind.NAK, Kind.DATA, Kind.ERROR]


def test_frames_of_the_manual() -> None:
    """Lengths and checksums, normal and extended."""
    assert frame(b"\xd4\x02") == QUESTION
    assert frame(bytes.fromhex("D50332010607")) == ANSWER
    assert LONG.startswith(bytes.fromhex("0000FFFFFF0109F6"))
    assert frame(b"\x7f") == ERROR


@pytest.mark.parametrize("size", [1, 255, 256, DATA_MOST])
def test_every_length_comes_back(size: int) -> None:
    """Up to what the chip takes."""
    data = bytes((TO_HOST,)) + bytes(size - 1)
    (found,) = Framer(TO_HOST).feed(frame(data))
    assert (found.kind, bytes(found.data)) == (Kind.DATA, data)


@pytest.mark.parametrize("step", [1, 2, 3, 5, 7, 64])
def test_every_fragmentation_gives_the_same_frames(step: int) -> None:
    """Byte by byte, and in pieces of every size."""
    framer = Framer(TO_HOST)
    found = [
        each for at in range(0, len(STREAM), step) for each in framer.feed(STREAM[at : at + step])
    ]
    assert [each.kind for each in found] == KINDS


def test_every_cut_in_two_gives_the_same_frames() -> None:
    """At each place."""
    for cut in range(len(STREAM) + 1):
        framer = Framer(TO_HOST)
        found = [*framer.feed(STREAM[:cut]), *framer.feed(STREAM[cut:])]
        assert [each.kind for each in found] == KINDS
        assert bytes(found[1].data) == bytes.fromhex("D50332010607")


@pytest.mark.parametrize(
    "garbage",
    [b"\x55" * 20, b"\x00" * 9, b"\x00\x00", b"\x00\xff\x05\x00", b"\x00\xff\xff\xff\x01\x00\x00"],
)
def test_garbage_before_a_frame_is_skipped(garbage: bytes) -> None:
    """Wake-up bytes, half headers, lengths whose checksum is wrong."""
    framer = Framer(TO_HOST)
    assert [each.kind for each in framer.feed(garbage + ANSWER)] == [Kind.DATA]
    assert framer.skipped >= len(garbage) - 2


@pytest.mark.parametrize("place", range(5, 12))
def test_a_damaged_frame_is_told_as_such(place: int) -> None:
    """Data, checksum, identifier; what follows is read."""
    bent = bytearray(ANSWER)
    bent[place] ^= 0x10
    found = list(Framer(TO_HOST).feed(bytes(bent) + ACK))
    assert [each.kind for each in found] == [Kind.BROKEN, Kind.ACK]
    assert not any(found[0].data) or place == 5


def test_a_frame_of_our_own_side_is_no_answer() -> None:
    """An echo on the line."""
    assert [each.kind for each in Framer(TO_HOST).feed(QUESTION)] == [Kind.BROKEN]


def test_chance_is_survived_without_growing() -> None:
    """Twenty thousand pieces of noise with frames among them."""
    chance = random.Random(20261122)
    framer = Framer(TO_HOST)
    whole = 0
    for _ in range(20_000):
        noise = bytes(chance.choice((0x00, 0xFF, chance.randrange(256))) for _ in range(6))
        whole += sum(each.kind is Kind.DATA for each in framer.feed(noise))
        assert len(framer._held) <= DATA_MOST + 10
    framer.wipe()
    assert [each.kind for each in framer.feed(ANSWER)] == [Kind.DATA]
    assert whole < 100
