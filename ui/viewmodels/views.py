"""The views other than the running list, one model each."""

from __future__ import annotations

from PySide6.QtCore import Property, QObject, Signal
from PySide6.QtQml import QmlElement

from kiosk.screens.values import (
    AttractView,
    ClosedView,
    DoubtView,
    PayingView,
    ThanksView,
)
from ui.viewmodels.actions import NONE, ActionModel, Press
from ui.viewmodels.briefing import BriefingModel
from ui.viewmodels.mirror import Mirror, QmlUncreatable
from ui.viewmodels.plain import plain, plain_all
from ui.viewmodels.receipt import Code, Modules

QML_IMPORT_NAME = "Kiosk.Models"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("comes with a screen")
class AttractModel(Mirror):
    """Nobody is here."""

    steps_changed = Signal()
    tenders_changed = Signal()

    def __init__(self, press: Press, parent: QObject) -> None:
        super().__init__(parent)
        self._view = AttractView((), "", NONE)
        self._start = ActionModel(press, self)
        self._again = ActionModel(press, self)
        self._briefing = BriefingModel(press, self)

    def renew(self, view: AttractView) -> None:
        """Show this view."""
        old, self._view = self._view, view
        self.tell(old, view)
        self._start.renew(view.start)
        self._again.renew(view.again)
        self._briefing.renew(view.briefing)

    @Property(list, notify=steps_changed)
    def steps(self) -> list[str]:
        return plain_all(self._view.steps)

    @Property(str, notify=tenders_changed)
    def tenders(self) -> str:
        return plain(self._view.tenders)

    @Property(ActionModel, constant=True)
    def again(self) -> ActionModel:
        """Shows the last customer's code for the exit once more."""
        return self._again

    @Property(ActionModel, constant=True)
    def start(self) -> ActionModel:
        return self._start

    @Property(BriefingModel, constant=True)
    def briefing(self) -> BriefingModel:
        return self._briefing


@QmlElement
@QmlUncreatable("comes with a screen")
class PayingModel(Mirror):
    """The terminal has the word."""

    amount_label_changed = Signal()
    amount_changed = Signal()
    terminal_changed = Signal()
    hint_changed = Signal()
    approved_changed = Signal()

    def __init__(self, press: Press, parent: QObject) -> None:
        super().__init__(parent)
        self._view = PayingView("", "", (), "", approved=False, cancel=None)
        self._cancel = ActionModel(press, self)

    def renew(self, view: PayingView) -> None:
        """Show this view."""
        old, self._view = self._view, view
        self.tell(old, view)
        self._cancel.renew(view.cancel)

    @Property(str, notify=amount_label_changed)
    def amount_label(self) -> str:
        return plain(self._view.amount_label)

    @Property(str, notify=amount_changed)
    def amount(self) -> str:
        return plain(self._view.amount)

    @Property(list, notify=terminal_changed)
    def terminal(self) -> list[str]:
        return plain_all(self._view.terminal)

    @Property(str, notify=hint_changed)
    def hint(self) -> str:
        return plain(self._view.hint)

    @Property(bool, notify=approved_changed)
    def approved(self) -> bool:
        return self._view.approved

    @Property(ActionModel, constant=True)
    def cancel(self) -> ActionModel:
        return self._cancel


@QmlElement
@QmlUncreatable("comes with a screen")
class DoubtModel(Mirror):
    """A payment is being found out."""

    amount_label_changed = Signal()
    amount_changed = Signal()
    steps_changed = Signal()
    staff_changed = Signal()
    reference_changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._view = DoubtView("", "", (), staff=False, reference="")

    def renew(self, view: DoubtView) -> None:
        """Show this view."""
        old, self._view = self._view, view
        self.tell(old, view)

    @Property(str, notify=amount_label_changed)
    def amount_label(self) -> str:
        return plain(self._view.amount_label)

    @Property(str, notify=amount_changed)
    def amount(self) -> str:
        return plain(self._view.amount)

    @Property(list, notify=steps_changed)
    def steps(self) -> list[str]:
        return plain_all(self._view.steps)

    @Property(bool, notify=staff_changed)
    def staff(self) -> bool:
        return self._view.staff

    @Property(str, notify=reference_changed)
    def reference(self) -> str:
        return plain(self._view.reference)


@QmlElement
@QmlUncreatable("comes with a screen")
class ThanksModel(Mirror):
    """Goodbye."""

    number_label_changed = Signal()
    number_changed = Signal()
    steps_changed = Signal()
    slot_changed = Signal()
    exit_changed = Signal()

    def __init__(self, press: Press, code: Code, parent: QObject) -> None:
        super().__init__(parent)
        self._code = code
        self._view = ThanksView("", "", (), NONE)
        self._done = ActionModel(press, self)

    def renew(self, view: ThanksView) -> None:
        """Show this view."""
        old, self._view = self._view, view
        self.tell(old, view)
        self._done.renew(view.done)

    def modules(self) -> Modules | None:
        """What the exit gate reads."""
        return self._code(self._view.slot) if self._view.slot else None

    @Property(str, notify=slot_changed)
    def slot(self) -> str:
        """Empty: there is no gate."""
        return self._view.slot

    @Property(str, notify=exit_changed)
    def exit(self) -> str:
        return plain(self._view.exit)

    @Property(str, notify=number_label_changed)
    def number_label(self) -> str:
        return plain(self._view.number_label)

    @Property(str, notify=number_changed)
    def number(self) -> str:
        return plain(self._view.number)

    @Property(list, notify=steps_changed)
    def steps(self) -> list[str]:
        return plain_all(self._view.steps)

    @Property(ActionModel, constant=True)
    def done(self) -> ActionModel:
        return self._done


@QmlElement
@QmlUncreatable("comes with a screen")
class ClosedModel(Mirror):
    """Out of service."""

    reason_changed = Signal()
    remedy_changed = Signal()
    nearest_changed = Signal()
    others_changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._view = ClosedView("", "")

    def renew(self, view: ClosedView) -> None:
        """Show this view."""
        old, self._view = self._view, view
        self.tell(old, view)

    @Property(str, notify=reason_changed)
    def reason(self) -> str:
        return plain(self._view.reason)

    @Property(str, notify=remedy_changed)
    def remedy(self) -> str:
        return plain(self._view.remedy)

    @Property(str, notify=nearest_changed)
    def nearest(self) -> str:
        """Where the next checkout is; empty: nobody said."""
        return plain(self._view.nearest)

    @Property(str, notify=others_changed)
    def others(self) -> str:
        return plain(self._view.others)
