"""Every kind of reader that the suite in test_conformance.py runs on: one line each in READERS.

A `Stand` is an opened reader with a hand before it. What a reader must do stands in the suite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager as Context
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from drivers.cards.contactless import NfcpyField
from drivers.cards.field import Field
from drivers.cards.pn532 import Pn532Field
from drivers.cards.simulator import ReaderSimulator
from drivers.cards.virtual import VirtualCard
from drivers.line import listen
from kiosk.clock import SystemClock

CLOCK = SystemClock()


class Stand(Protocol):
    """An opened reader, and the hand that holds cards before it."""

    field: Field

    def hold(self, card: VirtualCard, *, pulled_after: int | None = None) -> None:
        """Hold a card there, beside others; pulled away after so many commands to it."""
        ...

    def remove(self) -> None:
        """Take all cards away."""
        ...

    def reopen(self) -> None:
        """Open the reader anew, as after a crash: nobody closed it."""
        ...

    def unplug(self) -> None:
        """Pull the reader's cable."""
        ...

    several: bool
    """Whether this kind of reader can tell that there are several cards."""


class ChipStand:
    """A driver on the simulated PN532, over a pseudo terminal."""

    several = True

    def __init__(self, simulator: ReaderSimulator, make: Callable[[str], Field]) -> None:
        self.simulator = simulator
        self._make = make
        self.field = make(simulator.address)
        self.hold = simulator.hold
        self.remove = simulator.remove

    def reopen(self) -> None:
        """The old one keeps its end of the line, as a dead process would not: both may read."""
        if isinstance(self.field, Pn532Field):
            line = self.field._link._line
            assert line is not None
            line.close()
        self.field = self._make(self.simulator.address)

    def unplug(self) -> None:
        self.simulator.fault("unplug")


@contextmanager
def on_chip(folder: Path, make: Callable[[str], Field]) -> Iterator[Stand]:
    """A stand on a simulated chip of its own."""
    simulator = ReaderSimulator(listen(f"pty://{folder / 'reader'}"))
    simulator.start()
    stand = ChipStand(simulator, make)
    try:
        yield stand
    finally:
        stand.field.close()
        simulator.stop()


READERS: dict[str, Callable[[Path], Context[Stand]]] = {
    "pn532": lambda folder: on_chip(folder, lambda address: Pn532Field(address, clock=CLOCK)),
    "nfcpy": lambda folder: on_chip(folder, lambda address: NfcpyField(address, clock=CLOCK)),
}
