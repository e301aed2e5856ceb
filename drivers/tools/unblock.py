"""A block of a serial line as people paste it: its APDU, and where each byte stood. Pure.

PA00P016 chapter 3; `drivers.zvt.blocks` finds blocks in a stream, and says of a bad one only that.
"""

from __future__ import annotations

from drivers.zvt.blocks import DLE, ETX, crc
from drivers.zvt.fields import DecodeError

BLOCK = b"\x10\x02"
"""How a block begins; no APDU does."""


def unblocked(data: bytes) -> tuple[bytes, list[int]]:
    """The APDU, and the offset of each of its bytes and of its end. Raises DecodeError."""
    apdu, places, at = bytearray(), [], len(BLOCK)
    while data[at : at + 2] != bytes((DLE, ETX)):
        if at >= len(data) or data[at:] == bytes((DLE,)):
            raise DecodeError("the block ends before 10 03", len(data))
        if data[at] == DLE and data[at + 1] != DLE:
            raise DecodeError(f"10 {data[at + 1]:02X} stands within the block", at)
        apdu.append(data[at])
        places.append(at)
        at += 2 if data[at] == DLE else 1  # a doubled DLE stands for one
    places.append(at)
    _check(bytes(apdu), data, at + 2)
    return bytes(apdu), places


def _check(apdu: bytes, data: bytes, at: int) -> None:
    wanted = crc(apdu + bytes((ETX,))).to_bytes(2, "little")
    told = data[at : at + 2]
    if len(told) < 2:
        raise DecodeError("the block ends within its CRC", len(data))
    if told != wanted:
        raise DecodeError(f"the CRC is {told.hex().upper()}, not {wanted.hex().upper()}", at)
    if len(data) > at + 2:
        raise DecodeError("there are bytes behind the block", at + 2)
