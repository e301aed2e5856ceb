"""ZVT messages as tables: each field with its bitmap and encoding, each message with its chapter.

Chapters refer to PA00P015 revision 13.08. What a message does not name is kept as it came: known
bitmaps in `extra`, anything after an unknown one in `tail`, and the order of all in `order`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Annotated, ClassVar, TypeVar, dataclass_transform, get_type_hints

from drivers.zvt.fields import (
    Container,
    Encoding,
    bcd,
    byte,
    nibbles,
    raw,
    read_container,
    text,
)


@dataclass(frozen=True, slots=True)
class At:
    """Field behind bitmap `bmp`."""

    bmp: int
    encoding: Encoding


@dataclass(frozen=True, slots=True)
class Lead:
    """Field before the bitmaps, at a fixed place."""

    encoding: Encoding


@dataclass(frozen=True, kw_only=True)
class Message:
    """One APDU's meaning."""

    control: ClassVar[int]
    table: ClassVar[Table]
    extra: tuple[tuple[int, bytes], ...] = ()
    order: tuple[int, ...] = field(default=(), compare=False)
    tail: bytes = b""


@dataclass(frozen=True, slots=True)
class Table:
    """A message's fields as decode and encode want them."""

    leads: tuple[tuple[str, Encoding, bool], ...]
    bitmaps: dict[int, tuple[str, Encoding]]
    """By bitmap: the field's name and encoding."""


M = TypeVar("M", bound=Message)
REGISTRY: dict[int, type[Message]] = {}
CONTAINER_ENCODING = Encoding(read_container, lambda container: container.raw)


@dataclass_transform(frozen_default=True)
def message(control: int) -> Callable[[type[M]], type[M]]:
    """Make a class the message of this control field (class and instruction byte)."""

    def register(cls: type[M]) -> type[M]:
        made = dataclass(frozen=True)(cls)
        made.control = control
        made.table = _table(made)
        REGISTRY[control] = made
        return made

    return register


def _table(cls: type[Message]) -> Table:
    hints = get_type_hints(cls, include_extras=True)
    leads = []
    bitmaps = {}
    for each in fields(cls):
        for note in getattr(hints[each.name], "__metadata__", ()):
            if isinstance(note, Lead):
                leads.append((each.name, note.encoding, each.default is MISSING))
            else:
                bitmaps[note.bmp] = (each.name, note.encoding)
    return Table(tuple(leads), bitmaps)


# --- fields that many messages share ------------------------------------------------------------

Tlv = Annotated[Container | None, At(0x06, CONTAINER_ENCODING)]
Password = Annotated[int, Lead(bcd(3))]


# --- answers ------------------------------------------------------------------------------------


@message(0x8000)
class Positive(Message):
    """Command or message accepted (PA00P016 5.2.3)."""


@message(0x8400)
class Negative(Message):
    """Refused: `code` stands in the control field's second byte; 00 counts as accepted."""

    code: int = 0


# --- from the till ------------------------------------------------------------------------------


@message(0x0600)
class Registration(Message):
    """2.1: how this till wants to work with the terminal."""

    password: Password
    config: Annotated[int, Lead(byte())]
    currency: Annotated[int | None, Lead(bcd(2))] = None
    service: Annotated[int | None, At(0x03, byte())] = None
    tlv: Tlv = None


@message(0x0601)
class Authorization(Message):
    """2.2: take this amount."""

    amount: Annotated[int | None, At(0x04, bcd(6))] = None
    currency: Annotated[int | None, At(0x49, bcd(2))] = None
    payment_type: Annotated[int | None, At(0x19, byte())] = None
    timeout: Annotated[int | None, At(0x01, byte())] = None
    max_status_infos: Annotated[int | None, At(0x02, byte())] = None
    tlv: Tlv = None


@message(0x0602)
class LogOff(Message):
    """2.24: the till leaves; the terminal answers 80 00 and nothing else."""


@message(0x0620)
class RepeatReceipt(Message):
    """2.20: the last transaction again. Service byte: 01 status information, 02 no printing."""

    password: Password
    service: Annotated[int | None, At(0x03, byte())] = None
    tlv: Tlv = None


@message(0x06B0)
class AbortCommand(Message):
    """2.23: the till wishes to stop."""


@message(0x0501)
class StatusEnquiry(Message):
    """2.56: is the terminal ready?"""

    password: Annotated[int | None, Lead(bcd(3))] = None
    service: Annotated[int | None, At(0x03, byte())] = None
    tlv: Tlv = None


# --- from the terminal --------------------------------------------------------------------------


@message(0x04FF)
class IntermediateStatus(Message):
    """3.7: what the terminal is at; `minutes` (a BCD byte) restarts T4 with another length."""

    status: Annotated[int, Lead(byte())]
    minutes: Annotated[int | None, Lead(byte())] = None
    tlv: Tlv = None


@message(0x040F)
class StatusInformation(Message):
    """3.1 and 13: a transaction's result and data."""

    result: Annotated[int | None, At(0x27, byte())] = None
    amount: Annotated[int | None, At(0x04, bcd(6))] = None
    currency: Annotated[int | None, At(0x49, bcd(2))] = None
    trace: Annotated[int | None, At(0x0B, bcd(3))] = None
    original_trace: Annotated[int | None, At(0x37, bcd(3))] = None
    time: Annotated[int | None, At(0x0C, bcd(3))] = None
    date: Annotated[int | None, At(0x0D, bcd(2))] = None
    expiry: Annotated[str | None, At(0x0E, nibbles())] = None
    card_sequence: Annotated[int | None, At(0x17, bcd(2))] = None
    payment_type: Annotated[int | None, At(0x19, byte())] = None
    card_number: Annotated[str | None, At(0x22, nibbles())] = None
    terminal_id: Annotated[int | None, At(0x29, bcd(4))] = None
    merchant_id: Annotated[str | None, At(0x2A, text())] = None
    authorisation: Annotated[bytes | None, At(0x3B, raw(8))] = None
    additional_text: Annotated[str | None, At(0x3C, text())] = None
    receipt: Annotated[int | None, At(0x87, bcd(2))] = None
    turnover: Annotated[int | None, At(0x88, bcd(3))] = None
    card_type: Annotated[int | None, At(0x8A, byte())] = None
    card_name: Annotated[str | None, At(0x8B, text())] = None
    tlv: Tlv = None


@message(0x060F)
class Completion(Message):
    """3.2: the dialogue ended; the till has the word again.

    `version` (length-spelled text) and `status` come first in the answer to a status enquiry.
    """

    version: str | None = None
    status: int | None = None
    result: Annotated[int | None, At(0x27, byte())] = None
    status_byte: Annotated[int | None, At(0x19, byte())] = None
    terminal_id: Annotated[int | None, At(0x29, bcd(4))] = None
    currency: Annotated[int | None, At(0x49, bcd(2))] = None
    tlv: Tlv = None


@message(0x061E)
class Abort(Message):
    """3.3: the dialogue ended without success; `result` by chapter 10."""

    result: Annotated[int, Lead(byte())]
    currency: Annotated[int | None, At(0x49, bcd(2))] = None
    tlv: Tlv = None


@message(0x06D1)
class PrintLine(Message):
    """3.5: one line of a receipt."""

    attribute: Annotated[int, Lead(byte())]
    text: str = ""


@message(0x06D3)
class PrintTextBlock(Message):
    """3.6: a receipt, or a part of one."""

    tlv: Tlv = None


@dataclass(frozen=True)
class Unknown(Message):
    """A control field this table does not name, kept whole."""

    code: int = 0
    data: bytes = b""
