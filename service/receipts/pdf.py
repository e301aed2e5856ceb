"""A receipt as a PDF: the paper as it would have been printed, with text that can be searched.

One page as wide as the paper and as long as the receipt, so that it is read on a telephone without
moving it about; only what is longer than any paper is continued on a second page. The same receipt
makes the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

from drivers.printer.document import Picture, PrintedLine, Symbol, SymbolKind, printed
from drivers.printer.layout import WIDE_COLUMNS, lay_out
from drivers.printer.symbols import EAN_HEIGHT, QUIET_MODULES, matrix
from kiosk.receipt import Receipt

if TYPE_CHECKING:
    from fpdf import FPDF

DOT = 0.125
"""Millimetres: a printer's dot."""
WIDTH, MARGIN = 80.0, 4.0
PRINTED = WIDE_COLUMNS * 12 * DOT
LINE = 30 * DOT
LONGEST = 5000.0
"""A page of this format cannot be longer than 5080 mm."""
ADVANCE = 1233 / 2048
"""Width of a character of DejaVu Sans Mono by its size."""
POINT = 25.4 / 72
BASELINE = 0.75
"""Where letters stand, by the height of their line."""


def as_pdf(receipt: Receipt, title: str) -> bytes:
    """The whole file. Its date is that of the purchase."""
    from fpdf import FPDF  # heavy, and only where a PDF is wanted

    lines = [line for line in printed(lay_out(receipt, WIDE_COLUMNS)) if not line.cut]
    pdf = FPDF(unit="mm")
    pdf.set_auto_page_break(False)
    pdf.set_title(title)
    pdf.set_lang(receipt.language.value)
    pdf.set_creation_date(receipt.ended)
    assets = files("drivers.printer") / "assets"
    for style, name in (("", "DejaVuSansMono.ttf"), ("B", "DejaVuSansMono-Bold.ttf")):
        pdf.add_font("mono", style, str(assets / name))
    for page in _pages(lines):
        pdf.add_page(format=(WIDTH, 2 * MARGIN + sum(map(_height, page))))
        top = MARGIN
        for line in page:
            _draw(pdf, line, top)
            top += _height(line)
    return bytes(pdf.output())


def _pages(lines: Iterable[PrintedLine]) -> Iterator[list[PrintedLine]]:
    page: list[PrintedLine] = []
    used = 2 * MARGIN
    for line in lines:
        if used + _height(line) > LONGEST:
            yield page
            page, used = [], 2 * MARGIN
        page.append(line)
        used += _height(line)
    yield page


def _height(line: PrintedLine) -> float:
    match line.drawn:
        case Symbol() as symbol:
            rows = len(matrix(symbol)) * _tall(symbol) + 2 * QUIET_MODULES[symbol.kind]
            return rows * _cell(symbol)
        case Picture() as picture:
            return picture.height * DOT
        case None:
            return LINE * line.style.size.value[1]


def _draw(pdf: FPDF, line: PrintedLine, top: float) -> None:
    match line.drawn:
        case Symbol() as symbol:
            _symbol(pdf, symbol, top)
        case Picture() as picture:
            _picture(pdf, picture, top)
        case None if line.text:
            _text(pdf, line, top)
        case None:
            pass


def _text(pdf: FPDF, line: PrintedLine, top: float) -> None:
    """As high as its line; as wide as the printer's characters are."""
    wide, high = line.style.size.value
    narrow = 0.75 if line.style.small else 1.0
    size = 12 * DOT / ADVANCE / POINT * narrow * high
    pdf.set_font("mono", "B" if line.style.bold else "", size)
    pdf.set_stretching(100 * wide / high)
    text = line.text.lstrip(" ")
    indent = (len(line.text) - len(text)) * line.style.dots * DOT
    pdf.text(MARGIN + indent, top + LINE * high * BASELINE, text)


def _symbol(pdf: FPDF, symbol: Symbol, top: float) -> None:
    """Each run of black modules is one rectangle: it stays sharp however large it is shown."""
    rows, cell, tall = matrix(symbol), _cell(symbol), _tall(symbol)
    left = MARGIN + (PRINTED - len(rows[0]) * cell) / 2
    top += QUIET_MODULES[symbol.kind] * cell
    for y, row in enumerate(rows):
        for x, count in _runs(row):
            pdf.rect(left + x * cell, top + y * tall * cell, count * cell, tall * cell, style="F")


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Where black begins, and how many modules it goes on."""
    at = row.find(1)
    while at >= 0:
        end = row.find(0, at)
        end = len(row) if end < 0 else end
        yield at, end - at
        at = row.find(1, end)


def _cell(symbol: Symbol) -> float:
    """Millimetres of a module: as told, or less where the paper is too narrow."""
    modules = len(matrix(symbol)[0]) + 2 * QUIET_MODULES[symbol.kind]
    return min(symbol.cell * DOT, PRINTED / modules)


def _tall(symbol: Symbol) -> float:
    """How many modules high a row is."""
    return EAN_HEIGHT / symbol.cell if symbol.kind is SymbolKind.EAN else 1.0


def _picture(pdf: FPDF, picture: Picture, top: float) -> None:
    from PIL import Image, ImageChops

    dots = ImageChops.invert(Image.frombytes("1", (picture.width, picture.height), picture.data))
    width = picture.width * DOT
    left = MARGIN + (PRINTED - width) / 2
    pdf.image(dots.convert("L"), left, top, width, alt_text=picture.label)
