"""APDUs on a serial line: DLE framing, CRC, ACK and NAK (PA00P016 chapter 3). Sans-I/O, both roles.

A block is DLE STX, the APDU with every DLE doubled, DLE ETX, CRC low, CRC high. The CRC counts ETX and
leaves out DLE STX, the DLE before ETX and every doubling; its own bytes are never doubled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

DLE, STX, ETX, ACK, NAK = 0x10, 0x02, 0x03, 0x06, 0x15
BLOCK_MOST = 0xFFFF + 5
"""Bytes of the longest APDU."""
_POLYNOMIAL = 0x8408


def _table() -> tuple[int, ...]:
    rows = list(range(256))
    for _ in range(8):
        rows = [row >> 1 ^ (_POLYNOMIAL if row & 1 else 0) for row in rows]
    return tuple(rows)


_TABLE = _table()


def crc(data: bytes) -> int:
    """CCITT, bits reflected, from 0 (3.2.2 calls it XModem; its sample values are of this one)."""
    found, table = 0, _TABLE
    for byte in data:
        found = found >> 8 ^ table[(found ^ byte) & 0xFF]
    return found


def block(apdu: bytes) -> bytes:
    """One APDU as it goes over the line. Raises ValueError for one that is too long."""
    if len(apdu) > BLOCK_MOST:
        raise ValueError(f"{len(apdu)} bytes are too long for a block")
    check = crc(apdu + bytes((ETX,)))
    body = apdu.replace(b"\x10", b"\x10\x10")
    return b"\x10\x02" + body + b"\x10\x03" + check.to_bytes(2, "little")


class Signal(Enum):
    """What is no APDU: single bytes between blocks, and blocks that arrived damaged."""

    ACK = ACK
    NAK = NAK
    DAMAGED = 0


@dataclass(frozen=True, slots=True)
class Block:
    """An APDU that arrived whole."""

    apdu: bytes


class _At(Enum):
    BETWEEN = "between blocks"
    START = "after the DLE that begins one"
    BODY = "in the APDU"
    ESCAPED = "after a DLE in the APDU"
    CRC_LOW = "before the CRC"
    CRC_HIGH = "in the CRC"


class Deblocker:
    """Collects bytes of one line; holds at most one block."""

    def __init__(self) -> None:
        self._at = _At.BETWEEN
        self._apdu = bytearray()
        self._low = 0

    @property
    def inside(self) -> bool:
        """A block has begun: its next byte is due within T1."""
        return self._at is not _At.BETWEEN

    def feed(self, data: bytes) -> Iterator[Block | Signal]:
        """What these bytes complete."""
        for byte in data:
            found = self._take(byte)
            if found is not None:
                yield found

    def give_up(self) -> None:
        """The rest of the block does not come: forget its beginning."""
        self._at = _At.BETWEEN
        self._apdu.clear()

    def _take(self, byte: int) -> Block | Signal | None:
        match self._at:
            case _At.BETWEEN:
                return self._between(byte)
            case _At.START:
                self._at = _At.BODY if byte == STX else _At.START if byte == DLE else _At.BETWEEN
            case _At.BODY if byte == DLE:
                self._at = _At.ESCAPED
            case _At.BODY:
                return self._keep(byte)
            case _At.ESCAPED:
                return self._escaped(byte)
            case _At.CRC_LOW:
                self._low, self._at = byte, _At.CRC_HIGH
            case _At.CRC_HIGH:
                return self._checked(self._low | byte << 8)
        return None

    def _between(self, byte: int) -> Signal | None:
        """Anything but the three known bytes is noise, and passes."""
        if byte == DLE:
            self._at = _At.START
        return Signal(byte) if byte in (ACK, NAK) else None

    def _keep(self, byte: int) -> Signal | None:
        self._apdu.append(byte)
        if len(self._apdu) <= BLOCK_MOST:
            return None
        self.give_up()
        return Signal.DAMAGED

    def _escaped(self, byte: int) -> Signal | None:
        if byte == DLE:
            self._at = _At.BODY
            return self._keep(DLE)
        if byte == ETX:
            self._at = _At.CRC_LOW
            return None
        self.give_up()
        if byte == STX:  # the beginning was lost in noise, or the sender began anew
            self._at = _At.BODY
            return None
        return Signal.DAMAGED

    def _checked(self, told: int) -> Block | Signal:
        apdu = bytes(self._apdu)
        self.give_up()
        return Block(apdu) if told == crc(apdu + bytes((ETX,))) else Signal.DAMAGED
