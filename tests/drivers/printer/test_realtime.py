"""Real-time commands among other bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.realtime import CLEAR, split


@pytest.mark.parametrize(
    "command",
    [
        b"\x10\x04\x01",
        b"\x10\x04\x04",
        b"\x10\x05\x02",
        b"\x10\x14\x01\x00\x01",
        b"\x10\x14\x03\x01\x01\x01\x02\x02",
        CLEAR,
    ],
)
def test_a_command_is_found_between_data(command: bytes) -> None:
    """Data before and behind it is left as it is."""
    assert split(b"AB" + command + b"CD") == (
        [(b"AB", False), (command, True), (b"CD", False)],
        b"",
    )
    for cut in range(1, len(command)):
        assert split(b"AB" + command[:cut]) == ([(b"AB", False)], command[:cut])


@pytest.mark.parametrize(
    "data", [b"\x10\x04\x05", b"\x10\x05\x03", b"\x10\x20", b"\x10\x14\x09", CLEAR[:-1] + b"\x09"]
)
def test_what_only_begins_like_one_is_data(data: bytes) -> None:
    """The reference gives the numbers there are."""
    assert split(data) == ([(data, False)], b"")


noise = st.lists(
    st.sampled_from([b"\x10", b"\x04", b"\x05", b"\x14", b"\x01", b"\x08", CLEAR]), max_size=40
)


@given(noise.map(b"".join))
def test_no_byte_is_lost(data: bytes) -> None:
    """Pieces and rest are the data again."""
    pieces, rest = split(data)
    assert b"".join(piece for piece, _ in pieces) + rest == data
    assert len(rest) < len(CLEAR)
