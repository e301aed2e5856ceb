"""The bench as QML sees it; its words are for technicians."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from drivers.lab.wire import BenchState
from ui.viewmodels.mirror import Mirror, QmlUncreatable
from ui.viewmodels.plain import plain, plain_all

QML_IMPORT_NAME = "Kiosk.Models"
QML_IMPORT_MAJOR_VERSION = 1

_LONGEST_CODE = 48
_BLANK = BenchState(
    -1, (), (), False, "", 0, "", "", "", (), ()
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
}


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
        """A key of the digit pad: a digit, `back`, or `scan`."""
        typed = self._typed
        if key == "back":
            typed = typed[:-1]
        elif key == "scan":
            if typed:
                self.ordered.emit(("scan", typed))
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
