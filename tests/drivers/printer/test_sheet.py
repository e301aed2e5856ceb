"""Commands applied to paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.paper import develop
from drivers.printer.sheet import HEAD_TO_BLADE, LINE_SPACING, Glyph, Look, PaperRow


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x1bt\x10\xc4pfel 1 \x80\n", "Äpfel 1 €"),
        (b"\x8epfel\n", "Äpfel"),
        (b"\x1bt\x13\xd5\n", "€"),
        (b"A\tB\n", "A       B"),
        (b"A\x1b$\x30\x00B\n", "A   B"),
        (b"\x1ba\x02AB\n", " " * 46 + "AB"),
        (b"\x1ba\x01ABCD\n", " " * 22 + "ABCD"),
        (b"A" * 50 + b"\n", "A" * 48 + "\nAA"),
        (b"A\x1bd\x03B\n", "A\n\n\nB"),
        (b"A\x18B\n", "B"),
    ],
)
def test_text_lands_where_the_commands_say(data: bytes, text: str) -> None:
    """Code pages, tabs, positions, alignment, wrapping and feeding, on 48 columns."""
    (sheet,) = develop(data)
    assert sheet.text == text + "\n"


def test_a_tall_line_takes_its_height() -> None:
    """Double height is 48 dots, a normal line the spacing of 30."""
    (sheet,) = develop(b"\x1b!\x10A\n\x1b!\x00B\n\x1b3\x40C\n")
    assert [row.height for row in sheet.rows] == [48, LINE_SPACING, 64]
    assert sheet.rows[0].glyphs[0].style == Look(high=2)


def test_a_cut_feeds_to_the_blade_and_parts_the_paper() -> None:
    """Two receipts are two pieces; blank paper is none."""
    first, second = develop(b"A\n\x1dV\x42\x00\x1dV\x42\x00B\n\x1dV\x00")
    assert (first.text, second.text) == ("A\n", "B\n")
    assert first.rows[-1].height == HEAD_TO_BLADE
    assert not first.torn


@given(st.binary(max_size=600))
def test_hostile_bytes_make_some_paper(data: bytes) -> None:
    """Any bytes can be printed; a printer has no way to refuse."""
    for sheet in develop(data):
        assert sheet.text


def test_a_symbol_is_told_and_is_no_text() -> None:
    """The text is what a person reads; the told one names pictures as well."""
    sheet = develop(b"A\n\x1dv0\x00\x01\x00\x01\x00\xffB\n")[0]
    assert sheet.text == "A\n\nB\n"
    assert sheet.told == "A\n[image]\nB\n"


def test_turned_lines_are_read_in_their_own_direction() -> None:
    """Upwards: the first character is the lowest."""
    glyphs = tuple(Glyph(10, letter, Look(), y, turn=1) for letter, y in (("B", 50), ("A", 62)))
    assert PaperRow(100, glyphs).text == "AB"
