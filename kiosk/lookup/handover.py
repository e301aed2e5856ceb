"""Sealed receipts on their way from the outbox to the service, beside the sales and not behind them."""

from __future__ import annotations

import logging
import random

from kiosk.clock import Clock
from kiosk.lookup.outbox import Outbox
from kiosk.lookup.session import Session
from kiosk.ports import Cancel, LookupFailed, Unavailable, Unreachable

RECEIPTS = "/v1/receipts"
TAKEN, NEVER = (200, 201, 204), (400, 409, 413)
ANSWER_MOST = 4096
ATTEMPT_SECONDS = 5.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0
REFUSED_PAUSE = 600.0
"""After an answer that tells nothing: asking again soon changes nothing."""

log = logging.getLogger("kiosk.outbox")


class Handover:
    """Knows when to try next; holds no file of its own. For one thread."""

    def __init__(self, session: Session, clock: Clock, chance: random.Random) -> None:
        self._session = session
        self._clock = clock
        self._chance = chance
        self._failures = 0
        self._due = 0.0
        self._waiting = True
        """Something may be there: asked of the outbox once more."""

    def added(self) -> None:
        """Somebody stands there and waits: it is tried at once."""
        self._waiting, self._due = True, 0.0

    @property
    def pause(self) -> float | None:
        """Seconds until it is worth trying; None while nothing waits."""
        return max(self._due - self._clock.monotonic(), 0.0) if self._waiting else None

    def deliver(self, outbox: Outbox, wanted: Cancel) -> None:
        """As many as go, the newest first. What fails is tried later; nothing is raised for it."""
        while not wanted and self.pause == 0.0:
            sealed = outbox.next_receipt()
            if sealed is None:
                self._waiting = False
                return
            try:
                limit = self._session.limit(ATTEMPT_SECONDS, wanted)
                target = f"{RECEIPTS}/{sealed.name.hex()}"
                reply = self._session.exchange("PUT", target, sealed.data, ANSWER_MOST, limit)
            except (LookupFailed, Unavailable) as error:
                if not wanted:  # else broken off for a command: no failure of the service
                    self._later(str(error), error.retry if isinstance(error, Unreachable) else 0.0)
                    self._session.close()
                return
            if reply.status in TAKEN:
                self._failures = 0
                outbox.drop_receipt(sealed.name)
            elif reply.status in NEVER:
                log.error("ALARM: the service will not take a receipt (%d)", reply.status)
                outbox.drop_receipt(sealed.name)
            else:
                self._later(f"answer {reply.status}", reply.retry or REFUSED_PAUSE)

    def _later(self, why: str, least: float) -> None:
        log.info("receipts wait for the service: %s", why)
        pause = self._chance.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**self._failures))
        self._failures = min(self._failures + 1, 10)
        self._due = self._clock.monotonic() + max(least, pause)
