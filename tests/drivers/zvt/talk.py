"""Conversations with a simulated terminal, written as the bytes on the wire."""

from __future__ import annotations

from collections import deque
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from drivers.zvt.faulty_wire import FaultyWire
from drivers.zvt.framing import Deframer, frame
from drivers.zvt.memory import Memory
from drivers.zvt.profiles import PROFILES
from drivers.zvt.simulator import TerminalSimulator
from tests.wired import FakeClock

YES = "800000"
REGISTERED = "> 060006 000000 00 0978 | < 800000 | < 060F*"
"""A till that wants no receipts and no status."""


def terminal(
    profile: str = "standard", memory: Path | None = None, **options: Any
) -> TerminalSimulator:
    """A terminal with a customer who pays."""
    known = {"automatic": "approve", "profile": PROFILES[profile], **options}
    return TerminalSimulator(FakeClock(), Memory.at(memory), **known)


class Talk:
    """A till at one end of a line. `says` plays lines and fails where the terminal says otherwise.

    `> bytes` leaves the till. `< bytes` has to come; `*` stands for any bytes. What the terminal
    reports is answered 80 00 00, unless the next line leaves the till. `+ seconds` lets time pass.
    """

    def __init__(self, wire: TerminalSimulator | FaultyWire, *lines: str) -> None:
        self.wire = wire
        wire.connected()
        self._deframer = Deframer()
        self._came: deque[str] = deque()
        self.heard: list[str] = []
        for each in lines:
            self.says(each)

    @property
    def simulator(self) -> TerminalSimulator:
        """The terminal; another one after a power loss."""
        return self.wire.simulator if isinstance(self.wire, FaultyWire) else self.wire

    def says(self, dialogue: str) -> Talk:
        """Lines are parted by bars or line ends."""
        lines = [each.strip() for each in dialogue.replace("|", "\n").splitlines()]
        lines = [each for each in lines if each]
        for line, following in zip(lines, [*lines[1:], ""], strict=False):
            match line[0]:
                case ">":
                    self.sends(line[1:])
                case "+":
                    self.waits(float(line[1:]))
                case _:
                    self._hears(line[1:].replace(" ", "").upper())
                    if self.heard[-1][:2] not in ("80", "84") and following[:1] != ">":
                        self.sends(YES)
        assert not self._came, f"unexpected: {self._came}"
        return self

    def hears_without_answer(self, dialogue: str) -> Talk:
        """As `says`, but what comes last is left unanswered."""
        return self.says(dialogue + "|>")

    def drained(self) -> list[str]:
        """What came and was not demanded yet, as hex."""
        came = list(self._came)
        self._came.clear()
        return came

    def sends(self, data: str) -> None:
        """Bytes of the till."""
        self.wire.receive(bytes.fromhex(data))
        self._collect()

    def waits(self, seconds: float) -> None:
        """Time passes."""
        clock = self.simulator.clock
        assert isinstance(clock, FakeClock)
        clock.pass_time(seconds)
        self.wire.tick()
        self._collect()

    def presses(self, button: str | int) -> None:
        """A customer."""
        assert self.simulator.press(button)
        self._collect()

    def types(self, keys: bytes) -> None:
        """Keys of the terminal."""
        assert self.simulator.press_keys(keys)
        self._collect()

    def _collect(self) -> None:
        for control, data in self._deframer.feed(self.wire.take()):
            self._came.append(frame(control, data).hex().upper())

    def _hears(self, pattern: str) -> None:
        assert self._came, f"nothing came; {pattern} was due"
        self.heard.append(self._came.popleft())
        assert fnmatchcase(self.heard[-1], pattern), f"{self.heard[-1]} is not {pattern}"
