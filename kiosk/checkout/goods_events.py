"""What a scanned code may become, and slips of the machine that takes bottles back."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.checkout.events import AgeReleased, ArticleScanned, CodeRead, CodeRefused, Event
from kiosk.checkout.front_events import NumberTyped, TilePicked
from kiosk.checkout.weigh_events import WeighingAsked
from kiosk.money import Money


@dataclass(frozen=True, slots=True)
class DepositSlipScanned(Event):
    """A deposit slip of this number owes this amount. Scanning it redeems nothing yet."""

    number: str
    amount: Money


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
