"""The running list, its hero and its total."""

from __future__ import annotations

from PySide6.QtCore import Property, QObject, Signal
from PySide6.QtQml import QmlElement

from kiosk.screens.values import Hero, ScanView
from ui.viewmodels.actions import NONE, ActionModel, Press
from ui.viewmodels.briefing import BriefingModel
from ui.viewmodels.lines import LineList
from ui.viewmodels.member import Lend, MemberModel
from ui.viewmodels.mirror import Mirror, QmlUncreatable
from ui.viewmodels.plain import article, plain
from ui.viewmodels.sheets import OptionList
from ui.viewmodels.weigh import WeighModel

QML_IMPORT_NAME = "Kiosk.Models"
QML_IMPORT_MAJOR_VERSION = 1

_NOBODY = Hero("", "", "", "", None)
_BLANK = ScanView((), None, "", "", (), "", "", NONE)


@QmlElement
@QmlUncreatable("comes with a screen")
class HeroModel(Mirror):
    """The article touched last."""

    name_changed = Signal()
    detail_changed = Signal()
    amount_changed = Signal()
    badge_changed = Signal()

    def __init__(self, press: Press, parent: QObject) -> None:
        super().__init__(parent)
        self._view = _NOBODY
        self._undo = ActionModel(press, self)

    def renew(self, view: Hero | None) -> None:
        """Show this article, or none."""
        old, self._view = self._view, view or _NOBODY
        self.tell(old, self._view)
        self._undo.renew(self._view.undo)

    @Property(bool, notify=name_changed)
    def present(self) -> bool:
        return bool(self._view.name)

    @Property(str, notify=name_changed)
    def name(self) -> str:
        return article(self._view.name)

    @Property(str, notify=detail_changed)
    def detail(self) -> str:
        return plain(self._view.detail)

    @Property(str, notify=amount_changed)
    def amount(self) -> str:
        return plain(self._view.amount)

    @Property(str, notify=badge_changed)
    def badge(self) -> str:
        return plain(self._view.badge)

    @Property(ActionModel, constant=True)
    def undo(self) -> ActionModel:
        return self._undo


@QmlElement
@QmlUncreatable("comes with a screen")
class ScanModel(Mirror):
    """The running list."""

    lines_changed = Signal()
    empty_changed = Signal()
    age_banner_changed = Signal()
    sums_changed = Signal()
    total_label_changed = Signal()
    total_changed = Signal()
    still_changed = Signal()

    def __init__(self, press: Press, lend: Lend, parent: QObject) -> None:
        super().__init__(parent)
        self._view = _BLANK
        self._member = MemberModel(press, lend, self)
        self._lines = LineList(press, self)
        self._hero = HeroModel(press, self)
        self._pay = ActionModel(press, self)
        self._here = ActionModel(press, self)
        self._shortcuts = OptionList(press, self)
        self._favourites = OptionList(press, self)
        self._weigh = WeighModel(press, self)
        self._briefing = BriefingModel(press, self)

    def renew(self, view: ScanView) -> None:
        """Show this list."""
        old, self._view = self._view, view
        self._lines.renew(view.lines)
        self._hero.renew(view.hero)
        self._pay.renew(view.pay)
        self._member.renew(view.member)
        self._here.renew(view.still.here if view.still else None)
        self._shortcuts.renew(view.shortcuts)
        self._favourites.renew(view.favourites)
        self._weigh.renew(view.weigh)
        self._briefing.renew(view.briefing)
        self.tell(old, view)

    def row_of(self, name: str) -> int:
        """The row of the list that has the action of this name, -1 if none."""
        return self._lines.row_of(name)

    @Property(LineList, constant=True)
    def lines(self) -> LineList:
        return self._lines

    @Property(bool, notify=lines_changed)
    def filled(self) -> bool:
        """Whether there is a line at all."""
        return bool(self._view.lines)

    @Property(OptionList, constant=True)
    def shortcuts(self) -> OptionList:
        """Ways to goods that have no code."""
        return self._shortcuts

    @Property(OptionList, constant=True)
    def favourites(self) -> OptionList:
        """Goods without a code, for beside the list."""
        return self._favourites

    @Property(MemberModel, constant=True)
    def member(self) -> MemberModel:
        return self._member

    @Property(BriefingModel, constant=True)
    def briefing(self) -> BriefingModel:
        """In the place of the member, while nobody is known."""
        return self._briefing

    @Property(WeighModel, constant=True)
    def weigh(self) -> WeighModel:
        return self._weigh

    @Property(HeroModel, constant=True)
    def hero(self) -> HeroModel:
        return self._hero

    @Property(str, notify=still_changed)
    def question(self) -> str:
        """Is somebody there? Empty: nobody is asked."""
        return plain(self._view.still.question) if self._view.still else ""

    @Property(str, notify=still_changed)
    def question_hint(self) -> str:
        return plain(self._view.still.hint) if self._view.still else ""

    @Property(ActionModel, constant=True)
    def here(self) -> ActionModel:
        return self._here

    @Property(str, notify=empty_changed)
    def empty(self) -> str:
        return plain(self._view.empty)

    @Property(str, notify=age_banner_changed)
    def age_banner(self) -> str:
        return plain(self._view.age_banner)

    @Property(list, notify=sums_changed)
    def sum_labels(self) -> list[str]:
        return [plain(row.label) for row in self._view.sums]

    @Property(list, notify=sums_changed)
    def sum_amounts(self) -> list[str]:
        return [plain(row.amount) for row in self._view.sums]

    @Property(str, notify=total_label_changed)
    def total_label(self) -> str:
        return plain(self._view.total_label)

    @Property(str, notify=total_changed)
    def total(self) -> str:
        return plain(self._view.total)

    @Property(ActionModel, constant=True)
    def pay(self) -> ActionModel:
        return self._pay
