"""The root of all view models: takes a screen apart, and turns touches into events."""

from __future__ import annotations

from PySide6.QtCore import Property, QLocale, QObject, Qt, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.screens.sheet_values import KeypadSheet
from kiosk.screens.values import (
    AttractView,
    ClosedView,
    DoubtView,
    Notice,
    PayingView,
    ReceiptView,
    ScanView,
    Screen,
    ThanksView,
    View,
)
from ui.bridge import Bridge
from ui.strikes import Strikes
from ui.viewmodels.actions import offered
from ui.viewmodels.header import HeaderModel, NoticeModel
from ui.viewmodels.member import Lend
from ui.viewmodels.mirror import QmlUncreatable
from ui.viewmodels.plain import plain
from ui.viewmodels.receipt import Code, ReceiptModel
from ui.viewmodels.scan import ScanModel
from ui.viewmodels.sheets import SheetModel
from ui.viewmodels.views import (
    AttractModel,
    ClosedModel,
    DoubtModel,
    PayingModel,
    ThanksModel,
)

QML_IMPORT_NAME = "Kiosk.Models"
QML_IMPORT_MAJOR_VERSION = 1

VIEWS: dict[type[View], str] = {
    AttractView: "attract",
    ScanView: "scan",
    PayingView: "paying",
    DoubtView: "doubt",
    ReceiptView: "receipt",
    ThanksView: "thanks",
    ClosedView: "closed",
}


def _in_front(screen: Screen) -> tuple[object, ...]:
    """What lies over a view: when it comes or goes, other buttons are under the finger."""
    sheet, view = screen.sheet, screen.view
    over: tuple[object, ...] = ()
    if isinstance(view, ScanView):
        over = (view.still is not None, view.weigh is not None)
    return (type(sheet), sheet.title if sheet else "", *over)


