"""What comes in turn after turn of the loop is done together; what comes alone waits for nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 16
"""So many are not kept waiting for more: they are some milliseconds of a process's work."""


class Gathering(Generic[T]):
    """Hands over what was gathered as soon as a turn of the loop brought nothing more, or MOST."""

    def __init__(self, hand_over: Callable[[list[T]], None]) -> None:
        self._hand_over = hand_over
        self._gathered: list[T] = []

    def add(self, thing: T) -> None:
        """Handed over soon; to be called in a running loop."""
        if not self._gathered:
            loop = asyncio.get_running_loop()
            loop.call_soon(self._look, loop, 0)
        self._gathered.append(thing)

    def flush(self) -> None:
        """Hand over what there is."""
        if self._gathered:
            things, self._gathered = self._gathered, []
            self._hand_over(things)

    def _look(self, loop: asyncio.AbstractEventLoop, before: int) -> None:
        count = len(self._gathered)
        if before < count < MOST:
            loop.call_soon(self._look, loop, count)
        else:
            self.flush()
