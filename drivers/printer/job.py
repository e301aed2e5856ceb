"""One receipt on its way: sent in bounded pieces, each with a mark that the printer sends back.

QUEUED -> SENDING -> SENT. Printed is only what the printer said; the last mark
stands behind the cut.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from enum import Enum

from drivers.printer.link import BUFFER_STATUS, LOOK_SECONDS, Link, mark_request
from drivers.printer.status import BufferStatus, Message, printed_mark
from kiosk.checkout.events import PrintFault
from kiosk.clock import Clock
from kiosk.ports import Cancel

AHEAD = 2
"""Pieces in the printer that are not on paper yet; no more is ever sent ahead."""
POLL_SECONDS = 0.5
"""Between questions for the condition, for printers that do not report it by themselves."""


class Stage(Enum):
    """How far a job got."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"


class PrintJob:
    """Sends one receipt over a link and waits for the printer's word."""

    def __init__(self, link: Link, clock: Clock, *, marks: bool, series: int) -> None:
        self._link = link
        self._clock = clock
        self._marks = marks
        self._series = series
        self._awaited: deque[Message | None] = deque()
        self._progress = clock.monotonic()
        self.stage = Stage.QUEUED

    @property
    def touched_paper(self) -> bool:
        """Whether anything was sent, so that some of it may be on paper."""
        return self.stage in (Stage.SENDING, Stage.SENT)

    def run(self, pieces: tuple[bytes, ...], cancel: Cancel, patience: float) -> PrintFault | None:
        """Print; None on the printer's word, else why not. Raises Silent when the line is lost.

        `patience`: seconds without any progress after which no word is expected any more.
        """
        for number, piece in enumerate(pieces):
            fault = self._until(AHEAD - 1, cancel, patience)
            if fault:
                return fault
            self.stage = Stage.SENDING
            self._send(piece, number)
        self.stage = Stage.SENT
        return self._until(0, cancel, patience)

    def heed(self, messages: Iterable[Message]) -> None:
        """Strike off the marks that came back."""
        for message in messages:
            if self._is_awaited(message):
                while not self._same(self._awaited.popleft(), message):
                    pass
                self._progress = self._clock.monotonic()

    @property
    def done(self) -> bool:
        """Whether all was sent and the last mark came back."""
        return self.stage is Stage.SENT and not self._awaited

    def _send(self, piece: bytes, number: int) -> None:
        if not self._awaited:
            self._progress = self._clock.monotonic()
        if self._marks:
            mark = f"{self._series % 100:02d}{number % 100:02d}".encode()
            self._awaited.append(printed_mark(mark))
            self._link.send(piece + mark_request(mark))
        else:
            self._awaited.append(None)
            self._link.send(piece + BUFFER_STATUS)

    def _until(self, left: int, cancel: Cancel, patience: float) -> PrintFault | None:
        """Wait until at most `left` marks are out. A fault ends the wait, a mark goes first."""
        polled = self._clock.monotonic()
        while not self._may_go_on(left):
            self.heed(self._link.receive(LOOK_SECONDS))
            now = self._clock.monotonic()
            if self._may_go_on(left):
                return None
            if self._link.condition.fault:
                return self._link.condition.fault
            if cancel or now - self._progress > patience:
                return PrintFault.UNCONFIRMED
            if now - polled > POLL_SECONDS:
                self._link.poll()
                polled = now
        return None

    def _may_go_on(self, left: int) -> bool:
        """XOFF holds back further pieces; it does not unsay that the last one is on paper."""
        return len(self._awaited) <= left and (self._link.flows or left == 0)

    def _is_awaited(self, message: Message) -> bool:
        return any(self._same(awaited, message) for awaited in self._awaited)

    def _same(self, awaited: Message | None, message: Message) -> bool:
        if awaited is not None:
            return awaited == message
        # Of a stray byte only few look like "paper there" or "near its end" (GS r 1).
        return isinstance(message, BufferStatus) and message.byte & 0x0F in (0x00, 0x03)
