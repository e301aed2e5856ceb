"""What happened to a customer who identifies, and to sales on their way to the central service.

Nothing here says who it is: a handle means something in the vault only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.checkout.events import Device, Event
from kiosk.codec import ADDED
from kiosk.ids import Handle, SaleId


class CardFault(StrEnum):
    """Why a card that was held before the reader told nothing."""

    TORN = "torn"
    """It was taken away, or held too weakly, before it was read."""
    SEVERAL = "several"
    UNREADABLE = "unreadable"
    """It breaks its protocol, or took too long."""
    CHANGING = "changing"
    """It shows another number each time, as phones do: nobody can be known by it."""


@dataclass(frozen=True, slots=True)
class CustomerShown(Event):
    """Somebody showed who they are; what they showed lies in the vault. `by`: where."""

    handle: Handle
    by: Device = field(default=Device.SCANNER, metadata=ADDED)


@dataclass(frozen=True, slots=True)
class CardRefused(Event):
    """A card was held before the reader, and told nothing. What it was is not kept."""

    fault: CardFault


@dataclass(frozen=True, slots=True)
class CustomerFound(Event):
    """The service knows them, and what it tells lies in the vault.

    `group`: the code of the price group, which many customers share; promotions may be for it.
    """

    handle: Handle
    group: str = field(default="", metadata=ADDED)
    shown: bool = field(default=True, metadata=ADDED)
    """False: neither name nor points may be shown, as of a card anybody can copy; the points count."""


@dataclass(frozen=True, slots=True)
class CustomerUnknown(Event):
    """The service knows nobody by what was shown, or may not say."""

    handle: Handle


@dataclass(frozen=True, slots=True)
class CustomerUnavailable(Event):
    """The service could not be asked in time; what was shown is still good for points."""

    handle: Handle


@dataclass(frozen=True, slots=True)
class NotMePressed(Event):
    """The customer does not want to be known, or is somebody else."""


class WhyKept(StrEnum):
    """Why a consent is not known to be withdrawn."""

    UNSURE = "unsure"
    """The service gave no answer: it may have been asked, and may have done it."""
    UNKNOWN = "unknown"
    """The service does not take what was shown for this any more."""


@dataclass(frozen=True, slots=True)
class WithdrawPressed(Event):
    """The customer wants nothing of theirs to be used any more."""


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(Event):
    """The service has recorded it, and signed that it has."""

    handle: Handle


@dataclass(frozen=True, slots=True)
class ConsentKept(Event):
    """Nobody can say that it is withdrawn."""

    handle: Handle
    why: WhyKept


@dataclass(frozen=True, slots=True)
class LinkSealed(Event):
    """Whose sale it is stands in the outbox, where the service alone can read it."""

    handle: Handle


@dataclass(frozen=True, slots=True)
class ReceiptOffered(Event):
    """The receipt of a sale can be fetched by a link, which lies in the vault under this handle.

    It stands in the outbox, sealed by that link, and will reach the service.
    """

    sale: SaleId
    handle: Handle


@dataclass(frozen=True, slots=True)
class SaleQueued(Event):
    """The sale stands in the outbox and will reach the service."""

    sale: SaleId


MemberEvent = (
    CustomerShown
    | CardRefused
    | CustomerFound
    | CustomerUnknown
    | CustomerUnavailable
    | NotMePressed
    | WithdrawPressed
    | ConsentWithdrawn
    | ConsentKept
    | LinkSealed
    | ReceiptOffered
    | SaleQueued
)
