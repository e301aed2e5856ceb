"""A virtual platter: what lies on it, and how a load cell feels about that."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.checkout.weigh_events import ScaleSays

CAPACITY, MINIMUM = 15_000, 20
"""Grams, as on the plate of a common checkout scale."""


@dataclass(slots=True)
class Platter:
    """Grams on it (below zero: something that was there at zero is gone), and whether it swings."""

    grams: int = 0
    moving: bool = False
    fresh: bool = False
    """It was touched since the last weighing."""

    def put(self, grams: int) -> None:
        """Instead of what was there."""
        self.fresh = self.fresh or grams != self.grams
        self.grams = grams

    def says(self) -> ScaleSays:
        """STEADY where it can be weighed."""
        if self.grams > CAPACITY:
            return ScaleSays.OVERLOAD
        if self.grams < 0:
            return ScaleSays.BELOW_ZERO
        if self.moving:
            return ScaleSays.MOVING
        if not self.grams:
            return ScaleSays.EMPTY
        return ScaleSays.TOO_LIGHT if self.grams < MINIMUM else ScaleSays.STEADY
