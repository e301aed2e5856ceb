"""What a scanned code may become, and slips of the machine that takes bottles back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.checkout.events import AgeReleased, ArticleScanned, CodeRead, CodeRefused, Event
from kiosk.checkout.front_events import NumberTyped, TilePicked
from kiosk.checkout.weigh_events import WeighingAsked
from kiosk.money import Money


@dataclass(frozen=True, slots=True)
class DepositSlipScanned(Event):
    """A deposit slip of this number owes this amount. Scanning it redeems nothing yet."""

    number: str
    amount: Money


class SlipFault(StrEnum):
    """Why a deposit slip is not taken off."""

    ELSEWHERE = "elsewhere"
    """Another kiosk holds it."""
    REDEEMED = "redeemed"
    AWAY = "away"
    """The service could not be asked."""


@dataclass(frozen=True, slots=True)
class SlipHeld(Event):
    """The service says that the slip is this kiosk's, and what it is still worth."""

    number: str
    face: Money
    left: Money
    turn: int


@dataclass(frozen=True, slots=True)
class SlipRefused(Event):
    """The slip is not this kiosk's."""

    number: str
    face: Money
    why: SlipFault


@dataclass(frozen=True, slots=True)
class SlipReleased(Event):
    """The service has heard what is left of the slip held in this turn."""

    number: str
    face: Money
    turn: int


@dataclass(frozen=True, slots=True)
class CouponShown(Event):
    """A code stood for this coupon rule of the shop; the code itself is not kept."""

    rule: str


Unresolved = CodeRead | TilePicked | NumberTyped
"""What the engine has resolved; none of them is ever journalled."""
Resolved = (
    ArticleScanned | CodeRefused | AgeReleased | DepositSlipScanned | CouponShown | WeighingAsked
)
"""In place of a code, which is never journalled."""
