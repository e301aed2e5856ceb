"""An export as a folder of CSV files, one kind of row a file, for who opens it in an office.

Texts that an office program would take for a formula get an apostrophe in front.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from kiosk.books.entries import Entry
from kiosk.books.plain import Plain, Plainly, Totals

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""How a formula may begin (OWASP, CSV injection)."""

_PAYMENT = (
    "payment",
    "asked",
    "ended",
    "outcome",
    "decided_by",
    "amount",
    "currency",
    "code",
    "text",
    "terminal_id",
    "trace_number",
    "terminal_receipt",
    "scheme",
    "approval",
)
COLUMNS: dict[str, tuple[str, ...]] = {
    "sales": ("sale", "number", "outcome", "started", "at", "total", "currency", "receipt"),
    "items": (
        "sale",
        "number",
        "line",
        "parent",
        "kind",
        "text",
        "gtin",
        "quantity",
        "unit",
        "grams",
        "price",
        "amount",
        "currency",
        "vat",
        "promotion",
        "at",
    ),
    "taxes": ("sale", "number", "vat", "gross", "net", "tax", "currency"),
    "tenders": (
        "sale",
        "number",
        "type",
        "amount",
        "currency",
        "scheme",
        "terminal_id",
        "trace_number",
        "terminal_receipt",
        "payment",
    ),
    "payments": ("sale", "number", *_PAYMENT),
    "corrections": ("kind", "by", "original_terminal_receipt", *_PAYMENT),
    "acts": ("at", "by", "act", "reason", "detail", "sale", "number"),
    "voids": ("at", "sale", "by", "gtin", "text", "quantity", "grams", "amount", "currency"),
    "parked": ("at", "sale", "place"),
    "receipts": ("at", "sale", "number", "what", "detail"),
    "totals": ("name", "value", "currency"),
}
"""The files and their columns; docs/export.md tells what they mean."""
_AMOUNTS = {"total", "price", "amount", "vat", "gross", "net", "tax", "value"}
Row = dict[str, Any]


class Sheets:
    """The files of one folder, open until `close`."""

    def __init__(self, folder: Path, *, comma: bool) -> None:
        """`comma`: decimal commas, semicolons between, as German offices open it. Raises OSError."""
        self._comma = comma
        self._stack = ExitStack()
        encoding = "utf-8-sig" if comma else "utf-8"  # offices tell UTF-8 by its mark
        self._writers: dict[str, csv.DictWriter[str]] = {}
        for name, columns in COLUMNS.items():
            file = (folder / f"{name}.csv").open("w", encoding=encoding, newline="")
            self._stack.enter_context(file)
            writer = csv.DictWriter(file, columns, delimiter=";" if comma else ",")
            writer.writeheader()
            self._writers[name] = writer

    def write(self, entries: Iterable[Entry], plainly: Plainly) -> None:
        """Every entry into the files it belongs to, and the totals at the end."""
        totals = Totals()
        for entry in entries:
            totals.add(entry)
            for name, row in _rows(plainly.entry(entry)):
                self._add(name, row)
        for row in _totals(totals.plain()):
            self._add("totals", row)

    def close(self) -> None:
        """Everything is in the files."""
        self._stack.close()

    def _add(self, name: str, row: Row) -> None:
        cells = {column: self._cell(column, row.get(column)) for column in COLUMNS[name]}
        self._writers[name].writerow(cells)

    def _cell(self, column: str, value: Any) -> str:
        if value is None:
            return ""
        if column in _AMOUNTS:
            return str(value).replace(".", ",") if self._comma else str(value)
        text = str(value)
        return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def _rows(plain: Plain) -> Iterator[tuple[str, Row]]:
    match plain["record"]:
        case "sale":
            yield from _of_sale(plain)
        case "correction":
            payment = plain["payment"]
            yield "corrections", {**payment, "payment": payment["id"], **_without(plain)}
        case _:
            yield "acts", plain


def _without(plain: Plain) -> Row:
    return {name: value for name, value in plain.items() if name != "payment"}


def _of_sale(sale: Plain) -> Iterator[tuple[str, Row]]:
    whose = {"sale": sale["id"], "number": sale["number"], "currency": sale["currency"]}
    receipt = sale["receipt"]
    yield "sales", {**sale, **whose, "receipt": receipt["fate"] if receipt else None}
    for name in ("items", "taxes", "tenders", "acts", "voids"):
        for row in sale[name]:
            yield name, {**whose, **row}
    for payment in sale["payments"]:
        yield "payments", {**whose, **payment, "payment": payment["id"]}
    for each in sale["parked"]:
        yield "parked", {"at": each["at"], "sale": sale["id"], "place": each["number"]}
    for word in receipt["story"] if receipt else ():
        yield "receipts", {**whose, **word}


def _totals(totals: Plain) -> Iterator[Row]:
    currency = totals["currency"]
    for name, value in totals.items():
        match value:
            case dict():  # of baskets: counts
                yield from ({"name": f"baskets {each}", "value": n} for each, n in value.items())
            case list():
                for tax in value:
                    for part in ("gross", "net", "tax"):
                        named = f"{part} at {tax['vat']} %"
                        yield {"name": named, "value": tax[part], "currency": currency}
            case int() | None:
                yield {"name": name, "value": value}
            case _ if name != "currency":
                yield {"name": name, "value": value, "currency": currency}
