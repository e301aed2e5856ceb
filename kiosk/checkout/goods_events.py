"""What a scanner tells beside articles: slips of the machine that takes bottles back."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.checkout.events import Event
from kiosk.money import Money


@dataclass(frozen=True, slots=True)
class DepositSlipScanned(Event):
    """A deposit slip of this number owes this amount. Scanning it redeems nothing yet."""

    number: str
    amount: Money
