"""What is on the paper, as values: rows of characters and pictures at printer dots."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

DOTS_PER_MM = 8
"""203 dpi, as most receipt printers have."""
LINE_SPACING = 30
CHARACTER_HEIGHT = 24
SMALL_HEIGHT = 17
HEAD_TO_BLADE = 14 * DOTS_PER_MM
"""Paper between the print head and the blade."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a character is drawn. `small` is font B, 9 x 17 dots instead of 12 x 24."""

    wide: int = 1
    high: int = 1
    bold: bool = False
    small: bool = False
    underline: int = 0
    """Dots of the line below."""
    reverse: bool = False
    """White on black."""
    rotated: bool = False
    """A quarter to the right, each character in its own place (ESC V)."""

    cell: tuple[int, int] = field(init=False, compare=False, repr=False)
    """Width and height of the upright character."""
    dots: int = field(init=False, compare=False, repr=False)
    """How far it moves on."""
    height: int = field(init=False, compare=False, repr=False)
    """Dots of paper it needs."""

    def __post_init__(self) -> None:
        # Worked out once: a receipt has two thousand characters and three looks.
        wide, high = (9, SMALL_HEIGHT) if self.small else (12, CHARACTER_HEIGHT)
        cell = wide * self.wide, high * self.high
        object.__setattr__(self, "cell", cell)
        object.__setattr__(self, "dots", cell[1] if self.rotated else cell[0])
        object.__setattr__(self, "height", cell[0] if self.rotated else cell[1])


class Glyph(NamedTuple):
    """One character, its upper left corner `x`, `y` dots into its row."""

    x: int
    character: str
    style: Look
    y: int = 0
    turn: int = 0
    """Quarters to the left that the whole line stands turned."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Dots: rows of whole bytes, most significant bit left, 1 is black."""

    width: int
    height: int
    data: bytes
    x: int = 0
    y: int = 0
    turn: int = 0
    about: str = ""
    """What it is, where that is known: a symbol and what it holds."""

    @property
    def stride(self) -> int:
        """Bytes of one row."""
        return (self.width + 7) // 8


@dataclass(frozen=True, slots=True)
class PaperRow:
    """What one line feed brought out, `height` dots high."""

    height: int
    glyphs: tuple[Glyph, ...] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def text(self) -> str:
        """The characters at their columns; a page of several lines has line feeds in it."""
        glyphs = self.glyphs
        first = glyphs[0] if glyphs else None
        if first and all(
            glyph.style is first.style and glyph.y == first.y and not glyph.turn for glyph in glyphs
        ):  # as most lines are
            return _upright(sorted(glyphs, key=_across))
        lines = groupby(sorted(glyphs, key=_place), _foot)
        return "\n".join(_line(list(line)) for _, line in lines)

    @property
    def printed(self) -> bool:
        """Whether anything is on it."""
        return bool(self.glyphs or self.pictures)


def _foot(glyph: Glyph) -> tuple[int, int]:
    """Which line of its direction a glyph stands on."""
    high = glyph.style.height
    feet = (glyph.y + high, glyph.x + high, -glyph.y, -glyph.x)
    return glyph.turn, feet[glyph.turn]


def _along(glyph: Glyph) -> int:
    return (glyph.x, -glyph.y, -glyph.x, glyph.y)[glyph.turn]


def _across(glyph: Glyph) -> int:
    return glyph.x


def _place(glyph: Glyph) -> tuple[int, int, int]:
    return (*_foot(glyph), _along(glyph))


def _upright(glyphs: list[Glyph]) -> str:
    """A line in one look, from left to right."""
    dots, line = glyphs[0].style.dots, list[str]()
    for x, character, _, _, _ in glyphs:
        gap = x // dots - len(line)
        if gap > 0:
            line.extend(" " * gap)
        line.append(character)
    return "".join(line).rstrip()


def _line(glyphs: list[Glyph]) -> str:
    line = ""
    begin = 0 if glyphs[0].turn == 0 else _along(glyphs[0])
    for glyph in glyphs:
        column = max((_along(glyph) - begin) // glyph.style.dots, 0)
        line = line.ljust(column) + glyph.character
    return line.rstrip()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A piece of paper, cut or torn off. `width`: printable dots."""

    width: int
    rows: tuple[PaperRow, ...]
    torn: bool = False

    @property
    def text(self) -> str:
        """All lines, blank ones at the end left out. Symbols have no text."""
        return "\n".join(row.text for row in self.rows).rstrip("\n") + "\n"

    @property
    def told(self) -> str:
        """The same with a line in brackets for each symbol and image."""
        lines: list[str] = []
        for row in self.rows:
            lines += [f"[{picture.about or 'image'}]" for picture in row.pictures]
            if row.glyphs or not row.pictures:
                lines.append(row.text)
        return "\n".join(lines).rstrip("\n") + "\n"
