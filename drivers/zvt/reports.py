"""What a terminal sends (PA00P015 13.08 chapter 3), and how either side answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from drivers.zvt.fields import DecodeError, Encoding, bcd, byte, nibbles, raw, receipt_number, text
from drivers.zvt.message import At, Lead, Message, Tlv, message


@message(0x8000)
class Positive(Message):
    """Command or message accepted (PA00P016 5.2.3).

    `keys` are those that were pressed, in the answers to 06 E1 and 06 E2 (2.28, 2.30).
    """

    keys: bytes = field(default=b"", repr=False)
    tlv: Tlv = None


@message(0x8400)
class Negative(Message):
    """Refused: `code` stands in the control field's second byte; 00 counts as accepted.

    What follows (6F and a currency in the answer to a registration, 04 and the price of what was handed
    out behind 84 9D) stands in `tail`.
    """

    code: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """How often and for how much a kind of card paid, in minor units."""

    count: int
    amount: int


KINDS = ("girocard", "jcb", "eurocard", "amex", "visa", "diners", "others")
"""The order of the single totals (3.1.3)."""


@dataclass(frozen=True, slots=True)
class SingleTotals:
    """BMP 60: the receipts of a day and what each kind of card paid."""

    first_receipt: int
    last_receipt: int
    cards: tuple[Totals, ...]
    """One for each of `KINDS`."""
    rest: bytes = b""
    """What a terminal put behind them."""


def _read_totals(data: bytes) -> SingleTotals:
    size = 4 + 7 * len(KINDS)
    if len(data) < size:
        raise DecodeError(f"single totals take {size} bytes, not {len(data)}", 0)
    cards = tuple(Totals(data[at], int(data[at + 1 : at + 7].hex())) for at in range(4, size, 7))
    return SingleTotals(int(data[:2].hex()), int(data[2:4].hex()), cards, data[size:])


def _write_totals(totals: SingleTotals) -> bytes:
    digits, six = bcd(2), bcd(6)
    parts = [digits.write(totals.first_receipt), digits.write(totals.last_receipt)]
    parts += [bytes((each.count,)) + six.write(each.amount) for each in totals.cards]
    return b"".join((*parts, totals.rest))


_TOTALS = Encoding(_read_totals, _write_totals)


@message(0x0401)
class SetTillClock(Message):
    """3.4: the host's date and time, after a diagnosis."""

    date: Annotated[int | None, At(0xAA, bcd(3))] = None
    time: Annotated[int | None, At(0x0C, bcd(3))] = None


@message(0x04FF)
class IntermediateStatus(Message):
    """3.7: what the terminal is at; `minutes` (a BCD byte) restarts T4 with another length."""

    status: Annotated[int, Lead(byte())]
    minutes: Annotated[int | None, Lead(byte())] = None
    tlv: Tlv = None


@message(0x040F)
class StatusInformation(Message):
    """3.1 and 13: a transaction's result and data, those of a card, or the totals of a day."""

    result: Annotated[int | None, At(0x27, byte())] = None
    amount: Annotated[int | None, At(0x04, bcd(6))] = None
    currency: Annotated[int | None, At(0x49, bcd(2))] = None
    trace: Annotated[int | None, At(0x0B, bcd(3))] = None
    original_trace: Annotated[int | None, At(0x37, bcd(3))] = None
    time: Annotated[int | None, At(0x0C, bcd(3))] = None
    date: Annotated[int | None, At(0x0D, bcd(2))] = None
    expiry: Annotated[str | None, At(0x0E, nibbles())] = field(default=None, repr=False)
    card_sequence: Annotated[int | None, At(0x17, bcd(2))] = None
    payment_type: Annotated[int | None, At(0x19, byte())] = None
    card_number: Annotated[str | None, At(0x22, nibbles())] = field(default=None, repr=False)
    terminal_id: Annotated[int | None, At(0x29, bcd(4))] = None
    merchant_id: Annotated[str | None, At(0x2A, text())] = None
    authorisation: Annotated[bytes | None, At(0x3B, raw(8))] = None
    additional_text: Annotated[str | None, At(0x3C, text())] = None
    receipt: Annotated[int | None, At(0x87, receipt_number())] = None
    turnover: Annotated[int | None, At(0x88, bcd(3))] = None
    card_type: Annotated[int | None, At(0x8A, byte())] = None
    card_name: Annotated[str | None, At(0x8B, text())] = None
    network_card_type: Annotated[int | None, At(0x8C, byte())] = None
    host_result: Annotated[int | None, At(0xA0, byte())] = None
    authorisation_parameter: Annotated[bytes | None, At(0xBA, raw(5))] = None
    totals: Annotated[SingleTotals | None, At(0x60, _TOTALS)] = None
    tlv: Tlv = None


@message(0x060F)
class Completion(Message):
    """3.2: the dialogue ended; the till has the word again.

    `version` (length-spelled text) and `status` come first in the answer to a status enquiry.
    """

    version: str | None = None
    status: int | None = None
    result: Annotated[int | None, At(0x27, byte())] = None
    time: Annotated[int | None, At(0x0C, bcd(3))] = None
    date: Annotated[int | None, At(0xAA, bcd(3))] = None
    status_byte: Annotated[int | None, At(0x19, byte())] = None
    terminal_id: Annotated[int | None, At(0x29, bcd(4))] = None
    currency: Annotated[int | None, At(0x49, bcd(2))] = None
    tlv: Tlv = None


@message(0x061E)
class Abort(Message):
    """3.3: the dialogue ended without success; `result` by chapter 10.

    `receipt` answers the question for open reservations (2.10.1); FFFF: there is none.
    """

    result: Annotated[int, Lead(byte())]
    receipt: Annotated[int | None, At(0x87, receipt_number())] = None
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
