"""A receipt printer behind a queue of CUPS. Nothing comes back from it, so nothing is claimed.

Every receipt that left ends as unknown: CUPS tells when it has given the bytes to the printer, not
what became of them. A job that still waits when patience ends is taken back; then a piece of it may
be in the printer, which is locked until staff confirm. So it is after a crash with a job under way.
Good for a shop that has nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from drivers.line import queue_of
from drivers.line.cups import CupsLine, Spooled
from drivers.printer.capabilities import Memory
from drivers.printer.document import Doc
from drivers.printer.escpos import cut
from drivers.printer.job import JobState
from drivers.printer.layout import WIDE_COLUMNS, LayOut, lay_out
from drivers.printer.profiles import STANDARD, profile_of
from drivers.printer.suited import encoded
from kiosk.checkout.commands import ClearPrinter, DeviceCommand, PrintReceipt
from kiosk.checkout.events import (
    Device,
    DeviceOnline,
    PrinterCleared,
    PrinterStatus,
    PrintFault,
    ReceiptFailed,
)
from kiosk.clock import Clock
from kiosk.errors import ConfigError
from kiosk.ids import JobId
from kiosk.ports import Cancel, DeviceError, LocalProtocolError, Run, Silent, Unavailable

PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.5
CANCEL_SECONDS = 10.0
"""Until a job that was taken back has ended."""
WATCH_POLL_SECONDS = 5.0
WATCH_LOOK_SECONDS = 0.09
_REASONS = (
    ("media-empty", PrintFault.PAPER_OUT),
    ("media-needed", PrintFault.PAPER_OUT),
    ("cover-open", PrintFault.COVER_OPEN),
    ("door-open", PrintFault.COVER_OPEN),
)
"""Words of IPP's printer-state-reasons (RFC 8011 5.4.12) that say more than "stopped"."""


class SpooledPrinter:
    """A printer at `cups://QUEUE`. For one thread."""

    def __init__(
        self,
        address: str,
        *,
        columns: int = WIDE_COLUMNS,
        clock: Clock,
        connect: Callable[[str], CupsLine] = CupsLine,
        patience: float = PATIENCE_SECONDS,
        profile: str = STANDARD.name,
        memory: Path | None = None,
        look: LayOut | None = None,
    ) -> None:
        """`profile`: its paper and symbols; what it could answer never comes back. `memory`: a file
        in which a lock outlives a restart. Raises ConfigError.
        """
        self._queue = queue_of(address)
        try:
            self._profile = profile_of(profile)
        except ValueError as error:
            raise ConfigError(str(error)) from error
        self._address = address
        self._memory = Memory(memory)
        self._look: LayOut = look or partial(lay_out, columns=columns)
        self._clock = clock
        self._connect = connect
        self._patience = patience
        self._remains = True
        self.state = JobState.QUEUED
        """How far the last job got; never further than unknown."""

    def execute(self, command: DeviceCommand, cancel: Cancel) -> Run:
        """Hand one receipt over, which ends with `ReceiptFailed` in any case; or take back all that
        the queue holds and unlock. Raises Unavailable where that fails.
        """
        match command:
            case PrintReceipt(job=job, receipt=receipt):
                yield self.print_document(job, self._look(receipt), cancel)
            case ClearPrinter():
                yield self._cleared(cancel)
            case _:
                raise LocalProtocolError(f"a printer cannot {type(command).__name__}")

    def watch(self, wanted: Cancel) -> Run:
        """`DeviceOnline`, then what CUPS says of the printer. Raises `DeviceError`."""
        line = self._connect(self._queue)
        yield DeviceOnline(Device.PRINTER)
        told: PrinterStatus | None = None
        asked = -WATCH_POLL_SECONDS
        while not wanted:
            if self._clock.monotonic() - asked > WATCH_POLL_SECONDS:
                asked = self._clock.monotonic()
                found = PrinterStatus(self._fault(line))
                if found != told:
                    told = found
                    yield told
            line.read(WATCH_LOOK_SECONDS)

    def print_document(self, name: JobId, doc: Doc, cancel: Cancel) -> ReceiptFailed:
        """Hand one document over."""
        self.state = JobState.QUEUED
        try:
            line = self._connect(self._queue)
            fault = self._fault(line)
        except DeviceError:
            fault = PrintFault.OFFLINE
        if fault or cancel:
            self.state = JobState.FAILED
            return ReceiptFailed(name, fault or PrintFault.UNCONFIRMED, partial=False)
        if not self._memory.set_holding(self._address, True):  # also for who comes after a crash
            self.state = JobState.FAILED
            return ReceiptFailed(name, PrintFault.LOCKED, partial=False)
        self.state = JobState.SENDING
        data = (cut() if self._remains else b"") + encoded(doc, self._profile).data
        try:
            line.write(data)
            self.state = JobState.SENT
            ended = self._follow(line, cancel)
        except DeviceError:
            ended = False
        self._remains = not ended
        if ended:
            self._memory.set_holding(self._address, False)
        self.state = JobState.UNKNOWN
        return ReceiptFailed(name, PrintFault.UNCONFIRMED, partial=True)

    def close(self) -> None:
        """Nothing is held."""

    def _follow(self, line: CupsLine, cancel: Cancel) -> bool:
        """Wait until CUPS is rid of the job, or take it back. Whether it ended by itself."""
        end = self._clock.monotonic() + self._patience
        while line.outcome(line.last_job) is Spooled.WAITING:
            if cancel or self._clock.monotonic() > end:
                line.cancel(line.last_job)
                return False
            line.read(LOOK_SECONDS)
        return True

    def _cleared(self, cancel: Cancel) -> PrinterCleared:
        """Staff say that the printer holds nothing; CUPS has to hold nothing either."""
        try:
            line = self._connect(self._queue)
            for job in line.waiting():
                with suppress(Silent):  # it may have ended meanwhile; what is left is told below
                    line.cancel(job)
            end = self._clock.monotonic() + CANCEL_SECONDS
            while left := line.waiting():  # one that is under way ends a little later
                if cancel or self._clock.monotonic() > end:
                    raise Unavailable(
                        f"{self._address}: still holds {', '.join(left)}; take it back"
                    )
                line.read(LOOK_SECONDS)
        except Silent as error:
            raise Unavailable(str(error)) from error
        if not self._memory.set_holding(self._address, False):
            raise Unavailable(f"{self._address}: the lock cannot be lifted on disk")
        self._remains = True
        return PrinterCleared()

    def _fault(self, line: CupsLine) -> PrintFault | None:
        trouble = line.trouble()
        if trouble:
            named = (fault for word, fault in _REASONS if word in trouble)
            return next(named, PrintFault.OFFLINE)
        return PrintFault.LOCKED if self._memory.holds(self._address) else None
