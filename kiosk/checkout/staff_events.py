"""What staff ask for. Like all events they are past tense, frozen, and stand in the journal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.checkout.events import Event
from kiosk.money import Money


class MoneyKind(StrEnum):
    """What a money command does."""

    PAYMENT = "payment"
    REVERSAL = "reversal"
    """Takes one payment back as if it had not been."""
    REFUND = "refund"
    """Pays an amount back to a card."""


@dataclass(frozen=True, slots=True)
class CorrectionAsked(Event):
    """Staff want money to go back. `receipt`: the terminal's number of the payment to reverse, else 0.

    `by`: who asked, as a staff number or role; never a customer.
    """

    kind: MoneyKind
    amount: Money
    receipt: int = 0
    by: str = ""
