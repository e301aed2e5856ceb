"""A serial port of this machine where a simulated terminal waits for its till."""

from __future__ import annotations

import select
from dataclasses import dataclass

from drivers.line import Line, connect


@dataclass
class PortListener:
    """A `Listener` whose one connection is always there."""

    address: str
    """`serial:///dev/NAME?baud=9600`."""
    _given: bool = False
    _plugged: bool = True

    def __post_init__(self) -> None:
        connect(self.address).close()  # it is there, and ours to use

    def accept(self, seconds: float) -> Line | None:
        if self._given or not self._plugged:
            select.select([], [], [], seconds)
            return None
        line = connect(self.address)
        self._given = True
        return _Given(self, line)

    def unplug(self) -> None:
        """As if the cable were pulled."""
        self._plugged = False

    def plug(self) -> None:
        """As if it were back."""
        self._plugged = True

    def close(self) -> None:
        """Nothing is held but the line that was given out."""
        self._plugged = False

    def released(self) -> None:
        """The line was let go of; it may be given again."""
        self._given = False


@dataclass
class _Given:
    listener: PortListener
    line: Line

    def read(self, seconds: float) -> bytes:
        return self.line.read(seconds)

    def write(self, data: bytes) -> None:
        self.line.write(data)

    def close(self) -> None:
        self.line.close()
        self.listener.released()
