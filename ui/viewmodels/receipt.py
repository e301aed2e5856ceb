"""The receipt's screen: what became of it, and the code to fetch it by.

The link in the code is drawn from memory that is lent and wiped; Qt is given no text of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, cast

from PySide6.QtCore import Property, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

from kiosk.ids import Handle
from kiosk.screens.values import ReceiptView
from ui.viewmodels.actions import ActionModel, Press
from ui.viewmodels.mirror import Mirror, QmlUncreatable
from ui.viewmodels.plain import plain

QML_IMPORT_NAME = "Kiosk.Models"
QML_IMPORT_MAJOR_VERSION = 1

Modules = tuple[bytes, ...]
Code = Callable[[Handle], Modules | None]
"""The rows of a code by its slot in the vault, a byte a module, 1 is black; None if it is gone."""
QUIET = 4
"""White around it, in modules."""


class Coded(Protocol):
    """A model with a code to draw."""

    def modules(self) -> Modules | None:
        """Lent for the moment."""
        ...


def no_code(handle: Handle) -> None:
    """Where there is nothing to fetch."""
    del handle


@QmlElement
@QmlUncreatable("comes with a screen")
class ReceiptModel(Mirror):
    """Paid; the receipt is under way, or could not be."""

    amount_label_changed = Signal()
    amount_changed = Signal()
    printing_changed = Signal()
    slot_changed = Signal()
    fetch_changed = Signal()
    fetch_hint_changed = Signal()

    def __init__(self, press: Press, code: Code, parent: QObject) -> None:
        super().__init__(parent)
        self._code = code
        self._view = ReceiptView("", "", printing=True, again=None, waive=None)
        self._again = ActionModel(press, self)
        self._waive = ActionModel(press, self)

    def renew(self, view: ReceiptView) -> None:
        """Show this view."""
        old, self._view = self._view, view
        self.tell(old, view)
        self._again.renew(view.again)
        self._waive.renew(view.waive)

    def modules(self) -> Modules | None:
        """The code to draw, lent for the moment."""
        return self._code(self._view.slot) if self._view.slot else None

    @Property(str, notify=amount_label_changed)
    def amount_label(self) -> str:
        return plain(self._view.amount_label)

    @Property(str, notify=amount_changed)
    def amount(self) -> str:
        return plain(self._view.amount)

    @Property(bool, notify=printing_changed)
    def printing(self) -> bool:
        return self._view.printing

    @Property(str, notify=slot_changed)
    def slot(self) -> str:
        """Where in the vault the link lies; empty: there is none."""
        return self._view.slot

    @Property(str, notify=fetch_changed)
    def fetch(self) -> str:
        return plain(self._view.fetch)

    @Property(str, notify=fetch_hint_changed)
    def fetch_hint(self) -> str:
        return plain(self._view.fetch_hint)

    @Property(ActionModel, constant=True)
    def again(self) -> ActionModel:
        return self._again

    @Property(ActionModel, constant=True)
    def waive(self) -> ActionModel:
        return self._waive


@QmlElement
class PrivateCode(QQuickPaintedItem):
    """A view's code, as large as whole pixels allow, black on white in every theme."""

    source_changed = Signal()
    slot_changed = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._source: QObject | None = None
        self._slot = ""
        self.setAntialiasing(False)

    def paint(self, painter: QPainter) -> None:
        """Module by module; nothing where nothing is lent."""
        rows = cast("Coded", self._source).modules() if self._source else None
        if not rows:
            return
        ratio = painter.device().devicePixelRatioF()
        side = min(self.width(), self.height())
        modules = len(rows) + 2 * QUIET
        size = max(1, int(side * ratio / modules)) / ratio
        left, top = (self.width() - size * modules) / 2, (self.height() - size * modules) / 2
        left, top = round(left * ratio) / ratio, round(top * ratio) / ratio
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        white = QRectF(left, top, size * modules, size * modules)
        painter.fillRect(white, Qt.GlobalColor.white)
        for y, row in enumerate(rows):
            for x, module in enumerate(row):
                if module:
                    at = QRectF(left + (x + QUIET) * size, top + (y + QUIET) * size, size, size)
                    painter.fillRect(at, Qt.GlobalColor.black)

    @Property(QObject, notify=source_changed)
    def source(self) -> QObject | None:
        """A model that is `Coded`."""
        return self._source

    @source.setter  # type: ignore[no-redef]
    def source(self, source: QObject | None) -> None:
        self._source = source
        self.source_changed.emit()
        self.update()

    @Property(str, notify=slot_changed)
    def slot(self) -> str:
        """Bound to the model's: it is drawn anew when this changes."""
        return self._slot

    @slot.setter  # type: ignore[no-redef]
    def slot(self, slot: str) -> None:
        self._slot = slot
        self.slot_changed.emit()
        self.update()
