"""`drivers receipt`: one receipt's record (JSON) in any of its forms."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from drivers.printer.document import BLANK, Doc, Stationery, as_text
from drivers.printer.html import PAGE_COLUMNS, as_html
from drivers.printer.layout import lay_out
from drivers.printer.specimen import specimen
from drivers.printer.stationery import read_stationery
from kiosk.errors import KioskError
from kiosk.receipt import Receipt
from kiosk.receipt_record import NoReceipt, read, write
from kiosk.words import Language

EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_CANTCREAT = 64, 65, 66, 73
MOST_BYTES = 2_000_000


class NoRecord(KioskError):
    """A file that is no receipt's record."""


def receipt_in(data: bytes) -> Receipt:
    """The receipt of a record. Raises NoRecord."""
    try:
        record = json.loads(data)
        if not isinstance(record, dict):
            raise NoRecord("no receipt: not a JSON object")
        return read(record)
    except (NoReceipt, ValueError, RecursionError) as error:
        raise NoRecord(str(error)) from error


def run(options: argparse.Namespace) -> int:
    """Show it, or write it to `--out`."""
    if options.form in BINARY and options.out is None and sys.stdout.isatty():
        print(f"drivers: {options.form} is no text; write it with --out FILE", file=sys.stderr)
        return EX_USAGE
    try:
        receipt = _given(options)
    except NoRecord as error:
        print(f"drivers: {options.file}: {error}", file=sys.stderr)
        return EX_DATAERR
    except OSError as error:
        print(f"drivers: {options.file}: {error.strerror}", file=sys.stderr)
        return EX_NOINPUT
    own = read_stationery(options.stationery, options.columns) if options.stationery else BLANK
    data = FORMS[options.form](receipt, options, own)
    if options.out is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return 0
    try:
        options.out.write_bytes(data)
    except OSError as error:
        print(f"drivers: {options.out}: {error.strerror}", file=sys.stderr)
        return EX_CANTCREAT
    return 0


def _given(options: argparse.Namespace) -> Receipt:
    if options.file is None:
        return specimen(5, language=Language(options.language), secured=True)
    if str(options.file) == "-":
        return receipt_in(sys.stdin.buffer.read(MOST_BYTES))
    path: Path = options.file
    with path.open("rb") as file:
        return receipt_in(file.read(MOST_BYTES))


def _paper(receipt: Receipt, options: argparse.Namespace, own: Stationery) -> Doc:
    return lay_out(receipt, options.columns, large=options.large, stationery=own)


def _text(receipt: Receipt, options: argparse.Namespace, own: Stationery) -> bytes:
    return as_text(_paper(receipt, options, own)).encode()


def _html(receipt: Receipt, options: argparse.Namespace, own: Stationery) -> bytes:
    del options
    doc = lay_out(receipt, PAGE_COLUMNS, stationery=own)
    return as_html(doc, receipt.language.value, f"{receipt.shop.name} {receipt.number}").encode()


def _escpos(receipt: Receipt, options: argparse.Namespace, own: Stationery) -> bytes:
    from drivers.printer.escpos import encode

    return encode(_paper(receipt, options, own)).data


def _png(receipt: Receipt, options: argparse.Namespace, own: Stationery) -> bytes:
    import io

    from drivers.printer.paper import develop, dots

    (sheet, *_) = develop(_escpos(receipt, options, own), options.columns * 12)
    stored = io.BytesIO()
    dots(sheet).save(stored, "PNG", dpi=(203, 203))
    return stored.getvalue()


def _json(receipt: Receipt, options: argparse.Namespace, own: Stationery) -> bytes:
    del options, own
    return (json.dumps(write(receipt), ensure_ascii=False, indent=1) + "\n").encode()


Form = Callable[[Receipt, argparse.Namespace, Stationery], bytes]
FORMS: dict[str, Form] = {
    "text": _text,
    "png": _png,
    "html": _html,
    "escpos": _escpos,
    "json": _json,
}
BINARY = ("png", "escpos")
