"""What goes on around a sale: who helps, what waits for staff, and what makes the kiosk easier."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from kiosk.codec import ADDED
from kiosk.money import Money


class Severity(IntEnum):
    """How far an intervention holds a customer up."""

    INFO = 1
    """It is shown, and nothing else."""
    BEFORE_PAY = 2
    """Scanning goes on; it is settled once, before paying."""
    BLOCKING = 3
    """Nothing goes on before staff have come."""


class Kind(StrEnum):
    """What an intervention is about."""

    AGE = "age"
    VOID = "void"
    """The customer took out goods of more than the limit."""
    DEVICE = "device"
    """Something is missing that the sale can do without."""
    PAYMENT = "payment"
    """Nobody knows whether it was paid, and the terminal cannot tell."""


class Capability(StrEnum):
    """What a kiosk can do for a customer."""

    PAYING = "paying"
    RECEIPTS = "receipts"
    SCANNING = "scanning"
    CARDS = "cards"
    """Knowing customers by a card that is held before the reader."""
    WEIGHING = "weighing"


class Ability(StrEnum):
    """How well something can be done now."""

    OK = "ok"
    LOW = "low"
    """Not for long any more."""
    DEGRADED = "degraded"
    """In another way, or in a moment."""
    OUT = "out"
    ABSENT = "absent"
    """There is no such device here, or it has not been heard of yet."""


@dataclass(frozen=True, slots=True)
class Intervention:
    """One thing that waits for staff. `limit`: an age in years, or cents."""

    kind: Kind
    severity: Severity
    limit: int = 0
    capability: Capability | None = None
    """What cannot be done, or not for long."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a shop wants to be asked about. Zero: nothing is asked."""

    void: Money = Money(0)
    """Goods of more than this taken out again by the customer, in one sale."""


@dataclass(frozen=True, slots=True)
class Tenders:
    """The ways to pay beside the card, and whether what was bought is shown once more before."""

    review: bool = False
    till: str = ""
    """The checkout with staff that takes cash, as people call it; empty: there is none."""
    slips_checked: bool = False
    """Deposit slips count once among all kiosks: the service is asked about each."""


class Mode(StrEnum):
    """Whether the kiosk is meant to sell."""

    OPEN = "open"
    DRAINING = "draining"
    """The session under way is finished, then it is paused."""
    PAUSED = "paused"


class Comfort(StrEnum):
    """How the screen is laid out for who is here; it ends with the session."""

    STANDARD = "standard"
    LARGE = "large"
    LOW = "low"
    """Everything to touch within reach from a wheelchair."""
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class Help:
    """Somebody called for staff."""

    called: datetime
    reminded: int = 0
    """How often it was called out again because nobody came."""
    by: str = ""
    """Who is coming; empty: nobody has said so."""
    screen: bool = field(default=False, metadata=ADDED)
    """The kiosk called by itself: its screen had a fault."""


@dataclass(frozen=True, slots=True)
class Attendant:
    """A member of staff at the screen, until they leave or are idle."""

    by: str
    since: datetime


class Act(StrEnum):
    """What staff may do at the screen. Each is an event with its reason in the journal."""

    RELEASE_AGE = "release_age"
    REFUSE_AGE = "refuse_age"
    """The restricted goods are taken out."""
    ACCEPT_VOIDS = "accept_voids"
    VOID_LINE = "void_line"
    VOID_SALE = "void_sale"
    PARK = "park"
    PAUSE = "pause"
    OPEN = "open"
    END_HELP = "end_help"
    PRINT_OWED = "print_owed"
    CLEAR_PRINTER = "clear_printer"


class Reason(StrEnum):
    """Why staff did something."""

    CHECKED = "checked"
    """They looked, and it is right."""
    NOT_OLD_ENOUGH = "not_old_enough"
    CUSTOMER_ASKED = "customer_asked"
    CUSTOMER_GONE = "customer_gone"
    MISTAKE = "mistake"
    CLOSING = "closing"
    OTHER = "other"
