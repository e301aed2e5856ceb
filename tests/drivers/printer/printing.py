"""Commands as a host writes them, and what a camera reads on the paper."""

from __future__ import annotations

import subprocess
from pathlib import Path

import zxingcpp

from drivers.printer.paper import develop, dots
from drivers.printer.sheet import Sheet


def block(letter: bytes, body: bytes) -> bytes:
    """GS ( with its length."""
    return b"\x1d(" + letter + len(body).to_bytes(2, "little") + body


def matrix(kind: int, data: bytes, *settings: bytes) -> bytes:
    """GS ( k: settings as function and parameters, then store and print."""
    said = [*settings, b"\x50\x30" + data, b"\x51\x30"]
    return b"".join(block(b"k", bytes((kind,)) + each) for each in said)


def linear(kind: int, data: bytes, module: int = 2, height: int = 80) -> bytes:
    """GS k with a length, in bars of so many dots."""
    settings = b"\x1dw" + bytes((module,)) + b"\x1dh" + bytes((height,))
    return settings + b"\x1dk" + bytes((kind, len(data))) + data


def paper(data: bytes, width: int = 576) -> Sheet:
    """The only piece that comes out."""
    (sheet,) = develop(data, width)
    return sheet


def read(sheet: Sheet) -> list[tuple[str, bytes]]:
    """The symbols on it, as (format, bytes)."""
    found = zxingcpp.read_barcodes(dots(sheet).convert("L"))
    return [(str(each.format), each.bytes) for each in found]


def read_otherwise(sheet: Sheet, folder: Path) -> list[bytes]:
    """The same by an unrelated program."""
    path = folder / "symbol.png"
    dots(sheet).save(path)
    done = subprocess.run(
        ["zbarimg", "-q", "--raw", "-Sbinary", str(path)], capture_output=True, timeout=30
    )
    return [done.stdout]
