"""What any reader with any card must do: on a virtual one, and on real hardware by somebody's wish.

KIOSK_TEST_READER names one reader by its driver and an address that holds its serial number, as in `pcsc pcsc:0A1B2C3D` or
`pn532 serial:///dev/kiosk/ftdi-A50285BI`. Then the same is done there too, and a person at this
terminal is told when to hold a card and when to pull the cable.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from drivers.cards.reader import AWAY_SECONDS
from drivers.cards.readers import FIELDS, nfcpy, pcsc, pn532
from drivers.cards.virtual import NtagCard
from drivers.cards.vpcd import VirtualSlot
from kiosk.checkout.events import Device, DeviceOnline
from kiosk.checkout.member_events import CardRefused, CustomerShown
from kiosk.clock import SystemClock
from kiosk.errors import DeviceError
from kiosk.vault import Vault
from tests.drivers.cards.bench import UID
from tests.drivers.cards.daemons import pcsc_desk, settle
from tests.drivers.cards.watch import QUIET, Watch

WISH = "KIOSK_TEST_READER"
DRIVERS = {"pcsc": pcsc, "pn532": pn532, "nfcpy": nfcpy}
A_PERSONS_TIME = 45.0


class Hand(Protocol):
    """Holds a card before the reader, and pulls its cable."""

    patience: float
    """Seconds that it takes."""

    def hold(self) -> None: ...
    def take(self) -> None:
        """Away, and long enough to be missed."""
        ...

    def unplug(self) -> None: ...
    def plug(self) -> None: ...


class VirtualHand:
    """At the virtual reader of this process's own daemon."""

    patience = 8.0

    def __init__(self) -> None:
        desk = pcsc_desk()
        self._slot, self._unplugged = VirtualSlot(desk.daemon.door), desk.unplugged
        settle()

    def hold(self) -> None:
        self._slot.hold(NtagCard(UID))

    def take(self) -> None:
        self._slot.remove()
        settle()
        QUIET.wait(2 * AWAY_SECONDS)

    def unplug(self) -> None:
        self._unplugged.touch()

    def plug(self) -> None:
        self._unplugged.unlink(missing_ok=True)


class Person:
    """Is told on the terminal, whatever becomes of a test's own output."""

    patience = A_PERSONS_TIME

    def hold(self) -> None:
        self._told("hold one card before the reader, and keep it there")

    def take(self) -> None:
        self._told("take the card away")
        QUIET.wait(10.0)

    def unplug(self) -> None:
        self._told("pull the reader's cable")

    def plug(self) -> None:
        self._told("plug the reader in again")

    def _told(self, what: str) -> None:
        Path("/dev/tty").write_text(f"\n>>> {what}\n", encoding="utf-8")


def wished() -> tuple[str, str]:
    """Driver and address of the real reader."""
    driver, _, address = os.environ[WISH].partition(" ")
    assert driver in FIELDS, f"{WISH}: the driver is one of {', '.join(FIELDS)}"
    assert address.rstrip(":/") not in ("", "pcsc"), f"{WISH}: name the reader by its serial number"
    return driver, address


@pytest.fixture(params=["virtual", *(["hardware"] if WISH in os.environ else [])])
def stand(request: pytest.FixtureRequest) -> Iterator[tuple[Watch, Hand]]:
    """A watched reader that has told that it is there, and who stands before it."""
    hand: Hand
    if request.param == "hardware":
        (driver, address), hand = wished(), Person()
    else:
        (driver, address), hand = ("pcsc", "pcsc:00 00"), VirtualHand()
    reader = DRIVERS[driver](address, clock=SystemClock(), vault=Vault(), hosts=frozenset())
    watch = Watch(reader)
    try:
        assert watch.until(DeviceOnline)[1] == DeviceOnline(Device.READER)
        yield watch, hand
    finally:
        watch.stop()
        if isinstance(hand, VirtualHand):
            hand.plug()
            hand.take()


def shown(watch: Watch, seconds: float) -> CustomerShown | CardRefused:
    """What came of a card: a number that changes each time is refused, and that will do."""
    event: CustomerShown | CardRefused = watch.until(CustomerShown | CardRefused, seconds)[1]
    return event


def test_a_card_is_one_showing_however_long_it_is_held(stand: tuple[Watch, Hand]) -> None:
    watch, hand = stand
    hand.hold()
    shown(watch, hand.patience)
    QUIET.wait(2.0)
    assert not watch.events


def test_a_card_that_comes_again_is_another_showing(stand: tuple[Watch, Hand]) -> None:
    watch, hand = stand
    for _ in range(2):
        hand.hold()
        shown(watch, hand.patience)
        hand.take()


def test_a_reader_without_a_card_says_nothing_and_stops_at_once(stand: tuple[Watch, Hand]) -> None:
    watch, _ = stand
    QUIET.wait(1.0)
    assert not watch.events
    assert watch.stop() < 0.5


def test_a_pulled_cable_is_told_with_a_remedy_and_forgiven(stand: tuple[Watch, Hand]) -> None:
    watch, hand = stand
    hand.unplug()
    error = watch.until(DeviceError, hand.patience)[1]
    assert len(str(error)) > 20
    hand.plug()
    watch.until(DeviceOnline, hand.patience)
    hand.hold()
    shown(watch, hand.patience)
