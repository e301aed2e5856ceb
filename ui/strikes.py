"""Second strikes: a hand that trembles, or that goes on tapping while the screen changes under it."""

from __future__ import annotations

import time
from collections.abc import Callable

VIEW_SECONDS = 0.35
"""After another screen came nobody has seen yet what is under the finger."""
SAME_SECONDS = 0.15
"""Faster than that nobody means the same button twice."""


class Strikes:
    """Tells which touches are meant."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        *,
        view_seconds: float = VIEW_SECONDS,
        same_seconds: float = SAME_SECONDS,
    ) -> None:
        self._now = now
        self._view_seconds = view_seconds
        self._same_seconds = same_seconds
        self._changed = float("-inf")
        self._last: tuple[str, float] = ("", float("-inf"))

    def changed(self) -> None:
        """Another screen, or another sheet, is shown from now on."""
        self._changed = self._now()

    @property
    def settled(self) -> bool:
        """Whether the screen has been there long enough to be touched."""
        return self._now() - self._changed >= self._view_seconds

    def counts(self, name: str) -> bool:
        """Whether a touch of this button, now, is meant."""
        now = self._now()
        before, at = self._last
        meant = self.settled and not (name == before and now - at < self._same_seconds)
        if meant:
            self._last = (name, now)
        return meant
