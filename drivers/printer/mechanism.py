"""The inside of a simulated receipt printer: buffers, paper, cover and the head that takes time.

Sans-I/O: bytes and the time go in, answers and pieces of paper come out. Real-time commands are
obeyed on arrival, all others in their turn, and the head moves at `speed` millimetres a second.
"""

from __future__ import annotations

from collections import deque

from drivers.printer import happenings as h
from drivers.printer.commands import Characters, Command, Placed, Reader, Unknown
from drivers.printer.head import CUTS, Head
from drivers.printer.profiles import STANDARD, Clear, Confirm, Profile
from drivers.printer.realtime import CLEAR, split
from drivers.printer.sheet import PaperRow, Sheet
from drivers.printer.symbol_engine import native_of
from drivers.printer.troubles import Troubles

BUFFER = STANDARD.buffer
"""Bytes the receive buffer of the standard printer holds."""
XON, XOFF = b"\x11", b"\x13"
SLOW = 15.0
"""Millimetres a second of a printer that creeps."""


class Mechanism:
    """A printer without its cable. Not safe for two threads."""

    def __init__(
        self,
        profile: Profile = STANDARD,
        *,
        width: int | None = None,
        speed: float = 0,
        process_id: bool | None = None,
        flow_control: bool = False,
        real_time_in_data: bool = True,
    ) -> None:
        """`speed` 0: at once. `flow_control`: says XOFF and XON, as on a serial line.

        `real_time_in_data`: real-time commands are found in images and other data, too.
        """
        self.profile = profile
        self.troubles = Troubles()
        self.rated_speed = self.speed = speed
        self.process_id = (
            profile.confirm is Confirm.PROCESS_ID if process_id is None else process_id
        )
        self.clear_known = profile.clear is Clear.DC4
        self.mute = False
        """Takes bytes and says nothing."""
        self.silent_to: set[int] = set()
        """The DLE EOT that get no answer."""
        self.unknown: deque[Unknown] = deque(maxlen=100)
        self.paper_left_mm: float | None = None
        self.line_lost_after_mm: float | None = None
        """Paper until the cable comes loose; 0: it just did."""
        self.jam_at_cut = False
        self.drawer_stuck = False
        self.mouth: Sheet | None = None
        """The receipt a presenter holds."""
        self.tell: h.Listen = _nobody
        self._flow_control = flow_control
        self._real_time_in_data = real_time_in_data
        self._reader = Reader()
        self._head = Head(width or profile.dots, profile.dots_per_mm)
        self._queue: deque[Placed] = deque()
        self._rows: deque[PaperRow] = deque()
        self._held = 0
        self._tail = b""
        self._busy_until = 0.0
        self._rested = 0.0
        """When it last had nothing to do: no row begins earlier than that."""
        self._reports = 0
        self._told = b""
        self._stuck = self._latched = self._held_back = False
        self._pulse_in_real_time = self._selected = True
        self._printed_mm = 0.0
        self._answers = bytearray()
        self._sheets: list[Sheet] = []

    # --- the cable ------------------------------------------------------------------------------

    def receive(self, data: bytes) -> None:
        """Bytes from the host: obey what is real-time, put the rest in the buffer."""
        if data:
            self.tell(h.Received(data))
        pieces, self._tail = split(self._tail + data)
        for piece, real_time in pieces:
            if not real_time or not self._heeds(piece):
                self._buffer(piece)
                continue
            inside = self._reader.pending
            self._obey(piece)
            if inside and self._reader.pending:  # an image keeps the bytes that looked like it
                self._buffer(piece)

    def answers(self) -> bytes:
        """What it has to say since the last call."""
        self._report()
        said = b"" if self.mute else bytes(self._answers)
        self._answers.clear()
        if said:
            self.tell(h.Answered(said))
        return said

    def sheets(self) -> list[Sheet]:
        """Pieces of paper that came off since the last call."""
        off, self._sheets = self._sheets, []
        return off

    @property
    def printing(self) -> bool:
        """Whether something is left to print."""
        return bool(self._queue or self._rows)

    @property
    def room(self) -> int:
        """Bytes the receive buffer still takes; beyond, they are lost."""
        # A command being read is with the interpreter already, unless others are before it.
        waiting = self._queue or self._rows or self.troubles.stopped
        begun = self._reader.pending if waiting else 0
        return max(self.profile.buffer - self._held - begun, 0)

    # --- time -----------------------------------------------------------------------------------

    def advance(self, now: float) -> None:
        """Print what time and paper allow up to `now` (seconds)."""
        while not self.troubles.stopped and now >= self._busy_until:
            if self.line_lost_after_mm == 0:  # first the host has to notice
                break
            if self._rows:
                self._bring_out(self._rows[0])
            elif self._queue:
                self._begin(self._queue.popleft())
            else:
                self._rested = now
                break
        if self.troubles.stopped:
            self._rested = now
        self._regulate()

    def _bring_out(self, row: PaperRow) -> None:
        length = row.height / self.profile.dots_per_mm
        if self.paper_left_mm is not None:
            if length > self.paper_left_mm:  # the row stays in the buffer, as on a real printer
                self.paper_left_mm = 0.0
                self.troubles.paper_out = True
                self.tell(h.FaultHappened("paper_out"))
                return
            self.paper_left_mm -= length
        self._rows.popleft()
        self._head.put(row)
        self._printed_mm += length
        if self.tell is not _nobody:
            self.tell(h.LinePrinted(row.text, round(self._printed_mm, 2)))
        if self.speed:
            self._busy_until = max(self._busy_until, self._rested) + length / self.speed
        if self.line_lost_after_mm is not None:
            self.line_lost_after_mm = max(self.line_lost_after_mm - length, 0.0)

    def _begin(self, placed: Placed) -> None:
        """Take one command from the buffer. Its rows come out before the next one is taken."""
        self._held -= placed.length
        read = placed.read
        if isinstance(read, Command) and read.code == _SELECT:
            self._selected = bool(read.arguments[0] & 1)
        elif not self._selected:
            return
        elif isinstance(read, Unknown):
            self._not_known(read)
        elif not isinstance(read, Command):
            self._rows.extend(self._head.rows_for(read))
        elif read.code == _BLADE:
            self._cut()
        elif self._is_strange(read):
            self._take_for_text(placed.offset, read)
        else:
            self._carry_out(placed.offset, read)

    def _carry_out(self, offset: int, command: Command) -> None:
        self.tell(h.Obeyed(offset, command.code, command.arguments[:64]))
        symbol = native_of(command)
        if symbol is None or symbol in self.profile.native:
            self._rows.extend(self._head.rows_for(command))
        else:
            self.tell(h.Remark(f"not printed: this printer draws no {symbol}"))
        for remark in self._head.remarks():
            self.tell(h.Remark(remark))
        if command.code in CUTS:
            self._queue.appendleft(Placed(offset, 0, Command(_BLADE)))
        else:
            self._answer(command)

    def _not_known(self, unknown: Unknown) -> None:
        self.unknown.append(unknown)
        self.tell(h.NotKnown(unknown.offset, unknown.data))

    def _is_strange(self, command: Command) -> bool:
        """Whether this make never heard of the command. Who can clear knows the whole language."""
        clone = self.profile.clear is Clear.NONE and not self.process_id
        return clone and command.code == b"\x1d(" and command.arguments[:1] == b"H"

    def _take_for_text(self, offset: int, command: Command) -> None:
        """A clone passes over GS ( and prints what it can of the rest."""
        self._not_known(Unknown(offset, command.code))
        text = bytes(byte for byte in command.arguments if byte >= 0x20)
        self._rows.extend(self._head.rows_for(Characters(text)))

    def _answer(self, command: Command) -> None:
        match command.code, command.arguments:
            case b"\x1b@", _:
                self._reports = 0
            case b"\x1da", bytes(mask):
                self._reports, self._told = mask[0], b""
            case b"\x1dr", bytes(which) if self.profile.confirm is not Confirm.NONE:
                self._answers.append(self._buffered_status(which))
            case b"\x1d(", bytes(block) if block.startswith(b"H\x06\x00\x30\x30"):
                if self.process_id:
                    self._answers += b"\x37\x22" + block[5:9] + b"\x00"
            case b"\x1d(", bytes(block) if block.startswith(b"D\x03\x00\x14\x01"):
                self._pulse_in_real_time = block[5:6] not in (b"\x00", b"0")
            case b"\x1dI", bytes(which):
                self._answers += self._identity(which[0])
            case b"\x1bp", _:
                self._kick()
            case b"\x1bv" | b"\x1bu", _:
                self._answers.append(
                    self._buffered_status(b"1" if command.code[1] == 0x76 else b"2")
                )
            case _:
                pass

    def _buffered_status(self, which: bytes) -> int:
        if which in (b"\x01", b"1"):
            return (0x03 if self.troubles.paper_low else 0) | (
                0x0C if self.troubles.paper_out else 0
            )
        return 0x01 if self.troubles.drawer_open else 0x00

    def _identity(self, which: int) -> bytes:
        if which in (1, 49):
            return b"\x20"
        if which in (2, 50):
            return b"\x02" if self.profile.cutter else b"\x00"
        if which in (3, 51):
            return b"\x01"
        said = {65: "1.00 SIM", 66: self.profile.maker, 67: self.profile.model, 68: "SIM0000001"}
        return b"\x5f" + said.get(which, "").encode("ascii") + b"\x00"

    # --- real-time commands ---------------------------------------------------------------------

    def _heeds(self, command: bytes) -> bool:
        """Whether these bytes are a command to it, rather than data."""
        if self._reader.pending and not self._real_time_in_data:
            return False
        return command != CLEAR or self.clear_known

    def _obey(self, command: bytes) -> None:
        self.tell(h.Obeyed(-1, command[:2], command[2:], real_time=True))
        match command[1], command[2]:
            case 0x04, which:
                if which not in self.silent_to:
                    self._answers.append(self.troubles.status(which))
            case 0x05, how:
                if how == 2 and self.troubles.recovers and self.profile.clear is not Clear.NONE:
                    self.clear()
                self._recover()
            case 0x14, 0x01 if self._pulse_in_real_time:
                self._kick()
            case 0x14, 0x08:
                self.clear()
                self._answers += b"\x37\x25\x00"
            case _:
                pass

    def _recover(self) -> None:
        """DLE ENQ: on again, if the cause is mended."""
        if not self._stuck:
            self.troubles.cutter = self._latched = False

    def _kick(self) -> None:
        self.troubles.drawer_open |= not self.drawer_stuck
        self.tell(h.DrawerKicked(not self.drawer_stuck))

    def clear(self) -> None:
        """Empty the receive buffer and the print buffer. What is on paper stays there."""
        self._queue.clear()
        self._rows.clear()
        self._reader.clear()
        self._head.drop()
        self._held = 0

    # --- hands ----------------------------------------------------------------------------------

    def power_cycle(self) -> None:
        """Off and on: the buffers are lost and every setting is as at first."""
        self.clear()
        self._head.reset()
        self._tail, self._reports, self._busy_until = b"", 0, 0.0
        self._held_back, self._pulse_in_real_time, self._selected = False, True, True
        self._answers.clear()
        self._recover()

    def open_cover(self) -> None:
        """Lift the cover; while it prints, that is an error on top."""
        self.troubles.interrupted = self.printing and not self.troubles.stopped
        self.troubles.cover_open = True

    def close_cover(self) -> None:
        """Shut the cover; what was interrupted goes on."""
        self.troubles.cover_open = self.troubles.interrupted = False

    def jam(self) -> None:
        """The blade is stuck."""
        self.troubles.cutter = self._stuck = True

    def free_blade(self) -> None:
        """Clear the jam by hand. An error that came of a cut is kept until DLE ENQ 1 or 2."""
        self._stuck = self.jam_at_cut = False
        if not self._latched:
            self.troubles.cutter = False

    def load_paper(self) -> None:
        """A new roll; what was printed of the old one is torn off."""
        if self.troubles.paper_out:
            self._come_off(torn=True)
        self.troubles.paper_out = self.troubles.paper_low = False
        self.paper_left_mm = None

    def say(self, data: bytes) -> None:
        """Send these bytes, whatever they mean."""
        self._answers += data

    # --- inside ---------------------------------------------------------------------------------

    def _cut(self) -> None:
        if self.jam_at_cut and self.profile.cutter:
            self._queue.appendleft(Placed(0, 0, Command(_BLADE)))  # tried again on DLE ENQ 1
            self.jam_at_cut = False
            self._latched = True
            self.jam()
            self.tell(h.FaultHappened("cutter_jam"))
            return
        self._come_off(torn=False)

    def _come_off(self, *, torn: bool) -> None:
        sheet = self._head.cut(torn=torn)
        if sheet:
            self._sheets.append(sheet)
            if self.profile.presenter and not torn:
                if self.mouth:  # pushed out by the next one
                    self.tell(h.FaultHappened("receipt_ejected"))
                self.mouth = sheet
            self.tell(h.CutOff(torn, len(sheet.rows)))

    def _buffer(self, data: bytes) -> None:
        for placed in self._reader.located(data[: self.room]):
            self._queue.append(placed)
            self._held += placed.length
        self._regulate()

    def _regulate(self) -> None:
        """XOFF with a sixteenth of the buffer left, XON with an eighth."""
        if not self._flow_control:
            return
        if not self._held_back and self.room < self.profile.buffer // 16:
            self._held_back = True
            self._answers += XOFF
        elif self._held_back and self.room > self.profile.buffer // 8:
            self._held_back = False
            self._answers += XON

    def _report(self) -> None:
        """Automatic status, when asked for and changed."""
        state = self.troubles.report
        if self._reports and state != self._told:
            self._answers += state
            self._told = state


def _nobody(_: h.Happening) -> None:
    """Nobody keeps a log."""


_SELECT = b"\x1b="
_BLADE = b"blade"
"""Our own mark in the queue: everything before it has been fed, now cut."""
