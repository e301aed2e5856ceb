"""A piece of receipt paper as a picture, dot by dot, in a font that comes with the driver."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drivers.printer.codepages import MISSING
from drivers.printer.commands import Command, Reader
from drivers.printer.head import CUTS, Head
from drivers.printer.realtime import split
from drivers.printer.sheet import (
    CHARACTER_HEIGHT,
    DOTS_PER_MM,
    SMALL_HEIGHT,
    Look,
    PaperRow,
    Picture,
    Sheet,
)

if TYPE_CHECKING:
    from PIL import Image, ImageFont

ASSETS = Path(__file__).parent / "assets"
PAPER_WIDTHS = {576: 80 * DOTS_PER_MM, 384: 58 * DOTS_PER_MM}
"""Printable dots -> dots of the whole paper."""
TOP = 48
CUT_EDGE, TORN_EDGE = 8, 22
"""Height of the lower edge in dots: the teeth of the cutter, or fibres."""
_PAPER = (251, 249, 243)
_INK = (38, 36, 42)
_STEPS = 64
"""Shades in the palette, from paper to ink, and again as many from nothing to paper."""


def develop(data: bytes, width: int = 576, dots_per_mm: float = DOTS_PER_MM) -> list[Sheet]:
    """The pieces of paper that these printer bytes come to, as if time and paper had no end."""
    head, sheets = Head(width, dots_per_mm), []
    pieces, rest = split(data)
    for read in Reader().feed(b"".join(piece for piece, now in pieces if not now) + rest):
        for row in head.rows_for(read):
            head.put(row)
        if isinstance(read, Command) and read.code in CUTS:
            sheets.append(head.cut())
    sheets.append(head.cut(torn=True))
    return [sheet for sheet in sheets if sheet]


def dots(sheet: Sheet) -> Image.Image:
    """The printed dots and nothing else: as wide as the head, black and white."""
    from PIL import Image

    high = sum(row.height for row in sheet.rows)
    paper = Image.new("1", (sheet.width, max(high, 1)), 255)
    y = 0
    for row in sheet.rows:
        _draw(paper, row, 0, y, 0)
        y += row.height
    return paper


def save_dots(sheet: Sheet, path: Path, dots_per_mm: float = DOTS_PER_MM) -> None:
    """Write the dots as PNG, two colours."""
    resolution = round(dots_per_mm * 25.4)
    dots(sheet).save(
        path, format="PNG", dpi=(resolution, resolution), compress_level=1, compress_type=_RUNS
    )


_RUNS = 3
"""zlib's strategy for runs of equal bytes, which is what a receipt is."""


