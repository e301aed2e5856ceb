"""What is said before anybody shows who they are."""

from __future__ import annotations

from PySide6.QtCore import Property, QObject, Signal
from PySide6.QtQml import QmlElement

from kiosk.screens.values import Briefing
from ui.viewmodels.actions import NONE, ActionModel, Press
from ui.viewmodels.mirror import Mirror, QmlUncreatable
from ui.viewmodels.plain import plain

QML_IMPORT_NAME = "Kiosk.Models"
QML_IMPORT_MAJOR_VERSION = 1

_NOTHING = Briefing("", "", NONE)


@QmlElement
@QmlUncreatable("comes with a screen")
class BriefingModel(Mirror):
    """Two sentences and a way to more; absent where no card is of any use."""

    what_changed = Signal()
    without_changed = Signal()

    def __init__(self, press: Press, parent: QObject) -> None:
        super().__init__(parent)
        self._view = _NOTHING
        self._more = ActionModel(press, self)

    def renew(self, view: Briefing | None) -> None:
        """Show these, or nothing."""
        old, self._view = self._view, view or _NOTHING
        self.tell(old, self._view)
        self._more.renew(view.more if view else None)

    @Property(bool, notify=what_changed)
    def present(self) -> bool:
        return bool(self._view.what)

    @Property(str, notify=what_changed)
    def what(self) -> str:
        return plain(self._view.what)

    @Property(str, notify=without_changed)
    def without(self) -> str:
        return plain(self._view.without)

    @Property(ActionModel, constant=True)
    def more(self) -> ActionModel:
        return self._more
