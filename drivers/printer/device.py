"""A receipt printer on a line. A receipt counts as printed when the printer says so.

The receipt of one customer never comes out for the next: the buffers are cleared at the start of
each connection and after each failure, before anything else is sent. A printer that did not prove
it after a failure is locked, until it does or staff say that it holds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from drivers.line import Line, Tap, TappedLine, has_flow_control, spools
from drivers.line import connect_printer as connect_line
from drivers.printer.capabilities import Capabilities, Memory
from drivers.printer.document import Doc
from drivers.printer.escpos import cut, report_status
from drivers.printer.job import JobState, PrintJob
from drivers.printer.layout import WIDE_COLUMNS, LayOut, lay_out
from drivers.printer.link import Link
from drivers.printer.profiles import STANDARD, Clear, Confirm, profile_of
from drivers.printer.suited import encoded
from kiosk.checkout.commands import ClearPrinter, DeviceCommand, PrintReceipt
from kiosk.checkout.events import (
    Device,
    DeviceOnline,
    PrinterCleared,
    PrinterStatus,
    PrintFault,
    ReceiptFailed,
    ReceiptPrinted,
)
from kiosk.clock import Clock
from kiosk.errors import ConfigError
from kiosk.ids import Handle, JobId
from kiosk.ports import Cancel, DeviceError, LocalProtocolError, Run, Silent, Unavailable
from kiosk.words import Language

WATCH_POLL_SECONDS = 3.0
WATCH_LOOK_SECONDS = 0.09
"""Between looks at `wanted`; the port allows 100 ms."""
ANXIOUS_SECONDS = 0.5
"""Between questions once one went unanswered."""
PATIENCE_SECONDS = 10.0
"""Without any progress. A piece is 1 kB, some 10 cm of paper: 2 s on a slow printer."""
PIECE = 1024
"""Bytes between two marks; two such pieces are on their way at most."""
SHARE = 4
"""Of the receive buffer a piece takes at most this part: a full one holds up real-time commands."""

Connect = Callable[[str], Line]
Loyalty = Callable[[Handle, Language], tuple[str, ...]]
"""Lines about a member, lent from the vault for one print."""


def nobody(handle: Handle, language: Language) -> tuple[str, ...]:
    """Where no member is known."""
    del handle, language
    return ()


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
        profile: str = STANDARD.name,
        memory: Path | None = None,
        look: LayOut | None = None,
        loyalty: Loyalty = nobody,
    ) -> None:
        """`profile`: what its maker says it can. `memory`: a file for what is learnt of it.

        `look`: how receipts are laid out, if not plainly in `columns`; `loyalty`: a member's lines.
        Raises ConfigError.
        """
        if spools(address):
            raise ConfigError(f'"{address}": a queue gives no answers; use the driver "cups"')
        try:
            self._profile = profile_of(profile)
        except ValueError as error:
            raise ConfigError(str(error)) from error
        self._address = address
        self._look: LayOut = look or partial(lay_out, columns=columns)
        self._loyalty = loyalty
        self._clock = clock
        self._connect = connect
        self._tap = tap
        self._patience = patience
        self._memory = Memory(memory)
        self._link: Link | None = None
        self._settled = False
        """Whether the buffers were seen to since the connection or the last failure."""
        self._clear = self._profile.clear
        self._marks: bool | None = None
        """Whether the printer knows GS ( H; None until it was asked and answered."""
        self._holds: bool | None = self._memory.holds(address) or None
        """Whether it may hold bytes of an earlier receipt that nothing drops; None: not known."""
        self._remains = True
        """Whether a piece of an unfinished receipt may hang in the printer: cut it off first."""
        self._identity: tuple[str, ...] = ()
        self._series = 0
        self.state = JobState.QUEUED
        """How far the last job got, and how it ended."""

    def execute(self, command: DeviceCommand, cancel: Cancel) -> Run:
        """Print one receipt, which ends with `ReceiptPrinted` or `ReceiptFailed` and never by
        waiting on; or believe staff that nothing is left in it. Raises DeviceError for the latter.
        """
        match command:
            case PrintReceipt(job=job, receipt=receipt, loyalty=member):
                lines = self._loyalty(member, receipt.language) if member else ()
                yield self.print_document(job, self._look(receipt, loyalty=lines), cancel)
            case ClearPrinter():
                yield self._cleared(cancel)
            case _:
                raise LocalProtocolError(f"a printer cannot {type(command).__name__}")

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

    @property
    def capabilities(self) -> Capabilities | None:
        """What is known of the printer at the other end; None before it was asked."""
        if self._marks is None:
            return None
        return Capabilities(self._identity, _CONFIRMS[self._marks])

    # --- watching -------------------------------------------------------------------------------

    def _changes(self, link: Link, wanted: Cancel) -> Run:
        told: PrinterStatus | None = None
        polled = self._clock.monotonic()
        while not wanted:
            found = PrinterStatus(self._fault(link), link.condition.paper_low)
            if found != told:
                told = found
                yield told
            link.receive(WATCH_LOOK_SECONDS)
            if link.unanswered > 1:
                raise Silent(f"{self._address}: the printer does not answer any more")
            wait = ANXIOUS_SECONDS if link.unanswered else WATCH_POLL_SECONDS
            if self._clock.monotonic() - polled > wait:
                self._recover(link)
                self._heed_others()
                link.poll()
                polled = self._clock.monotonic()

    def _fault(self, link: Link) -> PrintFault | None:
        """Why it cannot print now; what hands can mend first."""
        return link.condition.fault or (PrintFault.LOCKED if self._holds else None)

    def _recover(self, link: Link) -> bool:
        """An error that came of a jam stays until it is told to end. Whether it was told.

        Not where that would let the rest of a receipt out.
        """
        if link.condition.recovers and self._clear is not Clear.NONE:
            link.recover()
            return True
        return False

    # --- connection -----------------------------------------------------------------------------

    def _ready(self, stop: Cancel) -> Link | None:
        """A link to a printer that answers and holds nothing; None once `stop` is set.

        Raises Unavailable. A line that died while idle is opened again once.
        """
        if self._link is not None:
            if self._holds and self._profile.clear is Clear.DC4:  # perhaps it proves it now
                self._settled, self._clear = False, Clear.DC4
            try:
                return self._settle(self._link, stop)
            except DeviceError:
                self.close()
        line = self._connect(self._address)
        self._remains = True
        self._marks, self._clear = None, self._profile.clear
        self._link = Link(
            TappedLine(line, self._tap) if self._tap else line,
            self._clock,
            flow_control=has_flow_control(self._address),
        )
        return self._settle(self._link, stop)

    def _settle(self, link: Link, stop: Cancel) -> Link | None:
        if not self._settled and self._clear is Clear.ENQ2:
            link.ask_condition(stop)  # it is obeyed in an error only
        confirmed = self._settled or link.clear(stop, self._clear)[0]
        condition = None if stop else link.ask_condition(stop)
        if condition and self._recover(link):
            condition = link.ask_condition(stop)
        if stop:
            return None
        if condition is None:
            raise Unavailable(f"{self._address}: nobody answers; is the printer on?")
        if not self._settled:
            self._note_cleared(link, stop, confirmed=confirmed)
            if stop:  # nothing was found out
                return None
            link.send(report_status())
            self._settled = True
        if self._marks is None and condition.fault is None:
            self._learn(link, stop)
            link.send(report_status())  # the probe's reset ended the reports
        return None if stop else link

    def _note_cleared(self, link: Link, stop: Cancel, *, confirmed: bool) -> None:
        """Whether anything of earlier receipts can be left in the printer."""
        if not confirmed and self._clear is Clear.DC4:  # its answer may have been lost: once more
            confirmed, _ = link.clear(stop)
            self._clear = Clear.DC4 if confirmed or stop else Clear.NONE
        if confirmed:
            self._hold(False)
        elif self._holds is None:
            # It answers in its turn, so all that came before is worked off.
            idle = link.condition.fault is None and link.worked_off(stop)
            if idle or not stop:
                self._hold(not idle)

    def _hold(self, holding: bool) -> None:
        self._holds = holding
        self._memory.set_holding(self._address, holding)

    def _heed_others(self) -> None:
        """A technician's tool may have locked it, or freed it on staff's word."""
        if self._clear is not Clear.DC4:
            self._holds = self._memory.holds(self._address)

    def _learn(self, link: Link, stop: Cancel) -> None:
        """Who it is, and how far its word goes: from memory, or by asking."""
        self._identity = link.identify(stop)
        known = self._memory.find(self._address, self._identity)
        if known:
            self._marks = known.confirm is Confirm.PROCESS_ID
            return
        self._marks = link.knows_marks(stop)
        if learnt := self.capabilities:
            self._memory.keep(self._address, learnt)

    # --- printing -------------------------------------------------------------------------------

    def print_document(
        self, name: JobId, doc: Doc, cancel: Cancel
    ) -> ReceiptPrinted | ReceiptFailed:
        """Print one document, a receipt or any other; returns within its time."""
        self.state = JobState.QUEUED
        pieces = encoded(doc, self._profile, min(PIECE, self._profile.buffer // SHARE)).pieces
        fault = PrintFault.OFFLINE
        try:
            link = self._ready(cancel)
            if link:
                self._heed_others()
                found = self._fault(link)
                if found is None:
                    return self._printed(name, link, pieces, cancel)
                fault = found
            else:
                fault = PrintFault.UNCONFIRMED
        except DeviceError:
            self.close()
        self.state = JobState.FAILED
        return ReceiptFailed(name, fault, partial=False)

    def _printed(
        self, name: JobId, link: Link, pieces: tuple[bytes, ...], cancel: Cancel
    ) -> ReceiptPrinted | ReceiptFailed:
        if not self._note_ahead():
            self.state = JobState.FAILED
            return ReceiptFailed(name, PrintFault.LOCKED, partial=False)
        self._series += 1
        self.state = JobState.CHECKED
        job = PrintJob(link, self._clock, marks=self._marks is not False, series=self._series)
        whole = ((cut(),) if self._remains else ()) + pieces
        failed, cleared = self._carry_out(job, link, whole, cancel)
        self._remains = bool(failed and job.touched_paper)
        if self._remains and not cleared:
            self._hold(True)
        elif self._clear is not Clear.DC4:
            self._hold(False)
        if failed:
            self.state = JobState.UNKNOWN if self._remains else JobState.FAILED
            return ReceiptFailed(name, failed, partial=self._remains)
        weak = self._marks is False
        self.state = JobState.PRINTED_WEAKLY if weak else JobState.PRINTED
        return ReceiptPrinted(name, weak=weak)

    def _note_ahead(self) -> bool:
        """For who comes after a crash: a printer that cannot prove a clear holds the receipt.

        False where that could not be noted.
        """
        return self._clear is Clear.DC4 or self._memory.set_holding(self._address, True)

    def _carry_out(
        self, job: PrintJob, link: Link, pieces: tuple[bytes, ...], cancel: Cancel
    ) -> tuple[PrintFault | None, bool]:
        """Run the job; if it fails, see to it that the rest never comes out.

        Why it failed, and whether the printer is known to hold nothing of it.
        """
        try:
            fault = job.run(pieces, cancel, self._patience)
            return self._give_up(job, link, fault) if fault else (None, True)
        except DeviceError:
            self.close()
            return PrintFault.UNCONFIRMED, False

    def _give_up(
        self, job: PrintJob, link: Link, fault: PrintFault
    ) -> tuple[PrintFault | None, bool]:
        cleared, heard = link.clear(Cancel(), self._clear)
        self._settled = cleared
        job.heed(heard)
        if fault is PrintFault.UNCONFIRMED:
            # Perhaps it is another printer by now, or the line is not what it was: begin anew.
            self._marks = self._marks if job.done else None
            self._memory.forget(self._address)
            self.close()
        return (None if job.done else fault), cleared

    def _cleared(self, cancel: Cancel) -> PrinterCleared:
        """Staff say so. A printer that can clear itself has to do it, too. Raises Unavailable."""
        self.close()
        if self._profile.clear is not Clear.NONE and self._ready(cancel) is None:
            raise Unavailable(f"{self._address}: stopped before it was cleared")
        self._hold(False)
        self._remains = True
        return PrinterCleared()


_CONFIRMS = {True: Confirm.PROCESS_ID, False: Confirm.GS_R}
