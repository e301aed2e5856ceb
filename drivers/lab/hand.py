"""The hand that holds cards before the bench's reader, for a moment or until they are taken away."""

from __future__ import annotations

import threading

from drivers.cards.simulator import ReaderSimulator
from drivers.lab.purse import Purse

TAP_SECONDS = 0.8


class Hand:
    """Safe from any thread: one lock for whatever moves a card."""

    def __init__(self, reader: ReaderSimulator, purse: Purse) -> None:
        self._reader = reader
        self._purse = purse
        self._lock = threading.Lock()
        self._turn = 0
        """Counts movements: a timer that comes late ends its own tap, and no newer card's."""
        self._timer: threading.Timer | None = None
        self.held = ""
        """Name of the card that is there."""

    def tap(self, name: str) -> str:
        """Hold a card for a moment; a sentence where nobody reads it. Raises ValueError."""
        with self._lock:
            said = self._hold(name)
            self._timer = threading.Timer(TAP_SECONDS, self._end, (self._turn,))
            self._timer.daemon = True
            self._timer.start()
        return said

    def hold(self, name: str) -> str:
        """Hold a card until it is taken away. Raises ValueError."""
        with self._lock:
            return self._hold(name)

    def take(self) -> None:
        """Take away what is there; safe where nothing is."""
        with self._lock:
            self._take()

    # --- with the lock --------------------------------------------------------------------------

    def _end(self, turn: int) -> None:
        with self._lock:
            if turn == self._turn:
                self._take()

    def _hold(self, name: str) -> str:
        held = self._purse.take_out(name)
        self._take()
        self._reader.hold(*held.cards, pulled_after=held.pulled)
        self.held = name
        return "" if self._reader.view().state == "connected" else "the reader is not connected"

    def _take(self) -> None:
        self._turn += 1
        timer, self._timer = self._timer, None
        if timer:
            timer.cancel()
        self._reader.remove()
        self._purse.put_back()
        self.held = ""
