"""The catalogue: a read-only SQLite snapshot, one integer key an article. A new one is a new file.

A million articles are sold on a few thousand different terms, so each kind of terms is kept once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import cast

from kiosk.basket import Article, Unit
from kiosk.ids import Gtin
from kiosk.money import Money

FORMAT = 2
MAPPED_BYTES = 256 << 20
TERMS_AT_HAND = 4096
"""Kinds of terms kept in memory: about a megabyte."""
SCHEMA = """
CREATE TABLE head (format INTEGER NOT NULL, articles INTEGER NOT NULL, made TEXT NOT NULL) STRICT;
CREATE TABLE terms (
    id INTEGER PRIMARY KEY, price INTEGER NOT NULL, currency TEXT NOT NULL, vat INTEGER NOT NULL,
    unit TEXT NOT NULL, deposit INTEGER NOT NULL, age INTEGER NOT NULL
) STRICT;
CREATE TABLE article (
    gtin INTEGER PRIMARY KEY, name TEXT NOT NULL, terms INTEGER NOT NULL REFERENCES terms
) STRICT;
"""
_FIND = "SELECT name, terms FROM article WHERE gtin=?"
_TERMS = "SELECT price, currency, vat, unit, deposit, age FROM terms WHERE id=?"

ArticleRow = tuple[int, str, int, str, int, str, int, int]
"""GTIN, name, price, currency, VAT, unit, deposit, age."""
Terms = tuple[Money, int, Unit, Money, int]
"""What an article holds after its name: price, VAT, unit, deposit, age."""


class CatalogueError(Exception):
    """The file is no catalogue this program can read."""


class _Draft:
    """An article being filled, before it becomes one and cannot be changed any more.

    A frozen dataclass fills itself by way of `object.__setattr__`: that takes longer than to find
    the row. Both classes have the same slots, so the one can become the other.
    """

    __slots__ = tuple(each.name for each in fields(Article))

    def __init__(
        self, gtin: Gtin, name: str, price: Money, vat: int, unit: Unit, deposit: Money, age: int
    ) -> None:
        self.gtin = gtin
        self.name = name
        self.price = price
        self.vat = vat
        self.unit = unit
        self.deposit = deposit
        self.age = age


class Catalogue:
    """One snapshot, opened immutable. For one thread."""

    def __init__(self, path: Path) -> None:
        """Open. Raises CatalogueError."""
        try:
            self._db = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self._db.execute(f"PRAGMA mmap_size={MAPPED_BYTES}")
            head = self._db.execute("SELECT format, articles FROM head").fetchone()
        except sqlite3.Error as error:
            raise CatalogueError(f"{path}: {error}") from error
        if head is None or head[0] != FORMAT:
            raise CatalogueError(f"{path}: not a catalogue of format {FORMAT}; import it anew")
        self.size = int(head[1])
        # One cursor, and terms made once: a lookup is on the way from the scan to the screen.
        self._lookup = self._db.cursor().execute
        self._terms = lru_cache(TERMS_AT_HAND)(self._read_terms)

    def find(self, gtin: Gtin) -> Article | None:
        """The article of this GTIN as it is sold now. Raises CatalogueError if it has no terms."""
        for name, number in self._lookup(_FIND, (gtin,)):
            price, vat, unit, deposit, age = self._terms(number)
            draft = _Draft(gtin, name, price, vat, unit, deposit, age)
            draft.__class__ = Article  # type: ignore[assignment]
            return cast("Article", draft)
        return None

    def all(self) -> list[Article]:
        """Every article, by GTIN: for the shelf of the demo."""
        rows = self._db.execute("SELECT gtin, name, terms FROM article ORDER BY gtin")
        return [Article(Gtin(gtin), name, *self._terms(terms)) for gtin, name, terms in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _read_terms(self, number: int) -> Terms:
        row = self._db.execute(_TERMS, (number,)).fetchone()
        if row is None:
            raise CatalogueError(f"terms {number} are missing")
        price, currency, vat, unit, deposit, age = row
        return Money(price, currency), vat, Unit(unit), Money(deposit, currency), age


def fill(db: sqlite3.Connection, rows: Iterable[ArticleRow], made: datetime) -> None:
    """Make an empty database a catalogue; rows in the order of their GTIN fill it fastest."""
    db.executescript(SCHEMA)
    numbers: dict[tuple[int, str, int, str, int, int], int] = {}
    numbered = ((row[0], row[1], numbers.setdefault(row[2:], len(numbers) + 1)) for row in rows)
    articles = db.executemany("INSERT INTO article VALUES (?, ?, ?)", numbered).rowcount
    db.executemany(
        "INSERT INTO terms VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((number, *terms) for terms, number in numbers.items()),
    )
    db.execute("INSERT INTO head VALUES (?, ?, ?)", (FORMAT, max(articles, 0), made.isoformat()))
