"""CSV to a catalogue snapshot. Bad rows are named and left out; the old file stays until the end.

Every line of the file is a row of its own: a quotation mark that is never closed costs one row.
"""

from __future__ import annotations

import csv
import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.basket import Unit
from kiosk.catalog import ArticleRow, fill
from kiosk.gtin import check_digit

REQUIRED = ("gtin", "name", "price", "vat")
OPTIONAL = {"currency": "EUR", "unit": "piece", "deposit": "0", "age": "0"}
MAX_NAME = 200
MAX_MINOR = 10_000_00
RATES = {"19": 1900, "7": 700, "0": 0}
AGES = (0, 12, 16, 18)

_LINE_END = re.compile("\r\n|\n|\r")  # str.splitlines knows more line ends than a CSV has
_MONEY = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?")


class BadRow(ValueError):
    """Why one row cannot be sold."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that was left out. Lines count from 1, the header included."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did. With no article imported nothing was written."""

    articles: int
    findings: tuple[Finding, ...]


def import_catalogue(source: Path, target: Path, now: datetime) -> Report:
    """Read `source`, write `target` in one step. Raises ValueError if one of them cannot be used."""
    _keep_apart(source, target)
    findings: list[Finding] = []
    rows: dict[int, ArticleRow] = {}
    head, *lines = _LINE_END.split(_text(source))
    delimiter = ";" if head.count(";") > head.count(",") else ","
    columns = _columns(source, head, delimiter)
    for line, text in enumerate(lines, 2):
        if not text:
            continue
        try:
            record = _record(columns, text, delimiter)
            row = _row(record)
            if row[0] in rows:
                raise BadRow(f"GTIN {record['gtin'].strip()} appeared before")
            rows[row[0]] = row
        except BadRow as error:
            findings.append(Finding(line, str(error)))
    if rows:
        try:
            _write(target, list(rows.values()), now)
        except (OSError, sqlite3.Error) as error:
            raise ValueError(f"{target}: cannot be written: {error}") from error
    return Report(len(rows), tuple(findings))


def _keep_apart(source: Path, target: Path) -> None:
    for written in (target, _fresh(target)):
        if written.resolve() == source.resolve() or (
            written.exists() and source.exists() and written.samefile(source)
        ):
            raise ValueError(
                f"{source}: would be overwritten by the catalogue; choose another --to"
            )


def _text(source: Path) -> str:
    try:
        return source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{source}: not UTF-8 ({error.reason} at byte {error.start})") from error
    except OSError as error:
        raise ValueError(f"{source}: {error.strerror}") from error


def _columns(source: Path, head: str, delimiter: str) -> list[str]:
    """The columns of the first line: each known, once. A misspelt `age` must not lift a limit."""
    try:
        columns = [name.strip().lower() for name in _fields(head, delimiter)]
    except csv.Error as error:
        raise ValueError(f"{source}: line 1: {error}") from error
    if missing := [name for name in REQUIRED if name not in columns]:
        raise ValueError(f"{source}: the first line lacks the column {', '.join(missing)}")
    for name in columns:
        if name not in (*REQUIRED, *OPTIONAL):
            known = ", ".join((*REQUIRED, *OPTIONAL))
            raise ValueError(f'{source}: unknown column "{name[:40]}"; known are {known}')
        if columns.count(name) > 1:
            raise ValueError(f"{source}: the first line has the column {name} more than once")
    return columns


def _record(columns: list[str], text: str, delimiter: str) -> dict[str, str]:
    try:
        values = _fields(text, delimiter)
    except csv.Error as error:
        raise BadRow(_said(error)) from error
    if len(values) > len(columns):
        raise BadRow("more fields than the first line has columns")
    return dict(zip(columns, values, strict=False))  # what a short row lacks is empty


def _fields(text: str, delimiter: str) -> list[str]:
    return next(csv.reader([text], delimiter=delimiter, strict=True), [])


def _said(error: csv.Error) -> str:
    unclosed = str(error) == "unexpected end of data"
    return "a quotation mark is not closed on its line" if unclosed else str(error)


def _row(record: dict[str, str]) -> ArticleRow:
    values = {name: (record.get(name) or "").strip() for name in (*REQUIRED, *OPTIONAL)}
    values |= {name: plain for name, plain in OPTIONAL.items() if not values[name]}
    unit = values["unit"].lower()
    if unit not in tuple(Unit):
        raise BadRow(f'unit "{unit}" is neither piece nor kg')
    if values["currency"] != "EUR":
        raise BadRow(f'currency "{values["currency"]}" is not EUR')
    price = _money(values["price"], "price")
    if price == 0:
        raise BadRow("price is 0")
    return (
        _gtin(values["gtin"], weighed=unit == Unit.KILOGRAM),
        _name(values["name"]),
        price,
        values["currency"],
        _rate(values["vat"]),
        unit,
        _money(values["deposit"], "deposit"),
        _age(values["age"]),
    )


def _gtin(text: str, *, weighed: bool) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) not in (8, 12, 13, 14):
        raise BadRow(f'gtin "{text[:20]}" has not 8, 12, 13 or 14 digits')
    right = check_digit(text[:-1])
    if right != text[-1]:
        raise BadRow(f'gtin "{text}" has check digit {text[-1]}, not {right}')
    if weighed and not (len(text) == 13 and text[:2] in ("28", "29") and text[7:12] == "00000"):
        raise BadRow(f'gtin "{text}" sold by kg is not of the form 28nnnnn00000c')
    return int(text)


def _name(text: str) -> str:
    name = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    if not name:
        raise BadRow("name is missing")
    if len(name) > MAX_NAME:
        raise BadRow(f"name is longer than {MAX_NAME} characters")
    return name


def _money(text: str, column: str) -> int:
    found = _MONEY.fullmatch(text)
    if not found:
        raise BadRow(f'{column} "{text[:20]}" is no amount like 1.99')
    minor = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
    if minor > MAX_MINOR:
        raise BadRow(f"{column} {text} is above {MAX_MINOR // 100}")
    return minor


def _rate(text: str) -> int:
    rate = RATES.get(text.rstrip("% ").strip())
    if rate is None:
        raise BadRow(f'vat "{text[:20]}" is not one of {", ".join(RATES)}')
    return rate


def _age(text: str) -> int:
    if not text.isdecimal() or int(text) not in AGES:
        raise BadRow(f'age "{text[:20]}" is not one of {", ".join(map(str, AGES))}')
    return int(text)


def _fresh(target: Path) -> Path:
    return target.with_name(target.name + ".new")


def _write(target: Path, rows: list[ArticleRow], now: datetime) -> None:
    fresh = _fresh(target)
    fresh.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _fill(fresh, rows, now)
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _fill(fresh: Path, rows: list[ArticleRow], now: datetime) -> None:
    db = sqlite3.connect(fresh)
    try:
        fill(db, sorted(rows), now)
        db.commit()
    finally:
        db.close()
