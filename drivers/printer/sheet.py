"""What is on the paper: commands applied one by one, as rows of characters at printer dots."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from drivers.printer.commands import Characters, Command, Read
from drivers.printer.document import PLAIN, Size, Style

DOTS_PER_MM = 8
"""203 dpi, as most receipt printers have."""
LINE_SPACING = 30
CHARACTER_HEIGHT = 24
SMALL_HEIGHT = 17
TAB = 8 * 12
"""Dots between the tab stops a printer has at power-on."""
HEAD_TO_BLADE = 14 * DOTS_PER_MM
"""Paper between the print head and the blade."""
CODE_PAGES = {0: "cp437", 2: "cp850", 16: "cp1252", 19: "cp858"}


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character, `x` dots from the left margin."""

    x: int
    character: str
    style: Style


@dataclass(frozen=True, slots=True)
class Picture:
    """A raster image: rows of `stride` bytes, most significant bit left, 1 is black."""

    stride: int
    data: bytes


@dataclass(frozen=True, slots=True)
class PaperRow:
    """What one line feed brought out, `height` dots high."""

    height: int
    glyphs: tuple[Glyph, ...] = ()
    picture: Picture | None = None

    @property
    def text(self) -> str:
        """The characters at their columns."""
        line = ""
        for glyph in self.glyphs:
            line = line.ljust(glyph.x // glyph.style.dots) + glyph.character
        return line.rstrip()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A piece of paper, cut or torn off. `width`: printable dots."""

    width: int
    rows: tuple[PaperRow, ...]
    torn: bool = False

    @property
    def text(self) -> str:
        """All lines, blank ones at the end left out."""
        return "\n".join(row.text for row in self.rows).rstrip("\n") + "\n"


@dataclass(slots=True)
class _Mode:
    style: Style = PLAIN
    page: int = 0
    spacing: int = LINE_SPACING
    align: int = 0
    indent: int = 0
    glyphs: list[Glyph] = field(default_factory=list)
    x: int = 0


class Head:
    """The print head over the paper: applies commands, hands out rows and whole sheets."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._mode = _Mode()
        self._rows: list[PaperRow] = []

    def rows_for(self, read: Read) -> list[PaperRow]:
        """The rows this command brings out; nothing is on paper before `put`."""
        if isinstance(read, Characters):
            return self._write(read.data)
        if not isinstance(read, Command):
            return []
        match read.code, read.arguments:
            case b"\n", _:
                return [self._feed()]
            case b"\x1bd", b:
                return [self._feed()] + [PaperRow(self._mode.spacing)] * (b[0] - 1) if b[0] else []
            case b"\x1bJ", b:
                return [replace(self._feed(), height=b[0])]
            case b"\x1dv", b if b[:1] in (b"0", b"\x00"):
                return [_raster_row(b)]
            case b"\x1dV", b:
                return [PaperRow(HEAD_TO_BLADE + b[1])] if len(b) > 1 else []
            case _:
                self._set(read)
                return []

    def put(self, row: PaperRow) -> None:
        """The row is on paper."""
        self._rows.append(row)

    def drop(self) -> None:
        """Forget characters of a line not yet fed (the print buffer)."""
        self._mode.glyphs, self._mode.x = [], 0

    def reset(self) -> None:
        """ESC @ or power-on: every mode as at first, the print buffer empty."""
        self._mode = _Mode()

    def cut(self, *, torn: bool = False) -> Sheet | None:
        """The piece that comes off, if anything is printed on it."""
        rows, self._rows = self._rows, []
        printed = any(row.glyphs or row.picture for row in rows)
        return Sheet(self._width, tuple(rows), torn) if printed else None

    @property
    def blank(self) -> bool:
        """Whether the paper in the printer has nothing printed on it."""
        return not any(row.glyphs or row.picture for row in self._rows)

    def _set(self, command: Command) -> None:
        value = command.arguments
        match command.code:
            case b"\x1b@":
                self.reset()
            case b"\x18" | b"\x0c":
                self.drop()
            case b"\x1b$":
                self._mode.x = int.from_bytes(value, "little")
            case b"\t":
                self._mode.x = (self._mode.x // TAB + 1) * TAB
            case _ if value:
                self._set_mode(command.code, value[0])
            case _:
                self._mode.spacing = (
                    LINE_SPACING if command.code == b"\x1b2" else self._mode.spacing
                )

    def _set_mode(self, code: bytes, number: int) -> None:
        mode = self._mode
        match code:
            case b"\x1b!":
                mode.style = _print_mode(number)
            case b"\x1d!":
                size = _size(1 + (number >> 4 & 7), 1 + (number & 7))
                mode.style = replace(mode.style, size=size)
            case b"\x1bE" | b"\x1bG":
                mode.style = replace(mode.style, bold=bool(number & 1))
            case b"\x1bM":
                mode.style = replace(mode.style, small=number in (1, 49))
            case b"\x1bt":
                mode.page = number
            case b"\x1ba":
                mode.align = number % 48
            case b"\x1b3":
                mode.spacing = number
            case _:
                pass

    def _write(self, data: bytes) -> list[PaperRow]:
        text = data.decode(CODE_PAGES.get(self._mode.page, "ascii"), errors="replace")
        rows = []
        for character in text:
            dots = self._mode.style.dots
            if self._mode.x + dots > self._width:
                rows.append(self._feed())
            self._mode.glyphs.append(Glyph(self._mode.x, character, self._mode.style))
            self._mode.x += dots
        return rows

    def _feed(self) -> PaperRow:
        glyphs = tuple(self._mode.glyphs)
        shift = (0, 1, 2)[self._mode.align % 3] * (self._width - self._mode.x) // 2
        if shift and glyphs:
            glyphs = tuple(replace(glyph, x=glyph.x + shift) for glyph in glyphs)
        self.drop()
        tallest = max((_height(glyph.style) for glyph in glyphs), default=0)
        return PaperRow(max(self._mode.spacing, tallest), glyphs)


def _height(style: Style) -> int:
    return (SMALL_HEIGHT if style.small else CHARACTER_HEIGHT) * style.size.value[1]


def _print_mode(number: int) -> Style:
    size = _size(2 if number & 0x20 else 1, 2 if number & 0x10 else 1)
    return Style(size, bold=bool(number & 0x08), small=bool(number & 0x01))


def _size(wide: int, high: int) -> Size:
    if wide > 1:
        return Size.LARGE
    return Size.TALL if high > 1 else Size.NORMAL


def _raster_row(arguments: bytes) -> PaperRow:
    stride, high = (int.from_bytes(arguments[at : at + 2], "little") for at in (2, 4))
    return PaperRow(high, picture=Picture(stride, arguments[6:]))
