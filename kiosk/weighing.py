"""Everything that measuring law cares about, and nothing else: weight, tare, limits, price.

The text of this file is sealed (`kiosk.seal`): whoever changes a line of it changes the seal, and a
kiosk that is certified for trade does not start with another one. For that reason it imports nothing of
the kiosk. Grams and cents are integers; nothing else is ever computed with.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

GRAMS = 1000
"""In a kilogram."""


class Unfit(StrEnum):
    """Why goods are not sold by a weight."""

    TOO_LIGHT = "too_light"
    """Under the minimum load of the scale, or worth less than a cent."""
    TOO_HEAVY = "too_heavy"


@dataclass(frozen=True, slots=True)
class Limits:
    """Of the scale, in grams: minimum load and capacity, as they stand on its plate.

    The minimum holds for the net weight: so much has to be on it beside what it lies in.
    """

    minimum: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Weighed:
    """A weight that goods are sold by, in grams. `legal`: by a measuring system certified for trade."""

    gross: int
    tare: int
    legal: bool

    @property
    def net(self) -> int:
        """What is paid for."""
        return self.gross - self.tare


def price(grams: int, cents_per_kilogram: int) -> int:
    """Cents for a net weight: the exact product, rounded once, half a cent up. Raises ValueError."""
    if grams < 0 or cents_per_kilogram < 0:
        raise ValueError("neither weight nor price is below zero")
    return (2 * grams * cents_per_kilogram + GRAMS) // (2 * GRAMS)


def judged(
    gross: int, tare: int, limits: Limits, cents_per_kilogram: int, *, legal: bool
) -> Weighed | Unfit:
    """Whether goods may be sold by what the scale told."""
    if gross > limits.capacity:
        return Unfit.TOO_HEAVY
    weighed = Weighed(gross, tare, legal)
    if tare < 0 or weighed.net < max(limits.minimum, 1):
        return Unfit.TOO_LIGHT
    return weighed if price(weighed.net, cents_per_kilogram) > 0 else Unfit.TOO_LIGHT
