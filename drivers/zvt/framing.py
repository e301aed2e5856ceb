"""APDUs on TCP: control field, length, data (PA00P016 5.2.4). Sans-I/O, any segmentation."""

from __future__ import annotations

from collections.abc import Iterator


def frame(control: int, data: bytes) -> bytes:
    """One APDU. A length from 255 is written as FF, low byte, high byte."""
    size = len(data)
    if size < 0xFF:
        return control.to_bytes(2, "big") + bytes((size,)) + data
    if size > 0xFFFF:
        raise ValueError(f"{size} bytes are too long for an APDU")
    return control.to_bytes(2, "big") + b"\xff" + size.to_bytes(2, "little") + data


class Deframer:
    """Collects bytes and gives whole APDUs. An APDU is at most 65,540 bytes, and so is the buffer."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Control field and data of every APDU that is whole now."""
        self._buffer += data
        while (apdu := self._next()) is not None:
            yield apdu

    def _next(self) -> tuple[int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 3:
            return None
        head, size = 3, buffer[2]
        if size == 0xFF:
            if len(buffer) < 5:
                return None
            head, size = 5, buffer[3] | buffer[4] << 8
        if len(buffer) < head + size:
            return None
        control, data = buffer[0] << 8 | buffer[1], bytes(buffer[head : head + size])
        del buffer[: head + size]
        return control, data
