"""A wire between a till and a simulated terminal, on which a script's faults happen. Sans-I/O.

To the one who moves bytes it looks like the simulator itself, with the same six calls; after a power
loss there is another simulator behind it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from drivers.line import Line
from drivers.zvt.blocks import Block, Deblocker
from drivers.zvt.faults import Action, Direction, Rule, Script
from drivers.zvt.framing import Deframer, frame
from drivers.zvt.simulator import TerminalSimulator
from kiosk.clock import Clock


@dataclass(frozen=True, slots=True)
class _Piece:
    """What arrives at `at` (monotonic seconds), and what ends the line behind it."""

    at: float
    data: bytes
    end: Rule | None = None


@dataclass(slots=True)
class _Lane:
    """One direction."""

    direction: Direction
    deframer: Deframer = field(default_factory=Deframer)
    pieces: deque[_Piece] = field(default_factory=deque)

    def clear(self) -> None:
        """The line is gone, and what was on it."""
        self.deframer = Deframer()
        self.pieces.clear()


class FaultyWire:
    """Bytes both ways, as the script lets them through."""

    def __init__(
        self, simulator: TerminalSimulator, clock: Clock, script: Script | None = None
    ) -> None:
        self.simulator = simulator
        self.script = script or Script()
        self.power_losses = 0
        self._clock = clock
        self._in = _Lane(Direction.TO_TERMINAL)
        self._out = _Lane(Direction.TO_TILL)
        self._ready = bytearray()
        self._gone = False
        self._away_until = 0.0

    @property
    def away(self) -> bool:
        """The power is off: nobody can connect."""
        return self._clock.monotonic() < self._away_until

    def connected(self) -> None:
        """A till connects."""
        self._clear()
        self._ready.clear()
        self._gone = False
        self.simulator.connected()

    def receive(self, data: bytes) -> None:
        """Bytes of the till."""
        if not self.script and not self._in.pieces:
            self.simulator.receive(data)
            return
        self._let_through(self._in, data)

    def take(self) -> bytes:
        """Bytes for the till now."""
        data = b"" if self._gone else self.simulator.take()
        if self.script or self._out.pieces:
            self._let_through(self._out, data)
        else:
            self._ready += data
        taken = bytes(self._ready)
        self._ready.clear()
        return taken

    def hangs_up(self) -> bool:
        """Whether the line is dropped, once what `take` gave is sent."""
        return self._gone or (self.simulator.hangs_up() and not self._out.pieces)

    def disconnected(self) -> None:
        """The till is gone."""
        self._clear()
        self.simulator.disconnected()

    def tick(self) -> None:
        """Let time pass."""
        if not self.away:
            self.simulator.tick()
        self._arrive(self._in)
        self._arrive(self._out)

    # --- within -----------------------------------------------------------------------------------

    def _let_through(self, lane: _Lane, data: bytes) -> None:
        if self._gone:
            return
        for control, content in lane.deframer.feed(data):
            rules = self.script.due(lane.direction, control)
            lane.pieces.append(self._piece(frame(control, content), rules))
        self._arrive(lane)

    def _piece(self, apdu: bytes, rules: list[Rule]) -> _Piece:
        """What becomes of one message."""
        piece = _Piece(self._clock.monotonic(), apdu)
        for rule in rules:
            data = piece.data
            match rule.action:
                case Action.DROP:
                    piece = replace(piece, data=b"")
                case Action.DELAY:
                    piece = replace(piece, at=piece.at + rule.seconds)
                case Action.DUPLICATE:
                    piece = replace(piece, data=data * 2)
                case Action.GARBLE:
                    piece = replace(piece, data=data[:-1] + bytes(each ^ 1 for each in data[-1:]))
                case Action.CUT:
                    piece = replace(piece, data=data[: rule.after], end=rule)
                case Action.HANG_UP | Action.POWER_LOSS:
                    piece = replace(piece, data=data if rule.behind else b"", end=rule)
                case _:
                    pass
        return piece

    def _arrive(self, lane: _Lane) -> None:
        """Whatever is due; what comes later keeps all behind it waiting."""
        while lane.pieces and lane.pieces[0].at <= self._clock.monotonic():
            piece = lane.pieces.popleft()
            if lane is self._out:
                self._ready += piece.data
            elif piece.data:
                self.simulator.receive(piece.data)
            if piece.end:
                self._end(piece.end)

    def _end(self, rule: Rule) -> None:
        self._gone = True
        self._clear()
        if rule.action is Action.POWER_LOSS:
            self.power_losses += 1
            self._away_until = self._clock.monotonic() + rule.seconds
            self.simulator = self.simulator.restarted()
        else:
            self.simulator.disconnected()

    def lose_power(self, seconds: float = 0.0) -> None:
        """Now, whatever is on the line."""
        self._end(Rule(Action.POWER_LOSS, seconds=seconds))

    def _clear(self) -> None:
        self._in.clear()
        self._out.clear()


class NoisyLine:
    """The raw serial line at the terminal's side: `nak` rules damage a block's last byte.

    So whoever receives it says NAK by itself.
    """

    def __init__(self, line: Line, script: Script) -> None:
        self._line = line
        self._script = script
        self._in, self._out = Deblocker(), Deblocker()

    def read(self, seconds: float) -> bytes:
        return self._damaged(self._in, Direction.TO_TERMINAL, self._line.read(seconds))

    def write(self, data: bytes) -> None:
        self._line.write(self._damaged(self._out, Direction.TO_TILL, data))

    def close(self) -> None:
        self._line.close()

    def _damaged(self, blocks: Deblocker, direction: Direction, data: bytes) -> bytes:
        if not self._script:
            return data
        passed = bytearray()
        for byte in data:
            passed.append(byte)
            for found in blocks.feed(bytes((byte,))):
                if isinstance(found, Block) and len(found.apdu) > 1:
                    control = int.from_bytes(found.apdu[:2], "big")
                    if self._script.due(direction, control, on_line=True):
                        passed[-1] ^= 0x01
        return bytes(passed)
