"""The measured window: a process of its own that prints what it found as JSON.

Events are decided, made a screen and drawn in one process, without devices: what is measured is the
customer's side alone.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise

from PySide6.QtCore import Q_ARG, QMetaObject, Qt

from bench.frames import Frames, idle_percent, resident_mb
from bench.life import BEGIN, Days
from kiosk.basket import Article
from kiosk.checkout.decide import decide
from kiosk.checkout.events import ArticleScanned, Event, QuantitySet
from kiosk.checkout.states import Attract, Shopping, State
from kiosk.ids import Gtin, LineId
from kiosk.money import Money
from kiosk.screens.present import present
from kiosk.window import Relay, open_window
from kiosk.words import Language
from ui.app import KioskWindow, make_app
from ui.loop import spin
from ui.profile import DisplayProfile
from ui.tidy import REST_SECONDS

LINES = 100
CHANGES = 120
WARM_SALES = 500
"""Until the heaps of both languages and Qt's caches have the size they keep."""
FLICKS = 6
FLICK_SPEED = 6000.0
"""Pixels a second, as of a quick finger."""


class Till:
    """A state, and the window that shows it."""

    def __init__(self) -> None:
        self.window: KioskWindow = open_window(
            DisplayProfile.portrait(), Relay(), Language.DE, full_screen=False, motion=True
        )
        self.frames = Frames(self.window)
        self.state = State("K1", "abcdef")
        self._version = 1

    def show(self) -> None:
        """Publish the state, and live until a frame shows it."""
        self._version += 1
        self.window.bridge.publish(present(self.state, self._version))
        self.frames.show(self._version)

    def happens(self, event: Event) -> float:
        """Milliseconds from an event until a frame shows what it did."""
        start = time.time()
        self.state = decide(self.state, event).state
        self.show()
        shown = self.frames.last or 0.0
        spin(0.05)  # a frame that follows belongs to no later event
        return (shown - start) * 1000


def changes(till: Till) -> dict[str, list[float]]:
    """A line more, one changed, one taken out, while a hundred are there."""
    chance = random.Random(1)
    for number in range(LINES):
        till.state = decide(till.state, ArticleScanned(article(number), at=BEGIN)).state
    till.show()
    spin(0.5)
    gc.collect()
    gc.freeze()  # as the kiosk does once it has started
    found: dict[str, list[float]] = {"append": [], "change": [], "remove": []}
    for number in range(LINES, LINES + CHANGES):
        found["append"].append(till.happens(ArticleScanned(article(number), at=BEGIN)))
        for kind, quantity in (("change", 2), ("remove", 0)):
            line = chance.choice(_lines(till.state))
            found[kind].append(till.happens(QuantitySet(line, quantity, at=BEGIN)))
    return found


def article(number: int) -> Article:
    """One of many, some with a deposit."""
    deposit = Money(25 if number % 5 == 0 else 0)
    name = f"Artikel Nummer {number} mit Namen"
    return Article(Gtin(number + 1), name, Money(19 + 7 * number), 700, deposit=deposit)


def _lines(state: State) -> list[LineId]:
    assert isinstance(state.phase, Shopping)
    return [line.id for line in state.phase.sale.basket.lines]


def scrolling(till: Till) -> tuple[list[float], float]:
    """Milliseconds between frames while the list is flicked up and down, and the share of a core."""
    view = till.window.stage.view
    at: list[float] = []
    view.frameSwapped.connect(lambda: at.append(time.monotonic()))
    intervals: list[float] = []
    cpu = wall = 0.0
    for number in range(FLICKS):
        speed = FLICK_SPEED if number % 2 else -FLICK_SPEED
        at.clear()
        cpu_before, start = time.process_time(), time.monotonic()
        flick = (Q_ARG("qreal", 0.0), Q_ARG("qreal", speed))
        lines = till.window.item("lines")
        QMetaObject.invokeMethod(lines, "flick", Qt.ConnectionType.DirectConnection, *flick)
        spin(0.8)
        cpu += time.process_time() - cpu_before
        wall += time.monotonic() - start
        intervals += [(b - a) * 1000 for a, b in pairwise(at)]
    return intervals, cpu / wall * 100


def sales(till: Till, count: int) -> float:
    """Bytes of memory kept of each sale, each of its screens drawn."""
    days = _days(till.state)
    _run(till, days, WARM_SALES)
    before = resident_mb()
    _run(till, days, count)
    return (resident_mb() - before) * 1e6 / count


def _days(state: State) -> Iterator[State]:
    days = Days(State(state.kiosk, state.epoch))
    for _ in days.records():
        yield days.state


def _run(till: Till, days: Iterator[State], count: int) -> None:
    """So many sales, and then nobody: the window sees that, and puts itself in order."""
    done = 0
    while done < count:
        receipts, till.state = till.state.receipts, next(days)
        till.show()
        done += till.state.receipts > receipts
    till.state = replace(till.state, phase=Attract())
    till.show()
    spin(2 * REST_SECONDS)


def main(count: int) -> None:
    """Print one JSON object: about so many sales, or about one with a long list."""
    make_app(offscreen=True)
    till = Till()
    (till.state,) = islice(_days(till.state), 3, 4)  # ready, and somebody is here
    found: dict[str, object] = {}
    if count:
        found["kept"] = sales(till, count)
    else:
        found |= changes(till)
        found["idle"] = idle_percent()
        found["intervals"], found["scrolling"] = scrolling(till)
        found["resident_mb"] = resident_mb()
    till.window.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
