"""The customer's window: bridge, view models and QML, and the Qt application around them."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtQuick import QQuickItem

from kiosk.look import Look
from kiosk.words import Language
from ui.bridge import Bridge
from ui.loop import spin
from ui.profile import DisplayProfile
from ui.stage import OURS, QML, Stage
from ui.strikes import Strikes
from ui.tidy import Tidy
from ui.trouble import RETRY_SECONDS, Trouble
from ui.viewmodels.kiosk import KioskModel
from ui.viewmodels.member import Lend, lend_nobody
from ui.viewmodels.receipt import Code, no_code

if TYPE_CHECKING:
    from kiosk.checkout.events import Event

OnFault = Callable[[str], None]
_LOG = logging.getLogger("ui.qt")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_SURROUNDINGS = {
    "QT_QUICK_BACKEND": "software",
    "QT_FONT_DPI": "96",
    "QT_SCALE_FACTOR": "1",
    "QT_AUTO_SCREEN_SCALE_FACTOR": "0",
    "QT_ENABLE_HIGHDPI_SCALING": "0",
    # Qt waits 5 ms for further changes before it draws; a screen comes as a whole, so none follow.
    "QT_QPA_UPDATE_IDLE_TIME": "0",
}


def make_app(*, offscreen: bool) -> QGuiApplication:
    """The one Qt application of the process, with the software renderer."""
    os.environ.update(_SURROUNDINGS)
    if offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qInstallMessageHandler(_log)
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    return QGuiApplication([sys.argv[0]])


def report_faults(on_fault: OnFault) -> None:
    """Tell of every exception that escapes from a slot, a property, a timer or a painted item.

    Qt would go on as if nothing had happened. The text names type and place, never a value.
    """

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        places = traceback.extract_tb(trace)
        place = f" in {places[-1].name}, line {places[-1].lineno}" if places else ""
        _LOG.error("uncaught %s%s", kind.__name__, place)
        on_fault(f"{kind.__name__}{place}")

    sys.excepthook = hook


def _log(level: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    _LOG.log(_LEVELS.get(level, logging.WARNING), "%s", text)


@dataclass(frozen=True)
class Beside:
    """A larger QML root that holds the customer's view and something else beside it."""

    source: Path
    width: int
    properties: dict[str, Any] = field(default_factory=dict)
    prepare: Callable[[Stage], None] = lambda _stage: None


class KioskWindow:
    """Draws the screens published to its bridge, and posts the events of what is touched."""

    def __init__(
        self,
        profile: DisplayProfile,
        post: Callable[[Event], None],
        *,
        lend: Lend = lend_nobody,
        code: Code = no_code,
        motion: bool = True,
        beside: Beside | None = None,
        strikes: Strikes | None = None,
        retry_seconds: float = RETRY_SECONDS,
        look: Look = OURS,
    ) -> None:
        """`lend`: name and points of a customer, `code`: a link as a code, by their slot.

        `strikes` tells which touches are meant; the usual ones by default. `retry_seconds`: until a
        screen that failed is made anew.
        """
        tokens = profile.tokens()
        self.profile = profile
        self.bridge = Bridge(post)
        self._make_model = partial(KioskModel, self.bridge, lend, code, strikes)
        self.model = self._make_model()
        self.trouble = Trouble(self._cover, self._uncover, self._call_staff, retry_seconds)
        self._told = False
        """Staff have been called for a fault of ours."""
        self.bridge.arrived.connect(self.trouble.newer)
        self.stage = Stage(tokens, motion=motion, look=look)
        self.model.comfort_changed.connect(self._lay_out)
        source = QML / "Kiosk" / "Customer" / "CustomerView.qml"
        properties: dict[str, Any] = {"kiosk": self.model}
        width = tokens.width
        if beside is not None:
            beside.prepare(self.stage)
            source, width = beside.source, width + beside.width
            properties |= beside.properties
        self.stage.load(source, properties, width, tokens.height)
        self._tidy = Tidy(self.stage.view.engine().collectGarbage)
        self.bridge.arrived.connect(self._rest)

    def _rest(self) -> None:
        self._tidy.newer(self.bridge.latest)

    def _lay_out(self) -> None:
        self.stage.lay_out(self.profile.tokens(str(self.model.property("comfort"))))

    def _cover(self) -> None:
        """Words instead of the screen. What they need is known here: no model is asked."""
        from kiosk.screens.standing import troubled

        screen = self.bridge.latest
        language = screen.language if screen else Language.DE
        words = troubled(language)
        self.model.retire()
        view = self._view()
        mirrored = QLocale(language.value).textDirection() == Qt.LayoutDirection.RightToLeft
        view.setProperty("troubleMirrored", mirrored)
        view.setProperty("troubleRemedy", words.remedy)
        view.setProperty("trouble", words.reason)

    def _uncover(self) -> None:
        """The newest screen by models made anew: what a fault left half done is thrown away."""
        former, self.model = self.model, self._make_model()
        former.deleteLater()  # when this is over: then nothing of QML looks at it, or words cover it
        self.model.comfort_changed.connect(self._lay_out)
        self.model.take()
        self._lay_out()
        view = self._view()
        view.setProperty("kiosk", self.model)
        view.setProperty("trouble", "")

    def _view(self) -> QQuickItem:
        return next(self.stage.items("customer"))

    def _call_staff(self, where: str) -> None:
        from kiosk.checkout.floor_events import ScreenFailed  # not before the first frame

        screen = self.bridge.latest
        if self._told and screen and screen.header.called:
            return  # they have not been here yet
        self._told = True
        self.bridge.send(ScreenFailed(where))

    def show(self, *, full_screen: bool = False) -> None:
        """Put the window on the display."""
        if full_screen:
            self.stage.view.showFullScreen()
        else:
            self.stage.view.show()

    def grab(self) -> QImage:
        """What is on the window now."""
        return self.stage.grab()

    def item(self, name: str) -> QQuickItem:
        """The visible item of this name; `LookupError` if there is none."""
        found = next(self.stage.items(name), None)
        if found is None:
            raise LookupError(f"nothing on screen is called {name}")
        return found

    def tap(self, action_name: str) -> None:
        """Touch a button as a finger does, once it can be seen; what is out of sight is scrolled to."""
        while not self.model.settled:
            spin(0.02)
        row = self.model.row_of(action_name)
        if row >= 0:
            self.stage.invoke(self.item("lines"), "reveal", row)
        self.stage.tap(action_name)

    def close(self) -> None:
        """QML goes before the models it reads. Safe to call twice."""
        self._tidy.close()
        self.trouble.close()
        self.stage.close()
