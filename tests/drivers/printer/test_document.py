"""Parts of a document as lines of text."""

from __future__ import annotations

import pytest

from drivers.printer.document import (
    Align,
    Cells,
    Cut,
    Doc,
    Gap,
    Part,
    Row,
    Rule,
    Size,
    Style,
    Text,
    Verbatim,
    as_text,
    printed,
)


@pytest.mark.parametrize(
    ("part", "line"),
    [
        (Text("Markt"), "Markt"),
        (Text("Markt", Align.CENTRE), "   Markt"),
        (Text("Markt", Align.RIGHT), "       Markt"),
        (Text("Markt", Align.CENTRE, Style(Size.LARGE)), "Markt"),
        (Row("Summe", "1,00"), "Summe   1,00"),
        (Row("", "EUR"), "         EUR"),
        (Cells(("A", "7", "1,00"), (2, 4, 6)), "A    7  1,00"),
        (Rule("="), "============"),
        (Gap(), ""),
        (Verbatim("a  b", 8), "  a  b"),
    ],
)
def test_a_part_is_one_line(part: Part, line: str) -> None:
    """On paper of twelve columns."""
    assert as_text(Doc(12, (part,))) == f"{line}\n"


def test_a_cut_is_no_text() -> None:
    """It ends the paper and shows nothing."""
    (line,) = printed(Doc(12, (Cut(),)))
    assert line.cut
    assert as_text(Doc(12, (Cut(),))) == ""


@pytest.mark.parametrize(
    ("style", "columns", "dots"),
    [
        (Style(), 48, 12),
        (Style(Size.TALL), 48, 12),
        (Style(Size.LARGE), 24, 24),
        (Style(small=True), 64, 9),
    ],
)
def test_a_style_knows_how_much_fits(style: Style, columns: int, dots: int) -> None:
    """On 80 mm paper, 576 dots in all."""
    assert (style.fits(48), style.dots) == (columns, dots)
    assert columns * dots == 576
