"""One record to one row of the catalogue, or why it cannot be sold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from html import unescape

from kiosk.articles.plan import OPTIONAL
from kiosk.basket import MAX_QUANTITY, Measure, Sold, Unit
from kiosk.catalog import ArticleRow
from kiosk.gtin import check_digit

MAX_NAME = 200
MAX_MINOR = 10_000_00
MAX_CONTENT = 1_000_000
"""A thousand kilograms."""
KINDS_AT_HAND = 8192
RATES = {"19": 1900, "7": 700, "0": 0}
AGES = (0, 12, 16, 18)
CONTENT_UNITS = {
    "g": (Measure.GRAM, 1),
    "kg": (Measure.GRAM, 1000),
    "ml": (Measure.MILLILITRE, 1),
    "l": (Measure.MILLILITRE, 1000),
    "piece": (Measure.PIECE, 1),
}

_MONEY = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,2}))?")
_NUMBER = re.compile(r"([0-9]{1,7})(?:[.,]([0-9]{1,3}))?")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")
"""Those by number are read without their end, too: exports cut names to a length."""
_IN_STORE = re.compile(r"2[0-9]{7,}0000[0-9]")
"""Thirteen digits, nothing measured: what a template of four digits or more leaves."""


class Fault(StrEnum):
    """What is doubtful about a row: the words that a report counts by."""

    ROW = "row"
    GTIN = "gtin"
    CHECK_DIGIT = "check_digit"
    DUPLICATE = "duplicate"
    NAME = "name"
    ENTITIES = "entities"
    """The row is kept: its name is what the entities stand for."""
    AMOUNT = "amount"
    ZERO = "zero"
    NEGATIVE = "negative"
    TOO_HIGH = "too_high"
    VAT = "vat"
    UNIT = "unit"
    CURRENCY = "currency"
    AGE = "age"
    SOLD = "sold"
    LIMIT = "limit"
    CONTENT = "content"


class BadRow(ValueError):
    """Why one row cannot be sold."""

    def __init__(self, reason: str, fault: Fault) -> None:
        super().__init__(reason)
        self.fault = fault


def row_of(record: Mapping[str, str]) -> tuple[ArticleRow, str]:
    """The row, and what was put right on the way to it, if anything. Raises BadRow."""
    get = record.get
    price, currency, vat, unit, deposit, age, sold, limit = _terms(
        tuple([get(name, "") for name in _SHARED])
    )
    gtin = gtin_number(get("gtin", "").strip(), weighed=unit == Unit.KILOGRAM)
    name, note = _name(get("name", "").strip())
    content, measure = _content(get("content", ""), get("content_unit", ""))
    row = (
        gtin, name, content, price, currency, vat, unit, deposit, age, sold, limit, measure
    )  # fmt: skip
    return row, note


_SHARED = ("price", "currency", "vat", "unit", "deposit", "age", "sold", "limit")


@lru_cache(KINDS_AT_HAND)
def _terms(texts: tuple[str, ...]) -> tuple[int, str, int, str, int, int, str, int]:
    """A million rows are sold on a few thousand different terms: each is judged once."""
    told = zip(_SHARED, texts, strict=True)
    values = {name: text.strip() or OPTIONAL.get(name, "") for name, text in told}
    unit = values["unit"].lower()
    if unit not in _UNITS:
        raise BadRow(f'unit "{unit[:20]}" is neither piece nor kg', Fault.UNIT)
    if values["currency"] != "EUR":
        raise BadRow(f'currency "{values["currency"][:20]}" is not EUR', Fault.CURRENCY)
    price = _money(values["price"], "price")
    if price == 0:
        raise BadRow("price is 0", Fault.ZERO)
    return (
        price,
        values["currency"],
        _rate(values["vat"]),
        unit,
        _money(values["deposit"], "deposit"),
        _age(values["age"]),
        _sold(values["sold"].lower()),
        _limit(values["limit"]),
    )


_UNITS = tuple(each.value for each in Unit)
_SOLD = tuple(each.value for each in Sold)


def gtin_number(text: str, *, weighed: bool) -> int:
    """The number of an article; `weighed`: sold by the kilogram. Raises BadRow."""
    if not (text.isascii() and text.isdigit()) or len(text) not in (8, 12, 13, 14):
        raise BadRow(f'gtin "{text[:20]}" has not 8, 12, 13 or 14 digits', Fault.GTIN)
    right = check_digit(text[:-1])
    if right != text[-1]:
        wrong = f'gtin "{text}" has check digit {text[-1]}, not {right}'
        raise BadRow(wrong, Fault.CHECK_DIGIT)
    variable = len(text) == 14 and text[0] == "9"
    if weighed and not (variable or (len(text) == 13 and _IN_STORE.fullmatch(text))):
        wanted = "of the form 28nnnnn00000c, nor a GTIN-14 that begins with 9"
        raise BadRow(f'gtin "{text}" sold by kg is not {wanted}', Fault.GTIN)
    if not int(text):
        raise BadRow(f'gtin "{text}" is nothing but zeros', Fault.GTIN)
    return int(text)


def _name(text: str) -> tuple[str, str]:
    """Entities were never meant to be read: they are put right, and that is said."""
    plain = text
    for _ in range(3):  # an export may have escaped what was escaped before
        if "&" not in plain or not _ENTITY.search(plain):
            break
        plain = _ENTITY.sub(lambda found: unescape(found[0]), plain)
    decoded = plain
    if not plain.isprintable():
        plain = "".join(each if each.isprintable() else " " for each in plain)
    name = " ".join(plain.split())
    if not name:
        raise BadRow("name is missing", Fault.NAME)
    if len(name) > MAX_NAME:
        raise BadRow(f"name is longer than {MAX_NAME} characters", Fault.NAME)
    if _ENTITY.search(name):
        raise BadRow(f'name "{name[:40]}" is escaped too often', Fault.NAME)
    note = f'name "{text[:60]}" is read as "{name[:60]}"' if decoded != text else ""
    return name, note


def _money(text: str, column: str) -> int:
    found = _MONEY.fullmatch(text)
    if found:
        minor = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
        if minor <= MAX_MINOR:
            return minor
    elif not re.fullmatch(r"[0-9]{7,30}(?:[.,][0-9]{1,2})?", text):
        fault = Fault.NEGATIVE if text.startswith(("-", "\N{MINUS SIGN}")) else Fault.AMOUNT
        raise BadRow(f'{column} "{text[:20]}" is no amount like 1.99', fault)
    raise BadRow(f"{column} {text} is above {MAX_MINOR // 100}", Fault.TOO_HIGH)


def _rate(text: str) -> int:
    rate = RATES.get(text.rstrip("% ").strip())
    if rate is None:
        raise BadRow(f'vat "{text[:20]}" is not one of {", ".join(RATES)}', Fault.VAT)
    return rate


def _age(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 2 or int(text) not in AGES:
        raise BadRow(f'age "{text[:20]}" is not one of {", ".join(map(str, AGES))}', Fault.AGE)
    return int(text)


def _sold(text: str) -> str:
    if text not in _SOLD:
        raise BadRow(f'sold "{text[:20]}" is not one of {", ".join(_SOLD)}', Fault.SOLD)
    return text


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 2:
        wanted = f"a number up to {MAX_QUANTITY}"
        raise BadRow(f'limit "{text[:20]}" is not {wanted}', Fault.LIMIT)
    return int(text)


@lru_cache(KINDS_AT_HAND)
def _content(amount: str, unit: str) -> tuple[int, str]:
    """What is in one piece, in grams, millilitres or pieces; both cells empty: it is not told."""
    amount, unit = amount.strip(), unit.strip().lower()
    if not amount and not unit:
        return 0, Measure.GRAM.value
    if unit not in CONTENT_UNITS:
        known = ", ".join(CONTENT_UNITS)
        raise BadRow(f'content_unit "{unit[:20]}" is not one of {known}', Fault.CONTENT)
    measure, factor = CONTENT_UNITS[unit]
    found = _NUMBER.fullmatch(amount)
    thousandths = int(found[1]) * 1000 + int((found[2] or "0").ljust(3, "0")) if found else 0
    content, rest = divmod(thousandths * factor, 1000)
    if rest or not 0 < content <= MAX_CONTENT:
        raise BadRow(f'content "{amount[:20]}" {unit} is no amount of a pack', Fault.CONTENT)
    return content, measure.value
