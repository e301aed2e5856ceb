"""The only place that reads a clock. Time enters the checkout as `event.at` and as timers."""

from __future__ import annotations

import time
from datetime import UTC, datetime, tzinfo
from typing import Protocol


class Clock(Protocol):
    """Wall time for people and records, monotonic time for durations."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since an arbitrary start; never goes back."""
        ...


def local_zone() -> tzinfo:
    """The machine's own zone: what a terminal beside it shows, where no configuration tells."""
    return datetime.fromtimestamp(time.time(), UTC).astimezone().tzinfo or UTC


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time(), UTC)

    def monotonic(self) -> float:
        return time.monotonic()
