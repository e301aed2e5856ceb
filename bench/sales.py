"""A thousand sales through the whole engine: journal, terminal and printer on their bytes."""

from __future__ import annotations

import gc
import os
import tempfile
import time
from pathlib import Path

from bench.rows import Row
from drivers.printer.mechanism import Mechanism
from drivers.zvt.simulator import TerminalSimulator
from kiosk.basket import Article
from kiosk.checkout.events import ArticleScanned, StartPressed
from kiosk.checkout.states import Thanks
from kiosk.ids import Gtin
from kiosk.money import Money
from tests.wired import FakeClock, Wired

SALES = 1000
WARM = 600
"""Until what is bounded has reached its bounds: the pages that SQLite keeps at hand above all."""
ARTICLES = 3
AIM_RATE = 10.0
"""Sales a second: far beyond any shop; a kiosk that is slower than that wastes its processor."""
AIM_BYTES = 1000


def sales() -> list[Row]:
    """Each of three articles, paid, printed and confirmed, every event synced to the disk.

    Memory is what the process has grown by after a warm-up. The simulated terminal's day is closed
    before: what a terminal remembers of its payments is kept in the terminal.
    """
    with tempfile.TemporaryDirectory() as folder:
        clock = FakeClock()
        simulator = TerminalSimulator(clock, automatic="approve")
        kiosk = Wired(Path(folder) / "journal.db", simulator, clock, mechanism=Mechanism())
        kiosk.start()
        for number in range(WARM):
            _sale(kiosk, number)
        simulator.memory.close_day(clock.now())
        before = _resident()
        start = time.perf_counter()
        for number in range(SALES):
            _sale(kiosk, number)
        taken = time.perf_counter() - start
        simulator.memory.close_day(clock.now())
        grown = (_resident() - before) / SALES
        assert kiosk.state.receipts == SALES + WARM
        kiosk.close()
    return [
        Row("checkout", f"{SALES:,} sales, whole engine", SALES / taken, "1/s", AIM_RATE, "higher"),
        Row("checkout", "memory kept of each sale", max(grown, 0), "B", AIM_BYTES, "lower"),
    ]


def _sale(kiosk: Wired, number: int) -> None:
    kiosk.kiosk.post(StartPressed())
    for place in range(ARTICLES):
        which = (number + place) % 40 + 1
        article = Article(Gtin(which), f"Artikel {which}", Money(19 + 37 * which), 700)
        kiosk.kiosk.post(ArticleScanned(article))
    kiosk.pay()
    assert isinstance(kiosk.state.phase, Thanks), kiosk.state.phase
    kiosk.leave()
    kiosk.mechanism.sheets()


def _resident() -> int:
    """Bytes of this process in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
