"""One receipt on its way: sent in bounded pieces, each with a mark that the printer sends back.

QUEUED -> CHECKED -> SENDING -> SENT -> PRINTED or PRINTED_WEAKLY, or else FAILED or UNKNOWN.
Printed is only what the printer said; the last mark stands behind the cut.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable
from enum import Enum

from drivers.printer.link import BUFFER_STATUS, LOOK_SECONDS, Link, mark_request
from drivers.printer.status import BufferStatus, Message, printed_mark
from kiosk.checkout.events import PrintFault
from kiosk.clock import Clock
from kiosk.ports import Cancel

log = logging.getLogger("drivers.printer")

AHEAD = 2
"""Pieces in the printer that are not on paper yet; no more is ever sent ahead."""
POLL_SECONDS = 0.5
"""Between questions for the condition, for printers that do not report it by themselves."""
XOFF_SECONDS = 1.0
"""After which XOFF does not hold a printer that has worked off all it was sent: it has room."""
HELD_BACK = 512
"""Bytes at a time: between them the printer is listened to."""


class JobState(Enum):
    """How far a job got, and how it ended."""

    QUEUED = "queued"
    CHECKED = "checked"
    """The printer said that it can print."""
    SENDING = "sending"
    SENT = "sent"
    PRINTED = "printed"
    """It is on paper, by the printer's word."""
    PRINTED_WEAKLY = "printed-weakly"
    """The printer worked off its buffer; paper may still have been moving."""
    FAILED = "failed"
    """Nothing of it is on paper."""
    UNKNOWN = "unknown"
    """Some of it may be on paper."""


class PrintJob:
    """Sends one receipt over a link and waits for the printer's word."""

    def __init__(self, link: Link, clock: Clock, *, marks: bool, series: int) -> None:
        self._link = link
        self._clock = clock
        self._marks = marks
        self._series = series
        self._awaited: deque[Message | None] = deque()
        self._progress = clock.monotonic()
        self._torn = False
        """Whether an echo is missing that a later one should have come behind."""
        self.state = JobState.QUEUED

    @property
    def touched_paper(self) -> bool:
        """Whether anything was sent, so that some of it may be on paper."""
        return self.state in (JobState.SENDING, JobState.SENT)

    def run(self, pieces: tuple[bytes, ...], cancel: Cancel, patience: float) -> PrintFault | None:
        """Print; None on the printer's word, else why not. Raises Silent when the line is lost.

        `patience`: seconds without any progress after which no word is expected any more.
        """
        for number, piece in enumerate(pieces):
            fault = self._until(AHEAD - 1, cancel, patience) or self._send(
                piece, number, cancel, patience
            )
            if fault:
                return fault
        self.state = JobState.SENT
        return self._until(0, cancel, patience)

    def heed(self, messages: Iterable[Message]) -> None:
        """Strike off the marks that came back, each in its turn.

        A later one does not stand for an earlier one: a printer that was switched off and on in
        between has lost what it held, and answers all the same.
        """
        for message in messages:
            if self._awaited and self._same(self._awaited[0], message):
                self._awaited.popleft()
                self._progress = self._clock.monotonic()
            elif any(each is not None and each == message for each in self._awaited):
                self._torn = True

    @property
    def done(self) -> bool:
        """Whether all was sent and the last mark came back."""
        return self.state is JobState.SENT and not self._awaited

    def _send(
        self, piece: bytes, number: int, cancel: Cancel, patience: float
    ) -> PrintFault | None:
        if not self._awaited:
            self._progress = self._clock.monotonic()
        self.state = JobState.SENDING
        for at in range(0, len(piece), HELD_BACK):
            fault = (self._until(AHEAD, cancel, patience) or self._stopped) if at else None
            if fault:
                return fault
            self._link.send(piece[at : at + HELD_BACK])
        if self._marks:
            mark = f"{self._series % 100:02d}{number % 100:02d}".encode()
            self._awaited.append(printed_mark(mark))
            self._link.send(mark_request(mark))
        else:
            self._awaited.append(None)
            self._link.send(BUFFER_STATUS)
        return None

    def _until(self, left: int, cancel: Cancel, patience: float) -> PrintFault | None:
        """Wait until at most `left` marks are out. A fault ends the wait, a mark goes first."""
        polled = self._clock.monotonic()
        self.heed(self._link.receive(0))
        while not self._may_go_on(left):
            self.heed(self._link.receive(LOOK_SECONDS))
            now = self._clock.monotonic()
            if self._may_go_on(left):
                break
            if fault := self._stopped:
                return fault
            if cancel or self._torn or now - self._progress > patience:
                if not self._link.flows:
                    log.warning("a printer said XOFF and not XON again")
                return self._link.condition.fault or PrintFault.UNCONFIRMED
            if now - polled > POLL_SECONDS:
                self._link.poll()
                polled = now
            self._doubt_xoff(now)
        return None

    def _doubt_xoff(self, now: float) -> None:
        """Noise, or its XON was lost: nobody waits for room that is there."""
        worked_off = self.state is JobState.SENDING and not self._awaited
        if worked_off and not self._link.flows and now - self._progress > XOFF_SECONDS:
            log.warning("a printer said XOFF, has worked off all it was sent and does not say XON")
            self._link.flows = True

    @property
    def _stopped(self) -> PrintFault | None:
        fault = self._link.condition.fault
        return None if fault is PrintFault.HEAD_HOT else fault  # that one ends by itself

    def _may_go_on(self, left: int) -> bool:
        """XOFF holds back further pieces; it does not unsay that the last one is on paper."""
        return len(self._awaited) <= left and (self._link.flows or left == 0)

    def _same(self, awaited: Message | None, message: Message) -> bool:
        if awaited is not None:
            return awaited == message
        # Of a stray byte only few look like "paper there" or "near its end" (GS r 1).
        return isinstance(message, BufferStatus) and message.byte & 0x0F in (0x00, 0x03)
