"""Page mode."""

from __future__ import annotations

import pytest

from drivers.printer.page_mode import Page
from drivers.printer.sheet import Look, Picture
from tests.drivers.printer.printing import paper

AREA = b"\x1bW\x0a\x00\x14\x00\x90\x01\xc8\x00"
"""At 10, 20: 400 wide, 200 high."""


@pytest.mark.parametrize(
    ("direction", "first", "second"),
    [
        (0, (10, 20), (22, 20)),
        (1, (10, 208), (10, 196)),
        (2, (398, 196), (386, 196)),
        (3, (386, 20), (386, 32)),
    ],
)
def test_writing_begins_in_another_corner_for_each_direction(
    direction: int, first: tuple[int, int], second: tuple[int, int]
) -> None:
    """ESC T 0 to 3: upper left, lower left, lower right, upper right of the area."""
    (row,) = paper(b"\x1bL" + AREA + b"\x1bT" + bytes((direction,)) + b"AB\x0c").rows
    assert [(glyph.x, glyph.y) for glyph in row.glyphs] == [first, second]
    assert {glyph.turn for glyph in row.glyphs} == {direction}
    assert row.text == "AB"


def test_a_page_comes_out_whole_and_once() -> None:
    """FF prints and ends page mode, ESC FF prints and goes on, CAN and ESC S throw away."""
    sheet = paper(b"\x1bLeins\n\x1b\x0c\x18zwei\x0cdrei\n\x1bLvier\x1bSend\n")
    assert sheet.text.split() == ["eins", "zwei", "drei", "end"]


def test_lines_stand_where_they_were_put() -> None:
    """GS $ and GS \\ down, ESC $ across; a page is as long as its area."""
    (row,) = paper(b"\x1bL" + AREA + b"\x1d$\x64\x00A\x1d\\\xce\xffB\x1b$\x78\x00C\x0c").rows
    assert [(glyph.character, glyph.x, glyph.y) for glyph in row.glyphs] == [
        ("A", 10, 96),
        ("B", 22, 46),
        ("C", 130, 46),
    ]
    assert row.height == 220


def test_a_line_that_is_full_goes_on_below() -> None:
    """Within the area, not within the paper."""
    (row,) = paper(b"\x1bL\x1bW\x00\x00\x00\x00\x30\x00\x90\x00ABCDEF\x0c").rows
    assert row.text == "ABCD\nEF"


def test_a_page_without_an_area_is_as_long_as_what_is_on_it() -> None:
    """Pictures and turned characters count."""
    page = Page(576)
    page.draw(Picture(8, 50, bytes(50)))
    page.y = 50
    page.draw(Picture(8, 10, bytes(10)))
    page.write("A", Look(), 12)
    assert page.row().height == 50
    page.clear()
    assert page.row().glyphs == ()
