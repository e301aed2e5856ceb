"""What a journal tells, as values: sales with everything about them, corrections, acts of staff.

Nothing of a customer is in them: no handle, no card number, no price group.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.checkout.staff_events import MoneyKind
from kiosk.ids import PaymentId, SaleId
from kiosk.money import Money
from kiosk.pricing import VatRow
from kiosk.receipt import Item


class Outcome(StrEnum):
    """What became of a basket."""

    SOLD = "sold"
    VOIDED = "voided"
    """Staff ended it."""
    PARKED = "parked"
    """It waits, or waited, and nobody came back for it."""
    ABANDONED = "abandoned"
    """Emptied by the customer, who left."""
    OPEN = "open"
    """It was under way at the journal's last record."""


class Ending(StrEnum):
    """How an attempt to move money ended."""

    PAID = "paid"
    """The money moved: also back, for a correction."""
    DECLINED = "declined"
    NOT_SENT = "not_sent"
    """The terminal was away: nothing left the kiosk."""
    NOT_PAID = "not_paid"
    """It had been in doubt, and did not count."""
    OPEN = "open"


class Fate(StrEnum):
    """What became of a receipt."""

    PRINTED = "printed"
    LINK = "link"
    """Not on paper, but shown as a code to fetch it by."""
    OWED = "owed"
    """Staff may still have it printed."""
    PENDING = "pending"
    NONE = "none"
    """It never came out."""


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that happened, by the record that tells it."""

    seq: int
    at: datetime
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One intent to move money and its story. Numbers of the terminal are 0 where it told none."""

    id: PaymentId
    kind: MoneyKind
    amount: Money
    asked: datetime
    ending: Ending
    ended: datetime | None = None
    by_staff: bool = False
    """People decided how it ended, not the terminal."""
    code: int | None = None
    """The terminal's result code of a decline."""
    text: str = ""
    terminal_id: str = ""
    trace: int = 0
    receipt: int = 0
    scheme: str = ""
    approval: str = ""
    story: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """What staff did. `sale` None: it was about no sale. `by`: a role or number."""

    seq: int
    at: datetime
    by: str
    act: str
    reason: str
    detail: str = ""
    sale: SaleId | None = None


@dataclass(frozen=True, slots=True)
class Void:
    """Goods that were taken out again before paying; `amount` with deposit, before promotions."""

    seq: int
    at: datetime
    by_staff: bool
    gtin: int
    name: str
    quantity: int
    grams: int | None
    amount: Money


@dataclass(frozen=True, slots=True)
class BookedItem:
    """One line. `promotion`: the rule that a discount comes from; `at`: when its goods came first."""

    item: Item
    at: datetime | None
    promotion: str = ""


@dataclass(frozen=True, slots=True)
class SaleEntry:
    """One basket, to its end. `number`: of its receipt, 0 where it has none.

    `at`: when it was paid, voided, parked or left; for one that is open the last thing that happened.
    """

    id: SaleId
    number: int
    outcome: Outcome
    started: datetime
    at: datetime
    items: tuple[BookedItem, ...]
    vat: tuple[VatRow, ...]
    total: Money
    attempts: tuple[Attempt, ...]
    acts: tuple[Act, ...]
    voids: tuple[Void, ...]
    parked: tuple[Word, ...]
    fate: Fate | None
    """None: it has no receipt."""
    receipt: tuple[Word, ...]

    @property
    def tender(self) -> Attempt | None:
        """The payment that counted."""
        return next((each for each in self.attempts if each.ending is Ending.PAID), None)


@dataclass(frozen=True, slots=True)
class Correction:
    """Money that went back, or should have. `original`: the terminal's number of what is reversed."""

    attempt: Attempt
    by: str
    original: int


Entry = SaleEntry | Correction | Act


def moment_of(entry: Entry) -> datetime:
    """What decides the day that an entry belongs to."""
    if isinstance(entry, Correction):
        return entry.attempt.ended or entry.attempt.asked
    return entry.at
