"""What a shop writes around its receipts: logo, header and footer, from a small text file.

Lines before `{receipt}` stand above it, those after below. The marks are a part of receiptline's:

    {image:logo.png}             a picture beside the file, as many dots wide as it is
    ^^^Markt am Ring             ^ wide and high as a heading, ^^ high, ^^^ both and bold
    |left   right|   centred     where a line stands
    "bold"                       the whole line
    -                            a rule; an empty line is a gap
    {code:https://markt.example;option:qrcode,4,m}

Everything else is text. There is no mark for raw commands, and no text can become one.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.printer.characters import printable
from drivers.printer.document import (
    Align,
    Gap,
    Part,
    Picture,
    Rule,
    Size,
    Stationery,
    Style,
    Symbol,
    SymbolKind,
    Text,
)
from kiosk.errors import ConfigError

if TYPE_CHECKING:
    from PIL import Image

LARGEST = 16 * 1024
"""Bytes of the text file."""
HIGHEST = 1200
"""Rows of a picture: 15 cm."""
MAX_PIXELS = 4_000_000
_SIZES = {
    "": Style(),
    "^": Style(Size.LARGE),
    "^^": Style(Size.TALL),
    "^^^": Style(Size.LARGE, bold=True),
}
_CODE = re.compile(
    r"code:(?P<data>[^;}]{1,400});option:qrcode(?:,(?P<cell>[2-9]))?(?:,(?P<level>[lmqh]))?"
)


def read_stationery(path: Path, columns: int) -> Stationery:
    """The file's parts for paper of so many characters. Raises ConfigError naming the line."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    if len(raw) > LARGEST:
        raise ConfigError(f"{path}: more than {LARGEST // 1024} KiB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8: {error}") from error
    return parse(text, columns, path)


def parse(text: str, columns: int, path: Path) -> Stationery:
    """As `read_stationery`, of the text itself; pictures are looked for beside `path`."""
    reading = _Reading(columns, path)
    for number, line in enumerate(text.splitlines(), 1):
        reading.line = number
        reading.take(line.rstrip())
    if not reading.below:
        raise ConfigError(
            f"{path}: a line {{receipt}} is missing; it says where the receipt stands"
        )
    return Stationery(tuple(reading.head), tuple(reading.foot), tuple(reading.replaced))


class _Reading:
    def __init__(self, columns: int, path: Path) -> None:
        self.columns, self.dots, self.path = columns, 12 * columns, path
        self.head: list[Part] = []
        self.foot: list[Part] = []
        self.below = False
        self.replaced: dict[str, None] = {}
        self.line = 0

    def take(self, line: str) -> None:
        parts = self.foot if self.below else self.head
        if line == "{receipt}":
            if self.below:
                raise self._wrong("{receipt} stands here a second time")
            self.below = True
        elif not line:
            parts.append(Gap())
        elif line == "-":
            parts.append(Rule())
        elif line.startswith("{"):
            parts.append(self._braces(line))
        else:
            parts.append(self._text(line))

    def _wrong(self, why: str) -> ConfigError:
        return ConfigError(f"{self.path}, line {self.line}: {why}")

    def _text(self, line: str) -> Text:
        align = Align.CENTRE
        if line.startswith("|"):
            align, line = Align.LEFT, line[1:]
        elif line.endswith("|"):
            align, line = Align.RIGHT, line[:-1]
        marks = len(line) - len(line.lstrip("^"))
        if marks > 3:
            raise self._wrong("at most three ^ are known")
        style, line = _SIZES["^" * marks], line[marks:]
        if len(line) > 1 and line.startswith('"') and line.endswith('"'):
            style, line = Style(style.size, bold=True), line[1:-1]
        shown = printable(line)
        self.replaced.update(dict.fromkeys(shown.replaced))
        if len(shown.text) > style.fits(self.columns):
            most = style.fits(self.columns)
            raise self._wrong(f"{len(shown.text)} characters; this size takes {most} on a line")
        return Text(shown.text, align, style)

    def _braces(self, line: str) -> Part:
        inside = line[1:-1] if line.endswith("}") else ""
        if inside.startswith("image:"):
            return self._picture(inside.removeprefix("image:").strip())
        code = _CODE.fullmatch(inside)
        if code:
            cell, level = int(code["cell"] or 4), (code["level"] or "m").upper()
            return self._fits(
                Symbol(SymbolKind.QR, code["data"].encode(), code["data"], cell, level)
            )
        known = "{receipt}, {image:FILE} and {code:TEXT;option:qrcode,CELL,LEVEL}"
        raise self._wrong(f"{line} is not known; known are {known}")

    def _fits(self, symbol: Symbol) -> Symbol:
        from drivers.printer.symbols import drawn

        try:
            drawn(symbol, self.dots, frozenset())
        except ValueError as error:
            raise self._wrong(str(error)) from error
        return symbol

    def _picture(self, name: str) -> Picture:
        from PIL import Image, UnidentifiedImageError

        place = self.path.parent / name
        try:
            with Image.open(place, formats=("PNG", "JPEG", "GIF", "BMP")) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise self._wrong(
                        f"{name} has more than {MAX_PIXELS // 1_000_000} million pixels"
                    )
                found = black_and_white(image, name)
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError) as error:
            raise self._wrong(f"{name}: {error}") from error
        if found.width > self.dots or found.height > HIGHEST:
            size = f"{found.width} x {found.height}"
            raise self._wrong(f"{name} is {size} dots; the paper takes {self.dots} x {HIGHEST}")
        return found


def black_and_white(image: Image.Image, label: str) -> Picture:
    """The image in dots: what is transparent is paper, greys are dithered."""
    from PIL import Image, ImageChops

    shades = image.convert("LA")
    paper = Image.new("L", shades.size, 255)
    paper.paste(shades.getchannel("L"), mask=shades.getchannel("A"))
    dots = ImageChops.invert(paper).convert("1")
    return Picture(dots.width, dots.tobytes(), label)