def picture(sheet: Sheet) -> Image.Image:
    """The sheet as an image with a palette, transparent around its cut or torn edges."""
    from PIL import Image

    wide = PAPER_WIDTHS.get(sheet.width, sheet.width + 64)
    high = TOP + sum(row.height for row in sheet.rows) + TORN_EDGE
    ink = Image.new("L", (wide, high), 0)
    margin, y = (wide - sheet.width) // 2, TOP
    for row in sheet.rows:
        _draw(ink, row, margin, y, 255)
        y += row.height
    paper = ink.point([shade * _STEPS // 256 for shade in range(256)])
    lower = _edge(wide, torn=sheet.torn)
    paper.paste(lower, (0, high - lower.height))
    paper.paste(_edge(wide, torn=False).transpose(Image.Transpose.FLIP_TOP_BOTTOM), (0, 0))
    colours, paper.info["transparency"] = _palette()
    paper.putpalette(colours)
    return paper


def save(sheet: Sheet, path: Path) -> None:
    """Write the picture as PNG."""
    image = picture(sheet)
    image.save(path, dpi=(203, 203), transparency=image.info["transparency"])


@cache
def _palette() -> tuple[bytes, bytes]:
    """Colours from paper to ink, then the paper's own; and how opaque each is."""
    last = _STEPS - 1
    shades = [
        (light * (last - step) + dark * step) // last
        for step in range(_STEPS)
        for light, dark in zip(_PAPER, _INK, strict=True)
    ]
    opaque = [255] * _STEPS + [step * 255 // last for step in range(_STEPS)]
    return bytes(shades) + bytes(_PAPER) * _STEPS, bytes(opaque)


def _draw(ink: Image.Image, row: PaperRow, left: int, top: int, colour: int) -> None:
    """Put a row on an image in shades, or black and white."""
    for each in row.pictures:
        ink.paste(colour, (left + each.x, top + each.y), _bits(each))
    look, turn, stamps = None, -1, dict[str, Stamp]()
    core = ink.im  # Image.paste spends ten times as long on finding out what it was given
    for x, character, style, y, turned in row.glyphs:
        if style is not look or turned != turn:
            look, turn = style, turned
            stamps = _STAMPS.setdefault((style, turned, ink.mode), {})
        if character not in stamps:
            stamps[character] = _stamp(character, style, turned, ink.mode)
        stamp = stamps[character]
        if stamp:
            mask, wide, high = stamp
            at, line = left + x, top + y
            core.paste(colour, (at, line, at + wide, line + high), mask)


Stamp = tuple[Any, int, int] | None
"""A character ready to be put on an image, its width and height; None leaves the paper as it is."""


_STAMPS: dict[tuple[Look, int, str], dict[str, Stamp]] = {}
"""Those made so far, by look, turn and mode of the image."""


def _stamp(character: str, look: Look, turn: int, mode: str) -> Stamp:
    if character == " " and not look.underline and not look.reverse:
        return None
    shape = _shape(character, look, turn)
    if mode == "1":
        shape = shape.point([255 if shade >= 128 else 0 for shade in range(256)], "1")
    return shape.im, shape.width, shape.height


def _bits(each: Picture) -> Image.Image:
    from PIL import Image

    image = Image.frombytes("1", (each.width, each.height), each.data)
    return image.rotate(90 * each.turn, expand=True) if each.turn else image


def _shape(character: str, look: Look, turn: int) -> Image.Image:
    """The character in its cell: drawn large and even, then brought to the cell's own shape."""
    from PIL import Image, ImageChops, ImageDraw

    scale = 3
    cell = (9, SMALL_HEIGHT) if look.small else (12, CHARACTER_HEIGHT)
    large = Image.new("L", (cell[0] * scale, cell[1] * scale), 0)
    foot = round(cell[1] * scale * 0.8)
    draw = ImageDraw.Draw(large)
    if character == MISSING:
        edge = (scale, scale * 3, cell[0] * scale - scale - 1, foot)
        draw.rectangle(edge, outline=255, width=scale)
    else:
        font = _font(cell[0] * scale, bold=look.bold)
        draw.text((0, foot), character, fill=255, font=font, anchor="ls")
    shape = large.resize(look.cell, Image.Resampling.LANCZOS)
    if look.underline:
        wide, high = look.cell
        ImageDraw.Draw(shape).rectangle((0, high - look.underline, wide, high), fill=255)
    if look.reverse:
        shape = ImageChops.invert(shape)
    quarters = (turn - (1 if look.rotated else 0)) % 4
    return shape.rotate(90 * quarters, expand=True) if quarters else shape


@cache
def _font(advance: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    """The font at the size where every character is `advance` dots wide."""
    from PIL import ImageFont

    name = "DejaVuSansMono-Bold.ttf" if bold else "DejaVuSansMono.ttf"
    return ImageFont.truetype(ASSETS / name, round(advance / 0.602))


def _teeth(wide: int, *, torn: bool) -> list[tuple[float, float]]:
    """Points of the lower edge, left to right, as (x, y) with y from the top of the strip."""
    if not torn:
        return [(x, CUT_EDGE if x // 4 % 2 else 1) for x in range(0, wide + 5, 4)]
    middle, sway = TORN_EDGE * 0.6, TORN_EDGE * 0.2
    return [
        (x, middle + sway * (math.sin(x / 57) + 0.6 * math.sin(x / 19 + 2)) + x * 7 % 5 - 2)
        for x in range(0, wide + 4, 3)
    ]


@cache
def _edge(wide: int, *, torn: bool) -> Image.Image:
    """The strip of teeth below the paper, as places in the palette."""
    from PIL import Image, ImageDraw

    scale, high = 4, TORN_EDGE if torn else CUT_EDGE
    large = Image.new("L", (wide * scale, high * scale), 0)
    line = [(x * scale, y * scale) for x, y in _teeth(wide, torn=torn)]
    ImageDraw.Draw(large).polygon([(0, 0), *line, (wide * scale, 0)], fill=255)
    small = large.resize((wide, high), Image.Resampling.LANCZOS)
    return small.point([_STEPS + alpha * _STEPS // 256 for alpha in range(256)])
