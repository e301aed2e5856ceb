"""What a measured process tells of itself: its frames, its memory, its share of a core."""

from __future__ import annotations

import os
import time
from pathlib import Path

from PySide6.QtCore import QEventLoop

from ui.app import KioskWindow
from ui.loop import spin

IDLE_SECONDS = 5.0


class Frames:
    """When the last frame was on screen, and of which version of the screen."""

    def __init__(self, window: KioskWindow) -> None:
        self.last: float | None = None
        self.version = 0
        self._window = window
        self._wanted = 0
        self._loop = QEventLoop()
        window.stage.view.frameSwapped.connect(self._swapped)

    def show(self, version: int) -> None:
        """Live until this version of the screen is drawn. Nothing is connected for it, which would stay
        in memory."""
        self._wanted = version
        while self.version < version:
            self._loop.exec()

    def _swapped(self) -> None:
        self.last = time.time()
        screen = self._window.bridge.latest
        self.version = screen.version if screen else 0
        if self.version >= self._wanted:
            self._loop.quit()


def idle_percent() -> float:
    """CPU of all threads while nothing happens."""
    before, start = time.process_time(), time.monotonic()
    spin(IDLE_SECONDS)
    return (time.process_time() - before) / (time.monotonic() - start) * 100


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
