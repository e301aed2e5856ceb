"""When nobody is at the kiosk: what the last customer's screens took goes back to the system.

The scripts' heap and the allocator keep pages for later, here and there one more with every sale; and in
those pages lies what was drawn for somebody. Given back they are gone: the system hands them out empty.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QObject, QTimer, Slot

from kiosk.screens.values import AttractView, Screen

REST_SECONDS = 1.0
"""Behind the last movement of the last screen."""


class Tidy(QObject):
    """Once after each customer, and once after the start."""

    def __init__(self, collect: Callable[[], None], seconds: float = REST_SECONDS) -> None:
        """`collect`: what the window has to throw away itself."""
        super().__init__()
        self._collect = collect
        self._due = True
        self._timer = QTimer(self, singleShot=True, interval=round(seconds * 1000))
        self._timer.timeout.connect(self._tidy)

    def newer(self, screen: Screen | None) -> None:
        """Another screen is shown; only on the idle one there is time."""
        idle = screen is not None and isinstance(screen.view, AttractView) and screen.sheet is None
        if not idle:
            self._due = True
            self._timer.stop()
        elif self._due:
            self._due = False
            self._timer.start()

    def close(self) -> None:
        """Nothing more, also of a screen that is still on its way."""
        self._timer.stop()
        self._timer.blockSignals(True)

    @Slot()
    def _tidy(self) -> None:
        self._collect()
        gc.collect()
        _give_back()(0)


@cache
def _give_back() -> Callable[[int], int]:
    """glibc's malloc_trim; where the C library has none, nothing is done."""
    import ctypes  # not before the first frame

    found: Callable[[int], int] = getattr(ctypes.CDLL(None), "malloc_trim", lambda _: 0)
    return found
