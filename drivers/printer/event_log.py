"""The event log of a simulated printer: one JSON object a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TextIO

from drivers.printer.happenings import Happening, as_dict
from kiosk.clock import Clock

NAME = "events.jsonl"


class EventLog:
    """Writes what happens to `folder`/events.jsonl, each with the seconds since the start."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._path = folder / NAME
        self._clock = clock
        self._began = clock.monotonic()
        self._file: TextIO | None = None

    def open(self) -> None:
        """Begin a new log. Raises OSError."""
        self._file = self._path.open("w", encoding="utf-8")

    def __call__(self, happening: Happening) -> None:
        """One more line, if the log is open."""
        if self._file:
            at = round(self._clock.monotonic() - self._began, 4)
            line = json.dumps({"at": at, **as_dict(happening)}, ensure_ascii=False)
            self._file.write(line + "\n")

    def flush(self) -> None:
        """Have it on disk for whoever reads along."""
        if self._file:
            self._file.flush()

    def close(self) -> None:
        """End the log; safe to call twice."""
        file, self._file = self._file, None
        if file:
            file.close()
