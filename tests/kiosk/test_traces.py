"""Which trace number is the later one, also where they begin anew."""

from __future__ import annotations

import pytest

from kiosk.traces import later


@pytest.mark.parametrize(
    ("before", "after", "is_later"),
    [
        (4, 5, True),
        (5, 5, False),
        (5, 4, False),
        (999_999, 1, True),
        (999_999, 0, True),
        (1, 999_999, False),
        (0, 499_999, True),
        (0, 500_000, False),
    ],
)
def test_numbers_begin_anew(before: int, after: int, is_later: bool) -> None:
    """999999 comes before 1."""
    assert later(before, after) is is_later
