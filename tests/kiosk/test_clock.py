"""The machine's clocks."""

from __future__ import annotations

from datetime import UTC, datetime

from kiosk.clock import SystemClock


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
