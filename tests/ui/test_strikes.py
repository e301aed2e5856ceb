"""Touches that nobody meant do nothing; the first one always counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.checkout.events import PayPressed
from kiosk.screens.values import Screen
from tests.ui.conftest import spin
from tests.ui.samples import EVERY
from ui.bridge import Bridge
from ui.strikes import SAME_SECONDS, VIEW_SECONDS, Strikes
from ui.viewmodels.kiosk import KioskModel
from ui.viewmodels.member import lend_nobody
from ui.viewmodels.receipt import no_code


class Desk:
    """A model without a window, and its clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.posted: list[object] = []
        self.bridge = Bridge(self.posted.append)
        self.model = KioskModel(self.bridge, lend_nobody, no_code, Strikes(lambda: self.now))
        self.version = 0

    def show(self, screen: Screen) -> None:
        self.version += 1
        self.bridge.publish(replace(screen, version=self.version))
        spin(10)

    def press(self, name: str, after: float) -> int:
        """Press so many seconds later; how much was posted."""
        self.now += after
        before = len(self.posted)
        self.model.press(name)
        return len(self.posted) - before


@pytest.fixture
def desk(qapp: QGuiApplication) -> Iterator[Desk]:
    made = Desk()
    yield made
    made.model.deleteLater()


def test_a_hand_that_goes_on_tapping_stops_no_payment(desk: Desk) -> None:
    """The second tap on pay would hit the button that stops the payment."""
    desk.show(EVERY["scan"])
    assert desk.press("pay", 1.0) == 1
    assert isinstance(desk.posted[-1], PayPressed)
    desk.show(EVERY["paying"])
    assert desk.press("cancel", VIEW_SECONDS / 2) == 0
    assert desk.press("cancel", VIEW_SECONDS) == 1


def test_a_hand_that_trembles_adds_one(desk: Desk) -> None:
    """Two strikes faster than anybody means them are one; another button is meant at once."""
    desk.show(EVERY["scan"])
    assert desk.press("line-1-plus", 1.0) == 1
    assert desk.press("line-1-plus", SAME_SECONDS / 2) == 0
    assert desk.press("line-2-plus", 0.01) == 1
    assert desk.press("line-2-plus", SAME_SECONDS * 1.1) == 1


def test_a_list_that_changes_can_be_touched_at_once(desk: Desk) -> None:
    """Only another screen has to be seen first; what is scanned meanwhile holds up nobody."""
    desk.show(EVERY["scan"])
    desk.now += 1.0
    desk.show(EVERY["scan-few"])
    assert desk.press("line-1-plus", 0.0) == 1
    desk.show(EVERY["sheet-help"])
    assert desk.press("help-call", 0.1) == 0
    assert desk.press("help-call", VIEW_SECONDS) == 1
