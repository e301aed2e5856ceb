"""A card reader, watched as the kiosk's worker watches it."""

from __future__ import annotations

import threading
import time
from types import UnionType
from typing import Any

from drivers.cards.reader import CardReader
from kiosk.checkout.events import Event
from kiosk.errors import DeviceError
from kiosk.ports import Cancel, Verdict

QUIET = threading.Event()
"""Never set: to wait a while."""


class Watch:
    """The driver watched as a worker does it, on a thread of its own."""

    def __init__(self, driver: CardReader) -> None:
        self.events: list[tuple[float, Event | DeviceError]] = []
        self.driver = driver
        self.wanted = Cancel()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self.wanted:
            run = self.driver.watch(self.wanted)
            try:
                event = next(run)
                while True:
                    self.events.append((time.monotonic(), event))
                    event = run.send(Verdict.KEEP)
            except StopIteration:
                continue
            except DeviceError as error:
                self.events.append((time.monotonic(), error))
                self.wanted.wait(0.2)
        self.driver.close()

    def until(self, kind: type | UnionType, seconds: float = 8.0) -> tuple[float, Any]:
        """The next event or error of a kind, and when it came; what came before it is forgotten."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            while self.events:
                at, event = self.events.pop(0)
                if isinstance(event, kind):
                    return at, event
            QUIET.wait(0.005)
        raise AssertionError(f"no {kind} in {seconds} s")

    def stop(self) -> float:
        """End it; how long that took."""
        begun = time.monotonic()
        self.wanted.set()
        self._thread.join(10)
        assert not self._thread.is_alive()
        return time.monotonic() - begun
