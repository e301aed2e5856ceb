"""Bytes of a scale's line taken apart: frames between STX and an end, and single control characters."""

from __future__ import annotations

from kiosk.errors import RemoteProtocolError

STX = 0x02
LONGEST = 64
"""Of a frame, and of what is no frame at all: no scale says more at once."""

Signal = bytes | int
"""A frame without its ends, or a control character."""


class Framer:
    """For one line and either role. `end` closes a frame; `singles` stand alone; others are ignored."""

    def __init__(self, end: int, singles: bytes = b"", ignored: bytes = b"") -> None:
        self._end = end
        self._singles = singles
        self._ignored = ignored
        self._frame: bytearray | None = None
        self._noise = 0

    def feed(self, data: bytes) -> list[Signal]:
        """What is whole now. Raises RemoteProtocolError for noise, and for a frame without an end."""
        found: list[Signal] = []
        for byte in data:
            if byte == STX:
                self._frame = bytearray()
            elif self._frame is None:
                self._alone(byte, found)
            elif byte == self._end:
                found.append(bytes(self._frame))
                self._frame, self._noise = None, 0
            else:
                self._frame.append(byte)
                if len(self._frame) > LONGEST:
                    self._frame = None
                    raise RemoteProtocolError(f"a frame of more than {LONGEST} bytes; {NO_SCALE}")
        return found

    def _alone(self, byte: int, found: list[Signal]) -> None:
        if byte in self._singles:
            found.append(byte)
            self._noise = 0
        elif byte not in self._ignored:
            self._noise += 1
            if self._noise > LONGEST:
                self._noise = 0
                raise RemoteProtocolError(f"{LONGEST} bytes of noise; {NO_SCALE}")


NO_SCALE = "look at the address, the speed and the parity: it may be another device or protocol"
