"""Trace numbers of card terminals: six digits that begin anew."""

from __future__ import annotations

TRACES = 1_000_000


def later(before: int, after: int) -> bool:
    """Whether `after` was given behind `before`: within half of all numbers, which no day uses up."""
    return 0 < (after - before) % TRACES < TRACES // 2
