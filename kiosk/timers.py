"""The machine's timers, for whoever runs its engine."""

from __future__ import annotations

import heapq
import itertools

from kiosk.checkout.events import Timer
from kiosk.clock import Clock

MOST_VOID = 100
"""Timers that were started anew or stopped, and are still held; those that count are a dozen."""


class Timers:
    """The machine's timers; starting one anew or stopping it makes the earlier one void."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[float, int, Timer]] = []
        self._current: dict[Timer, int] = {}
        self._numbers = itertools.count()

    def start(self, timer: Timer, seconds: float) -> None:
        number = self._current[timer] = next(self._numbers)
        heapq.heappush(self._heap, (self._clock.monotonic() + seconds, number, timer))
        if len(self._heap) > MOST_VOID:  # void ones would stay until their time
            self._heap = [each for each in self._heap if self._current.get(each[2]) == each[1]]
            heapq.heapify(self._heap)

    def stop(self, timer: Timer) -> None:
        self._current.pop(timer, None)

    def next_due(self) -> float | None:
        """When the next live timer runs out (monotonic seconds)."""
        while self._heap and self._current.get(self._heap[0][2]) != self._heap[0][1]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def take_due(self) -> Timer | None:
        """A timer that has run out, removed."""
        due = self.next_due()
        if due is None or due > self._clock.monotonic():
            return None
        _, _, timer = heapq.heappop(self._heap)
        del self._current[timer]
        return timer
