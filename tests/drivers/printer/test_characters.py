"""The printer's characters and the stand-ins for all others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.characters import CODEC, encoded_lines, printable


@pytest.mark.parametrize(
    ("text", "shown", "replaced"),
    [
        ("Äpfel für 1,99 €", "Äpfel für 1,99 €", ()),
        ("„Süß“ – ½ × ‰ ™", "„Süß“ – ½ × ‰ ™", ()),
        ("STRAẞE", "STRASSE", ("ẞ",)),
        ("A → B ← C → D", "A > B < C > D", ("→", "←")),
        ("−1,00", "-1,00", ("−",)),
        ("Łódź Şiş kebap", "Lódz Sis kebap", ("Ł", "ź", "Ş", "ş")),
        ("茶", "?", ("茶",)),
        ("19\N{NO-BREAK SPACE}%", "19 %", ()),
        ("Schoko\N{SOFT HYPHEN}lade", "Schokolade", ()),
        ("Mu\N{COMBINING DIAERESIS}sli", "Müsli", ()),
        ("\x1bp\x00 \x10\x04\x01", "?p? ???", ("\x1b", "\x00", "\x10", "\x04", "\x01")),
    ],
)
def test_stand_ins(text: str, shown: str, replaced: tuple[str, ...]) -> None:
    """What has a glyph stays; what has none gives way and is reported."""
    result = printable(text)
    assert (result.text, result.replaced) == (shown, replaced)


@given(st.text())
def test_nothing_but_glyphs_gets_through(text: str) -> None:
    """Whatever the text, its bytes hold no control code the printer could obey."""
    code = printable(text).text.encode(CODEC)
    assert all(byte >= 0x20 and byte != 0x7F for byte in code)


@given(st.text())
def test_what_was_exchanged_once_is_not_exchanged_again(text: str) -> None:
    """The stand-ins stand for themselves."""
    once = printable(text).text
    assert printable(once).text == once
    assert printable(once).replaced == ()


@given(st.lists(st.text(max_size=20), max_size=6))
def test_lines_together_are_lines_one_by_one(texts: list[str]) -> None:
    """Also where a text holds a line feed of its own, or what no table has."""
    lines, replaced = encoded_lines(texts)
    one_by_one = [printable(text) for text in texts]
    assert lines == [each.text.encode(CODEC) for each in one_by_one]
    assert set(replaced) == {character for each in one_by_one for character in each.replaced}
