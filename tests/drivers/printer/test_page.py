"""Paper being filled: wrapping and sizes."""

from __future__ import annotations

from drivers.printer.document import PLAIN, TOTAL, Row, Size, Style, Text
from drivers.printer.page import Page, wrapped
from kiosk.words import Language, words_of

GERMAN = words_of(Language.DE)


def test_long_words_are_broken_and_short_ones_kept_whole() -> None:
    """No line is longer than it may be."""
    assert wrapped("eins zwei", 20) == ["eins zwei"]
    assert wrapped("eins zwei", 5) == ["eins", "zwei"]
    assert wrapped("A" * 7, 3) == ["AAA", "AAA", "A"]
    assert wrapped("", 3) == [""]


def test_a_name_too_long_for_the_heading_wraps_in_a_smaller_style() -> None:
    """Twice as wide while it fits."""
    page = Page(32, GERMAN)
    page.heading("Markt am Ring")
    page.heading("Genossenschaftsmarkt am Ring")
    first, second = page.parts
    assert isinstance(first, Text)
    assert first.style.size is Size.LARGE
    assert isinstance(second, Text)
    assert second.style == TOTAL


def test_large_print_is_a_step_larger_and_never_falls_back() -> None:
    """Nothing larger than the largest."""
    page = Page(32, GERMAN, large=True)
    assert page.sized(PLAIN) == Style(Size.TALL)
    assert page.sized(TOTAL) == Style(Size.LARGE, bold=True)
    assert page.sized(Style(Size.LARGE)) == Style(Size.LARGE)
    page.row("SUMME", "123.456,78 €", TOTAL)  # 16 characters: the amount takes a line of its own
    assert [type(part) for part in page.parts] == [Text, Text]


def test_replaced_characters_are_kept_once() -> None:
    """From every text that was put down."""
    page = Page(48, GERMAN)
    page.row("茶", "1,00")
    page.text("茶 →")
    assert list(page.replaced) == ["茶", "→"]
    assert page.parts[0] == Row("?", "1,00")
