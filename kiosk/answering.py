"""What a running kiosk answers to tools at its door (`kiosk.control`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.catalogues.current import Current
from kiosk.checkout.states import State
from kiosk.clock import Clock
from kiosk.control import SECONDS
from kiosk.errors import JournalError, Unavailable
from kiosk.journal import Journal, Row
from kiosk.status import status_of

ROWS_AT_ONCE = 250
"""Records that a tool gets at a time: the engine is away from its customers for a millisecond or two."""
PATIENCE = 2.0
"""Seconds for the engine to come to a question; it decides in milliseconds."""
Read = Callable[[int, int, float], list[Row]]
"""Rows behind a record, so many at most, within so many seconds."""


class Answering:
    """One answer to each question: `catalogue`, `status` or `records_after`.

    `state` and `stopped` are set by the engine's thread, and read on the door's: each is one value.
    """

    def __init__(self, journal: Journal, catalogue: Current, clock: Clock) -> None:
        self.state: State | None = None
        self.stopped = ""
        self._journal = journal
        self._catalogue = catalogue
        self._clock = clock

    def answer(self, request: dict[str, Any], read: Read) -> dict[str, Any]:
        """Raises KeyError or TypeError for what is no question, JournalError where none is read,
        Unavailable before there is anything to tell."""
        if request.get("catalogue") == "rollback":
            self._catalogue.ask_back()
            return {"asked": True}
        if request.get("status"):
            if self.state is None:
                raise Unavailable("it is starting")
            told = status_of(self.state, self._clock.now(), self.stopped)
            return told | {"records": self._journal.end[0], "answers": self._answers(read)}
        after = request["records_after"]
        if type(after) is not int:
            raise TypeError("records_after: a number is wanted")
        rows = read(after, ROWS_AT_ONCE, SECONDS / 2)
        return {"kiosk": self._journal.kiosk, "epoch": self._journal.epoch, "rows": rows}

    def _answers(self, read: Read) -> bool:
        """Whether the engine comes to a question at all: what it showed last may be long ago."""
        try:
            read(self._journal.end[0], 1, PATIENCE)
        except JournalError:
            return False
        return True
