"""The list of articles for QML: changes in place, so that scroll position and focus survive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QObject, Qt, Slot
from PySide6.QtQml import QmlElement

from kiosk.screens.values import Action, LineView
from ui.viewmodels.actions import Press
from ui.viewmodels.mirror import QmlUncreatable
from ui.viewmodels.plain import article, plain

QML_IMPORT_NAME = "Kiosk.Models"
QML_IMPORT_MAJOR_VERSION = 1

_Read = Callable[[LineView], Any]


def _spoken(action: Action | None) -> str:
    return plain(action.spoken or action.label) if action else ""


def _live(action: Action | None) -> bool:
    return action is not None and action.event is not None


_ROLES: dict[str, _Read] = {
    "name": lambda line: article(line.name),
    "detail": lambda line: plain(line.detail),
    "amount": lambda line: plain(line.amount),
    "quantity": lambda line: plain(line.quantity),
    "badge": lambda line: plain(line.badge),
    "childLabels": lambda line: [plain(child.label) for child in line.children],
    "childAmounts": lambda line: [plain(child.amount) for child in line.children],
    "less": lambda line: line.less.name if line.less else "",
    "lessSpoken": lambda line: _spoken(line.less),
    "lessLive": lambda line: _live(line.less),
    "more": lambda line: line.more.name if line.more else "",
    "moreSpoken": lambda line: _spoken(line.more),
    "moreLive": lambda line: _live(line.more),
    "remove": lambda line: line.remove.name,
    "removeSpoken": lambda line: _spoken(line.remove),
    "removeLive": lambda line: _live(line.remove),
}
_FIRST = int(Qt.ItemDataRole.UserRole) + 1
_BY_NUMBER = dict(enumerate(_ROLES.values(), _FIRST))
_NUMBERS = dict(zip(_ROLES, _BY_NUMBER, strict=True))


@QmlElement
@QmlUncreatable("comes with a screen")
class LineList(QAbstractListModel):
    """Lines by `LineId`: rows are removed, inserted and changed, never reset."""

    def __init__(self, press: Press, parent: QObject) -> None:
        super().__init__(parent)
        self._press = press
        self._lines: list[LineView] = []

    def renew(self, lines: tuple[LineView, ...]) -> None:
        """Become these lines by the fewest row changes."""
        wanted = {line.id for line in lines}
        for row in reversed(range(len(self._lines))):
            if self._lines[row].id not in wanted:
                self._take_out(row)
        for row, line in enumerate(lines):
            self._settle(row, line)

    def _take_out(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._lines[row]
        self.endRemoveRows()

    def _settle(self, row: int, line: LineView) -> None:
        at = next((i for i, old in enumerate(self._lines) if old.id == line.id), None)
        if at is not None and at != row:
            # Qt ends the process in endMoveRows where QML holds a delegate of a moved row; lines
            # stay in the order of their scan anyway.
            self._take_out(at)
            at = None
        if at is None:
            self.beginInsertRows(QModelIndex(), row, row)
            self._lines.insert(row, line)
            self.endInsertRows()
            return
        self._change(row, line)

    def _change(self, row: int, line: LineView) -> None:
        old, self._lines[row] = self._lines[row], line
        if old == line:
            return
        roles = [number for number, read in _BY_NUMBER.items() if read(old) != read(line)]
        if roles:
            self.dataChanged.emit(self.index(row), self.index(row), roles)

    def row_of(self, name: str) -> int:
        """The row that has the action of this name, -1 if none."""
        for row, line in enumerate(self._lines):
            if name in {a.name for a in (line.less, line.more, line.remove) if a}:
                return row
        return -1

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # type: ignore[override]  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def data(self, index: QModelIndex, role: int = 0) -> Any:  # type: ignore[override]
        read = _BY_NUMBER.get(role)
        if read is None or not 0 <= index.row() < len(self._lines):
            return None
        return read(self._lines[index.row()])

    def roleNames(self) -> dict[int, QByteArray]:  # noqa: N802
        return {number: QByteArray(name.encode()) for name, number in _NUMBERS.items()}

    @Slot(str)
    def press(self, name: str) -> None:
        """A line's button was touched."""
        self._press(name)
