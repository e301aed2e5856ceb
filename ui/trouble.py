"""A fault of the window's own: plain words instead of the screen, staff are called, and another try.

The checkout goes on behind it: a fault here loses no article and no payment.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

RETRY_SECONDS = 5.0
"""Until the screen is made anew; whoever reads the words has read them by then."""
RETRY_MOST = 80.0
"""Between two tries where all of them fail."""


class Trouble(QObject):
    """Clear, covered, or on trial: uncovered, and over only when no fault came for a while.

    A fault that comes back at a try is told again: the call may have been ended meanwhile. The tries
    become rarer.
    """

    _reported = Signal(str)

    def __init__(
        self,
        cover: Callable[[], None],
        uncover: Callable[[], None],
        tell: Callable[[str], None],
        seconds: float = RETRY_SECONDS,
    ) -> None:
        """`cover` shows words that cannot fail, `uncover` makes the screen anew, `tell` calls staff."""
        super().__init__()
        self._cover = cover
        self._uncover = uncover
        self._tell = tell
        self._seconds = self._wait = seconds
        self._faults = 0
        self._where = ""
        self._covered = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._turn)
        # Queued: it may be in the middle of drawing what is to be covered.
        self._reported.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def covered(self) -> bool:
        """Whether words stand in place of the screen."""
        return self._covered

    def report(self, where: str) -> None:
        """Something of the window failed: kind and place, never a value. From any thread."""
        self._faults += 1
        self._where = where
        self._reported.emit(where)

    def newer(self) -> None:
        """Another screen came: it may be one that can be drawn, so the next try comes soon."""
        if self._covered and self._wait > self._seconds:
            self._wait = self._seconds
            self._start()

    def close(self) -> None:
        """No more tries."""
        self._timer.stop()
        self.blockSignals(True)

    @Slot(str)
    def _take(self, where: str) -> None:
        if self._covered:
            return  # what was being drawn as it was covered
        self._hide()
        self._tell(where)

    def _hide(self) -> None:
        self._covered = True
        self._start()
        self._cover()

    def _start(self) -> None:
        self._timer.start(round(self._wait * 1000))

    @Slot()
    def _turn(self) -> None:
        if not self._covered:
            self._wait = self._seconds
            return
        self._wait = min(2 * self._wait, RETRY_MOST)
        before, self._covered = self._faults, False
        try:
            self._uncover()
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody else will see to it
            self.report(type(error).__name__)
        if self._faults == before:
            self._start()
        else:
            self._hide()
            self._tell(self._where)
