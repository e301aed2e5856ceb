"""A laid-out receipt: parts that each know their width, the same for paper, picture and text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import NamedTuple


class Align(Enum):
    """Where a text stands on the paper."""

    LEFT = "<"
    CENTRE = "^"
    RIGHT = ">"


class Size(Enum):
    """Character size; the value is (times wide, times high)."""

    NORMAL = (1, 1)
    TALL = (1, 2)
    LARGE = (2, 2)


@dataclass(frozen=True, slots=True)
class Style:
    """How characters look. `small` is the printer's second font, 9 dots wide instead of 12."""

    size: Size = Size.NORMAL
    bold: bool = False
    small: bool = False

    def fits(self, columns: int) -> int:
        """Characters of this style on a line that holds `columns` normal ones."""
        if self.small:
            return columns * 4 // 3
        return columns // 2 if self.size is Size.LARGE else columns

    @property
    def dots(self) -> int:
        """Width of one character in printer dots."""
        if self.small:
            return 9
        return 24 if self.size is Size.LARGE else 12


PLAIN = Style()
STRONG = Style(bold=True)
TOTAL = Style(Size.TALL, bold=True)


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text that fits its line."""

    text: str
    align: Align = Align.LEFT
    style: Style = PLAIN


@dataclass(frozen=True, slots=True)
class Row:
    """A key on the left and an amount on the right of one line."""

    left: str
    right: str
    style: Style = PLAIN


@dataclass(frozen=True, slots=True)
class Cells:
    """A line of a table: the first cell to the left, all others right-aligned in their widths."""

    cells: tuple[str, ...]
    widths: tuple[int, ...]
    style: Style = PLAIN


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""

    mark: str = "-"


@dataclass(frozen=True, slots=True)
class Gap:
    """An empty line."""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A line of somebody else's making: centred as a block of `width`, never re-flowed."""

    text: str
    width: int
    small: bool = False


class SymbolKind(StrEnum):
    """Machine-readable symbols a receipt may carry."""

    QR = "qr"
    PDF417 = "pdf417"
    EAN = "ean"
    """EAN-13 or EAN-8, by the number of its digits."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol, centred, with its quiet zone on all four sides."""

    kind: SymbolKind
    data: bytes
    label: str
    """What it is for, for who does not see it."""
    cell: int = 4
    """Dots of one module, made smaller where the paper is too narrow."""
    level: str = "M"
    """Error correction of a QR code: L, M, Q or H."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A raster image, centred: rows of whole bytes, most significant bit left, 1 is black."""

    width: int
    """Dots."""
    data: bytes
    label: str
    """What it shows, for who does not see it."""

    @property
    def stride(self) -> int:
        """Bytes of one row."""
        return (self.width + 7) // 8

    @property
    def height(self) -> int:
        """Rows."""
        return len(self.data) // self.stride


class Role(StrEnum):
    """What a stretch of a receipt is about."""

    SHOP = "shop"
    MARK = "mark"
    """Copy or training."""
    ITEMS = "items"
    TOTAL = "total"
    TENDER = "tender"
    VAT = "vat"
    SLIP = "slip"
    LOYALTY = "loyalty"
    ORIGIN = "origin"
    SECURITY = "security"
    FOOT = "foot"


@dataclass(frozen=True, slots=True)
class Section:
    """Here begins another part of the receipt. Nothing on paper; a page says it aloud."""

    role: Role
    title: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Feed past the blade and cut. Ends a receipt."""


Drawn = Symbol | Picture
Part = Text | Row | Cells | Rule | Gap | Verbatim | Drawn | Section | Cut


@dataclass(frozen=True, slots=True)
class Doc:
    """Parts from top to bottom for paper of `columns` normal characters."""

    columns: int
    parts: tuple[Part, ...]
    replaced: tuple[str, ...] = field(default=())
    """Characters the printer has no glyph for, each once; the parts hold their stand-ins."""


@dataclass(frozen=True, slots=True)
class Stationery:
    """What a shop has above and below every receipt (`drivers.printer.stationery` reads it)."""

    head: tuple[Part, ...] = ()
    foot: tuple[Part, ...] = ()
    replaced: tuple[str, ...] = ()
    """Characters that have no glyph."""


BLANK = Stationery()


class PrintedLine(NamedTuple):
    """What one part comes to: characters in one style.

    `drawn` stands in their place on paper; `cut` ends the paper instead.
    """

    text: str
    style: Style = PLAIN
    cut: bool = False
    drawn: Symbol | Picture | None = None


def printed(doc: Doc) -> Iterator[PrintedLine]:
    """The lines of a document as they stand on paper, without trailing blanks."""
    for part in doc.parts:
        if not isinstance(part, Section):
            yield _line(part, doc.columns)


def as_text(doc: Doc) -> str:
    """The document as plain text, every line at most `columns` wide (small print may be wider).

    Of a symbol the text that it holds, of a picture what it shows.
    """
    return "".join(
        f"{text}\n" for line in printed(doc) if not line.cut for text in told(line, doc.columns)
    )


def told(line: PrintedLine, columns: int) -> list[str]:
    """A line in words, where nothing can be drawn: what a symbol holds, what a picture shows."""
    match line.drawn:
        case Symbol(data=data):
            text = data.decode("ascii", "replace")
            return [text[at : at + columns] for at in range(0, len(text), columns)]
        case Picture(label=label):
            return [f"{f'[{label}]':^{columns}}".rstrip()]
        case None:
            return [line.text]


def _line(
    part: Text | Row | Cells | Rule | Gap | Verbatim | Drawn | Cut, columns: int
) -> PrintedLine:
    match part:
        case Symbol() | Picture():
            return PrintedLine("", drawn=part)
        case Text(text, align, style):
            return PrintedLine(_stood(text, align, style.fits(columns)), style)
        case Row(left, right, style):
            gap = style.fits(columns) - len(left)
            return PrintedLine((left + right.rjust(gap)).rstrip(), style)
        case Cells(cells, widths, style):
            return PrintedLine(_cells(cells, widths).rstrip(), style)
        case Rule(mark):
            return PrintedLine(mark * columns)
        case Gap():
            return PrintedLine("")
        case Verbatim(text, width, small):
            style = Style(small=small)
            indent = max((style.fits(columns) - width) // 2, 0)
            return PrintedLine((" " * indent + text).rstrip(), style)
        case Cut():
            return PrintedLine("", cut=True)


def _stood(text: str, align: Align, width: int) -> str:
    """The text at its place, without blanks behind it."""
    if align is Align.LEFT:
        return text.rstrip()
    room = max(width - len(text), 0)
    return (" " * (room // 2 if align is Align.CENTRE else room) + text).rstrip()


def _cells(cells: tuple[str, ...], widths: tuple[int, ...]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return f"{first[0]:<{first[1]}}" + "".join(f"{text:>{width}}" for text, width in others)
