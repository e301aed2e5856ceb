"""A window per test, drawn offscreen by the software renderer, with nothing moving."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_QUICK_BACKEND"] = "software"
os.environ["QT_FONT_DPI"] = "96"
os.environ["QT_SCALE_FACTOR"] = "1"

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication

from kiosk.checkout.events import Event
from kiosk.screens.values import Screen
from ui.app import KioskWindow
from ui.profile import DisplayProfile
from ui.strikes import Strikes
from ui.viewmodels.receipt import Modules

PROFILES = {"portrait": DisplayProfile.portrait(), "landscape": DisplayProfile.landscape()}


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    """No widgets anywhere."""
    return QGuiApplication


def spin(milliseconds: int = 30) -> None:
    """Let Qt's loop run; a loop made of `processEvents` would not free what was deleted later."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Stand:
    """A window, what it posted, and a way to show it a screen."""

    def __init__(self, profile: DisplayProfile) -> None:
        self.profile = profile
        self.posted: list[Event] = []
        self.lent: tuple[memoryview, int | None] | None = (memoryview(b"Erika"), 1250)
        self.code: Modules | None = None
        self.window = KioskWindow(
            profile,
            self.posted.append,
            lend=lambda _: self.lent,
            code=lambda _: self.code,
            motion=False,
            strikes=Strikes(view_seconds=0, same_seconds=0),
        )
        self.window.show()

    def show(self, screen: Screen) -> None:
        self.window.bridge.publish(screen)
        spin()
        self.window.grab()  # lays everything out, however busy the machine is
        spin(10)

    def tap(self, name: str) -> None:
        self.window.tap(name)
        spin()


@pytest.fixture(params=list(PROFILES))
def stand(request: pytest.FixtureRequest, qapp: QGuiApplication) -> Iterator[Stand]:
    """One window in each orientation."""
    made = Stand(PROFILES[request.param])
    yield made
    made.window.close()


@pytest.fixture
def portrait(qapp: QGuiApplication) -> Iterator[Stand]:
    """One upright window."""
    made = Stand(PROFILES["portrait"])
    yield made
    made.window.close()


@pytest.fixture
def on_close() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Things to close when the test ends, last first."""
    closing: list[Callable[[], None]] = []
    yield closing.append
    for close in reversed(closing):
        close()
