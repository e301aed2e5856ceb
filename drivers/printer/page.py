"""A receipt's paper while it is being filled: wrapping, cleaning, sizes."""

from __future__ import annotations

import textwrap

from drivers.printer.characters import printable
from drivers.printer.document import (
    PLAIN,
    TOTAL,
    Align,
    Part,
    Role,
    Row,
    Section,
    Size,
    Style,
    Text,
)
from kiosk.money import Money
from kiosk.words import Words

_LARGER = {Size.NORMAL: Size.TALL, Size.TALL: Size.LARGE, Size.LARGE: Size.LARGE}


class Page:
    """Parts being put down from top to bottom; every text passes the printer's character table."""

    def __init__(self, columns: int, words: Words, *, large: bool = False) -> None:
        """`large`: everything a step larger, for who reads with difficulty."""
        self.columns = columns
        self.words = words
        self.large = large
        self.parts: list[Part] = []
        self.replaced: dict[str, None] = {}

    def put(self, *parts: Part) -> None:
        """Parts as they are."""
        self.parts += parts

    def section(self, role: Role, title: str) -> None:
        """What follows is about something else."""
        self.put(Section(role, title))

    def clean(self, text: str) -> str:
        """The text with stand-ins for what the printer has no glyph for."""
        shown = printable(text)
        self.replaced.update(dict.fromkeys(shown.replaced))
        return shown.text

    def sized(self, style: Style) -> Style:
        """The style, larger where the receipt is to be in large print."""
        return Style(_LARGER[style.size], style.bold, style.small) if self.large else style

    def text(self, text: str, align: Align = Align.LEFT, style: Style = PLAIN) -> None:
        """A paragraph, wrapped at blanks."""
        style = self.sized(style)
        for line in wrapped(self.clean(text), style.fits(self.columns)):
            self.put(Text(line, align, style))

    def row(self, left: str, right: str, style: Style = PLAIN, indent: str = "") -> None:
        """Key and amount. The key wraps beside the amount, further lines below it, indented."""
        sized = self.sized(style)
        width = sized.fits(self.columns)
        left, right = self.clean(left), self.clean(right)
        room = width - len(right) - 1 - len(indent)
        if right and room < min(len(left), width // 4):  # an amount too wide to stand beside a key
            self.text(left, style=style)
            self.text(right, Align.RIGHT, style)
            return
        first, *more = wrapped(left, room, width - len(indent) - 2)
        self.put(Row(indent + first, right, sized))
        for line in more:
            self.put(Text(f"{indent}  {line}", style=sized))

    def heading(self, text: str) -> None:
        """The largest style in which the text fits one line; `TOTAL`, wrapped, if none does."""
        large = Style(Size.LARGE, bold=True)
        fits = len(self.clean(text)) <= large.fits(self.columns)
        self.text(text, Align.CENTRE, large if fits else TOTAL)

    def amount(self, amount: Money) -> str:
        """`1.234,50`: an amount in a column whose heading names the currency."""
        return self.words.decimal(amount.minor * 10, 2)


def wrapped(text: str, width: int, width_below: int | None = None) -> list[str]:
    """Lines of at most `width` (`width_below` from the second on), at least one."""
    if len(text) <= width:
        return [text]
    first, *_ = textwrap.wrap(text, max(width, 1)) or [""]
    rest = text[len(first) :].strip()
    return [first, *textwrap.wrap(rest, max(width_below or width, 1))]
