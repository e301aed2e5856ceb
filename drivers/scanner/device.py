"""A scanner on a serial line. It has no commands: it is watched."""

from __future__ import annotations

from collections.abc import Callable

from drivers.line import Line, Tap, TappedLine
from drivers.line import connect as connect_line
from drivers.scanner.code import Code, Framer
from kiosk.checkout.commands import DeviceCommand
from kiosk.checkout.events import CodeRead, Device, DeviceOnline
from kiosk.clock import Clock
from kiosk.ports import Cancel, DeviceError, LocalProtocolError, Run

SAME_CODE_SECONDS = 0.3
"""A code read again within this is the same article before the same beam."""
LOOK_SECONDS = 0.05
"""Between looks while a scan may end by silence."""
QUIET_SECONDS = 0.09
"""Between looks at a wish to stop."""
DRAIN_READS = 16

Connect = Callable[[str], Line]


class SerialScanner:
    """A scanner at an address of `drivers.line`. For one thread."""

    def __init__(
        self,
        address: str,
        *,
        clock: Clock,
        connect: Connect = connect_line,
        tap: Tap | None = None,
    ) -> None:
        self._address = address
        self._clock = clock
        self._connect = connect
        self._tap = tap
        self._line: Line | None = None

    def execute(self, command: DeviceCommand, cancel: Cancel) -> Run:
        """Raises LocalProtocolError: a scanner has no commands."""
        del cancel  # nothing is under way
        raise LocalProtocolError(f"a scanner cannot {type(command).__name__}")

    def watch(self, wanted: Cancel) -> Run:
        """`DeviceOnline`, then `CodeRead` for each reading. Raises `DeviceError` when lost."""
        try:
            line = self._line or self._open()
            yield DeviceOnline(Device.SCANNER)
            yield from self._codes(line, wanted)
        except DeviceError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the line."""
        line, self._line = self._line, None
        if line:
            line.close()

    def _open(self) -> Line:
        line = self._connect(self._address)
        self._line = TappedLine(line, self._tap) if self._tap else line
        for _ in range(DRAIN_READS):  # scanned while nobody listened: not for this customer
            if not self._line.read(0):
                break
        return self._line

    def _codes(self, line: Line, wanted: Cancel) -> Run:
        framer = Framer()
        last, seen = Code("", "", whole=False), float("-inf")
        while not wanted:
            data = line.read(LOOK_SECONDS if framer.begun else QUIET_SECONDS)
            now = self._clock.monotonic()
            for code in framer.feed(data, now):
                again = code == last and now - seen < SAME_CODE_SECONDS
                last, seen = code, now
                if not again:
                    yield CodeRead(code.symbology, code.text, code.whole)
