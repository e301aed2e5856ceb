"""What is being sold, and the deposit slips that are taken off it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.basket import Article, Basket
from kiosk.checkout.weigh_events import WeighingTerms
from kiosk.codec import ADDED
from kiosk.ids import SaleId, WeighingId
from kiosk.money import Money
from kiosk.offers.evaluate import Priced


@dataclass(frozen=True, slots=True)
class DepositSlip:
    """A slip of the machine that takes bottles back. Its number and its face make it that slip."""

    number: str
    face: Money
    left: Money | None = None
    """What an earlier purchase left of it; None: all."""
    turn: int = field(default=0, metadata=ADDED)
    """Of the hold at the service; 0: none was asked."""

    @property
    def worth(self) -> Money:
        """What can be taken off now."""
        return self.face if self.left is None else self.left


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What is left of a slip that was used. One with a turn is to be told to the service."""

    number: str
    face: Money
    left: Money
    at: datetime
    turn: int = field(default=0, metadata=ADDED)


@dataclass(frozen=True, slots=True)
class SlipAsked:
    """A slip that the service is asked about, for this sale."""

    number: str
    face: Money
    sale: SaleId


@dataclass(frozen=True, slots=True)
class Sale:
    """What is being sold. Immutable from the moment a payment is asked for."""

    id: SaleId
    started: datetime
    basket: Basket = Basket()
    released: int = 0
    """Staff released articles up to this legal age."""
    voided: int = field(default=0, metadata=ADDED)
    """Cents of goods that the customer took out again and staff have not seen."""
    priced: Priced | None = field(default=None, metadata=ADDED)
    """After promotions; None where there are none."""
    coupons: tuple[str, ...] = field(default=(), metadata=ADDED)
    """Coupon rules that were shown, each once."""
    slips: tuple[DepositSlip, ...] = field(default=(), metadata=ADDED)


@dataclass(frozen=True, slots=True)
class OnScale:
    """What the customer is to put on the scale. `tare`: grams of what it lies in, as they chose."""

    id: WeighingId
    article: Article
    terms: WeighingTerms
    tare: int = 0