@QmlElement
@QmlUncreatable("there is one, made by the window")
class KioskModel(QObject):
    """What is shown. `view` names the screen; each screen has a model of its own."""

    view_changed = Signal()
    mirrored_changed = Signal()
    banners_changed = Signal()
    comfort_changed = Signal()

    def __init__(
        self,
        bridge: Bridge,
        lend: Lend,
        code: Code,
        strikes: Strikes | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._strikes = strikes or Strikes()
        self._bridge = bridge
        self._retired = False
        self._screen: Screen | None = None
        self._view = ""
        self._mirrored = False
        self._comfort = "standard"
        self._front: tuple[object, ...] = ()
        self._banners: tuple[Notice, ...] = ()
        self._header = HeaderModel(self.press, self)
        self._notice = NoticeModel(self)
        self._attract = AttractModel(self.press, self)
        self._scan = ScanModel(self.press, lend, self)
        self._paying = PayingModel(self.press, self)
        self._doubt = DoubtModel(self)
        self._receipt = ReceiptModel(self.press, code, self)
        self._thanks = ThanksModel(self.press, code, self)
        self._closed = ClosedModel(self)
        self._sheet = SheetModel(self.press, self._type, code, self)
        bridge.arrived.connect(self._arrive, Qt.ConnectionType.DirectConnection)

    def take(self) -> None:
        """Show what the bridge has now; a model made late has missed its arrival."""
        self._arrive()

    def retire(self) -> None:
        """Show nothing that arrives any more. Safe to call twice."""
        if not self._retired:
            self._retired = True
            self._bridge.arrived.disconnect(self._arrive)

    @Slot()
    def _arrive(self) -> None:
        screen = self._bridge.latest
        if screen is not None and screen is not self._screen:
            self._show(screen)

    def _show(self, screen: Screen) -> None:
        self._screen = screen
        self._header.renew(screen.header)
        self._notice.renew(screen.notice)
        if screen.banners != self._banners:
            self._banners = screen.banners
            self.banners_changed.emit()
        self._renew(screen.view)
        self._sheet.renew(screen.sheet)
        front = _in_front(screen)
        if front != self._front:
            self._front = front
            self._strikes.changed()
        if screen.comfort != self._comfort:
            self._comfort = screen.comfort
            self.comfort_changed.emit()
        direction = QLocale(screen.language.value).textDirection()
        mirrored = direction == Qt.LayoutDirection.RightToLeft
        if mirrored != self._mirrored:
            self._mirrored = mirrored
            self.mirrored_changed.emit()
        # Last: the screen that is made now finds its model filled.
        if VIEWS[type(screen.view)] != self._view:
            self._view = VIEWS[type(screen.view)]
            self._strikes.changed()
            self.view_changed.emit()

    def _renew(self, view: View) -> None:
        match view:
            case AttractView():
                self._attract.renew(view)
            case ScanView():
                self._scan.renew(view)
            case PayingView():
                self._paying.renew(view)
            case DoubtView():
                self._doubt.renew(view)
            case ReceiptView():
                self._receipt.renew(view)
            case ThanksView():
                self._thanks.renew(view)
            case ClosedView():
                self._closed.renew(view)

    @Slot(str)
    def press(self, name: str) -> None:
        """Send the event of this action, if the screen shown offers it and no newer one differs."""
        newest = self._bridge.latest
        if self._screen is None or newest is None or not self._strikes.counts(name):
            return
        action = offered(self._screen).get(name)
        if action is None or action.event is None:
            return
        if newest is not self._screen:
            still = offered(newest).get(name)
            if still is None or still.event != action.event:
                return
        self._bridge.send(action.event)

    def _type(self, digits: str) -> None:
        """Digits of a keypad that is still shown; none: a key was touched."""
        newest = self._bridge.latest
        shown = self._screen.sheet if self._screen else None
        wanted = newest.sheet if newest else None
        if not isinstance(shown, KeypadSheet) or not isinstance(wanted, KeypadSheet):
            return
        if shown.made is wanted.made:
            event = shown.made(digits) if digits else shown.touched
            if event is not None:
                self._bridge.send(event)

    @property
    def settled(self) -> bool:
        """Whether a touch counts already."""
        return self._strikes.settled

    def row_of(self, name: str) -> int:
        """The row of the running list that has this action, -1 while no such list is shown."""
        return self._scan.row_of(name) if self._view == "scan" else -1

    @Property(str, notify=view_changed)
    def view(self) -> str:
        return self._view

    @Property(bool, notify=mirrored_changed)
    def mirrored(self) -> bool:
        """The language runs from right to left."""
        return self._mirrored

    @Property(str, notify=comfort_changed)
    def comfort(self) -> str:
        """The layout: `standard`, `large`, `low` or `contrast`."""
        return self._comfort

    @Property(SheetModel, constant=True)
    def sheet(self) -> SheetModel:
        return self._sheet

    @Property(list, notify=banners_changed)
    def banner_tones(self) -> list[str]:
        return [banner.tone.value for banner in self._banners]

    @Property(list, notify=banners_changed)
    def banner_texts(self) -> list[str]:
        return [plain(banner.text) for banner in self._banners]

    @Property(list, notify=banners_changed)
    def banner_remedies(self) -> list[str]:
        return [plain(banner.remedy) for banner in self._banners]

    @Property(HeaderModel, constant=True)
    def header(self) -> HeaderModel:
        return self._header

    @Property(NoticeModel, constant=True)
    def notice(self) -> NoticeModel:
        return self._notice

    @Property(AttractModel, constant=True)
    def attract(self) -> AttractModel:
        return self._attract

    @Property(ScanModel, constant=True)
    def scan(self) -> ScanModel:
        return self._scan

    @Property(PayingModel, constant=True)
    def paying(self) -> PayingModel:
        return self._paying

    @Property(DoubtModel, constant=True)
    def doubt(self) -> DoubtModel:
        return self._doubt

    @Property(ReceiptModel, constant=True)
    def receipt(self) -> ReceiptModel:
        return self._receipt

    @Property(ThanksModel, constant=True)
    def thanks(self) -> ThanksModel:
        return self._thanks

    @Property(ClosedModel, constant=True)
    def closed(self) -> ClosedModel:
        return self._closed
