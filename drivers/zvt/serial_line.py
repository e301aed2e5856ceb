"""A serial line that looks like a TCP connection to what is above it: whole APDUs, each acknowledged.

Every block is answered ACK or NAK before anybody looks into it; one that is not answered within T2, or
answered NAK, is sent again, twice at most (PA00P016 3.3 to 3.5). A block that comes again because our
ACK was lost is acknowledged, and not passed on, as long as the other side has not heard us since.
"""

from __future__ import annotations

from collections import deque

from drivers.line import Line
from drivers.zvt.blocks import ACK, NAK, Block, Deblocker, Signal, block
from drivers.zvt.framing import Deframer, frame
from kiosk.clock import Clock
from kiosk.ports import Silent

T1_SECONDS = 0.2
"""Between two bytes of a block."""
T2_SECONDS = 5.0
"""Until a block is answered."""
REPEATS = 2
SERIAL = ("serial://", "pty://")
"""Addresses of serial lines; a pseudo terminal stands for one."""


class SerialApdus:
    """A `Line` of APDU bytes over a `Line` of blocks; for either role, and for one thread."""

    def __init__(self, line: Line, clock: Clock) -> None:
        self._line = line
        self._clock = clock
        self._blocks = Deblocker()
        self._arrived: deque[bytes] = deque()
        self._last = b""
        """The block passed on last, until the other side heard us: then it is a repeat of it."""
        self._heard = 0.0

    def read(self, seconds: float) -> bytes:
        """The bytes of one APDU, waiting up to `seconds`; empty if none came. Raises Silent."""
        end, left = self._clock.monotonic() + seconds, max(seconds, 0.0)
        while not self._arrived:
            self._listen(min(left, T1_SECONDS))
            left = end - self._clock.monotonic()
            if left <= 0:
                break
        return self._arrived.popleft() if self._arrived else b""

    def write(self, data: bytes) -> None:
        """Send APDUs, each until it is acknowledged. Raises Silent where one is not."""
        for control, rest in Deframer().feed(data):
            self._send(block(frame(control, rest)))

    def _send(self, sent: bytes) -> None:
        self._listen(0)  # a late ACK of the block before is not one of this block
        for _ in range(1 + REPEATS):
            self._line.write(sent)
            if self._acknowledged():
                return
        raise Silent(f"no acknowledgement on the serial line after {REPEATS} repeats")

    def close(self) -> None:
        """Let go of the line."""
        self._line.close()

    def _acknowledged(self) -> bool:
        """Whether the other side says ACK before T2; blocks that come meanwhile are kept."""
        end = self._clock.monotonic() + T2_SECONDS
        while (left := end - self._clock.monotonic()) > 0:
            for signal in self._listen(min(left, T1_SECONDS)):
                if signal is Signal.ACK:
                    return True
                if signal is Signal.NAK:
                    return False
        return False

    def _listen(self, seconds: float) -> list[Signal]:
        """Signals that came; blocks are answered and kept on the way."""
        data = self._line.read(seconds)
        now = self._clock.monotonic()
        if data:
            self._heard = now
        elif self._blocks.inside and now - self._heard >= T1_SECONDS:
            self._blocks.give_up()
            self._say(NAK)
        signals: list[Signal] = []
        for found in self._blocks.feed(data):
            if isinstance(found, Block):
                self._take(found.apdu)
            elif found is Signal.DAMAGED:
                self._say(NAK)
            elif isinstance(found, Signal):
                if found is Signal.ACK:
                    self._last = b""  # whoever heard us is done with what it had said before
                signals.append(found)
        return signals

    def _take(self, apdu: bytes) -> None:
        self._say(ACK)
        if apdu != self._last:
            self._last = apdu
            self._arrived.append(apdu)

    def _say(self, byte: int) -> None:
        self._line.write(bytes((byte,)))


def repeats(address: str) -> float:
    """How much longer than T3 an answer may take where blocks are repeated (T2), in seconds."""
    return REPEATS * T2_SECONDS if address.startswith(SERIAL) else 0.0


def over(line: Line, address: str, clock: Clock) -> Line:
    """The line of an address as ZVT is spoken on it: bare APDUs on TCP, blocks on all that is serial."""
    return SerialApdus(line, clock) if address.startswith(SERIAL) else line
