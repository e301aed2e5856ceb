"""What commands give: frozen values, with refusals as values that say what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from drivers.zvt.codes import Next, meaning_of
from drivers.zvt.messages import KINDS, SingleTotals
from kiosk.receipt import Slip


@dataclass(frozen=True, slots=True)
class Refused:
    """The terminal said no: by its code, in words, and what helps."""

    code: int
    german: str
    english: str
    next: Next
    text: str = ""
    """What host or terminal said of it."""
    receipts: tuple[int, ...] = ()
    """Open reservations, where that is why."""
    slips: tuple[Slip, ...] = ()

    @staticmethod
    def of(
        code: int, text: str = "", *, receipts: tuple[int, ...] = (), slips: tuple[Slip, ...] = ()
    ) -> Refused:
        """A refusal by its code."""
        said = meaning_of(code)
        return Refused(code, said.german, said.english, said.next, text, receipts, slips)


@dataclass(frozen=True, slots=True)
class Booked:
    """Money moved, or was held back. Amounts are minor units; numbers that were not sent are 0."""

    amount: int
    receipt: int
    trace: int
    terminal_id: str
    scheme: str
    card: str
    """Masked to its last four digits."""
    at: datetime | None
    approval: str
    original_trace: int = 0
    sync: str = ""
    slips: tuple[Slip, ...] = ()


@dataclass(frozen=True, slots=True)
class DayTotals:
    """The turnover of a day, in minor units."""

    amount: int
    trace: int
    first_receipt: int = 0
    last_receipt: int = 0
    cards: tuple[tuple[str, int, int], ...] = ()
    """Kind of card, count, amount."""
    slips: tuple[Slip, ...] = ()
    follows: int = 0
    """What the terminal does next: E0 an update, FC a restart; 0 nothing."""

    @staticmethod
    def cards_of(totals: SingleTotals | None) -> tuple[tuple[str, int, int], ...]:
        """The kinds of card that paid."""
        if totals is None:
            return ()
        rows = zip(KINDS, totals.cards, strict=True)
        return tuple((kind, each.count, each.amount) for kind, each in rows if each.count)


@dataclass(frozen=True, slots=True)
class Condition:
    """A terminal's state (chapter 11), and what helps."""

    code: int
    german: str
    english: str
    next: Next
    version: str = ""


@dataclass(frozen=True, slots=True)
class CardSeen:
    """A card that was held before the terminal's reader, as far as it may be told."""

    uid: bytes = field(repr=False)
    """Of a contactless card; it stands for a person: never print or keep it."""
    ats: bytes = field(default=b"", repr=False)
    kind: int | None = None
    """Tag 1F4C: 0 ISO 7816-4, 1 MIFARE, 2 FeliCa."""
    token: bytes = field(default=b"", repr=False)
    """Tag 1F14, as private as the UID."""
    card_types: tuple[int, ...] = ()
    """ZVT card types of the applications on it."""


@dataclass(frozen=True, slots=True)
class OpenReservations:
    """Receipt numbers of reservations nobody has booked or given up."""

    receipts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """It was done, and there is nothing to tell but what was printed."""

    slips: tuple[Slip, ...] = ()
    clock: datetime | None = None
    """The host's time, after a diagnosis."""
    keys: bytes = field(default=b"", repr=False)
    """Keys the customer pressed, where they were asked for."""
