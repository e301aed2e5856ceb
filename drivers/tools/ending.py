"""How a tool that watches ends: by Ctrl-C, by SIGTERM, or when its time is over."""

from __future__ import annotations

import queue
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from kiosk.ports import Cancel


@contextmanager
def ending(seconds: float | None) -> Iterator[Cancel]:
    """What is set when it is time to end; `seconds` None: only a signal ends it. For the main thread."""
    cancel = Cancel()
    bell: queue.SimpleQueue[None] = queue.SimpleQueue()

    def ring(*_: object) -> None:
        bell.put(None)  # safe in a signal's handler, unlike setting an event that is waited for

    def wait() -> None:
        with suppress(queue.Empty):
            bell.get(timeout=seconds)
        cancel.set()

    before = {number: signal.signal(number, ring) for number in (signal.SIGINT, signal.SIGTERM)}
    waiting = threading.Thread(target=wait, name="ending", daemon=True)
    waiting.start()
    try:
        yield cancel
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        bell.put(None)
        waiting.join()
