"""APDUs out of any segmentation of bytes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.zvt.framing import Deframer, frame

SIZES = (0, 1, 253, 254, 255, 256, 65_535)


@pytest.mark.parametrize("size", SIZES)
def test_lengths_round_trip(size: int) -> None:
    """Short and extended ones (PA00P016 5.2.4)."""
    data = bytes(size)
    apdu = frame(0x06D3, data)
    assert len(apdu) == size + (3 if size < 255 else 5)
    assert list(Deframer().feed(apdu)) == [(0x06D3, data)]


@pytest.mark.parametrize(
    ("size", "header"),
    [(254, "06D3FE"), (255, "06D3FFFF00"), (256, "06D3FF0001"), (65_535, "06D3FFFFFF")],
)
def test_extended_lengths_are_little_endian(size: int, header: str) -> None:
    """FF, low byte, high byte; FE is the last short one."""
    assert frame(0x06D3, bytes(size)).startswith(bytes.fromhex(header))


def test_an_apdu_has_a_largest_size() -> None:
    """Two length bytes, no more."""
    with pytest.raises(ValueError, match="too long"):
        frame(0x06D3, bytes(65_536))


STREAM = [
    (0x8000, b""),
    (0x04FF, b"\x0a"),
    (0x040F, b"\x27\0"),
    (0x06D3, bytes(range(256))),
    (0x060F, b""),
]


def test_every_cut_of_a_stream_gives_the_same_apdus() -> None:
    """In two pieces at each byte, and byte by byte."""
    data = b"".join(frame(*apdu) for apdu in STREAM)
    for cut in range(len(data) + 1):
        deframer = Deframer()
        assert [*deframer.feed(data[:cut]), *deframer.feed(data[cut:])] == STREAM
    deframer = Deframer()
    assert [apdu for byte in data for apdu in deframer.feed(bytes((byte,)))] == STREAM


def test_every_two_cuts_of_two_apdus_give_the_same() -> None:
    """In three pieces, everywhere."""
    data = frame(0x8000, b"") + frame(0x04FF, b"\x0a\x03")
    for first in range(len(data) + 1):
        for second in range(first, len(data) + 1):
            deframer = Deframer()
            pieces = (data[:first], data[first:second], data[second:])
            found = [apdu for piece in pieces for apdu in deframer.feed(piece)]
            assert found == [(0x8000, b""), (0x04FF, b"\x0a\x03")]


@given(
    st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=300)), max_size=5),
    st.lists(st.integers(0, 1500), max_size=8),
)
def test_any_segmentation_gives_the_same_apdus(
    apdus: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    """Any APDUs, cut anywhere."""
    data = b"".join(frame(*apdu) for apdu in apdus)
    edges = [0, *sorted(cuts), len(data)]
    deframer = Deframer()
    found = []
    for start, end in pairwise(edges):
        found += list(deframer.feed(data[start:end]))
    assert found == apdus


def test_a_part_waits_for_the_rest() -> None:
    """Nothing is given before an APDU is whole."""
    deframer = Deframer()
    assert not list(deframer.feed(b"\x06\xd3\xff\x00"))
    assert not list(deframer.feed(b"\x01" + bytes(255)))
    assert list(deframer.feed(b"\0")) == [(0x06D3, bytes(256))]
