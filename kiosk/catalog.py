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

from kiosk.basket import Article, Measure, Sold, Unit
from kiosk.ids import Gtin
from kiosk.money import Money

FORMAT = 3
MAPPED_BYTES = 1 << 30
TERMS_AT_HAND = 4096
"""Kinds of terms kept in memory: about a megabyte."""
SCHEMA = """
CREATE TABLE head (format INTEGER NOT NULL, articles INTEGER NOT NULL, made TEXT NOT NULL) STRICT;
CREATE TABLE terms (
    id INTEGER PRIMARY KEY, price INTEGER NOT NULL, currency TEXT NOT NULL, vat INTEGER NOT NULL,
    unit TEXT NOT NULL, deposit INTEGER NOT NULL, age INTEGER NOT NULL,
    sold TEXT NOT NULL, most INTEGER NOT NULL, measure TEXT NOT NULL
) STRICT;
CREATE TABLE article (
    gtin INTEGER PRIMARY KEY, name TEXT NOT NULL, content INTEGER NOT NULL,
    terms INTEGER NOT NULL REFERENCES terms
) STRICT;
"""
_FIND = "SELECT name, content, terms FROM article WHERE gtin=?"
_TERMS = (
    "SELECT price, currency, vat, unit, deposit, age, sold, most, measure FROM terms WHERE id=?"
)
_ADD = "INSERT OR IGNORE INTO article VALUES (?, ?, ?, ?)"

ArticleRow = tuple[int, str, int, int, str, int, str, int, int, str, int, str]
"""GTIN, name, content; price, currency, VAT, unit, deposit, age, sold, limit, measure."""
TermsRow = tuple[int, str, int, str, int, int, str, int, str]
Terms = tuple[Money, int, Unit, Money, int, Sold, int, Measure]
"""What articles share: price, VAT, unit, deposit, age, sold, limit, measure."""


class CatalogueError(Exception):
    """The file is no catalogue this program can read."""


class _Draft:
    """An article being filled, before it becomes one and cannot be changed any more.

    A frozen dataclass fills itself by way of `object.__setattr__`: that takes longer than to find
    the row. Both classes have the same slots, so the one can become the other.
    """

    __slots__ = tuple(each.name for each in fields(Article))

    def __init__(self, gtin: Gtin, name: str, content: int, terms: Terms) -> None:
        self.gtin = gtin
        self.name = name
        self.content = content
        (
            self.price,
            self.vat,
            self.unit,
            self.deposit,
            self.age,
            self.sold,
            self.limit,
            self.measure,
        ) = terms


class Catalogue:
    """One snapshot, opened immutable. For one thread."""

    def __init__(self, path: Path) -> None:
        """Open. Raises CatalogueError."""
        try:
            self._db = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self._db.execute(f"PRAGMA mmap_size={MAPPED_BYTES}")
            head = self._db.execute("SELECT format, articles, made FROM head").fetchone()
        except sqlite3.Error as error:
            raise CatalogueError(f"{path}: {error}") from error
        if head is None or head[0] != FORMAT:
            raise CatalogueError(f"{path}: not a catalogue of format {FORMAT}; import it anew")
        self.size = int(head[1])
        self.made = str(head[2])
        """When it was made, as it says (ISO 8601)."""
        # One cursor, and terms made once: a lookup is on the way from the scan to the screen.
        self._lookup = self._db.cursor().execute
        self._terms = lru_cache(TERMS_AT_HAND)(self._read_terms)

    def find(self, gtin: Gtin) -> Article | None:
        """The article of this GTIN as it is sold now. Raises CatalogueError if it has no terms."""
        for name, content, number in self._lookup(_FIND, (gtin,)):
            draft = _Draft(gtin, name, content, self._terms(number))
            draft.__class__ = Article  # type: ignore[assignment]
            return cast("Article", draft)
        return None

    def all(self) -> list[Article]:
        """Every article, by GTIN: for the shelf of the demo."""
        rows = self._db.execute("SELECT gtin FROM article ORDER BY gtin").fetchall()
        return [article for (gtin,) in rows if (article := self.find(Gtin(gtin)))]

    def check(self) -> None:
        """Look through all of it: whole, as many articles as it says, terms that can be sold on.

        Takes a second for a million articles. Raises CatalogueError.
        """
        try:
            said = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
            count = self._db.execute("SELECT count(*) FROM article").fetchone()[0]
            without = "SELECT 1 FROM article WHERE terms NOT IN (SELECT id FROM terms) LIMIT 1"
            astray = self._db.execute(without).fetchone()
            for (number,) in self._db.execute("SELECT id FROM terms").fetchall():
                if self._read_terms(number)[0].minor <= 0:
                    raise CatalogueError(f"terms {number} have no price")
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise CatalogueError(f"cannot be read: {error}") from error
        if said != "ok" or count != self.size or astray:
            raise CatalogueError("is damaged: its articles are not those it speaks of")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _read_terms(self, number: int) -> Terms:
        row = self._db.execute(_TERMS, (number,)).fetchone()
        if row is None:
            raise CatalogueError(f"terms {number} are missing")
        price, currency, vat, unit, deposit, age, sold, most, measure = row
        return (
            Money(price, currency),
            vat,
            Unit(unit),
            Money(deposit, currency),
            age,
            Sold(sold),
            most,
            Measure(measure),
        )


class Writer:
    """Makes an empty database a catalogue, row by row; the first of several rows of a GTIN stands."""

    def __init__(self, db: sqlite3.Connection) -> None:
        db.executescript(SCHEMA)
        self._db = db
        self._add = db.cursor().execute
        self._numbers: dict[TermsRow, int] = {}
        self.articles = 0

    def add(self, row: ArticleRow) -> bool:
        """False: there is an article of this GTIN already."""
        added: bool = self._add(_ADD, self._numbered(row)).rowcount > 0
        self.articles += added
        return added

    def add_all(self, rows: Iterable[ArticleRow]) -> None:
        """Rows of which each has its own GTIN; in the order of those they go in fastest."""
        self.articles += self._db.executemany(_ADD, map(self._numbered, rows)).rowcount

    def finish(self, made: datetime) -> None:
        """Write what the rows share, and that it is whole."""
        self._db.executemany(
            "INSERT INTO terms VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((number, *terms) for terms, number in self._numbers.items()),
        )
        head = (FORMAT, self.articles, made.isoformat())
        self._db.execute("INSERT INTO head VALUES (?, ?, ?)", head)

    def _numbered(self, row: ArticleRow) -> tuple[int, str, int, int]:
        number = self._numbers.setdefault(row[3:], len(self._numbers) + 1)
        return row[0], row[1], row[2], number
