"""A scanner without hardware: codes as bytes on a line, faults by name."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field, replace

from drivers.line import Line, Listener
from kiosk.ports import DeviceError

TICK = 0.02
GARBAGE = b"\xfe\x00\x07\x9c]\xff\r"
FAULTS = ("torn", "garbage", "unplug", "plug")
_BY_LENGTH = {8: "E4", 12: "E0", 13: "E0", 14: "I1"}
_QR = "Q1"


@dataclass(frozen=True, slots=True)
class ScannerView:
    """What a person sees of the scanner."""

    state: str = "waiting"
    """`waiting` for a host, `connected` or `unplugged`."""
    scans: int = 0
    """Codes that went out on a line."""
    last: str = ""


@dataclass(slots=True)
class _Wish:
    data: bytes = b""
    code: str = ""
    cable: str = ""
    sent: bool = False
    done: threading.Event = field(default_factory=threading.Event)


class ScannerSimulator:
    """A thread that owns one listener; it can be started once."""

    def __init__(self, listener: Listener) -> None:
        self.address = listener.address
        self._listener = listener
        self._line: Line | None = None
        self._wishes: queue.SimpleQueue[_Wish] = queue.SimpleQueue()
        self._over = threading.Event()
        self._view = ScannerView()
        self._thread = threading.Thread(target=self._run, name="scanner simulator", daemon=True)

    def start(self) -> None:
        """Begin to wait for a host."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread, the line and the listener; safe to call twice."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._listener.close()

    def view(self) -> ScannerView:
        """How it looks now."""
        return self._view

    def scan(self, code: str, symbology: str | None = None, *, note: str = "") -> bool:
        """Read a code and send it with its AIM identifier; whether a line took it.

        `symbology` None: chosen by the look of the code; empty: no identifier is sent. `note`: what
        is shown as read in place of the code.
        """
        kind = _kind(code) if symbology is None else symbology
        data = f"]{kind}{code}\r" if kind else f"{code}\r"
        return self._ask(_Wish(data.encode(), code=note or code))

    def send(self, raw: bytes) -> bool:
        """Send bytes as they are; whether a line took them."""
        return self._ask(_Wish(data=raw))

    def fault(self, name: str) -> None:
        """Let one of FAULTS happen; done on return. Raises ValueError."""
        match name:
            case "torn":
                self.send(f"]E0{self._view.last or '4006381333931'}"[:9].encode())
            case "garbage":
                self.send(GARBAGE)
            case "plug" | "unplug":
                self._ask(_Wish(cable=name))
            case _:
                raise ValueError(f'the scanner has no fault "{name}"; it has {", ".join(FAULTS)}')

    def _ask(self, wish: _Wish) -> bool:
        if not self._thread.is_alive():
            return False
        self._wishes.put(wish)
        wish.done.wait(5)
        return wish.sent

    # --- in the thread --------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._over.is_set():
            while not self._wishes.empty():
                self._grant(self._wishes.get())
            self._listen()
        self._hang_up()

    def _grant(self, wish: _Wish) -> None:
        if wish.cable:
            self._hang_up()
            (self._listener.plug if wish.cable == "plug" else self._listener.unplug)()
            state = "waiting" if wish.cable == "plug" else "unplugged"
            self._view = replace(self._view, state=state)
        elif self._line:
            try:
                self._line.write(wish.data)
                wish.sent = True
                self._count(wish.code)
            except DeviceError:
                self._hang_up()
        wish.done.set()

    def _count(self, code: str) -> None:
        if code:
            self._view = replace(self._view, scans=self._view.scans + 1, last=code)

    def _listen(self) -> None:
        if self._line is None:
            self._line = self._listener.accept(TICK)
            if self._line:
                self._view = replace(self._view, state="connected")
            return
        try:
            self._line.read(TICK)
        except DeviceError:
            self._hang_up()

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line:
            line.close()
            self._view = replace(self._view, state="waiting")


def _kind(code: str) -> str:
    return _BY_LENGTH.get(len(code), _QR) if code.isascii() and code.isdigit() else _QR
