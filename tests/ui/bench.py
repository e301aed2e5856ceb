"""A bench without simulators: remembers what it was told, and says what it is given."""

from __future__ import annotations

import threading
from dataclasses import replace

from drivers.lab.wire import BenchState, ShelfItem

SHELF = (
    ShelfItem("4006381333931", "Bio-Vollmilch 3,8 %", "1,59 €", ""),
    ShelfItem("4000417025005", "Mineralwasser 1,0 l", "0,89 €", "Pfand"),
    ShelfItem("4000000000017", "Riesling trocken 0,75 l", "6,99 €", "16"),
    ShelfItem("4000000000024", "Kaffee ganze Bohne 1 kg", "13,99 €", ""),
    ShelfItem("4000000000031", "Butter mild gesäuert", "2,29 €", ""),
    ShelfItem("4000000000048", "Mehrkornbrötchen", "0,45 €", ""),
    ShelfItem("4000000000055", "Pils 20 × 0,5 l", "17,99 €", "16"),
    ShelfItem("4000000000062", "Tragetasche Papier", "0,20 €", ""),
)
START = BenchState(
    1, SHELF, ("Betrag 23,83 EUR", "Karte bitte"), terminal_waiting=True, paper_png="",
    paper_count=0, printer_state="ready", scanner_state="ready",
    reader_state="connected", scale_state="connected", scale_grams=0, cards=("loyalty", "sun", "foreign", "torn"), card_held="", terminal_state="waiting for card",
    faults=(), log=("12:04:31.208 terminal < 06 01", "12:04:31.214 terminal > 80 00 00"),
)  # fmt: skip


class FakeBench:
    """Implements `drivers.lab.wire.Bench`."""

    def __init__(self) -> None:
        self.done: list[tuple[str, ...]] = []
        self.threads: set[str] = set()
        self.now = START
        self._news = threading.Condition()

    def do(self, verb: str, *words: str) -> str:
        self.threads.add(threading.current_thread().name)
        self.done.append((verb, *words))
        if verb == "fault":
            self.become(faults=(*self.now.faults, *words))
        if verb == "clear":
            self.become(faults=tuple(set(self.now.faults) - set(words)))
        return f"{verb} done"

    def become(self, **changes: object) -> None:
        with self._news:
            self.now = replace(self.now, revision=self.now.revision + 1, **changes)  # type: ignore[arg-type]
            self._news.notify_all()

    def state(self, seen: int, seconds: float) -> BenchState:
        self.threads.add(threading.current_thread().name)
        with self._news:
            self._news.wait_for(lambda: self.now.revision > seen, seconds)
            return self.now
