"""A trace as a capture file: each APDU as it would have crossed TCP, for Wireshark and its kind. Pure.

Classic libpcap, link type RAW: an IPv4 header, a TCP header, the bytes. The addresses are of a range
kept for documents (RFC 5737), since a trace knows none; the terminal's port is 20007.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from drivers.tools.trace_file import Row

TILL, TERMINAL = (bytes((192, 0, 2, 1)), 50007), (bytes((192, 0, 2, 2)), 20007)
"""Address and port of either end."""
SEGMENT = 1460
"""Bytes of data in one packet, as on Ethernet; a longer APDU takes several."""
_MAGIC, _LINK_RAW, _SNAP = 0xA1B2C3D4, 101, 65535
_ACK, _PUSH_ACK = 0x10, 0x18
_TCP, _WINDOW, _TTL = 6, 0xFFFF, 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _End:
    """One end of the connection and the number of its next byte."""

    address: bytes
    port: int
    sequence: int = 1


def capture(rows: Iterable[Row]) -> Iterator[bytes]:
    """The file, piece by piece."""
    yield struct.pack("<IHHiIII", _MAGIC, 2, 4, 0, 0, _SNAP, _LINK_RAW)
    till, terminal = _End(*TILL), _End(*TERMINAL)
    for number, (row, data, last) in enumerate(_segments(rows)):
        source, target = (till, terminal) if row.to_terminal else (terminal, till)
        packet = _packet(number, source, target, data, _PUSH_ACK if last else _ACK)
        source.sequence = (source.sequence + len(data)) & 0xFFFFFFFF
        yield _stamp(row.at, len(packet)) + packet


def _segments(rows: Iterable[Row]) -> Iterator[tuple[Row, bytes, bool]]:
    for row in rows:
        for at in range(0, len(row.apdu), SEGMENT):
            yield row, row.apdu[at : at + SEGMENT], at + SEGMENT >= len(row.apdu)


def _stamp(at: datetime, size: int) -> bytes:
    since = at - _EPOCH
    seconds = since.days * 86_400 + since.seconds
    return struct.pack("<IIII", seconds & 0xFFFFFFFF, since.microseconds, size, size)


def _packet(number: int, source: _End, target: _End, data: bytes, flags: int) -> bytes:
    """IPv4 (RFC 791) and TCP (RFC 9293), both without options."""
    tcp = struct.pack(
        ">HHIIBBHHH",
        source.port, target.port, source.sequence, target.sequence, 5 << 4, flags, _WINDOW, 0, 0,
    )  # fmt: skip
    pseudo = source.address + target.address + struct.pack(">BBH", 0, _TCP, len(tcp) + len(data))
    tcp = _summed(tcp, 16, pseudo + tcp + data)
    size = 20 + len(tcp) + len(data)
    ip = struct.pack(">BBHHHBBH", 0x45, 0, size, number & 0xFFFF, 0x4000, _TTL, _TCP, 0)
    ip += source.address + target.address
    return _summed(ip, 10, ip) + tcp + data


def _summed(header: bytes, at: int, over: bytes) -> bytes:
    """The header with the checksum of `over` (RFC 1071) in its place."""
    words = over + b"\0" * (len(over) % 2)
    total = sum(struct.unpack(f">{len(words) // 2}H", words))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return header[:at] + struct.pack(">H", total ^ 0xFFFF) + header[at + 2 :]
