"""A durable event, and the way back: a replay of a million of them, and a start from a snapshot."""

from __future__ import annotations

import json
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from bench.life import Days
from bench.rows import ROUNDS, Row
from kiosk.basket import Article
from kiosk.checkout.decide import decide
from kiosk.checkout.events import ArticleScanned, Event, StartPressed
from kiosk.checkout.states import Attract, State
from kiosk.codec import encode
from kiosk.ids import Gtin
from kiosk.journal import Journal, digest_of, linked
from kiosk.keeper import EVERY, Keeper
from kiosk.money import Money
from kiosk.snapshot import snapshot_of
from kiosk.stretches import SPACING, waypoints_of

AT = datetime(2026, 11, 21, tzinfo=UTC)
RECORDS = 1_000_000


def journal() -> list[Row]:
    """One event at a time as a kiosk writes it; then a journal of years, as a start reads it."""
    return [_durable(), *_starts()]


def _durable() -> Row:
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
    return Row("journal", "durable event", statistics.median(rounds), "ms", 1.0, "lower")


def _starts() -> list[Row]:
    """The snapshot lies as far back as one ever does: a start replays what came since."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        kept = Journal(path, "K1")
        days = Days(State("K1", kept.epoch))
        records = days.records()
        for done in range(0, RECORDS - EVERY, SPACING):
            _fill(path, kept, islice(records, min(SPACING, RECORDS - EVERY - done)))
            kept = Journal(path, "K1")
            Keeper(kept, path).write(days.state)
        _fill(path, kept, islice(records, EVERY))
        opened = _started(path, days.state)
        snapshot_of(path).unlink()  # as after an update of the program
        whole = _started(path, days.state)
        shutil.rmtree(waypoints_of(path))
        alone = _started(path, days.state)
    million = f"{RECORDS:,} events"
    return [
        Row("journal", f"whole replay of {million}", whole, "s", 60.0, "lower"),
        Row("journal", "the same in one process", alone, "s", 120.0, "lower"),
        Row("journal", f"start with {million} and a snapshot", opened, "s", 1.0, "lower"),
    ]


def _started(path: Path, end: State) -> float:
    """Seconds of a start's way to the state it has to come to."""
    start = time.perf_counter()
    kept = Journal(path, "K1")
    state = Keeper(kept, path).restored(_decided)
    seconds = time.perf_counter() - start
    assert state == end
    kept.close()
    return seconds


def _decided(state: State, event: Event) -> State:
    return decide(state, event).state


def _fill(path: Path, kept: Journal, records: Iterator[tuple[Event, str]]) -> None:
    """Write all at once what a kiosk would write one by one; the journal is closed afterwards."""
    seq, link = kept.end
    kept.close()
    db = sqlite3.connect(path)

    def rows() -> Iterator[tuple[int, str, str, str]]:
        before = link
        for number, (event, digest) in enumerate(records, seq + 1):
            text = json.dumps(encode(event), separators=(",", ":"), ensure_ascii=False)
            before = linked(before, number, text, digest)
            yield number, text, digest, before

    db.executemany("INSERT INTO record VALUES (?, ?, ?, ?)", rows())
    db.commit()
    db.close()
