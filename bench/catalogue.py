"""Lookups in catalogues of one and of five million articles, a swap, and an import of a million rows."""

from __future__ import annotations

import logging
import os
import random
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from bench.rows import ROUNDS, Row
from kiosk.catalog import ArticleRow, Catalogue, Writer
from kiosk.catalogue_import import import_catalogue
from kiosk.catalogues.current import Current, Fresh
from kiosk.catalogues.kept import Entry, Kept
from kiosk.clock import SystemClock
from kiosk.gtin import check_digit
from kiosk.ids import Gtin

ARTICLES = 1_000_000
MANY = 5_000_000
LOOKUPS = 20_000


def catalogue() -> list[Row]:
    """Random lookups that find an article, one at a time; and where catalogues come from."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*_speed(folder / "one.db"), *_latency(folder / "five.db"), *_import(folder)]


def _speed(path: Path) -> list[Row]:
    _fill(path, ARTICLES)
    opened = Catalogue(path)
    chance = random.Random(1)
    rounds = []
    for _ in range(ROUNDS):
        wanted = _wanted(chance, ARTICLES)
        start = time.perf_counter()
        for gtin in wanted:
            assert opened.find(gtin) is not None
        rounds.append(len(wanted) / (time.perf_counter() - start))
    opened.close()
    path.unlink()
    value = statistics.median(rounds)
    return [Row("catalogue", f"lookups at {ARTICLES:,} articles", value, "1/s", 150_000, "higher")]


def _latency(path: Path) -> list[Row]:
    """Each lookup by itself: half of them, and all but one of a hundred, are faster than this."""
    _fill(path, MANY)
    opened = Catalogue(path)
    chance = random.Random(2)
    medians, tails = [], []
    for _ in range(ROUNDS):
        times = []
        for gtin in _wanted(chance, MANY):
            start = time.perf_counter_ns()
            found = opened.find(gtin)
            times.append(time.perf_counter_ns() - start)
            assert found is not None
        medians.append(statistics.median(times) / 1000)
        tails.append(statistics.quantiles(times, n=100)[98] / 1000)
    opened.close()
    swap = _swap(path)
    path.unlink()
    at = f"at {MANY:,} articles"
    return [
        Row("catalogue", f"lookup {at}, median", statistics.median(medians), "us", 10, "lower"),
        Row("catalogue", f"lookup {at}, p99", statistics.median(tails), "us", 30, "lower"),
        Row("catalogue", f"swap {at}: nothing is answered for", swap, "ms", 50, "lower"),
    ]


def _swap(path: Path) -> float:
    """Milliseconds the engine's thread is held up, until it has found something in the new one."""
    logging.getLogger("kiosk.catalogue").setLevel(logging.ERROR)  # it tells of each swap
    kept = Kept(path)
    kept.lock()
    current = Current(kept, SystemClock())
    times = []
    for version, wanted in enumerate(_wanted(random.Random(4), MANY)[:ROUNDS], 1):
        os.link(path, kept.staged)
        current.hand_over(Fresh(Entry(version), Catalogue(kept.staged)))
        assert current.find(wanted) is not None
        start = time.perf_counter()
        assert current.rest()
        assert current.find(wanted) is not None
        times.append(time.perf_counter() - start)
    current.close()
    kept.unlock()
    return statistics.median(times) * 1000


def _import(folder: Path) -> list[Row]:
    """A CSV as an office exports it, in no order of its numbers."""
    source = folder / "articles.csv"
    numbers = list(range(ARTICLES))
    random.Random(3).shuffle(numbers)
    with source.open("w", encoding="utf-8") as file:
        file.write("gtin,name,price,vat,deposit,age,content,content_unit\n")
        for number in numbers:
            key = f"40{number:010d}"
            price = f"{1 + number % 9}.{number % 100:02d}"
            file.write(f"{key}{check_digit(key)},Artikel Nummer {number},{price},19,,,500,g\n")
    start = time.perf_counter()
    report = import_catalogue(source, folder / "made.db", SystemClock().now())
    taken = time.perf_counter() - start
    assert (report.articles, report.left_out) == (ARTICLES, 0)
    return [Row("catalogue", f"import of {ARTICLES:,} rows", taken, "s", 60, "lower")]


def _wanted(chance: random.Random, articles: int) -> list[Gtin]:
    return [Gtin(4_000_000_000_000 + 7 * chance.randrange(articles)) for _ in range(LOOKUPS)]


def _fill(path: Path, articles: int) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous=OFF")
    writer = Writer(db)
    writer.add_all(_row(number) for number in range(articles))
    writer.finish(SystemClock().now())
    db.commit()
    db.close()


def _row(number: int) -> ArticleRow:
    name, price = f"Artikel Nummer {number}", 99 + number % 900
    key = 4_000_000_000_000 + 7 * number
    return key, name, 100 + number % 50, price, "EUR", 1900, "piece", 0, 0, "yes", 0, "g"
