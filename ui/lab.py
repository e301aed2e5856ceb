"""The bench's window: a shelf, a terminal, a printer and what can go wrong, beside the kiosk.

For technicians and demonstrations; never part of a shop's window. Its words are English.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Property, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickImageProvider

from drivers.lab.wire import Bench, BenchState
from kiosk.checkout.events import Event
from kiosk.ports import KioskError
from ui.app import Beside, KioskWindow
from ui.profile import DisplayProfile
from ui.stage import QML, Stage
from ui.viewmodels.member import Lend, lend_nobody
from ui.viewmodels.mirror import Mirror, QmlUncreatable
from ui.viewmodels.plain import plain, plain_all
from ui.viewmodels.receipt import Code, no_code

QML_IMPORT_NAME = "Kiosk.Models"
QML_IMPORT_MAJOR_VERSION = 1

_LONGEST_CODE = 48
_BLANK = BenchState(
    -1, (), (), False, "", 0, "", "", "", "", 0, (), "", "", (), ()
)  # fmt: skip
_LABELS = {
    "terminal-answer-lost": "Answer lost",
    "terminal-cable-out": "Cable out",
    "terminal-slow": "Slow",
    "printer-paper-out": "Paper out",
    "printer-cover-open": "Cover open",
    "printer-paper-ends": "Ends mid-receipt",
    "scanner-torn": "Torn code",
    "scanner-garbage": "Garbage",
    "scanner-unplug": "Unplug",
    "reader-weak": "Weak field",
    "reader-silent": "Silent",
    "reader-unplug": "Unplug",
    "scale-moving": "Swings",
    "scale-silent": "Silent",
    "scale-unplug": "Unplug",
}

POLL = 0.1
"""Seconds one question for the state may take: what a tap waits at most."""
_RETRY = 1.0
_PANEL_HEIGHT = 1920
_ASPECT = 0.86
"""Width of the bench to its height."""


@QmlElement
@QmlUncreatable("comes with a bench")
class BenchModel(Mirror):
    """The newest state of the bench, and what the technician wants done."""

    shelf_changed = Signal()
    terminal_lines_changed = Signal()
    terminal_waiting_changed = Signal()
    paper_count_changed = Signal()
    printer_state_changed = Signal()
    scanner_state_changed = Signal()
    reader_state_changed = Signal()
    scale_state_changed = Signal()
    scale_grams_changed = Signal()
    cards_changed = Signal()
    card_held_changed = Signal()
    terminal_state_changed = Signal()
    faults_changed = Signal()
    log_changed = Signal()
    typed_changed = Signal()
    said_changed = Signal()
    ordered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = _BLANK
        self._typed = ""
        self._said = ""

    @Slot(object)
    def renew(self, state: BenchState) -> None:
        """Show this state."""
        if state.revision > self._state.revision:
            old, self._state = self._state, state
            self.tell(replace(old, revision=0), state)

    @Slot(str)
    def say(self, text: str) -> None:
        """What the bench answered last."""
        if text != self._said:
            self._said = text
            self.said_changed.emit()

    def paper_path(self) -> str:
        """Where the newest receipt's picture lies, empty if it does not."""
        path = self._state.paper_png
        return path if path and Path(path).is_file() else ""

    @Slot(str)
    def order(self, words: str) -> None:
        """Have the bench do this, words parted by spaces."""
        self.ordered.emit(tuple(words.split()))

    @Slot(str)
    def toggle(self, fault: str) -> None:
        """Switch a fault on, or off again."""
        verb = "clear" if fault in self._state.faults else "fault"
        self.ordered.emit((verb, fault))

    @Slot(str)
    def type(self, key: str) -> None:
        """A key of the digit pad: a digit, `back`, `scan`, or `card`."""
        typed = self._typed
        if key == "back":
            typed = typed[:-1]
        elif key in {"scan", "card"}:
            if typed:
                self.ordered.emit((key, typed))
            typed = ""
        elif len(typed) < _LONGEST_CODE:
            typed += key
        if typed != self._typed:
            self._typed = typed
            self.typed_changed.emit()

    @Property(list, notify=shelf_changed)
    def codes(self) -> list[str]:
        return [item.code for item in self._state.shelf]

    @Property(list, notify=shelf_changed)
    def names(self) -> list[str]:
        return [plain(item.name) for item in self._state.shelf]

    @Property(list, notify=shelf_changed)
    def prices(self) -> list[str]:
        return [plain(item.price) for item in self._state.shelf]

    @Property(list, notify=shelf_changed)
    def badges(self) -> list[str]:
        return [plain(item.badge) for item in self._state.shelf]

    @Property(list, notify=terminal_lines_changed)
    def terminal_lines(self) -> list[str]:
        return plain_all(self._state.terminal_lines)

    @Property(bool, notify=terminal_waiting_changed)
    def terminal_waiting(self) -> bool:
        return self._state.terminal_waiting

    @Property(int, notify=paper_count_changed)
    def paper_count(self) -> int:
        return self._state.paper_count

    @Property(str, notify=printer_state_changed)
    def printer_state(self) -> str:
        return plain(self._state.printer_state)

    @Property(str, notify=scanner_state_changed)
    def scanner_state(self) -> str:
        return plain(self._state.scanner_state)

    @Property(str, notify=reader_state_changed)
    def reader_state(self) -> str:
        return plain(self._state.reader_state)

    @Property(str, notify=scale_state_changed)
    def scale_state(self) -> str:
        return plain(self._state.scale_state)

    @Property(int, notify=scale_grams_changed)
    def scale_grams(self) -> int:
        """On its platter."""
        return self._state.scale_grams

    @Property(list, notify=cards_changed)
    def cards(self) -> list[str]:
        return plain_all(self._state.cards)

    @Property(str, notify=card_held_changed)
    def card_held(self) -> str:
        return plain(self._state.card_held)

    @Property(str, notify=terminal_state_changed)
    def terminal_state(self) -> str:
        return plain(self._state.terminal_state)

    @Property(list, notify=faults_changed)
    def faults(self) -> list[str]:
        return list(self._state.faults)

    @Property(list, constant=True)
    def fault_names(self) -> list[str]:
        return list(_LABELS)

    @Property(list, constant=True)
    def fault_labels(self) -> list[str]:
        return list(_LABELS.values())

    @Property(list, notify=log_changed)
    def log(self) -> list[str]:
        return plain_all(self._state.log[-12:])

    @Property(str, notify=typed_changed)
    def typed(self) -> str:
        return self._typed

    @Property(str, notify=said_changed)
    def said(self) -> str:
        return plain(self._said)


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
    `approve`, `decline`, `stop`, `card-<name>`, `fault-<name>`, `digit-0` … `digit-9`, `digit-back`,
    `digit-scan`.
    """

    def __init__(
        self,
        height_px: int,
        post: Callable[[Event], None],
        bench: Bench,
        *,
        lend: Lend = lend_nobody,
        code: Code = no_code,
        motion: bool = True,
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
        super().__init__(profile, post, lend=lend, code=code, motion=motion, beside=beside)
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
    profile_height_px: int,
    post: Callable[[Event], None],
    bench: Bench,
    *,
    lend: Lend = lend_nobody,
    code: Code = no_code,
    motion: bool = True,
) -> DemoWindow:
    """Kiosk (portrait) left and bench right, in one window of this height."""
    return DemoWindow(profile_height_px, post, bench, lend=lend, code=code, motion=motion)
