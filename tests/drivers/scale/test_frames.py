"""A scale's line taken apart: whole frames, however they come, and nothing without bound."""

from __future__ import annotations

import contextlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scale.frames import LONGEST, Framer, Signal
from kiosk.ports import RemoteProtocolError

ACK, EOT, ETX = 0x06, 0x04, 0x03
SAID = b"\x06\x0209\x1b20\x03\x04\x15\x02x\x03"
MEANT: list[Signal] = [ACK, b"09\x1b20", 0x15, b"x"]


def framer() -> Framer:
    return Framer(ETX, bytes((ACK, 0x15)), bytes((EOT,)))


@given(st.lists(st.integers(0, len(SAID)), max_size=6))
def test_every_fragmentation_gives_the_same(cuts: list[int]) -> None:
    """Wherever the line cuts what was sent."""
    ends = sorted({0, len(SAID), *cuts})
    one, found = framer(), []
    for begin, end in pairwise(ends):
        found += one.feed(SAID[begin:end])
    assert found == MEANT


@given(st.lists(st.binary(max_size=200), max_size=10))
def test_hostile_bytes_raise_only_our_error(parts: list[bytes]) -> None:
    """And after each of them the next frame is read."""
    one = framer()
    for part in parts:
        with contextlib.suppress(RemoteProtocolError):
            assert all(isinstance(each, int) or len(each) <= LONGEST for each in one.feed(part))
    assert one.feed(b"\x0209\x1b00\x03")[-1] == b"09\x1b00"


def test_a_frame_that_begins_anew_forgets_the_torn_one() -> None:
    """STX is no part of any frame."""
    assert framer().feed(b"\x0202\x1b3\x0209\x1b20\x03") == [b"09\x1b20"]


@pytest.mark.parametrize("flood", [b"\xff" * (LONGEST + 1), b"\x02" + b"9" * (LONGEST + 1)])
def test_noise_and_endless_frames_are_given_up(flood: bytes) -> None:
    """With what to look at."""
    with pytest.raises(RemoteProtocolError, match="parity"):
        framer().feed(flood)
    assert framer().feed(flood[:-1]) == []
