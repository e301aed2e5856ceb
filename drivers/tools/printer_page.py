"""The page a technician holds beside the paper: width, characters, styles, symbols, and a cut.

And a text file as paper. What further kinds of files can be printed is one line in `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from drivers.printer.document import (
    PLAIN,
    STRONG,
    TOTAL,
    Align,
    Cut,
    Doc,
    Gap,
    Part,
    Row,
    Rule,
    Size,
    Style,
    Symbol,
    SymbolKind,
    Text,
)
from drivers.printer.layout import lay_out
from drivers.tools.receipt import NoRecord, receipt_in
from kiosk.errors import KioskError

LETTERS = ("ÄÖÜ äöü ß ẞ € § °", "àâçéèêëîïôûù ñ åæø", "„Anführung“ – Strich … ½ × µ")
PLAINLY = "0123456789 ABCDEFGHIJKLM abcdefghijklm !#%&*+/<=>?@"
MOST_BYTES = 100_000


class Unprintable(KioskError):
    """A file that is not what it should be."""


def page(columns: int, name: str) -> Doc:
    """The test page of a printer so many characters wide."""
    parts: list[Part] = [
        Text("Testseite", Align.CENTRE, TOTAL),
        Text(name[:columns], Align.CENTRE),
        Rule(),
        *_ruler(columns),
        Rule(),
        *(Text(line) for line in (*_wrapped(PLAINLY, columns), *LETTERS)),
        Rule(),
        *_styles(columns),
        Rule("="),
        Row("links", "rechts"),
        Row("SUMME", "1.234,56 €", TOTAL),
        *_symbols(),
        Gap(),
        Text("Ende: dahinter ist der Schnitt", Align.CENTRE),
        Cut(),
    ]
    return Doc(columns, tuple(parts))


def _ruler(columns: int) -> tuple[Part, ...]:
    tens = "".join(f"{place:>10}" for place in range(10, columns + 1, 10))
    return Text(tens), Text(("1234567890" * columns)[:columns])


def _styles(columns: int) -> tuple[Part, ...]:
    styles = (
        ("normal", PLAIN),
        ("fett", STRONG),
        ("hoch", Style(Size.TALL)),
        ("groß", Style(Size.LARGE)),
        ("klein", Style(small=True)),
    )
    return tuple(
        Text(f"{name} Äß€ 123"[: style.fits(columns)], style=style) for name, style in styles
    )


def _symbols() -> tuple[Part, ...]:
    """A matrix code and a bar code to scan."""
    return (
        Gap(),
        Symbol(SymbolKind.QR, b"https://shop.example/test", "QR"),
        Symbol(SymbolKind.EAN, b"4006381333931", "EAN"),
    )


def text_of(data: bytes, columns: int) -> Doc:
    """A text as paper: lines wrap at the paper's edge, and it is cut at its end."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unprintable(f"byte {error.start} is no UTF-8; save the file as UTF-8") from error
    lines = text.replace("\t", "    ").splitlines()
    parts: list[Part] = [
        Text(piece) if piece else Gap() for line in lines for piece in _wrapped(line, columns)
    ]
    return Doc(columns, (*parts, Cut()))


def _wrapped(line: str, columns: int) -> list[str]:
    shown = "".join(each for each in line if each.isprintable())
    return [shown[at : at + columns] for at in range(0, len(shown), columns)] or [""]


def record_of(data: bytes, columns: int) -> Doc:
    """A receipt's record as paper, with the mark of a copy. Raises Unprintable."""
    try:
        receipt = receipt_in(data)
    except NoRecord as error:
        raise Unprintable(str(error)) from error
    return lay_out(replace(receipt, copy=True), columns)


READERS: dict[str, Callable[[bytes, int], Doc]] = {
    "": text_of,
    ".txt": text_of,
    ".json": record_of,
}
"""By the end of a file's name, small; what is not here is a text."""


def document_of(path: Path, columns: int) -> Doc:
    """A file as a document. Raises Unprintable."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unprintable(f"{path}: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise Unprintable(f"{path}: {len(data)} bytes are no receipt; {MOST_BYTES} at most")
    return READERS.get(path.suffix.lower(), text_of)(data, columns)
