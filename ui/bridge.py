"""One crossing each way between the engine and Qt.

Out: `publish` may be called from any thread; one queued signal, the latest screen wins.
In: `send` hands an event to the `post` that the composition root gave us.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

if TYPE_CHECKING:
    from kiosk.checkout.events import Event
    from kiosk.screens.values import Screen


class Bridge(QObject):
    """Lives in Qt's thread. `arrived` fires there; read `latest` then."""

    arrived = Signal()
    _wake = Signal()

    def __init__(self, post: Callable[[Event], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._post = post
        self._latest: Screen | None = None
        self._due = False
        self._wake.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def latest(self) -> Screen | None:
        """The newest screen published, shown yet or not."""
        return self._latest

    def publish(self, screen: Screen) -> None:
        """Show this screen, unless a newer one is known already. Callable from any thread.

        Written before the flag is read, and the flag is lowered before the screen is read: so no
        screen can be missed, and at most one signal is under way.
        """
        if self._latest is not None and screen.version < self._latest.version:
            return
        self._latest = screen
        if not self._due:
            self._due = True
            self._wake.emit()

    def send(self, event: Event) -> None:
        """Something a person did; from Qt's thread."""
        self._post(event)

    @Slot()
    def _deliver(self) -> None:
        self._due = False
        self.arrived.emit()
