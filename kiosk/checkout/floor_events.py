"""What customers and staff do around a sale. Past tense, frozen, and in the journal like all events."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.checkout.events import Event, Private
from kiosk.checkout.floor import Act, Comfort, Reason
from kiosk.ids import LineId
from kiosk.offers.promotions import Promotions


@dataclass(frozen=True, slots=True)
class HelpPressed(Event):
    """The customer calls for staff; pressed again, they do not need them any more."""


@dataclass(frozen=True, slots=True)
class ExitCodeAsked(Event):
    """Whoever bought last wants to see the code for the exit gate once more."""


@dataclass(frozen=True, slots=True)
class ScreenFailed(Event):
    """The window had a fault of its own and shows a plain text instead: staff are called.

    `where`: kind and place of the fault in the code, never a value.
    """

    where: str


@dataclass(frozen=True, slots=True)
class MoreTimePressed(Event):
    """The customer is still here."""


@dataclass(frozen=True, slots=True)
class ComfortChosen(Event):
    """The customer wants another layout."""

    comfort: Comfort


@dataclass(frozen=True, slots=True)
class ParkPressed(Event):
    """The customer wants to come back: the basket waits under a number."""


@dataclass(frozen=True, slots=True)
class TillChosen(Event):
    """The customer pays at the checkout with staff: the basket waits here under a number."""


@dataclass(frozen=True, slots=True)
class ResumeAsked(Event):
    """Whoever knows the number of a parked basket wants to go on with it."""

    number: int


@dataclass(frozen=True, slots=True)
class PinTyped(Event, Private):
    """What somebody typed at the lock: resolved at once, and kept nowhere."""

    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PinRefused(Event):
    """It was not the PIN."""


@dataclass(frozen=True, slots=True)
class AttendantArrived(Event):
    """A member of staff has shown who they are. `by`: a role or number, never a customer."""

    by: str


@dataclass(frozen=True, slots=True)
class AttendantLeft(Event):
    """They have finished."""


@dataclass(frozen=True, slots=True)
class HelpPromised(Event):
    """A member of staff is on the way."""

    by: str


@dataclass(frozen=True, slots=True)
class CatalogueLoaded(Event):
    """Articles are sold from this catalogue from now on: its version, or when it was made."""

    name: str


@dataclass(frozen=True, slots=True)
class PromotionsLoaded(Event):
    """The shop's promotions as they hold from now on: in the journal, so that it can be replayed."""

    promotions: Promotions


@dataclass(frozen=True, slots=True)
class Acted(Event):
    """What staff did, and why: the audit of acts is the journal. `line`: where one is meant."""

    act: Act
    reason: Reason
    line: LineId | None = None
