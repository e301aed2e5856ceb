"""Goods by the kilogram, weighed here. Past tense, frozen, and in the journal like all events."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.basket import Article
from kiosk.checkout.events import Event, Volatile
from kiosk.ids import WeighingId
from kiosk.weighing import Limits


class ScaleSays(StrEnum):
    """Why a scale tells no weight at this moment. All of it passes, or the customer can mend it."""

    EMPTY = "empty"
    MOVING = "moving"
    UNMOVED = "unmoved"
    """It is the load of the weighing before: take it off, put it on again."""
    TOO_LIGHT = "too_light"
    BELOW_ZERO = "below_zero"
    """Something that was there when it was set to zero is gone."""
    OVERLOAD = "overload"
    STEADY = "steady"
    """It tells a weight, which has to stand still a moment longer."""


@dataclass(frozen=True, slots=True)
class WeighingTerms:
    """How a shop weighs at this kiosk, as it was configured when it was asked.

    `tares`: grams of the bags and cups that customers may choose, none is always among them.
    `module`: the seal of the code that computes with it (`kiosk.seal`).
    """

    limits: Limits
    tares: tuple[int, ...] = (0,)
    legal: bool = False
    """The whole measuring system is certified for trade."""
    module: str = ""


@dataclass(frozen=True, slots=True)
class WeighingAsked(Event):
    """A code stood for an article by the kilogram, and told no weight."""

    article: Article
    terms: WeighingTerms


@dataclass(frozen=True, slots=True)
class TareChosen(Event):
    """The customer says what it lies in, in grams."""

    tare: int


@dataclass(frozen=True, slots=True)
class WeighingCancelled(Event):
    """The customer does not want it weighed."""


@dataclass(frozen=True, slots=True)
class ScaleShown(Event, Volatile):
    """What the scale tells while it is waited for: shown, never sold by. `grams` are gross."""

    weighing: WeighingId
    says: ScaleSays
    grams: int = 0


@dataclass(frozen=True, slots=True)
class GoodsWeighed(Event):
    """The scale stood still. `gross`: grams with what it lies in, `tare` included."""

    weighing: WeighingId
    gross: int
    tare: int


@dataclass(frozen=True, slots=True)
class WeighingEnded(Event):
    """The scale has stopped weighing without a weight: it was asked to, or its time was over."""

    weighing: WeighingId
