"""A card in a reader's field, and how it is talked to. Sans-I/O: a dialogue asks, a reader answers.

CardError               the card, not the reader: the purchase goes on, the reader stays
  CardGone              it left, or was too weakly held, before it was read
  CardSlow              it used up the time that one card may take
  CardBroken            it breaks its protocol, a limit, or holds no sense
  SeveralCards          more than one at once: none of them is taken
  ChangingNumber        it shows another number each time: a phone, or a card made so
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

T = TypeVar("T")

READ_SECONDS = 1.0
"""For everything one card is asked."""
FRAMES_MOST = 128
"""Commands to one card, chained blocks and waiting times counted."""
MESSAGE_MOST = 2048
"""Bytes of an NDEF message that are read; the largest tag a shop gives out holds 888."""


class CardError(Exception):
    """The root of the family; the message never holds what the card holds."""


class CardGone(CardError):
    """It left the field, or answered too weakly, before it was read."""


class CardSlow(CardError):
    """It took more than READ_SECONDS, or more than FRAMES_MOST."""


class CardBroken(CardError):
    """It breaks its protocol or a limit."""


class SeveralCards(CardError):
    """More than one card at once."""


class ChangingNumber(CardError):
    """Its number is another one each time (4 bytes that begin with 08, ISO/IEC 14443-3 6.4.4)."""


class Technology(Enum):
    """How a card is talked to, once a reader has selected it."""

    TYPE_2 = "type 2"
    """NFC Forum Type 2 commands (READ, GET_VERSION), without CRC."""
    TYPE_4 = "type 4"
    """APDUs of ISO/IEC 7816-4; the reader, or `isodep`, carries them."""
    FELICA = "felica"
    """JIS X 6319-4 commands, without length byte and CRC."""
    OTHER = "other"
    """It has a number, and nothing else is asked of it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A selected card. `uid`: 4, 7 or 10 bytes; of FeliCa the IDm, 8 bytes.

    `mute`: its reader carries no commands to it, so that its number is all there is.
    """

    technology: Technology
    uid: bytearray = field(repr=False)
    mute: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """One command to the card. `seconds`: how long it may take to answer."""

    data: bytes
    seconds: float = 0.25
    quiet: bool = False
    """Silence of a card that is still there is an answer too: an empty one is sent."""


Dialogue = Generator[Ask, bytearray, T]
"""Asks, is sent the answers, returns what was found; raises CardError.

An answer is only lent until the next ask: whoever runs the dialogue wipes it then. What is to be kept
is copied into a bytearray, which whoever gets it wipes. So nothing of a card is left in memory.
"""
