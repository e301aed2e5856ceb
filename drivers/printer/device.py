"""A receipt printer on a line. A receipt counts as printed when the printer says so.

The receipt of one customer never comes out for the next: the buffers are cleared at the start of
each connection and after each failure, before anything else is sent.
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.line import Line, Tap, TappedLine
from drivers.line import connect as connect_line
from drivers.printer.escpos import cut, encode, report_status
from drivers.printer.job import PrintJob
from drivers.printer.layout import WIDE_COLUMNS, lay_out
from drivers.printer.link import Link
from kiosk.checkout.commands import DeviceCommand, PrintReceipt
from kiosk.checkout.events import (
    Device,
    DeviceOnline,
    PrinterStatus,
    PrintFault,
    ReceiptFailed,
    ReceiptPrinted,
)
from kiosk.clock import Clock
from kiosk.ports import Cancel, DeviceError, LocalProtocolError, Run, Silent, Unavailable

WATCH_POLL_SECONDS = 3.0
WATCH_LOOK_SECONDS = 0.09
"""Between looks at `wanted`; the port allows 100 ms."""
ANXIOUS_SECONDS = 0.5
"""Between questions once one went unanswered."""
PATIENCE_SECONDS = 10.0
"""Without any progress. A piece is 1 kB, some 10 cm of paper: 2 s on a slow printer."""

Connect = Callable[[str], Line]


class EscposPrinter:
    """An ESC/POS printer at an address of `drivers.line`. For one thread."""

    def __init__(
        self,
        address: str,
        *,
        columns: int = WIDE_COLUMNS,
        clock: Clock,
        connect: Connect = connect_line,
        tap: Tap | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._address = address
        self._columns = columns
        self._clock = clock
        self._connect = connect
        self._tap = tap
        self._patience = patience
        self._link: Link | None = None
        self._settled = False
        """Whether the buffers were cleared since the connection or the last failure."""
        self._marks: bool | None = None
        """Whether the printer knows GS ( H; None until it was asked and answered."""
        self._remains = True
        """Whether a piece of an unfinished receipt may hang in the printer: cut it off first."""
        self._series = 0

    def execute(self, command: DeviceCommand, cancel: Cancel) -> Run:
        """Print one receipt; ends with `ReceiptPrinted` or `ReceiptFailed`, never by waiting on."""
        if not isinstance(command, PrintReceipt):
            raise LocalProtocolError(f"a printer cannot {type(command).__name__}")
        yield self._print(command, cancel)

    def watch(self, wanted: Cancel) -> Run:
        """`DeviceOnline`, then each change of condition. Raises `DeviceError` when lost."""
        try:
            link = self._ready(wanted)
            if link is None:
                return
            yield DeviceOnline(Device.PRINTER)
            yield from self._changes(link, wanted)
        except DeviceError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the line."""
        link, self._link = self._link, None
        self._settled = False
        if link:
            link.close()

    # --- watching -------------------------------------------------------------------------------

    def _changes(self, link: Link, wanted: Cancel) -> Run:
        told: PrinterStatus | None = None
        polled = self._clock.monotonic()
        while not wanted:
            if link.condition.event != told:
                told = link.condition.event
                yield told
            link.receive(WATCH_LOOK_SECONDS)
            if link.unanswered > 1:
                raise Silent(f"{self._address}: the printer does not answer any more")
            wait = ANXIOUS_SECONDS if link.unanswered else WATCH_POLL_SECONDS
            if self._clock.monotonic() - polled > wait:
                link.poll()
                polled = self._clock.monotonic()

    # --- connection -----------------------------------------------------------------------------

    def _ready(self, stop: Cancel) -> Link | None:
        """A link to a printer that answers and holds nothing; None once `stop` is set.

        Raises Unavailable. A line that died while idle is opened again once.
        """
        if self._link is not None:
            try:
                return self._settle(self._link, stop)
            except DeviceError:
                self.close()
        line = self._connect(self._address)
        self._remains = True
        self._link = Link(TappedLine(line, self._tap) if self._tap else line, self._clock)
        return self._settle(self._link, stop)

    def _settle(self, link: Link, stop: Cancel) -> Link | None:
        if not self._settled:
            link.clear(stop)
            if stop:
                return None
        condition = link.ask_condition(stop)
        if stop:
            return None
        if condition is None:
            raise Unavailable(f"{self._address}: nobody answers; is the printer on?")
        if not self._settled:
            link.send(report_status())
            self._settled = True
        if self._marks is None and condition.fault is None:
            self._marks = link.knows_marks(stop)
            link.send(report_status())  # the probe's reset ended the reports
        return link

    # --- printing -------------------------------------------------------------------------------

    def _print(self, command: PrintReceipt, cancel: Cancel) -> ReceiptPrinted | ReceiptFailed:
        encoded = encode(lay_out(command.receipt, self._columns))
        try:
            link = self._ready(cancel)
        except DeviceError:
            self.close()
            return ReceiptFailed(command.job, PrintFault.OFFLINE, partial=False)
        fault = PrintFault.UNCONFIRMED if link is None else link.condition.fault
        if link is None or fault:
            return ReceiptFailed(command.job, fault or PrintFault.OFFLINE, partial=False)
        pieces = ((cut(),) if self._remains else ()) + encoded.pieces
        self._series += 1
        job = PrintJob(link, self._clock, marks=self._marks is not False, series=self._series)
        failed = self._carry_out(job, link, pieces, cancel)
        self._remains = bool(failed and job.touched_paper)
        if failed:
            return ReceiptFailed(command.job, failed, partial=job.touched_paper)
        return ReceiptPrinted(command.job, weak=self._marks is False)

    def _carry_out(
        self, job: PrintJob, link: Link, pieces: tuple[bytes, ...], cancel: Cancel
    ) -> PrintFault | None:
        """Run the job; if it fails, see to it that the rest never comes out."""
        try:
            fault = job.run(pieces, cancel, self._patience)
            if fault:
                fault = self._give_up(job, link, fault)
        except DeviceError:
            self.close()
            return PrintFault.UNCONFIRMED
        return fault

    def _give_up(self, job: PrintJob, link: Link, fault: PrintFault) -> PrintFault | None:
        if fault is PrintFault.UNCONFIRMED:
            self._marks = None  # perhaps it is another printer by now: ask again
        confirmed, heard = link.clear(Cancel())
        self._settled = confirmed
        job.heed(heard)
        return None if job.done else fault
