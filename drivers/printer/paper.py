"""A piece of receipt paper as a picture, dot by dot, in a font that comes with the driver."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.printer.commands import Command, Reader
from drivers.printer.document import Style
from drivers.printer.sheet import (
    CHARACTER_HEIGHT,
    DOTS_PER_MM,
    SMALL_HEIGHT,
    Glyph,
    Head,
    PaperRow,
    Sheet,
)

if TYPE_CHECKING:
    from PIL import Image, ImageFont

ASSETS = Path(__file__).parent / "assets"
PAPER_WIDTHS = {576: 80 * DOTS_PER_MM, 384: 58 * DOTS_PER_MM}
"""Printable dots -> dots of the whole paper."""
TOP = 48
TOOTH = 8
"""Width of a tooth of the cutter's edge, in dots."""
_PAPER = (251, 249, 243)
_INK = (38, 36, 42)


def develop(data: bytes, width: int = 576) -> list[Sheet]:
    """The pieces of paper that these printer bytes come to, as if time and paper had no end."""
    head, sheets = Head(width), []
    for read in Reader().feed(data):
        for row in head.rows_for(read):
            head.put(row)
        if isinstance(read, Command) and read.code == b"\x1dV":
            sheets.append(head.cut())
    sheets.append(head.cut(torn=True))
    return [sheet for sheet in sheets if sheet]


def picture(sheet: Sheet) -> Image.Image:
    """The sheet as RGBA, transparent around its torn or cut edges."""
    from PIL import Image

    wide = PAPER_WIDTHS.get(sheet.width, sheet.width + 64)
    high = TOP + sum(row.height for row in sheet.rows) + TOOTH
    ink = Image.new("L", (wide, high), 0)
    margin, y = (wide - sheet.width) // 2, TOP
    for row in sheet.rows:
        _draw(ink, row, margin, y)
        y += row.height
    paper = Image.new("RGB", ink.size, _PAPER)
    paper.paste(Image.new("RGB", ink.size, _INK), mask=ink)
    paper.putalpha(_outline(wide, high, torn=sheet.torn))
    return paper


def save(sheet: Sheet, path: Path) -> None:
    """Write the picture as PNG."""
    picture(sheet).save(path, compress_level=3, dpi=(203, 203))


def _draw(ink: Image.Image, row: PaperRow, left: int, top: int) -> None:
    from PIL import Image

    for glyph in row.glyphs:
        if glyph.character != " ":
            shape = _shape(glyph.character, glyph.style)
            ink.paste(shape, (left + glyph.x, top + _rise(row, glyph)))
    if row.picture and row.picture.data:
        size = (row.picture.stride * 8, row.height)
        bits = Image.frombytes("1", size, row.picture.data)
        ink.paste(bits.convert("L"), (left, top))


def _rise(row: PaperRow, glyph: Glyph) -> int:
    """Dots from the top of the row: characters of different height share the line's foot."""
    tallest = max(_cell(other.style)[1] for other in row.glyphs)
    return tallest - _cell(glyph.style)[1]


def _cell(style: Style) -> tuple[int, int]:
    high = SMALL_HEIGHT if style.small else CHARACTER_HEIGHT
    return style.dots, high * style.size.value[1]


@cache
def _shape(character: str, style: Style) -> Image.Image:
    """The character in its cell: drawn large and even, then brought to the cell's own shape."""
    from PIL import Image, ImageDraw

    scale = 3
    cell = (9, SMALL_HEIGHT) if style.small else (12, CHARACTER_HEIGHT)
    large = Image.new("L", (cell[0] * scale, cell[1] * scale), 0)
    foot = round(cell[1] * scale * 0.8)
    font = _font(cell[0] * scale, bold=style.bold)
    ImageDraw.Draw(large).text((0, foot), character, fill=255, font=font, anchor="ls")
    return large.resize(_cell(style), Image.Resampling.LANCZOS)


@cache
def _font(advance: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    """The font at the size where every character is `advance` dots wide."""
    from PIL import ImageFont

    name = "DejaVuSansMono-Bold.ttf" if bold else "DejaVuSansMono.ttf"
    return ImageFont.truetype(ASSETS / name, round(advance / 0.602))


@cache
def _tooth_line(wide: int, *, torn: bool) -> tuple[tuple[int, int], ...]:
    """The lower edge as points (x, dots above the bottom): a saw blade, or fibres."""
    step = TOOTH // 2
    depth = (0, TOOTH - 2) if not torn else (1, 5, 2, 7, 0, 4, 6, 2, 5, 3, 7)
    count = wide // step + 2
    return tuple((place * step, depth[place % len(depth)]) for place in range(count))


def _outline(wide: int, high: int, *, torn: bool) -> Image.Image:
    """The paper's shape, smooth at its edges."""
    from PIL import Image, ImageDraw

    scale = 4
    edge = Image.new("L", (wide * scale, TOOTH * scale), 0)
    teeth = [(x * scale, (TOOTH - up) * scale) for x, up in _tooth_line(wide, torn=torn)]
    ImageDraw.Draw(edge).polygon([(0, 0), *teeth, (wide * scale, 0)], fill=255)
    small = edge.resize((wide, TOOTH), Image.Resampling.LANCZOS)
    shape = Image.new("L", (wide, high), 255)
    shape.paste(small, (0, high - TOOTH))
    shape.paste(small.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (0, 0))
    return shape
