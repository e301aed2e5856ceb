"""A window of ours: engine, theme, pictures and fonts around one QML file. Knows no screens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QMetaObject, QObject, QPoint, QPointF, Qt, QUrl, qInstallMessageHandler
from PySide6.QtGui import QColor, QImage, QPointingDevice
from PySide6.QtQml import QQmlEngine, QQmlImageProviderBase
from PySide6.QtQuick import QQuickItem, QQuickView, QQuickWindow

from kiosk.look import Look
from ui.fonts import load_fonts
from ui.images import Pictures
from ui.profile import Tokens

QML = Path(__file__).parent / "qml"
OURS = Look()
__all__ = ["QML", "QQuickWindow", "Stage"]  # QQuickWindow imported: else windows arrive untyped


class Stage:
    """One view with an engine of its own, so that two windows can have two sizes."""

    def __init__(self, tokens: Tokens, *, motion: bool, look: Look = OURS) -> None:
        load_fonts()
        self.engine = QQmlEngine()
        self.engine.setOutputWarningsToStandardError(True)
        self.engine.addImportPath(str(QML))
        self.theme = self.singleton("Kiosk.Theme", "Theme")
        self.theme.setProperty("motion", motion)
        self._dress(look)
        colours = []
        for contrast in (False, True):
            self.theme.setProperty("contrast", contrast)
            colours.append(palette(self.theme))
        self._pictures = Pictures(colours[0], colours[1], look.logo)
        self.lay_out(tokens)
        self.add_images("kiosk", self._pictures)
        self.view = QQuickView(self.engine, None)  # type: ignore[call-overload]
        self.view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)

    def lay_out(self, tokens: Tokens) -> None:
        """Everything in these sizes and colours from now on."""
        for name, value in asdict(tokens).items():
            if self.theme.property(name) != value:
                self.theme.setProperty(name, value)

    def _dress(self, look: Look) -> None:
        """In the shop's own colours."""
        self.theme.setProperty("shopGround", QColor(look.ground))
        self.theme.setProperty("shopAccent", QColor(look.accent))
        self.theme.setProperty("shopPressed", QColor(look.pressed))
        self.theme.setProperty("shopAccentText", QColor(look.accent_text))
        self.theme.setProperty("logo", look.logo.aspect if look.logo else 0.0)

    def singleton(self, module: str, name: str) -> QObject:
        """A QML singleton of this engine."""
        with _no_python_handler():
            found = self.engine.singletonInstance(module, name)
        if not isinstance(found, QObject):
            raise RuntimeError(f"no {name} in {module}")
        return found

    def add_images(self, name: str, provider: QQmlImageProviderBase) -> None:
        """Answer `image://<name>/…` by this provider. The engine owns it from now on."""
        self.engine.addImageProvider(name, provider)

    def load(self, source: Path, properties: dict[str, Any], width: int, height: int) -> None:
        """Show this file with these required properties, once `show` is called."""
        self.view.setInitialProperties(properties)
        self.view.resize(width, height)
        with _no_python_handler():
            self.view.setSource(QUrl.fromLocalFile(str(source)))
        if self.view.status() is not QQuickView.Status.Ready:
            raise RuntimeError("; ".join(error.toString() for error in self.view.errors()))

    def grab(self) -> QImage:
        """What is on the window now."""
        image: QImage = self.view.grabWindow()
        return image

    def items(self, name: str) -> Iterator[QQuickItem]:
        """Visible items of this objectName, in drawing order."""
        waiting = [self.view.contentItem()]
        while waiting:
            item = waiting.pop(0)
            if not item.isVisible():
                continue
            if item.objectName() == name:
                yield item
            waiting.extend(item.childItems())

    def tap(self, name: str) -> None:
        """Touch the middle of the item of this name; `LookupError` if there is none."""
        from PySide6.QtTest import QTest  # only a scripted customer needs fingers

        item = next(self.items(name), None)
        if item is None:
            raise LookupError(f"nothing on screen is called {name}")
        reveal(item)
        middle = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
        if not self.view.contentItem().contains(QPointF(middle)):
            raise LookupError(f"{name} is outside the window")
        finger = _finger()
        QTest.touchEvent(self.view, finger).press(0, middle, self.view).commit()
        QTest.touchEvent(self.view, finger).release(0, QPoint(middle), self.view).commit()

    def invoke(self, item: QObject, method: str, argument: int) -> None:
        """Call a function of a QML item."""
        from PySide6.QtCore import Q_ARG

        QMetaObject.invokeMethod(
            item, method, Qt.ConnectionType.DirectConnection, Q_ARG(int, argument)
        )

    def close(self) -> None:
        """View first, then engine: what they show must outlive both. Safe to call twice."""
        for part in (self.view, self.engine):
            if shiboken6.isValid(part):
                shiboken6.delete(part)


def reveal(item: QQuickItem) -> None:
    """Scroll what `item` stands in, if that scrolls, so that all of it is in sight."""
    area: QQuickItem | None = item.parentItem()
    while area is not None and area.objectName() != "scroll":
        area = area.parentItem()
    if area is None:
        return
    top = item.mapToItem(area, QPointF(0, 0)).y()
    over = max(0.0, top + item.height() - area.height()) + min(0.0, top)
    area.setProperty("contentY", float(area.property("contentY")) + over)


@contextmanager
def _no_python_handler() -> Iterator[None]:
    """Load QML without a Python message handler; Qt writes to standard error meanwhile.

    Qt's loader thread would wait for the interpreter to hand over a warning, while we wait for that
    thread and hold the interpreter: a deadlock, found the hard way.
    """
    handler = qInstallMessageHandler(None)
    try:
        yield
    finally:
        qInstallMessageHandler(handler)


def palette(theme: QObject) -> dict[str, str]:
    """The colours of a theme by name, as SVG reads them."""
    meta = theme.metaObject()
    names = (str(meta.property(row).name()) for row in range(meta.propertyCount()))
    found = {name: theme.property(name) for name in names}
    # It dies with the engine, unseen; an item made later at its place would be taken for it.
    shiboken6.invalidate(meta)
    return {name: value.name() for name, value in found.items() if isinstance(value, QColor)}


@cache
def _finger() -> QPointingDevice:
    from PySide6.QtTest import QTest

    return QTest.createTouchDevice()
