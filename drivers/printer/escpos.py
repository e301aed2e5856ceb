"""A laid-out receipt as ESC/POS bytes.

Of python-escpos only the tables of constants are used, loaded at the first receipt. Its printer
classes choose code pages by profile (the euro sign lands on Greek or Thai tables), repeat ten
style commands a call, and load a capability file into a temporary folder they leave behind.
Commands cited are those of Epson's ESC/POS command reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from drivers.printer.characters import encoded_lines
from drivers.printer.document import PLAIN, Doc, PrintedLine, Size, Style, printed, told
from drivers.printer.profiles import STANDARD, Native
from drivers.printer.symbols import drawn

WPC1252 = 16
"""ESC t table number: Windows-1252, with the euro sign and every letter of western Europe."""
ASB_ALL = 0x0F
"""GS a: report drawer, on-line state, errors and paper by themselves."""

_SMALL = 0x01
_BOLD = 0x08
_TALL = 0x10
_WIDE = 0x20


@dataclass(frozen=True, slots=True)
class Encoded:
    """Bytes for the printer, in pieces that each end with a whole line.

    `replaced` holds each character that was given a stand-in, once.
    """

    pieces: tuple[bytes, ...]
    replaced: tuple[str, ...] = ()

    @property
    def data(self) -> bytes:
        """All pieces in a row."""
        return b"".join(self.pieces)


def encode(
    doc: Doc, piece: int = 1024, native: frozenset[Native] = STANDARD.native, dots: int = 0
) -> Encoded:
    """The document as bytes, cut into pieces of about `piece` bytes.

    `native`: the symbols the printer draws by itself; `dots`: of a line, if not 12 a column.
    """
    lines = list(printed(doc))
    texts, replaced = encoded_lines([line.text for line in lines])
    pieces: list[bytes] = []
    current = bytearray(prologue())
    style = PLAIN
    for line, text in zip(lines, texts, strict=True):
        if line.cut:
            current += cut()
            continue
        if line.drawn:
            current += _select(PLAIN) if style != PLAIN else b""
            style = PLAIN
            for command in _drawn(line, doc.columns, dots or 12 * doc.columns, native):
                current += command
                if len(current) >= piece:
                    pieces.append(bytes(current))
                    current.clear()
            continue
        if line.style is not style and text and line.style != style:
            current += _select(line.style)
            style = line.style
        current += _placed(text, style) if _RUN in text else text
        current += b"\n"
        if len(current) >= piece:
            pieces.append(bytes(current))
            current.clear()
    if current:
        pieces.append(bytes(current))
    return Encoded(tuple(pieces), tuple(dict.fromkeys((*doc.replaced, *replaced))))


def _drawn(
    line: PrintedLine, columns: int, dots: int, native: frozenset[Native]
) -> Iterator[bytes]:
    """The symbol or picture; in words where the paper is too narrow: a receipt comes out in any case."""
    if line.drawn:
        try:
            yield from drawn(line.drawn, dots, native)
        except ValueError:
            texts, _ = encoded_lines(told(line, columns))
            yield from (text + b"\n" for text in texts)


_RUN = b" " * 5


def _placed(text: bytes, style: Style) -> bytes:
    """Long runs of blanks as ESC $: the next character at so many dots from the left margin."""
    done, at, dots = b"", 0, style.dots
    while (start := text.find(_RUN, at)) >= 0:
        end = len(text) - len(text[start:].lstrip(b" "))
        done += text[at:start] + b"\x1b$" + (end * dots).to_bytes(2, "little")
        at = end
    return done + text[at:]


@cache
def prologue() -> bytes:
    """A known state: reset, status reports on again (ESC @ ends them), one code page, US set."""
    from escpos import constants as c

    international = bytes(c.ESC) + b"R\x00"
    page = bytes(c.CODEPAGE_CHANGE) + bytes((WPC1252,))
    return bytes(c.HW_INIT) + report_status() + page + international


@cache
def report_status() -> bytes:
    """GS a: tell every change of state by itself, and the present one now."""
    from escpos import constants as c

    return bytes(c.GS) + b"a" + bytes((ASB_ALL,))


@cache
def cut() -> bytes:
    """GS V, function B: feed until the last line is past the blade, then cut partially."""
    from escpos import constants as c

    return bytes(c.GS) + b"V\x42\x00"


@cache
def _select(style: Style) -> bytes:
    # One ESC ! carries font, weight and size; the library's own entry for font B selects font A.
    from escpos import constants as c

    wide, high = style.size.value
    mode = (_SMALL if style.small else 0) | (_BOLD if style.bold else 0)
    mode |= (_TALL if high == Size.TALL.value[1] else 0) | (_WIDE if wide > 1 else 0)
    return bytes(c.TXT_NORMAL[:2]) + bytes((mode,))
