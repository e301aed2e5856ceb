"""What a simulated terminal can be told to do, and the steps its dialogues are made of."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from drivers.zvt.messages import Message


class Unacknowledged(StrEnum):
    """What becomes of a payment whose result the till never acknowledged (chapter 4, 2.2.8)."""

    REVERSE = "reverse"
    LATER = "later"
    KEEP = "keep"


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


@dataclass(frozen=True, slots=True)
class Say:
    """Send a report and go on with the till's answer."""

    message: Message


@dataclass(frozen=True, slots=True)
class Card:
    """Wait for the customer: resumed with `approve`, `stop`, or a decline code as a number."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Go on after this many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HangUp:
    """Drop the line."""


Flow = Generator[Say | Card | Pause | HangUp, Any, Message | None]
"""Ends with the completion or abort to send, None after a hang-up."""
