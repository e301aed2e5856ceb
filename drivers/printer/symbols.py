"""Symbols and pictures as ESC/POS bytes: drawn by the printer where it can, as raster elsewhere.

A printer obeys real-time commands even inside image data: a raster that happened to hold one would
cancel the job or open the drawer. So every raster is looked through, and moved or broken until it
holds none. Command names after Epson's ESC/POS reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from drivers.printer.document import Drawn, Picture, Symbol, SymbolKind
from drivers.printer.profiles import Native

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

REAL_TIME = re.compile(rb"\x10[\x04\x05\x14]")
"""DLE EOT, DLE ENQ and DLE DC4."""
QUIET_MODULES = {SymbolKind.QR: 4, SymbolKind.PDF417: 2, SymbolKind.EAN: 11}
"""White around a symbol, in modules, as its standard wants it."""
EAN_HEIGHT = 96
"""Dots."""
PDF417_ROW = 3
"""Height of a row of PDF417 in modules."""
BAND = 24
"""Rows of one raster command: little enough that the printer is never far behind what was sent."""
_LEVELS = {"L": b"0", "M": b"1", "Q": b"2", "H": b"3"}
_FORMATS = {SymbolKind.QR: "QRCode", SymbolKind.PDF417: "PDF417"}
_CENTRE, _LEFT = b"\x1ba\x01", b"\x1ba\x00"


def drawn(part: Drawn, dots: int, native: frozenset[Native]) -> list[bytes]:
    """The part in the middle of `dots` of paper, nothing near it, as commands to send in a row.

    Raises ValueError for what is too wide.
    """
    if isinstance(part, Picture):
        return list(raster(part, dots))
    quiet = QUIET_MODULES[part.kind]
    modules = matrix(part)
    cell = min(part.cell, dots // (len(modules[0]) + 2 * quiet))
    if cell < 2:
        raise ValueError(
            f"a {part.kind.upper()} of {len(part.data)} bytes is too wide for {dots} dots"
        )
    space = _feed(quiet * cell)
    # A printer obeys real-time commands in what it is to encode, too.
    if Native(part.kind.value) in native and not REAL_TIME.search(part.data):
        return [space + _CENTRE + _native(part, cell) + _LEFT + space]
    return [space, *raster(_enlarged(modules, part, cell), dots), space]


@lru_cache(maxsize=64)
def matrix(part: Symbol) -> tuple[bytes, ...]:
    """The modules of a symbol row by row, 1 is black. Raises ValueError for what it cannot hold."""
    import zxingcpp  # heavy, and only where something is drawn

    name = _FORMATS.get(part.kind) or f"EAN{len(part.data)}"
    try:
        options = {"ec_level": part.level} if part.kind is SymbolKind.QR else {}
        kind = getattr(zxingcpp.BarcodeFormat, name)
        content = part.data.decode("ascii") if part.kind is SymbolKind.EAN else part.data
        made = zxingcpp.create_barcode(content, kind, **options)
    except (AttributeError, UnicodeDecodeError, ValueError, RuntimeError) as error:
        raise ValueError(f"not a {part.kind.upper()}: {error}") from error
    image = memoryview(cast("Buffer", made.to_image(scale=1, add_quiet_zones=False)))
    high, wide = cast("tuple[int, int]", image.shape)
    ink = bytes(image).translate(bytes((1,)) + bytes(255))
    rows = [ink[at * wide : (at + 1) * wide] for at in range(high)]
    if part.kind is SymbolKind.EAN:  # one row says it all; the guard bars' tails are decoration
        rows = rows[:1]
    return tuple(rows)


def raster(picture: Picture, dots: int) -> Iterator[bytes]:
    """GS v 0 in bands, centred by white at the left and free of real-time commands."""
    if picture.width > dots:
        raise ValueError(f"a picture of {picture.width} dots is too wide for {dots}")
    rows = _rows(picture)
    left = (dots - picture.width) // 2
    for at in range(0, len(rows), BAND):
        yield _band(rows[at : at + BAND], left, dots)


def _band(rows: list[str], left: int, dots: int) -> bytes:
    """One command. A dot to the right or the left breaks nearly every pattern; else a dot is added."""
    wide = len(rows[0])
    for shift in (0, 1, -1, 2, -2, 3, -3):
        if left + shift >= 0 and left + shift + wide <= dots:
            found = _command(rows, left + shift)
            if not REAL_TIME.search(found):
                return found
    data = _command(rows, left)
    while hit := REAL_TIME.search(data):  # 10h becomes 11h: one dot more, at the edge of black
        data = data[: hit.start()] + b"\x11" + data[hit.start() + 1 :]
    return data


def _command(rows: list[str], left: int) -> bytes:
    stride = (left + len(rows[0]) + 7) // 8
    lines = (int(("0" * left + row).ljust(stride * 8, "0"), 2).to_bytes(stride) for row in rows)
    head = b"\x1dv0\x00" + stride.to_bytes(2, "little") + len(rows).to_bytes(2, "little")
    return head + b"".join(lines)


def _rows(picture: Picture) -> list[str]:
    stride, width = picture.stride, picture.width
    data = (picture.data[at : at + stride] for at in range(0, len(picture.data), stride))
    return [f"{int.from_bytes(row):0{stride * 8}b}"[:width] for row in data]


def _enlarged(modules: tuple[bytes, ...], part: Symbol, cell: int) -> Picture:
    """Modules as squares of dots; rows of PDF417 come as high as they must be."""
    high = EAN_HEIGHT if part.kind is SymbolKind.EAN else cell
    width = len(modules[0]) * cell
    stride = (width + 7) // 8
    data = bytearray()
    for row in modules:
        bits = "".join("01"[module] * cell for module in row).ljust(stride * 8, "0")
        data += int(bits, 2).to_bytes(stride) * high
    return Picture(width, bytes(data), part.label)


def _feed(dots: int) -> bytes:
    """ESC J: white paper of so many dots."""
    return b"\x1bJ" + bytes((min(dots, 255),))


def _native(part: Symbol, cell: int) -> bytes:
    match part.kind:
        case SymbolKind.QR:
            return (
                _block(b"1A2\x00")
                + _block(b"1C" + bytes((cell,)))
                + _block(b"1E" + _LEVELS[part.level])
                + _block(b"1P0" + part.data)
                + _block(b"1Q0")
            )
        case SymbolKind.PDF417:
            return (
                _block(b"0C" + bytes((cell,)))
                + _block(b"0D" + bytes((PDF417_ROW,)))
                + _block(b"0P0" + part.data)
                + _block(b"0Q0")
            )
        case SymbolKind.EAN:
            kind = b"C" if len(part.data) == 13 else b"D"
            size = bytes((len(part.data),))
            height = b"\x1dh" + bytes((EAN_HEIGHT,))
            return height + b"\x1dw" + bytes((cell,)) + b"\x1dk" + kind + size + part.data


def _block(function: bytes) -> bytes:
    """GS ( k with its length."""
    return b"\x1d(k" + len(function).to_bytes(2, "little") + function
