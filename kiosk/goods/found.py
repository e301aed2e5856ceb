"""What a code may stand for: goods, or a slip of the machine that takes bottles back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.checkout.events import CodeFault
from kiosk.ids import Gtin
from kiosk.money import Money

MAX_GRAMS = 99_999
MAX_PRICE = 10_000_00
"""Minor units; what is above is a misprint or a trick."""
MAX_COUNT = 99


@dataclass(frozen=True, slots=True)
class Goods:
    """An article's number and what the code itself tells of this piece; batch and serial are not kept.

    `price` is gross and of the whole piece. None: the code does not tell.
    """

    gtin: Gtin
    grams: int | None = None
    price: Money | None = None
    count: int | None = None
    best_before: date | None = None
    """The last day it may be sold, whichever of its dates comes first."""
    loose: bool = False
    """Its code has room for a weight and tells none: it is to be weighed."""


@dataclass(frozen=True, slots=True)
class DepositSlip:
    """What a deposit machine owes: redeemed once, by its number."""

    number: str
    amount: Money


Found = Goods | DepositSlip | CodeFault
