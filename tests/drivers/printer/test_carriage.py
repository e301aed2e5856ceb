"""The line being filled."""

from __future__ import annotations

import pytest

from drivers.printer.carriage import LONGEST, Carriage
from drivers.printer.sheet import Look
from tests.drivers.printer.printing import block, matrix, paper


def test_a_line_shares_its_foot() -> None:
    """Tall and small characters stand on the same line."""
    (row,) = paper(b"\x1d!\x01A\x1d!\x00B\x1bM\x01C\n").rows
    assert [(glyph.x, glyph.y) for glyph in row.glyphs] == [(0, 0), (12, 24), (24, 31)]
    assert row.height == 48


def test_characters_may_be_eight_times_as_large() -> None:
    """GS ! 77h, 96 by 192 dots."""
    (row,) = paper(b"\x1d!\x77A\n").rows
    assert row.glyphs[0].style == Look(wide=8, high=8)
    assert (row.height, row.glyphs[0].style.dots) == (192, 96)


def test_an_image_stands_among_characters() -> None:
    """ESC * takes the width of its columns."""
    (row,) = paper(b"A\x1b*\x21\x08\x00" + b"\xff" * 24 + b"B\n").rows
    assert [glyph.x for glyph in row.glyphs] == [0, 20]
    assert [(picture.x, picture.y, picture.height) for picture in row.pictures] == [(12, 0, 24)]


def test_upside_down_begins_on_the_right() -> None:
    """ESC { 1 turns whole lines."""
    (row,) = paper(b"\x1b{\x01AB\n", 384).rows
    assert [(glyph.x, glyph.turn) for glyph in row.glyphs] == [(372, 2), (360, 2)]
    assert row.text == "AB"


def test_symbols_follow_the_alignment() -> None:
    """Left, centre and right."""
    symbol = matrix(49, b"x", b"\x43\x04")
    places = [paper(b"\x1ba" + bytes((n,)) + symbol).rows[0].pictures[0].x for n in (0, 1, 2)]
    assert places == [0, 246, 492]


def test_what_is_too_wide_is_told_and_not_printed() -> None:
    """A QR code of 1000 modules' width is none on this paper."""
    carriage = Carriage(384)
    for said in (b"\x43\x10", b"\x50\x30" + b"x" * 300, b"\x51\x30"):
        rows = carriage.block(block(b"k", b"\x31" + said)[2:])
    assert rows == []
    assert "wider than the line" in carriage.remarks[0]


@pytest.mark.parametrize(
    "command", [b"\x1d(k\x03\x00\x31", b"\x1d(L\x02\x00\x30\x70", b"\x1d8L\x02\x00\x00\x00\x30\x32"]
)
def test_blocks_without_sense_do_nothing(command: bytes) -> None:
    """Short, empty, or printing what was never stored."""
    assert paper(command + b"abc\nA\n").text.endswith("A\n")


def test_one_command_moves_the_paper_so_far_and_no_further() -> None:
    """Whatever the motion units are."""
    carriage = Carriage(576)
    carriage.mode.unit = (200.0, 200.0)
    assert carriage.down(255) == LONGEST
