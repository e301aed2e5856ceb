"""The bench's window: a shelf, a terminal, a printer and what can go wrong, beside the kiosk.

For technicians and demonstrations; never part of a shop's window. Its words are English.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickImageProvider

from drivers.lab.wire import Bench
from kiosk.checkout.events import Event
from kiosk.ports import KioskError
from ui.app import Beside, KioskWindow
from ui.profile import DisplayProfile
from ui.stage import QML, Stage
from ui.viewmodels.bench import BenchModel

POLL = 0.1
"""Seconds one question for the state may take: what a tap waits at most."""
_RETRY = 1.0
_PANEL_HEIGHT = 1920
_ASPECT = 0.86
"""Width of the bench to its height."""


class BenchLink(QObject):
    """All talk with the bench, on one thread of its own; answers come by one queued signal."""

    _arrived = Signal(object)
    _said = Signal(str)

    def __init__(self, bench: Bench, model: BenchModel) -> None:
        super().__init__()
        self._bench = bench
        self._orders: queue.SimpleQueue[tuple[str, ...]] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._arrived.connect(model.renew, Qt.ConnectionType.QueuedConnection)
        self._said.connect(model.say, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._talk, name="bench", daemon=True)

    def start(self) -> None:
        """Begin to ask and to order."""
        self._thread.start()

    def order(self, words: tuple[str, ...]) -> None:
        """Have the bench do this soon; callable from Qt's thread, returns at once."""
        self._orders.put(words)

    def close(self) -> None:
        """Stop talking; waits for the call under way. Safe to call twice."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2.0)

    def _talk(self) -> None:
        seen = -1
        while not self._stopped.is_set():
            try:
                self._carry_out()
                state = self._bench.state(seen, POLL)
            except (OSError, KioskError, ValueError) as error:
                self._said.emit(f"bench: {type(error).__name__}")
                self._stopped.wait(_RETRY)
                continue
            if state.revision != seen:
                seen = state.revision
                self._arrived.emit(state)

    def _carry_out(self) -> None:
        while not self._orders.empty():
            verb, *words = self._orders.get()
            self._said.emit(self._bench.do(verb, *words))


class Paper(QQuickImageProvider):
    """The newest receipt, read anew for every number asked for: `image://paper/<count>`."""

    def __init__(self, path: Callable[[], str]) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._path = path

    def requestImage(self, address: str, size: QSize, requested: QSize) -> QImage:  # noqa: ARG002, N802
        path = self._path()
        image = QImage(path) if path else QImage()
        if image.isNull():
            image = QImage(QSize(1, 1), QImage.Format.Format_ARGB32)
            image.fill(Qt.GlobalColor.transparent)
        size.setWidth(image.width())
        size.setHeight(image.height())
        return image


def _lay(stage: Stage, height: int, paper: Paper, motion: bool) -> None:
    theme = stage.singleton("Lab", "BenchTheme")
    theme.setProperty("unit", height / 1000)
    theme.setProperty("motion", motion)
    stage.add_images("paper", paper)


class DemoWindow(KioskWindow):
    """Kiosk and bench in one window. `tap` also knows the bench's buttons: `shelf-<code>`,
    `approve`, `decline`, `stop`, `fault-<name>`, `digit-0` … `digit-9`, `digit-back`, `digit-scan`.
    """

    def __init__(
        self, height_px: int, post: Callable[[Event], None], bench: Bench, *, motion: bool = True
    ) -> None:
        profile = DisplayProfile.portrait(scale=height_px / _PANEL_HEIGHT)
        self.bench = BenchModel()
        self.link = BenchLink(bench, self.bench)
        self.bench.ordered.connect(self.link.order)
        self._paper = Paper(self.bench.paper_path)
        beside = Beside(
            source=QML / "Lab" / "DemoRoot.qml",
            width=round(height_px * _ASPECT),
            properties={"bench": self.bench},
            prepare=lambda stage: _lay(stage, height_px, self._paper, motion),
        )
        super().__init__(profile, post, motion=motion, beside=beside)
        self.link.start()

    def close(self) -> None:
        """The talk ends first: nothing may arrive at models that are gone."""
        self.link.close()
        super().close()


class BenchWindow:
    """The bench alone, for a technician beside a real screen."""

    def __init__(self, height_px: int, bench: Bench, *, motion: bool = True) -> None:
        self.bench = BenchModel()
        self.link = BenchLink(bench, self.bench)
        self.bench.ordered.connect(self.link.order)
        self._paper = Paper(self.bench.paper_path)
        profile = DisplayProfile.portrait(scale=height_px / _PANEL_HEIGHT)
        self.stage = Stage(profile.tokens(), motion=motion)
        _lay(self.stage, height_px, self._paper, motion)
        root = QML / "Lab" / "BenchPanel.qml"
        self.stage.load(root, {"bench": self.bench}, round(height_px * _ASPECT), height_px)
        self.link.start()

    def show(self) -> None:
        """Put the window on the display."""
        self.stage.view.show()

    def close(self) -> None:
        """Talk, then window. Safe to call twice."""
        self.link.close()
        self.stage.close()


def demo_window(
    profile_height_px: int, post: Callable[[Event], None], bench: Bench, *, motion: bool = True
) -> DemoWindow:
    """Kiosk (portrait) left and bench right, in one window of this height."""
    return DemoWindow(profile_height_px, post, bench, motion=motion)
