"""Bar codes and matrix codes a printer draws by itself, at exact dots and without a quiet zone.

Sizes and levels are those of GS ( k and GS k of Epson's reference. Code 128 is drawn here, all
others by zxing-cpp.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from drivers.printer import code128
from drivers.printer.commands import Command
from drivers.printer.graphics import raster
from drivers.printer.profiles import Native
from drivers.printer.sheet import Picture

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Rows = tuple[str, ...]
"""Modules row by row, `1` dark."""
PDF417, QR, DATA_MATRIX, AZTEC = 48, 49, 54, 55
LARGEST = 16
"""Dots of a module, at most."""
NAMES = {PDF417: "PDF417", QR: "QR Code", DATA_MATRIX: "Data Matrix", AZTEC: "Aztec"}

LINEAR = {
    65: "UPC-A",
    66: "UPC-E",
    67: "EAN-13",
    68: "EAN-8",
    69: "Code 39",
    70: "ITF",
    71: "Codabar",
    72: "Code 93",
    73: "Code 128",
    74: "GS1-128",
    75: "DataBar Omni",
    76: "DataBar Truncated",
    77: "DataBar Limited",
    78: "DataBar Expanded",
}
"""GS k by m; 0 to 6 are the same as 65 to 71."""
_DIGITS = {
    "UPC-A": (11, 12),
    "UPC-E": (6, 7, 8, 11, 12),
    "EAN-13": (12, 13),
    "EAN-8": (7, 8),
}
"""How many digits there may be; a check digit left out is added."""
_WRITERS = {
    "UPC-A": "UPCA",
    "UPC-E": "UPCE",
    "EAN-13": "EAN13",
    "EAN-8": "EAN8",
    "Code 39": "Code39",
    "ITF": "ITF",
    "Codabar": "Codabar",
    "Code 93": "Code93",
    "DataBar Omni": "DataBarOmni",
    "DataBar Truncated": "DataBarOmni",
    "DataBar Limited": "DataBarLtd",
    "DataBar Expanded": "DataBarExp",
    "PDF417": "PDF417",
    "Compact PDF417": "CompactPDF417",
    "QR Code": "QRCode",
    "Micro QR Code": "MicroQRCode",
    "Data Matrix": "DataMatrix",
    "Aztec": "Aztec",
}


def native_of(command: Command) -> Native | None:
    """What a printer has to be able to draw for this command, if it is one for a symbol."""
    if command.code == b"\x1dk":
        return Native.EAN
    if command.code == b"\x1d(" and command.arguments[:1] == b"k" and len(command.arguments) > 3:
        kind = command.arguments[3]
        return {PDF417: Native.PDF417, QR: Native.QR}.get(kind)
    return None


@dataclass(slots=True)
class Settings:
    """What GS ( k has set for one kind of symbol; all as at power-on."""

    module: int = 3
    row_height: int = 3
    level: int = 0
    columns: int = 0
    rows: int = 0
    kind: int = 50
    """QR: 49 model 1, 50 model 2, 51 micro. PDF417: 1 truncated."""
    rectangular: bool = False
    data: bytes = b""


@dataclass(slots=True)
class Barcodes:
    """How GS k draws: set by GS h, GS w, GS H and GS f."""

    height: int = 162
    module: int = 3
    reading: int = 0
    """Characters below (2), above (1), both (3)."""
    small: bool = False


def _fresh() -> dict[int, Settings]:
    return {
        PDF417: Settings(level=1, kind=0),
        QR: Settings(level=48),
        DATA_MATRIX: Settings(),
        AZTEC: Settings(level=23),
    }


@dataclass(slots=True)
class Symbols:
    """The symbol memory of a printer: settings and data stored until printed."""

    settings: dict[int, Settings] = field(default_factory=_fresh)

    def obey(self, block: bytes) -> Picture | None:
        """Carry out GS ( k: pL pH cn fn and parameters. The picture is there when it prints.

        Raises Unprintable.
        """
        kind, function, rest = block[2], block[3], block[4:]
        settings = self.settings.get(kind)
        if settings is None:
            raise code128.Unprintable(f"no symbol of kind {kind}")
        if function == 80:
            settings.data = rest[1:]
        elif function == 81:
            return matrix(kind, settings)
        elif rest:
            _set(kind, settings, function, rest)
        return None


def _set(kind: int, settings: Settings, function: int, rest: bytes) -> None:
    value = rest[0]
    size = min(max(value, 1), LARGEST)
    match kind, function:
        case 48, 65:
            settings.columns = value
        case 48, 66:
            settings.rows = value
        case 48, 68:
            settings.row_height = size
        case 48, 69:
            settings.level = rest[1] if len(rest) > 1 else settings.level
            if value == 48:
                settings.level = -(settings.level - 48) - 1
        case (48, 70) | (49, 65) | (55, 66):
            settings.kind = value
        case 54, 66:
            settings.rectangular = value in (1, 49)
        case _, 67:
            settings.module = size
        case ((49 | 55), 69):
            settings.level = value
        case _:
            pass


def matrix(kind: int, settings: Settings) -> Picture:
    """The stored data as a picture. Raises Unprintable."""
    name = NAMES[kind]
    high = settings.module
    options: dict[str, object] = {}
    if kind == QR:
        options["ec_level"] = "LMQH"[settings.level % 48 % 4]
        name = "Micro QR Code" if settings.kind == 51 else name
    elif kind == PDF417:
        high = settings.module * settings.row_height
        # -1 to -9 are levels 0 to 8; others tenths of the data.
        level = settings.level
        options["ec_level"] = -level - 1 if level < 0 else f"{min(level * 10, 90)}%"
        options |= {"columns": settings.columns} if settings.columns else {}
        name = "Compact PDF417" if settings.kind == 1 else name
    elif kind == DATA_MATRIX:
        options["force_square"] = not settings.rectangular
    else:
        options["ec_level"] = f"{settings.level}%"
    rows = modules(name, settings.data, tuple(options.items()))
    about = f"{name}, {len(rows[0])} x {len(rows)} modules, {len(settings.data)} bytes"
    if kind == QR and settings.kind == 49:
        about += ", model 2 for want of 1"
    return _drawn(rows, settings.module, high, about)


def barcode(kind: int, data: bytes, how: Barcodes) -> tuple[Picture, str]:
    """One GS k symbol and the characters a person reads. Raises Unprintable."""
    name = LINEAR.get(kind + 65 if kind < 7 else kind)
    if name is None:
        raise code128.Unprintable(f"no bar code of kind {kind}")
    if name in ("Code 128", "GS1-128"):
        said = code128.gs1(data) if name == "GS1-128" else data
        rows: Rows = (code128.bars(said),)
        text = _readable(data)
    else:
        plain = data.strip(b"*") if name == "Code 39" else data
        if name in _DIGITS and not (plain.isdigit() and len(plain) in _DIGITS[name]):
            raise code128.Unprintable(f"{name} has {_DIGITS[name]} digits")
        rows = modules(name, plain, ())
        text = plain.decode("ascii", errors="replace")
    return _drawn(rows[:1], how.module, how.height, f"{name} {text}"), text


def _readable(data: bytes) -> str:
    """Without the host's marks; set C as digits."""
    found, at, pairs = "", 0, False
    while at < len(data):
        if data[at] == 0x7B and at + 1 < len(data) and data[at + 1] != 0x7B:
            if data[at + 1] in b"ABC":
                pairs = data[at + 1] == 0x43
            at += 2
            continue
        byte = data[at]
        found += f"{byte:02d}" if pairs else chr(byte) if 0x20 <= byte < 0x7F else " "
        at += 2 if byte == 0x7B else 1
    return found


def _drawn(rows: Rows, wide: int, high: int, about: str) -> Picture:
    width = len(rows[0])
    pad = -width % 8
    bits = b"".join(int(row + "0" * pad, 2).to_bytes((width + pad) // 8, "big") for row in rows)
    big = raster(width, len(rows), bits, (max(wide, 1), max(high, 1)))
    return Picture(big.width, big.height, big.data, about=about)


def modules(name: str, data: bytes, options: tuple[tuple[str, object], ...]) -> Rows:
    """A symbol's modules. Raises Unprintable."""
    import zxingcpp  # heavy, and only where something is drawn

    matrices = ("QR", "Micro", "PDF417", "Compact", "Data M", "Aztec")
    content = data if name.startswith(matrices) else data.decode("ascii", errors="replace")
    try:
        made = zxingcpp.create_barcode(
            content, getattr(zxingcpp.BarcodeFormat, _WRITERS[name]), **dict(options)
        )
    except ValueError as error:
        raise code128.Unprintable(f"{name}: {error}") from error
    image = memoryview(cast("ReadableBuffer", made.to_image(scale=1, add_quiet_zones=False)))
    high, wide = cast("tuple[int, int]", image.shape)
    step = 3 if "PDF417" in name else 1  # its rows are three modules high
    dark = bytes(image).translate(_DARK).decode("ascii")
    return tuple(dark[at * wide : (at + 1) * wide] for at in range(0, high, step))


_DARK = bytes(0x31 if grey < 128 else 0x30 for grey in range(256))
