"""What a printer sends back, told apart: one byte stream carries six kinds of answer.

Bit patterns after Epson's ESC/POS reference (DLE EOT, GS a, GS r, GS ( H, DLE DC4 fn 8, GS I).
Sans-I/O: any fragmentation gives the same messages, and no bytes make it fail or grow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.checkout.events import PrintFault

LONGEST_BLOCK = 96
"""Bytes between a header and its NUL; identities are at most 80."""
_HEADERS = frozenset((0x35, 0x37, 0x3B, 0x3D, 0x5F))
_REPORT, _REPORTS = 0x37, (0x22, 0x25)
"""How process ids and "buffer cleared" begin."""
_XON, _XOFF = 0x11, 0x13


@dataclass(frozen=True, slots=True)
class RealTime:
    """The answer to one DLE EOT; which one, only the order tells."""

    byte: int


@dataclass(frozen=True, slots=True)
class AutomaticStatus:
    """Four bytes sent by themselves on each change (GS a)."""

    data: bytes


@dataclass(frozen=True, slots=True)
class BufferStatus:
    """The answer to GS r, given when the buffer was worked off up to it."""

    byte: int


@dataclass(frozen=True, slots=True)
class Block:
    """Header, bytes and a NUL: process ids, "buffer cleared", identities."""

    header: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Flow:
    """XON (`go`) or XOFF."""

    go: bool


@dataclass(frozen=True, slots=True)
class Garbage:
    """So many bytes that no answer begins with, or that an answer was torn to."""

    length: int


Message = RealTime | AutomaticStatus | BufferStatus | Block | Flow | Garbage

CLEARED = Block(0x37, b"\x25")
"""DLE DC4 fn 8 has emptied the buffers."""


def printed_mark(mark: bytes) -> Block:
    """The answer to GS ( H for the four bytes of `mark`: everything before it is on paper."""
    return Block(0x37, b"\x22" + mark)


class Demultiplexer:
    """Splits the byte stream of one connection into messages."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self.names = True
        """Whether names (GS I) are awaited; if not, their header is noise and swallows nothing."""

    def feed(self, data: bytes) -> list[Message]:
        """The messages these bytes complete."""
        found: list[Message] = []
        for byte in data:
            self._take(byte, found)
        return found

    def _take(self, byte: int, found: list[Message]) -> None:
        if byte in (_XON, _XOFF):
            found.append(Flow(byte == _XON))
        elif byte & 0x93 == 0x12 and not (byte >= 0x20 and self._in_block):
            # Answered in real time, so it may stand in the middle of another answer.
            found.append(RealTime(byte))
        elif not self._pending:
            self._begin(byte, found)
        elif self._pending[0] & 0x93 == 0x10:
            self._continue_automatic(byte, found)
        else:
            self._continue_block(byte, found)

    def drop(self) -> None:
        """Forget an answer that began and did not go on: it was none."""
        self._pending.clear()

    @property
    def pending(self) -> bool:
        """Whether an answer has begun and not ended."""
        return bool(self._pending)

    @property
    def _in_block(self) -> bool:
        """Whether a printable byte belongs to a block begun."""
        return bool(self._pending) and self._pending[0] in _HEADERS

    def _begin(self, byte: int, found: list[Message]) -> None:
        known = byte in _HEADERS and (self.names or byte == _REPORT)
        if known or byte & 0x93 == 0x10:
            self._pending.append(byte)
        elif byte & 0x90 == 0:
            found.append(BufferStatus(byte))
        else:
            found.append(Garbage(1))

    def _continue_automatic(self, byte: int, found: list[Message]) -> None:
        if byte & 0x90:
            self._give_up(byte, found)
            return
        self._pending.append(byte)
        if len(self._pending) == 4:
            found.append(AutomaticStatus(bytes(self._pending)))
            self._pending.clear()

    def _continue_block(self, byte: int, found: list[Message]) -> None:
        if byte == 0:
            found.append(Block(self._pending[0], bytes(self._pending[1:])))
            self._pending.clear()
        elif byte < 0x20 or byte > 0x7E or len(self._pending) > LONGEST_BLOCK:
            self._give_up(byte, found)
        elif byte in _REPORTS and self._pending[0] != _REPORT and self._pending[-1] == _REPORT:
            # No name holds 7" or 7%: a stray header must not swallow the printer's word.
            found.append(Garbage(len(self._pending) - 1))
            self._pending[:] = (_REPORT, byte)
        else:
            self._pending.append(byte)

    def _give_up(self, byte: int, found: list[Message]) -> None:
        found.append(Garbage(len(self._pending)))
        self._pending.clear()
        self._begin(byte, found)


@dataclass(frozen=True, slots=True)
class Condition:
    """The state a printer reports, whichever way it did."""

    offline: bool = False
    cover_open: bool = False
    paper_out: bool = False
    paper_low: bool = False
    cutter: bool = False
    recoverable: bool = False
    """An error that DLE ENQ ends, once its cause is gone."""
    broken: bool = False
    hot: bool = False
    """An error that ends by itself: the head cools down."""

    @property
    def fault(self) -> PrintFault | None:
        """Why it cannot print, the cause a person can mend first; None if it can."""
        causes = (
            (self.cover_open, PrintFault.COVER_OPEN),
            (self.paper_out, PrintFault.PAPER_OUT),
            (self.cutter, PrintFault.CUTTER),
            (self.broken or self.recoverable, PrintFault.HARDWARE),
            (self.hot, PrintFault.HEAD_HOT),
            (self.offline, PrintFault.OFFLINE),
        )
        return next((fault for holds, fault in causes if holds), None)

    @property
    def recovers(self) -> bool:
        """Whether DLE ENQ is obeyed now. Not for what ends by itself: that is no proof of it."""
        return self.cutter or self.recoverable


def of_automatic(data: bytes) -> Condition:
    """The condition in the four bytes of an automatic status (GS a)."""
    first, second, third, _ = data
    return Condition(
        offline=bool(first & 0x08),
        cover_open=bool(first & 0x20),
        paper_out=bool(third & 0x0C),
        paper_low=bool(third & 0x03),
        **_errors(second),
    )


def _errors(byte: int) -> dict[str, bool]:
    """The bits that DLE EOT 3 and the second byte of GS a have in common."""
    return {
        "cutter": bool(byte & 0x08),
        "recoverable": bool(byte & 0x04),
        "broken": bool(byte & 0x20),
        "hot": bool(byte & 0x40),
    }


def plausible(n: int, byte: int) -> bool:
    """Whether DLE EOT `n` can be answered so: the paper sensors of n = 4 set their bits in pairs."""
    return n != 4 or (byte & 0x0C in (0, 0x0C) and byte & 0x60 in (0, 0x60))


def with_answer(condition: Condition, n: int, byte: int) -> Condition:
    """The condition after the answer to DLE EOT `n` (1 to 4)."""
    if n == 1:
        return replace(condition, offline=bool(byte & 0x08))
    if n == 2:
        return replace(condition, cover_open=bool(byte & 0x04), paper_out=bool(byte & 0x20))
    if n == 3:
        return replace(condition, **_errors(byte))
    end = condition.paper_out or bool(byte & 0x60)
    return replace(condition, paper_out=end, paper_low=bool(byte & 0x0C))
