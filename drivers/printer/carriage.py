"""Where the next dot goes: modes, the line being filled, and what makes rows of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from drivers.printer import graphics
from drivers.printer.code128 import Unprintable
from drivers.printer.codepages import characters
from drivers.printer.graphics import word
from drivers.printer.page_mode import Page
from drivers.printer.sheet import (
    LINE_SPACING,
    Glyph,
    Look,
    PaperRow,
    Picture,
)
from drivers.printer.symbol_engine import Barcodes, Symbols, barcode

PLAIN = Look()
TAB = 8
"""Characters between the tab stops a printer has at power-on."""
LONGEST = 4000
"""Dots that one command moves the paper, at most."""


@dataclass(slots=True)
class Mode:
    """Everything that ESC @ sets back."""

    look: Look = PLAIN
    gap: int = 0
    page: int = 0
    nation: int = 0
    spacing: int = LINE_SPACING
    align: int = 0
    left: int = 0
    wide: int | None = None
    upside_down: bool = False
    tabs: tuple[int, ...] | None = None
    unit: tuple[float, float] = (1.0, 1.0)
    symbols: Symbols = field(default_factory=Symbols)
    barcodes: Barcodes = field(default_factory=Barcodes)
    downloaded: Picture | None = None
    stored: Picture | None = None
    sheet: Page | None = None
    """The page being filled in page mode."""
    glyphs: list[Glyph] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    x: int = 0


class Carriage:
    """A print head's state. What prints gives rows, in page mode mostly none."""

    def __init__(self, width: int, dots_per_mm: float = 8.0) -> None:
        self.width = width
        self.dpi = dots_per_mm * 25.4
        self.mode = Mode()
        self.kept: dict[bytes, Picture] = {}
        """Graphics in memory that outlives ESC @, by key."""
        self.remarks: list[str] = []
        """What the paper does not show."""
        self.auto_feed = False
        """Whether CR ends a line, a switch inside some printers."""

    def drop(self) -> None:
        """Forget what is not yet fed (the print buffer), a page included."""
        mode = self.mode
        mode.glyphs, mode.pictures, mode.x = [], [], 0
        if mode.sheet:
            mode.sheet.clear()

    def reset(self) -> None:
        """ESC @ or power-on: every mode as at first, the print buffer empty."""
        self.mode = Mode()

    # --- places ---------------------------------------------------------------------------------

    @property
    def line(self) -> int:
        """Dots a line holds."""
        mode = self.mode
        if mode.sheet:
            return mode.sheet.line
        free = self.width - min(mode.left, self.width - 12)
        return min(mode.wide or free, free)

    def across(self, units: int) -> int:
        """Horizontal motion units as dots."""
        return round(units * self.mode.unit[0])

    def down(self, units: int) -> int:
        """Vertical motion units as dots."""
        return min(round(units * self.mode.unit[1]), LONGEST)

    def go(self, x: int) -> None:
        """To so many dots from the left margin."""
        x = max(min(x, self.line), 0)
        if self.mode.sheet:
            self.mode.sheet.x = x
        else:
            self.mode.x = x

    @property
    def at(self) -> int:
        """Dots from the left margin."""
        return self.mode.sheet.x if self.mode.sheet else self.mode.x

    def tab(self) -> None:
        """To the next tab stop, if there is one."""
        step = self.mode.look.dots + self.mode.gap
        stops = self.mode.tabs
        if stops is None:
            self.go((self.at // (TAB * 12) + 1) * TAB * 12)
            return
        following = [stop * step for stop in stops if stop * step > self.at]
        if following:
            self.go(following[0])

    # --- text -----------------------------------------------------------------------------------

    def write(self, data: bytes) -> list[PaperRow]:
        """Characters, on as many lines as they need."""
        mode, rows = self.mode, []
        look = mode.look
        advance = look.dots + mode.gap * look.wide
        last = self.line - look.dots
        for character in characters(data, mode.page, mode.nation):
            if mode.sheet:
                if mode.sheet.x > last:
                    self.feed()
                mode.sheet.write(character, look, advance)
                continue
            if mode.x > last:
                rows += self.feed()
            mode.glyphs.append(Glyph(mode.x, character, look))
            mode.x += advance
        return rows

    def feed(self, spacing: int | None = None) -> list[PaperRow]:
        """End the line; in page mode nothing comes out of that."""
        mode = self.mode
        if mode.sheet:
            mode.sheet.feed(mode.spacing if spacing is None else spacing)
            return []
        glyphs, pictures, x = mode.glyphs, mode.pictures, mode.x
        mode.glyphs, mode.pictures, mode.x = [], [], 0
        looks = {id(glyph.style): glyph.style for glyph in glyphs}.values()
        tall = max([look.height for look in looks] + [each.height for each in pictures], default=0)
        height = max(mode.spacing if spacing is None else spacing, tall)
        shift = mode.left + (0, 1, 2)[mode.align % 3] * max(self.line - x, 0) // 2
        if shift or any(look.height != tall for look in looks):
            glyphs = [
                Glyph(glyph.x + shift, glyph.character, glyph.style, tall - glyph.style.height)
                for glyph in glyphs
            ]
        drawn = tuple(replace(each, x=each.x + shift, y=tall - each.height) for each in pictures)
        row = PaperRow(height, tuple(glyphs), drawn)
        return [self._turned(row, tall) if mode.upside_down else row]

    def _turned(self, row: PaperRow, tall: int) -> PaperRow:
        """Upside down, the beginning of the line on the right."""
        glyphs = tuple(
            glyph._replace(
                x=self.width - glyph.x - glyph.style.dots,
                y=tall - glyph.y - glyph.style.height,
                turn=2,
            )
            for glyph in row.glyphs
        )
        pictures = tuple(
            replace(each, x=self.width - each.x - each.width, turn=2) for each in row.pictures
        )
        return PaperRow(row.height, glyphs, pictures)

    def feed_lines(self, lines: int) -> list[PaperRow]:
        """End the line and leave blank ones."""
        if self.mode.sheet:
            return self.feed(lines * self.mode.spacing)
        return [row for _ in range(lines) for row in self.feed()]

    # --- pictures -------------------------------------------------------------------------------

    def draw(self, picture: Picture | None) -> list[PaperRow]:
        """A picture on lines of its own, where the alignment puts it."""
        if picture is None or not picture.height or not picture.width:
            return []
        mode = self.mode
        if mode.sheet:
            mode.sheet.draw(picture)
            return []
        before = self.feed() if mode.glyphs or mode.pictures else []
        shift = mode.left + (0, 1, 2)[mode.align % 3] * max(self.line - picture.width, 0) // 2
        row = PaperRow(picture.height, pictures=(replace(picture, x=shift),))
        return [*before, self._turned(row, picture.height) if mode.upside_down else row]

    def strip(self, arguments: bytes) -> None:
        """A bit image among the characters of a line."""
        picture = graphics.strip(arguments)
        if self.mode.sheet:
            self.mode.sheet.draw(picture)
        elif picture.width:
            self.mode.pictures.append(replace(picture, x=self.mode.x))
            self.mode.x = min(self.mode.x + picture.width, self.line)

    def _symbol(self, make: Callable[[], Picture | None]) -> Picture | None:
        """What `make` gives; nothing where the data is no such symbol, or it is too wide."""
        try:
            picture = make()
        except Unprintable as error:
            self.remarks.append(f"not printed: {error}")
            return None
        if picture and picture.width > self.line:
            self.remarks.append(f"not printed: {picture.about} is wider than the line")
            return None
        return picture

    def barcode(self, arguments: bytes) -> list[PaperRow]:
        """GS k."""
        kind, how = arguments[0], self.mode.barcodes
        data = arguments[1:].rstrip(b"\0") if kind < 7 else arguments[2:]
        text = ""

        def make() -> Picture:
            nonlocal text
            picture, text = barcode(kind, data, how)
            return picture

        picture = self._symbol(make)
        if picture is None:
            return []
        rows = self._reading(text, picture) if how.reading & 1 else []
        rows += self.draw(picture)
        return rows + (self._reading(text, picture) if how.reading & 2 else [])

    def _reading(self, text: str, picture: Picture) -> list[PaperRow]:
        """The characters of a bar code, centred on it."""
        mode = self.mode
        if mode.sheet:
            return []
        look = Look(small=mode.barcodes.small)
        left = mode.left + (0, 1, 2)[mode.align % 3] * max(self.line - picture.width, 0) // 2
        left = max(left + (picture.width - len(text) * look.dots) // 2, 0)
        glyphs = tuple(
            Glyph(left + place * look.dots, character, look) for place, character in enumerate(text)
        )
        return [PaperRow(look.height, glyphs)]

    def block(self, block: bytes) -> list[PaperRow]:
        """GS ( by its letter."""
        if block[:1] == b"k" and len(block) >= 5:
            obey = self.mode.symbols.obey
            return self.draw(self._symbol(lambda: obey(block[1:])))
        if block[:1] == b"L":
            return self._store(block[3:])
        return []

    def long_block(self, arguments: bytes) -> list[PaperRow]:
        """GS 8 L, whose length has four bytes."""
        return self._store(arguments[5:])

    def _store(self, block: bytes) -> list[PaperRow]:
        """GS ( L and GS 8 L from m on."""
        if len(block) < 2:
            return []
        function, rest = block[1], block[2:]
        match function:
            case 112 | 113:
                self.mode.stored = graphics.stored(function, rest)
            case 2 | 50:
                stored, self.mode.stored = self.mode.stored, None
                return self.draw(stored)
            case 67 | 83:
                if len(rest) > 8:  # a kc1 kc2 b xL xH yL yH [c d]: one colour is drawn
                    self.kept[rest[1:3]] = graphics.raster(word(rest, 4), word(rest, 6), rest[9:])
            case 69 | 85:
                found = self.kept.get(rest[:2])
                if found and len(rest) >= 4:
                    return self.draw(graphics.scaled(found, (rest[2] % 3 or 1, rest[3] % 3 or 1)))
            case _:
                pass
        return []

    # --- page mode ------------------------------------------------------------------------------

    def page_out(self, *, stay: bool) -> list[PaperRow]:
        """Print the page; and go on filling it, or end page mode."""
        sheet = self.mode.sheet
        if sheet is None:
            return self.feed() if self.mode.glyphs else []
        row = sheet.row()
        if stay:
            sheet.to_start()
        else:
            self.mode.sheet = None
        return [row]
