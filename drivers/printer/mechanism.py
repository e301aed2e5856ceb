"""The inside of a simulated receipt printer: buffers, paper, cover and the head that takes time.

Sans-I/O: bytes and the time go in, answers and pieces of paper come out. Real-time commands are
obeyed on arrival, all others in their turn, and the head moves at `speed` millimetres a second.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

from drivers.printer.commands import Command, Read, Reader, Unknown
from drivers.printer.sheet import DOTS_PER_MM, Head, PaperRow, Sheet

BUFFER = 64 * 1024
"""Bytes the receive buffer holds; what comes on top is lost, as in a real one."""
_REAL_TIME = re.compile(
    rb"\x10\x04([\x01-\x04])|\x10\x05([\x01\x02])|(\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08)"
    rb"|\x10\x14[\x01\x02]..",
    re.DOTALL,
)
_CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"


def _begun(data: bytes) -> int:
    """How many bytes at the end may be the beginning of a real-time command."""
    at = data.rfind(b"\x10", max(len(data) - len(_CLEAR), 0))
    tail = data[at:] if at >= 0 else b""
    pulse = tail[:2] == b"\x10\x14" and tail[2:3] in (b"\x01", b"\x02") and len(tail) < 5
    whole = _REAL_TIME.match(tail)
    short = tail in (b"\x10\x04", b"\x10\x05") or (_CLEAR.startswith(tail) and tail != _CLEAR)
    return len(tail) if tail and not whole and (pulse or short) else 0


@dataclass(slots=True)
class Troubles:
    """What is wrong with the printer, each by itself."""

    paper_out: bool = False
    paper_low: bool = False
    cover_open: bool = False
    offline: bool = False
    cutter: bool = False
    hot: bool = False

    @property
    def stopped(self) -> bool:
        """Whether it does not print."""
        return self.paper_out or self.cover_open or self.offline or self.cutter or self.hot

    @property
    def named(self) -> str | None:
        """The trouble a person would name first."""
        names = ("cover_open", "paper_out", "cutter", "hot", "offline")
        return next((name for name in names if getattr(self, name)), None)


class Mechanism:
    """A printer without its cable. Not safe for two threads."""

    def __init__(self, *, width: int = 576, speed: float = 0, process_id: bool = True) -> None:
        self.troubles = Troubles()
        self.speed = speed
        self.process_id = process_id
        self.mute = False
        """Takes bytes and says nothing."""
        self.unknown: deque[Unknown] = deque(maxlen=100)
        self.paper_left_mm: float | None = None
        self._reader = Reader()
        self._head = Head(width)
        self._queue: deque[Read] = deque()
        self._rows: deque[PaperRow] = deque()
        self._held = 0
        self._tail = b""
        self._busy_until = 0.0
        self._rested = 0.0
        """When it last had nothing to do: no row begins earlier than that."""
        self._reports = 0
        self._told = b""
        self._answers = bytearray()
        self._sheets: list[Sheet] = []

    # --- the cable ------------------------------------------------------------------------------

    def receive(self, data: bytes) -> None:
        """Bytes from the host: obey what is real-time, put the rest in the buffer."""
        data = self._tail + data
        whole = len(data) - _begun(data)
        data, self._tail = data[:whole], data[whole:]
        at = 0
        for match in _REAL_TIME.finditer(data):
            self._buffer(data[at : match.start()])
            self._obey(match)
            at = match.end()
        self._buffer(data[at:])

    def answers(self) -> bytes:
        """What it has to say since the last call."""
        self._report()
        said = b"" if self.mute else bytes(self._answers)
        self._answers.clear()
        return said

    def sheets(self) -> list[Sheet]:
        """Pieces of paper that came off since the last call."""
        off, self._sheets = self._sheets, []
        return off

    @property
    def printing(self) -> bool:
        """Whether something is left to print."""
        return bool(self._queue or self._rows)

    # --- time -----------------------------------------------------------------------------------

    def advance(self, now: float) -> None:
        """Print what time and paper allow up to `now` (seconds)."""
        while not self.troubles.stopped and now >= self._busy_until:
            if self._rows:
                self._bring_out(self._rows[0])
            elif self._queue:
                self._begin(self._queue.popleft())
            else:
                self._held = 0
                self._rested = now
                return
        if self.troubles.stopped:
            self._rested = now

    def _bring_out(self, row: PaperRow) -> None:
        length = row.height / DOTS_PER_MM
        if self.paper_left_mm is not None:
            if length > self.paper_left_mm:  # the row stays in the buffer, as on a real printer
                self.paper_left_mm = 0.0
                self.troubles.paper_out = True
                return
            self.paper_left_mm -= length
        self._rows.popleft()
        self._head.put(row)
        if self.speed:
            self._busy_until = max(self._busy_until, self._rested) + length / self.speed

    def _begin(self, read: Read) -> None:
        """Take one command from the buffer. Its rows come out before the next one is taken."""
        if isinstance(read, Unknown):
            self.unknown.append(read)
            return
        self._rows.extend(self._head.rows_for(read))
        if not isinstance(read, Command):
            return
        match read.code:
            case b"\x1b@":
                self._reports = 0
            case b"\x1dV":
                self._queue.appendleft(Command(_BLADE))
            case code if code == _BLADE:
                self._come_off(torn=False)
            case _:
                self._answer(read)

    def _answer(self, command: Command) -> None:
        match command.code, command.arguments:
            case b"\x1da", bytes(mask):
                self._reports, self._told = mask[0], b""
            case b"\x1dr", b"\x01" | b"1":
                self._answers.append(0x03 if self.troubles.paper_low else 0x00)
            case b"\x1dr", _:
                self._answers.append(0x00)
            case b"\x1d(", bytes(block) if block.startswith(b"H\x06\x00\x30\x30"):
                if self.process_id:
                    self._answers += b"\x37\x22" + block[5:9] + b"\x00"
            case b"\x1dI", bytes(which):
                self._answers += _IDENTITIES.get(which, b"\x5f\x00")
            case _:
                pass

    # --- real-time commands ---------------------------------------------------------------------

    def _obey(self, match: re.Match[bytes]) -> None:
        status, recovery, clear = match.groups()
        if status:
            self._answers.append(self._status(status[0]))
        elif recovery:
            self.troubles.cutter = False
            if recovery == b"\x02":
                self.clear()
        elif clear:
            self.clear()
            self._answers += b"\x37\x25\x00"

    def clear(self) -> None:
        """Empty the receive buffer and the print buffer. What is on paper stays there."""
        self._queue.clear()
        self._rows.clear()
        self._reader.clear()
        self._head.drop()
        self._held = 0

    def power_cycle(self) -> None:
        """Off and on: the buffers are lost and every setting is as at first."""
        self.clear()
        self._head.reset()
        self._tail, self._reports, self._busy_until = b"", 0, 0.0

    def load_paper(self) -> None:
        """A new roll; what was printed of the old one is torn off."""
        if self.troubles.paper_out:
            self._come_off(torn=True)
        self.troubles.paper_out = self.troubles.paper_low = False
        self.paper_left_mm = None

    def say(self, data: bytes) -> None:
        """Send these bytes, whatever they mean."""
        self._answers += data

    def _come_off(self, *, torn: bool) -> None:
        sheet = self._head.cut(torn=torn)
        if sheet:
            self._sheets.append(sheet)

    def _buffer(self, data: bytes) -> None:
        room = BUFFER - self._held
        self._held += min(len(data), room)
        self._queue.extend(self._reader.feed(data[:room]))

    # --- what it says of itself -----------------------------------------------------------------

    def _status(self, which: int) -> int:
        now, byte = self.troubles, 0x12
        if which == 1:
            byte |= 0x08 if now.stopped else 0
        elif which == 2:
            byte |= (0x04 if now.cover_open else 0) | (0x20 if now.paper_out else 0)
            byte |= 0x40 if now.cutter or now.hot else 0
        elif which == 3:
            byte |= (0x08 if now.cutter else 0) | (0x40 if now.hot else 0)
        else:
            byte |= (0x0C if now.paper_low else 0) | (0x60 if now.paper_out else 0)
        return byte

    def _report(self) -> None:
        """Automatic status, when asked for and changed."""
        now = self.troubles
        first = 0x10 | (0x08 if now.stopped else 0) | (0x20 if now.cover_open else 0)
        second = (0x08 if now.cutter else 0) | (0x40 if now.hot else 0)
        third = (0x03 if now.paper_low else 0) | (0x0C if now.paper_out else 0)
        state = bytes((first, second, third, 0))
        if self._reports and state != self._told:
            self._answers += state
            self._told = state


_BLADE = b"blade"
"""Our own mark in the queue: everything before it has been fed, now cut."""
_IDENTITIES = {b"\x01": b"\x20", b"\x02": b"\x02", b"B": b"\x5fOPEN\x00", b"C": b"\x5fSIM-80\x00"}
