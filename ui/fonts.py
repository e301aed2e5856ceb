"""The fonts we ship: Inter, and Noto Sans Arabic for what Inter has no letters for."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from ui.images import ASSETS

FAMILY = "Inter"
FALLBACK = "Noto Sans Arabic"
_CONFIG = "FONTCONFIG_FILE"
_ASCENT, _DESCENT = 0.97, 0.36
"""Of a line, in em: as high as Inter's, as deep as Arabic letters are."""


@cache
def load_fonts() -> None:
    """Register the fonts we ship; the system's are not looked at.

    Letters are drawn by our own configuration, so that a screen looks the same on every machine.
    """
    with _configured():
        _register_all()
    # Names alone: whoever asks for the one gets both, letter by letter.
    QFont.insertSubstitution(FAMILY, FALLBACK)
    QGuiApplication.setFont(QFont(FAMILY))


@contextmanager
def _configured() -> Iterator[None]:
    """Fontconfig reads its file when the first font is asked for; programs we start read their own."""
    before = os.environ.get(_CONFIG)
    os.environ[_CONFIG] = str(ASSETS / "fonts" / "fonts.conf")
    try:
        yield
    finally:
        if before is None:
            del os.environ[_CONFIG]
        else:
            os.environ[_CONFIG] = before


def _register_all() -> None:
    for path in sorted((ASSETS / "fonts").glob("*.[ot]tf")):
        data = path.read_bytes()
        if path.name.startswith("NotoSansArabic"):
            data = with_lines(data, _ASCENT, _DESCENT)
        _register(path, data)


def _register(path: Path, data: bytes) -> None:
    if QFontDatabase.addApplicationFontFromData(QByteArray(data)) < 0:
        raise RuntimeError(f"font {path.name} cannot be read")


def with_lines(data: bytes, ascent: float, descent: float) -> bytes:
    """An OpenType font whose lines are so high and so deep, in em; its letters are as they were.

    Noto Sans Arabic wants lines of 2.1 em, for vowel signs that nobody writes on a label; a screen
    laid out for 1.2 em would not hold its words. Tables: `head`, `hhea` and `OS/2` of OpenType 1.9.
    """
    changed = bytearray(data)
    tables = dict(_tables(data))
    (em,) = struct.unpack_from(">H", data, tables[b"head"] + 18)
    high, deep = round(ascent * em), -round(descent * em)
    struct.pack_into(">hhh", changed, tables[b"hhea"] + 4, high, deep, 0)
    struct.pack_into(">hhhHH", changed, tables[b"OS/2"] + 68, high, deep, 0, high, -deep)
    return bytes(changed)


def _tables(data: bytes) -> list[tuple[bytes, int]]:
    (count,) = struct.unpack_from(">H", data, 4)
    rows = (struct.unpack_from(">4sIII", data, 12 + 16 * row) for row in range(count))
    return [(tag, offset) for tag, _, offset, _ in rows]
