"""Qt's event loop seen from outside: let it live for a while, end it by a signal."""

from __future__ import annotations

import signal

from PySide6.QtCore import QEventLoop, QSocketNotifier, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickView


def spin(seconds: float) -> None:
    """Let the window live. A loop of Qt's own: deferred deletes need one."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def until_frame(view: QQuickView, seconds: float) -> bool:
    """Live until the next frame is on screen; False if none came within `seconds`."""
    loop = QEventLoop()
    swapped: list[bool] = []

    def seen() -> None:
        swapped.append(True)
        loop.quit()

    view.frameSwapped.connect(seen)
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
    view.frameSwapped.disconnect(seen)
    return bool(swapped)


def available_height(app: QGuiApplication) -> int:
    """Pixels of the screen's height that a window may use."""
    return app.primaryScreen().availableGeometry().height()


def run(app: QGuiApplication) -> int:
    """Run until the window is closed, or SIGINT or SIGTERM asks for the end."""
    import socket  # the first frame does not wait for it

    ours, wakeup = socket.socketpair()
    for end in (ours, wakeup):
        end.setblocking(False)
    # Python runs its handlers only when Qt gives it the word: a byte on this socket is that word.
    before = signal.set_wakeup_fd(wakeup.fileno())
    notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: ours.recv(64))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: app.quit())
    try:
        return int(app.exec())
    finally:
        notifier.setEnabled(False)
        signal.set_wakeup_fd(before)
        ours.close()
        wakeup.close()
