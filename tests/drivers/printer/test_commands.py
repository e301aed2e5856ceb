"""The printer's side of the language: any bytes, cut anywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.commands import Characters, Command, Read, Reader, Unknown

# Lengths from Epson's ESC/POS reference.
VECTORS: list[tuple[bytes, list[Read]]] = [
    (b"Hallo\n", [Characters(b"Hallo"), Command(b"\n")]),
    (b"\x1b@\x1b!\x30A", [Command(b"\x1b@"), Command(b"\x1b!", b"0"), Characters(b"A")]),
    (b"\x1d(H\x06\x0000abcd", [Command(b"\x1d(", b"H\x06\x0000abcd")]),
    (b"\x1dV\x00\x1dV\x42\x03", [Command(b"\x1dV", b"\x00"), Command(b"\x1dV", b"B\x03")]),
    (b"\x1dk\x04ABC\x00x", [Command(b"\x1dk", b"\x04ABC\x00"), Characters(b"x")]),
    (b"\x1dk\x49\x03ABCx", [Command(b"\x1dk", b"\x49\x03ABC"), Characters(b"x")]),
    (
        b"\x1dv0\x00\x01\x00\x02\x00\xff\x01y",
        [Command(b"\x1dv", b"0\x00\x01\x00\x02\x00\xff\x01"), Characters(b"y")],
    ),
    (
        b"\x1b*\x21\x01\x00\x01\x02\x03z",
        [Command(b"\x1b*", b"\x21\x01\x00\x01\x02\x03"), Characters(b"z")],
    ),
    (b"\x1bD\x08\x10\x00z", [Command(b"\x1bD", b"\x08\x10\x00"), Characters(b"z")]),
    (b"ab\x1b\x7fcd", [Characters(b"ab"), Unknown(2, b"\x1b\x7f"), Characters(b"cd")]),
    (b"a\x07\x00b", [Characters(b"a"), Unknown(1, b"\x07"), Characters(b"b")]),
]


@pytest.mark.parametrize(("stream", "expected"), VECTORS)
def test_vectors(stream: bytes, expected: list[Read]) -> None:
    """Commands are as long as the reference says; unknown ones are named with their offset."""
    assert Reader().feed(stream) == expected


def joined(reads: list[Read]) -> list[Read]:
    """Neighbouring characters together."""
    done: list[Read] = []
    for read in reads:
        if done and isinstance(read, Characters) and isinstance(done[-1], Characters):
            done[-1] = Characters(done[-1].data + read.data)
        else:
            done.append(read)
    return done


command_like = st.lists(
    st.sampled_from(
        [
            b"\x1b",
            b"\x1d",
            b"\x1c",
            b"!",
            b"(",
            b"k",
            b"v0",
            b"D",
            b"\x00",
            b"A",
            b"\n",
            b"*",
            b"8L",
        ]
    )
    | st.binary(max_size=4),
    max_size=30,
).map(b"".join)


@given(command_like, st.lists(st.integers(0, 120), max_size=6))
def test_any_fragmentation_gives_the_same_commands(stream: bytes, cuts: list[int]) -> None:
    """Only runs of characters may come in more pieces."""
    reader, at, found = Reader(), 0, list[Read]()
    for cut in [*sorted(cuts), len(stream)]:
        found += reader.feed(stream[at:cut])
        at = max(at, cut)
    assert joined(found) == joined(Reader().feed(stream))


@given(st.binary(max_size=2000))
def test_hostile_bytes_never_raise(stream: bytes) -> None:
    """Whatever comes is read as something or waited for."""
    Reader().feed(stream)


def test_a_block_of_impossible_length_is_not_waited_for() -> None:
    """Four gigabytes announced are a misread command; reading goes on."""
    read = Reader().feed(b"\x1d8L\xff\xff\xff\xffHallo\n")
    assert isinstance(read[0], Unknown)
    assert Command(b"\n") in read


def test_a_command_begun_can_be_forgotten() -> None:
    """Clearing the buffer in the middle of a command does not eat the next bytes."""
    reader = Reader()
    assert reader.feed(b"\x1d(H\x06\x00") == []
    reader.clear()
    assert reader.feed(b"Hallo") == [Characters(b"Hallo")]
