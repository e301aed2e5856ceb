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
from drivers.cards.guarded import Guarded
from drivers.cards.hostile import MuteCard
from drivers.cards.pcsc import PcscCalls
from drivers.cards.pn532 import Pn532Field
from drivers.cards.simulator import ReaderSimulator
from drivers.cards.virtual import VirtualCard
from drivers.cards.vpcd import VirtualSlot
from drivers.line import listen
from kiosk.clock import SystemClock
from tests.drivers.cards.daemons import PcscDesk, pcsc_desk, settle

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

    patience: float
    """Seconds until such a reader has surely noticed a card."""
    felica: bool
    """Whether it carries commands to FeliCa cards; else their number is all there is."""


class ChipStand:
    """A driver on the simulated PN532, over a pseudo terminal."""

    patience = 0.2
    felica = True

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


class PcscStand:
    """The driver for PC/SC on a daemon of our own; a shim in front of its driver pulls the cable."""

    patience = 2.5  # the daemon looks for cards every 0.4 s
    felica = False

    def __init__(self, desk: PcscDesk) -> None:
        self._slot = VirtualSlot(desk.daemon.door)
        self._unplugged = desk.unplugged
        settle()
        self.field: Field = self._opened()

    def _opened(self) -> Field:
        guarded = Guarded(lambda: PcscCalls("pcsc:00 00"))
        guarded.open()
        return guarded

    def hold(self, card: VirtualCard, *, pulled_after: int | None = None) -> None:
        self._slot.remove()
        settle()
        self._slot.hold(card if pulled_after is None else MuteCard(card, pulled_after))

    def remove(self) -> None:
        self._slot.remove()

    def reopen(self) -> None:
        self.field = self._opened()

    def unplug(self) -> None:
        self._unplugged.touch()


@contextmanager
def on_pcsc(folder: Path) -> Iterator[Stand]:
    """A stand on the daemon of this process."""
    del folder  # the daemon has one for all tests of this process
    desk = pcsc_desk()
    stand = PcscStand(desk)
    try:
        yield stand
    finally:
        stand.remove()
        stand.field.close()
        desk.unplugged.unlink(missing_ok=True)


READERS: dict[str, Callable[[Path], Context[Stand]]] = {
    "pn532": lambda folder: on_chip(folder, lambda address: Pn532Field(address, clock=CLOCK)),
    "pcsc": on_pcsc,
    "nfcpy": lambda folder: on_chip(folder, lambda address: NfcpyField(address, clock=CLOCK)),
}
SEVERAL = ("pn532", "nfcpy")
"""Readers that can tell that there are several cards: PC/SC names one of them."""
