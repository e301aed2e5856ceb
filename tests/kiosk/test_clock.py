"""The machine's clocks."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.clock import SystemClock, local_zone


def test_wall_time_is_aware_utc() -> None:
    """Records never hold a time of no zone."""
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert now > datetime(2025, 1, 1, tzinfo=UTC)


def test_durations_never_go_back() -> None:
    """Whatever somebody does to the wall clock."""
    clock = SystemClock()
    times = [clock.monotonic() for _ in range(100)]
    assert times == sorted(times)


def test_the_local_zone_is_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal beside a technician's machine shows the same time."""
    try:
        for name, hours in (("UTC0", 0), ("KIOSK-3", 3)):
            monkeypatch.setenv("TZ", name)
            time.tzset()
            assert local_zone().utcoffset(None) == timedelta(hours=hours)
    finally:
        monkeypatch.undo()
        time.tzset()
