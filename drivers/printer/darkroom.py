"""Makes pictures of receipts beside the simulated printer, which has to answer meanwhile."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

from drivers.printer.paper import save
from drivers.printer.sheet import Sheet


class Darkroom:
    """A thread that takes sheets and leaves PNG files. Ends with `close`, all work done."""

    def __init__(self) -> None:
        self.newest: Path | None = None
        """The last picture finished."""
        self._work: queue.SimpleQueue[tuple[Sheet, Path] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="printer pictures", daemon=True)

    def open(self) -> None:
        """Begin to work."""
        self._thread.start()

    def develop(self, sheet: Sheet, path: Path) -> None:
        """Have a picture made; `newest` tells when it is there."""
        self._work.put((sheet, path))

    def close(self) -> None:
        """Finish what is left and end; safe to call twice."""
        self._work.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            sheet, path = work
            save(sheet, path)
            self.newest = path
