"""The catalogue: a read-only SQLite snapshot, one integer key an article. A new one is a new file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from kiosk.basket import Article, Unit
from kiosk.ids import Gtin
from kiosk.money import Money

FORMAT = 1
MAPPED_BYTES = 256 << 20
SCHEMA = """
CREATE TABLE head (format INTEGER NOT NULL, articles INTEGER NOT NULL, made TEXT NOT NULL) STRICT;
CREATE TABLE article (
    gtin INTEGER PRIMARY KEY, name TEXT NOT NULL, price INTEGER NOT NULL, currency TEXT NOT NULL,
    vat INTEGER NOT NULL, unit TEXT NOT NULL, deposit INTEGER NOT NULL, age INTEGER NOT NULL
) STRICT;
"""


class CatalogueError(Exception):
    """The file is no catalogue this program can read."""


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
            raise CatalogueError(f"{path}: not a catalogue of format {FORMAT}")
        self.size = int(head[1])
        self._lookup = self._db.cursor()

    def find(self, gtin: Gtin) -> Article | None:
        """The article of this GTIN as it is sold now."""
        row = self._lookup.execute(
            "SELECT name, price, currency, vat, unit, deposit, age FROM article WHERE gtin=?",
            (gtin,),
        ).fetchone()
        return _article(gtin, row) if row else None

    def all(self) -> list[Article]:
        """Every article, by GTIN: for the shelf of the demo."""
        rows = self._db.execute(
            "SELECT gtin, name, price, currency, vat, unit, deposit, age FROM article ORDER BY gtin"
        )
        return [_article(Gtin(row[0]), row[1:]) for row in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


# Found by key instead of made: a lookup is on the way from the scan to the screen.
_UNITS = {unit.value: unit for unit in Unit}
_NO_DEPOSIT = {"EUR": Money(0)}


def _article(gtin: Gtin, row: tuple[str, int, str, int, str, int, int]) -> Article:
    name, price, currency, vat, unit, deposit, age = row
    pledge = Money(deposit, currency) if deposit else _NO_DEPOSIT[currency]
    return Article(gtin, name, Money(price, currency), vat, _UNITS[unit], pledge, age)
