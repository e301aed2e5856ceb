"""What a kiosk says without words. Each has a visible state beside it (EN 301 549 §5.1.5)."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Sound(StrEnum):
    """What happened; the loudest last, for where several happen at once."""

    SCAN = "scan"
    """An article stands in the list."""
    GOOD = "good"
    HELP = "help"
    """Staff have been called."""
    ATTENTION = "attention"
    """A question wants an answer, or something is to be done otherwise."""
    ERROR = "error"


class Speaker(Protocol):
    """Plays sounds. Nobody waits for one, and none that fails is anybody's affair."""

    def play(self, sound: Sound) -> None:
        """Begin soon, and return at once. From any thread."""
        ...

    def close(self) -> None:
        """No more; safe to call twice."""
        ...


class Silent:
    """Where nothing is heard."""

    def play(self, sound: Sound) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""
