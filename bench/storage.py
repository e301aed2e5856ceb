"""A durable event."""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.rows import ROUNDS, Row
from kiosk.basket import Article
from kiosk.checkout.decide import decide
from kiosk.checkout.events import ArticleScanned, StartPressed
from kiosk.checkout.states import Attract, State
from kiosk.ids import Gtin
from kiosk.journal import Journal, digest_of
from kiosk.money import Money

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
