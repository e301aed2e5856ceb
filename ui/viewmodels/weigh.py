"""The sheet over the running list while something is weighed."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Property, QObject, Signal
from PySide6.QtQml import QmlElement

from kiosk.screens.values import WeighView
from ui.viewmodels.actions import NONE, ActionModel, Press
from ui.viewmodels.mirror import Mirror, QmlUncreatable
from ui.viewmodels.plain import article, plain

QML_IMPORT_NAME = "Kiosk.Models"
QML_IMPORT_MAJOR_VERSION = 1

_NOTHING = WeighView("", "", "", "", "", False, "", (), NONE)
MOST_TARES = 4


@QmlElement
@QmlUncreatable("comes with a screen")
class WeighModel(Mirror):
    """What is to be put on the scale, and what the scale tells."""

    title_changed = Signal()
    name_changed = Signal()
    price_changed = Signal()
    weight_changed = Signal()
    hint_changed = Signal()
    warns_changed = Signal()
    legal_changed = Signal()
    tares_changed = Signal()

    def __init__(self, press: Press, parent: QObject) -> None:
        super().__init__(parent)
        self._view = _NOTHING
        self._cancel = ActionModel(press, self)
        self._tares = [ActionModel(press, self) for _ in range(MOST_TARES)]

    def renew(self, view: WeighView | None) -> None:
        """Show this sheet, or none."""
        old, self._view = self._view, view or _NOTHING
        for place, model in enumerate(self._tares):
            model.renew(self._view.tares[place] if place < len(self._view.tares) else None)
        self._cancel.renew(self._view.cancel)
        if len(old.tares) != len(self._view.tares):
            self.tares_changed.emit()
        self.tell(_with_tares_of(old, self._view), self._view)

    @Property(bool, notify=title_changed)
    def present(self) -> bool:
        return bool(self._view.title)

    @Property(str, notify=title_changed)
    def title(self) -> str:
        return plain(self._view.title)

    @Property(str, notify=name_changed)
    def name(self) -> str:
        return article(self._view.name)

    @Property(str, notify=price_changed)
    def price(self) -> str:
        return plain(self._view.price)

    @Property(str, notify=weight_changed)
    def weight(self) -> str:
        return plain(self._view.weight)

    @Property(str, notify=hint_changed)
    def hint(self) -> str:
        return plain(self._view.hint)

    @Property(bool, notify=warns_changed)
    def warns(self) -> bool:
        return self._view.warns

    @Property(str, notify=legal_changed)
    def legal(self) -> str:
        """Why this is no weight to trade by; empty where it is one."""
        return plain(self._view.legal)

    @Property(list, notify=tares_changed)
    def tares(self) -> list[ActionModel]:
        """What it may lie in; empty where there is no choice."""
        return self._tares[: len(self._view.tares)]

    @Property(ActionModel, constant=True)
    def cancel(self) -> ActionModel:
        return self._cancel


def _with_tares_of(old: WeighView, new: WeighView) -> WeighView:
    """The buttons tell of themselves; only how many there are is told here."""
    return replace(old, tares=new.tares)
