"""A durable event, and lookups in a catalogue of a million articles."""

from __future__ import annotations

import random
import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.rows import ROUNDS, Row
from kiosk.basket import Article
from kiosk.catalog import ArticleRow, Catalogue, fill
from kiosk.checkout.decide import decide
from kiosk.checkout.events import ArticleScanned, StartPressed
from kiosk.checkout.states import Attract, State
from kiosk.clock import SystemClock
from kiosk.ids import Gtin
from kiosk.journal import Journal, digest_of
from kiosk.money import Money

ARTICLES = 1_000_000
AT = datetime(2026, 11, 21, tzinfo=UTC)


def journal() -> list[Row]:
    """Decide, digest and synced append of a scan, with up to thirty lines in the basket."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Journal(Path(folder) / "journal.db", "K1")
        rounds = []
        for _ in range(ROUNDS):
            state = State("K1", kept.epoch, phase=Attract())
            state = decide(state, StartPressed(at=AT)).state
            times = []
            for number in range(30):
                article = Article(Gtin(number), f"Artikel Nummer {number}", Money(199), 1900)
                start = time.perf_counter()
                event = ArticleScanned(article, at=AT)
                state = decide(state, event).state
                kept.append(event, digest_of(state))
                times.append(time.perf_counter() - start)
            rounds.append(statistics.median(times) * 1000)
        kept.close()
    return [Row("journal", "durable event", statistics.median(rounds), "ms", 1.0, "lower")]


def catalogue() -> list[Row]:
    """Random lookups that find an article, one at a time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.db"
        _fill(path)
        opened = Catalogue(path)
        chance = random.Random(1)
        rounds = []
        for _ in range(ROUNDS):
            wanted = [
                Gtin(4_000_000_000_000 + 7 * chance.randrange(ARTICLES)) for _ in range(20_000)
            ]
            start = time.perf_counter()
            for gtin in wanted:
                assert opened.find(gtin) is not None
            rounds.append(len(wanted) / (time.perf_counter() - start))
        opened.close()
    value = statistics.median(rounds)
    return [Row("catalogue", f"lookups at {ARTICLES:,} articles", value, "1/s", 150_000, "higher")]


def _fill(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous=OFF")
    fill(db, (_row(number) for number in range(ARTICLES)), SystemClock().now())
    db.commit()
    db.close()


def _row(number: int) -> ArticleRow:
    name, price = f"Artikel Nummer {number}", 99 + number % 900
    return 4_000_000_000_000 + 7 * number, name, price, "EUR", 1900, "piece", 0, 0
