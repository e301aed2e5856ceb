"""A receipt printer without hardware: real bytes on a line, paper as files, faults by name."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

from drivers.line import CHUNK, DescriptorLine, Line, Listener
from drivers.printer.darkroom import Darkroom
from drivers.printer.event_log import EventLog
from drivers.printer.faults import CABLE, FAULTS, parsed
from drivers.printer.happenings import FaultHappened
from drivers.printer.mechanism import Mechanism
from drivers.printer.profiles import STANDARD, Profile
from drivers.printer.sheet import Sheet
from kiosk.clock import Clock, SystemClock
from kiosk.ports import DeviceError

TICK = 0.02
"""Seconds between looks at the clock and at faults asked for."""


@dataclass(frozen=True, slots=True)
class PrinterView:
    """What a person standing before the printer sees."""

    state: str = "idle"
    """`idle`, `printing`, `stopped` or `unplugged`."""
    fault: str | None = None
    paper_low: bool = False
    receipts: int = 0
    """Pieces that were cut off."""
    torn: int = 0
    """Pieces that were torn off unfinished when a new roll went in."""
    picture: Path | None = None
    """The newest PNG; it is there a little after its text."""
    text: str = ""
    """The newest piece as text."""
    in_mouth: bool = False
    """Whether a presenter holds a receipt that nobody took yet."""


@dataclass(slots=True)
class _Wish:
    name: str
    amount: float
    done: threading.Event = field(default_factory=threading.Event)


class PrinterSimulator:
    """A thread that owns one mechanism and one listener; it can be started once."""

    def __init__(
        self,
        listener: Listener,
        out: Path,
        *,
        profile: Profile = STANDARD,
        speed_mm_s: float = 0,
        process_id: bool | None = None,
        columns: int | None = None,
        render: bool = True,
        clock: Clock | None = None,
    ) -> None:
        """`process_id` and `columns`: other than the profile says. `speed_mm_s` 0: at once."""
        self.address = listener.address
        self._listener = listener
        self._out = out
        self._render = render
        self._clock = clock or SystemClock()
        self._stream = listener.address.startswith("tcp://")
        """Whether bytes that nobody takes wait on their way; on a serial line they are lost."""
        self._mechanism = Mechanism(
            profile,
            width=columns * 12 if columns else None,
            speed=speed_mm_s,
            process_id=process_id,
            flow_control=not self._stream,
        )
        self._log = EventLog(out, self._clock)
        self._mechanism.tell = self._log
        self._line: Line | None = None
        self._plugged = True
        self._half_open = self._split = False
        self._bytes_left: int | None = None
        self._unsaid = bytearray()
        self._wishes: queue.SimpleQueue[_Wish] = queue.SimpleQueue()
        self._over = threading.Event()
        self._view = PrinterView()
        self._darkroom = Darkroom()
        self._thread = threading.Thread(target=self._run, name="printer simulator", daemon=True)

    def start(self) -> None:
        """Begin to answer. Receipts go to `out` as receipt-NNN.png and .txt."""
        self._out.mkdir(parents=True, exist_ok=True)
        self._log.open()
        self._darkroom.open()
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close the line and the listener; safe to call twice."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._darkroom.close()
        self._listener.close()
        self._log.close()

    def view(self) -> PrinterView:
        """How it looks now."""
        return replace(self._view, picture=self._darkroom.newest)

    def fault(self, name: str) -> None:
        """Let one of `drivers.printer.faults` happen; done on return. Raises ValueError."""
        wish = _Wish(*parsed(name))
        self._wishes.put(wish)
        if self._thread.is_alive():
            wish.done.wait(5)
        else:
            self._grant()

    # --- in the thread --------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._over.is_set():
            self._grant()
            self._listen()
            self._mechanism.advance(self._clock.monotonic())
            for sheet in self._mechanism.sheets():
                self._keep(sheet)
            self._look()
            self._speak()
            if self._mechanism.line_lost_after_mm == 0:
                self._mechanism.line_lost_after_mm = None
                self._lose_line()
            self._log.flush()
        self._hang_up()

    def _grant(self) -> None:
        while not self._wishes.empty():
            wish = self._wishes.get()
            self._log(FaultHappened(wish.name))
            if wish.name in CABLE:
                self._cable(wish.name, wish.amount)
            else:
                FAULTS[wish.name](self._mechanism, wish.amount)
            self._mechanism.advance(self._clock.monotonic())
            self._look()
            wish.done.set()

    def _listen(self) -> None:
        if self._line is None:
            self._line = self._listener.accept(TICK)
        elif self._half_open or (self._stream and not self._mechanism.room):
            self._over.wait(TICK)  # a full buffer leaves the stream standing, real-time and all
        else:
            try:
                self._hear(self._read(self._line))
            except DeviceError:
                self._hang_up()

    def _read(self, line: Line) -> bytes:
        """No more than fits, where the rest can wait on its way."""
        if not self._stream or not isinstance(line, DescriptorLine):
            return line.read(TICK)
        buffer = bytearray(min(self._mechanism.room, CHUNK))
        return bytes(buffer[: line.read_into(buffer, TICK)])

    def _hear(self, data: bytes) -> None:
        left = self._bytes_left
        if left is None or len(data) < left:
            self._bytes_left = None if left is None else left - len(data)
            self._mechanism.receive(data)
            return
        self._bytes_left = None
        self._mechanism.receive(data[:left])
        self._lose_line()

    def _speak(self) -> None:
        if self._half_open:
            return
        self._unsaid += self._mechanism.answers()
        now = self._unsaid[:1] if self._split else self._unsaid[:]
        del self._unsaid[: len(now)]
        if now and self._line:
            try:
                self._line.write(bytes(now))
            except DeviceError:
                self._hang_up()

    def _lose_line(self) -> None:
        """The connection is gone, a new one can be had at once. What was not said is lost."""
        self._hang_up()
        self._mechanism.answers()
        if self._plugged and not self._stream:  # a pty has no other way to hang up
            self._listener.unplug()
            self._listener.plug()

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        self._unsaid.clear()
        if line:
            line.close()

    def _keep(self, sheet: Sheet) -> None:
        """Count the piece before the host hears of it; its picture takes longer."""
        view = self._view
        receipts, torn = view.receipts + (not sheet.torn), view.torn + sheet.torn
        name = f"torn-{torn:03d}" if sheet.torn else f"receipt-{receipts:03d}"
        (self._out / f"{name}.txt").write_text(sheet.text, encoding="utf-8")
        if self._render:
            self._darkroom.develop(sheet, self._out / f"{name}.png")
        self._view = self._seen(receipts, torn, sheet.text)

    def _look(self) -> None:
        view = self._view
        self._view = self._seen(view.receipts, view.torn, view.text)

    def _seen(self, receipts: int, torn: int, text: str) -> PrinterView:
        mechanism = self._mechanism
        state = "printing" if mechanism.printing else "idle"
        if mechanism.troubles.stopped:
            state = "stopped"
        if not self._plugged:
            state = "unplugged"
        fault, low = mechanism.troubles.named, mechanism.troubles.paper_low
        in_mouth = mechanism.mouth is not None
        return PrinterView(state, fault, low, receipts, torn, text=text, in_mouth=in_mouth)

    def _cable(self, name: str, amount: float) -> None:
        """Without cable, what is in the buffer is still printed; without power it is lost."""
        match name:
            case "plug":
                self._hang_up()
                self._listener.plug()
                self._plugged = True
            case "unplug":
                self._hang_up()
                self._listener.unplug()
                self._plugged = False
            case "half_open" | "revive":
                self._half_open = name == "half_open"
            case "split_answers" | "whole_answers":
                self._split = name == "split_answers"
            case "disconnect_after_bytes":
                self._bytes_left = int(amount)
            case _:
                self._hang_up()
                self._mechanism.power_cycle()
