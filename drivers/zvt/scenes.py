"""What a simulated terminal can be told to do, and the steps its dialogues are made of."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from drivers.zvt.messages import Message

T3_SECONDS = 5.0
"""How long the terminal waits for the till's answer (PA00P016 5.2.5)."""
CARD_SECONDS = 60.0
"""How long it waits for a customer, unless the till says otherwise."""


class Unacknowledged(StrEnum):
    """What becomes of a payment whose result the till never acknowledged (chapter 4, 2.2.8)."""

    REVERSE = "reverse"
    LATER = "later"
    """Taken back once the card is out of the reader."""
    KEEP = "keep"
    DECLINE = "decline"
    """Marked as declined, with no reversal of its own (card complete)."""


class Fault(StrEnum):
    """What can go wrong, once each unless it is a state of the cable."""

    LOSE_ANSWER = "answer_lost"
    """Approves and stores, but the line drops before the result leaves."""
    DROP_AFTER_RESULT = "drop_after_result"
    """The line drops after the result left, before the till's answer is read."""
    SLOW = "slow"
    SILENT = "silent"
    """Commands are not answered at all."""
    CABLE_OUT = "cable_out"
    CLOSING_FAILS = "closing_fails"
    """The next end of day does not reach the host: from then on every sale is refused with F0."""
    NO_HOST = "no_host"
    """Diagnosis, initialisation and payments find no way to the host, as long as it is on."""


@dataclass(frozen=True, slots=True)
class Customer:
    """How somebody pays. Codes are those of tags 1F10 and 1F12 and of chapter 10."""

    technology: int
    verification: int
    result: int = 0
    """What ends it instead of an approval."""
    wrong_pins: int = 0
    pin_shown: bool = False
    """The prompt for the PIN is told; the shortest scene leaves it out."""
    host_seconds: float = 0
    minutes: int | None = None
    """T4 from then on, packed decimal (3.7)."""
    card_out_seconds: float = 0
    """How long the card stays in the reader afterwards."""


STRIPE, CHIP, CONTACTLESS = 0, 1, 2
NO_CHECK, SIGNATURE, ONLINE_PIN = 0, 1, 2
STOPPED = 0x6C
FUNCTION_CARD = "loyalty"
"""The button of somebody who holds a card that is no payment card before the reader."""

CUSTOMERS: dict[str, Customer] = {
    "approve": Customer(CHIP, ONLINE_PIN),
    "chip": Customer(CHIP, ONLINE_PIN, pin_shown=True),
    "contactless": Customer(CONTACTLESS, NO_CHECK),
    "signature": Customer(CHIP, SIGNATURE),
    "stripe": Customer(STRIPE, SIGNATURE),
    "pin-wrong": Customer(CHIP, ONLINE_PIN, wrong_pins=1, pin_shown=True),
    "pin-blocked": Customer(CHIP, ONLINE_PIN, result=0x4B, wrong_pins=3, pin_shown=True),
    "pin-timeout": Customer(CHIP, ONLINE_PIN, result=STOPPED, pin_shown=True, host_seconds=30),
    "host-lost": Customer(CHIP, ONLINE_PIN, result=0x9B, host_seconds=5),
    "host-slow": Customer(CHIP, ONLINE_PIN, host_seconds=20),
    "host-minutes": Customer(CHIP, ONLINE_PIN, host_seconds=300, minutes=0x10),
    "card-slow": Customer(CHIP, ONLINE_PIN, card_out_seconds=6),
}
"""Who can come, by the button that brings them; a number as a button is a code that declines."""


@dataclass(frozen=True, slots=True)
class Say:
    """Send a report and go on with the till's answer."""

    message: Message
    seconds: float = T3_SECONDS


@dataclass(frozen=True, slots=True)
class Card:
    """Wait for the customer: resumed with a button, a decline code as a number, or `timeout`."""

    seconds: float = CARD_SECONDS


@dataclass(frozen=True, slots=True)
class Key:
    """Wait for keys: resumed with their bytes, 6C after this many seconds; None: without end."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class Pause:
    """Go on after this many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Shout:
    """Send a report and go on without the till's answer."""

    message: Message


@dataclass(frozen=True, slots=True)
class HangUp:
    """Drop the line."""


Step = Say | Shout | Card | Key | Pause | HangUp
Flow = Generator[Step, Any, Message | None]
"""Ends with the completion or abort to send; None where nothing follows."""
