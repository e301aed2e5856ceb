"""Frames between a host and a PN532 on its serial line (UM0701-02, 6.2.1), both roles, sans-I/O."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from kiosk.vault import wipe

ACK = bytes.fromhex("0000FF00FF00")
NAK = bytes.fromhex("0000FFFF0000")
ERROR = bytes.fromhex("0000FF01FF7F8100")
TO_CHIP, TO_HOST, SYNTAX_ERROR = 0xD4, 0xD5, 0x7F
"""Frame identifiers (TFI)."""
DATA_MOST = 265
"""Bytes of TFI and data that the chip takes or sends."""
_NORMAL_MOST = 0xFF
_START = b"\x00\xff"


class Kind(Enum):
    """What a frame is."""

    ACK = "ack"
    NAK = "nak"
    DATA = "data"
    ERROR = "error"
    """The chip did not understand the last command."""
    BROKEN = "broken"
    """A checksum was wrong; the sender may be asked to repeat it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; `data` begins with the frame identifier, and its reader wipes it."""

    kind: Kind
    data: bytearray = field(default_factory=bytearray, repr=False)


def frame(data: bytes | bytearray) -> bytes:
    """A frame around identifier and data, an extended one where it must be."""
    size = len(data)
    if size <= _NORMAL_MOST:
        head = bytes((size, -size & 0xFF))
    else:
        high, low = divmod(size, 0x100)
        head = bytes((0xFF, 0xFF, high, low, -(high + low) & 0xFF))
    return b"".join((b"\x00\x00\xff", head, data, bytes((-sum(data) & 0xFF, 0x00))))


class Framer:
    """Frames out of a stream in any pieces. Keeps no more than one frame, and skips what is none."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        """The identifier of frames from the other side."""
        self._held = bytearray()
        self.skipped = 0
        """Bytes that were no part of any frame."""

    def feed(self, data: bytes | bytearray | memoryview) -> Iterator[Frame]:
        """The frames that are whole now."""
        self._held += data
        while (found := self._next()) is not None:
            yield found

    def wipe(self) -> None:
        """Forget what has begun."""
        wipe(self._held)
        self._held.clear()

    def _next(self) -> Frame | None:
        held = self._held
        while True:
            start = held.find(_START)
            if start < 0:
                self._skip(len(held) - (held[-1:] == b"\x00"))
                return None
            self._skip(start)
            if len(held) < 4:
                return None
            if held[2:4] == b"\x00\xff":
                return self._take(4, Kind.ACK)
            if held[2:4] == b"\xff\x00":
                return self._take(4, Kind.NAK)
            head, size = 4, held[2]
            good = (held[2] + held[3]) & 0xFF == 0
            if held[2:4] == b"\xff\xff":
                if len(held) < 7:
                    return None
                head, size = 7, held[4] << 8 | held[5]
                good = sum(held[4:7]) & 0xFF == 0
            if not good or not 0 < size <= DATA_MOST:
                self._skip(1)  # no start after all: look on behind it
                continue
            if len(held) < head + size + 1:
                return None
            return self._data(head, size)

    def _data(self, head: int, size: int) -> Frame:
        data = self._held[head : head + size]
        good = (sum(data) + self._held[head + size]) & 0xFF == 0
        kind = Kind.DATA if data[0] == self._wanted else Kind.BROKEN
        if size == 1 and data[0] == SYNTAX_ERROR:
            kind = Kind.ERROR
        if not good:
            wipe(data)
            kind, data = Kind.BROKEN, bytearray()
        return self._take(head + size + 1, kind, data)

    def _take(self, count: int, kind: Kind, data: bytearray | None = None) -> Frame:
        self._drop(count)
        return Frame(kind, data or bytearray())

    def _skip(self, count: int) -> None:
        self.skipped += count
        self._drop(count)

    def _drop(self, count: int) -> None:
        self._held[:count] = bytes(count)  # zeros first: shrinking only lets go of what was there
        del self._held[:count]
