"""What a terminal's messages mean to the checkout. Pure; the card number is masked here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from drivers.zvt import charsets, progress
from drivers.zvt.charsets import CP437
from drivers.zvt.fields import ALL_RECEIPTS, masked
from drivers.zvt.messages import IntermediateStatus, StatusInformation
from drivers.zvt.receipts import printable
from kiosk.checkout.events import Card, Transaction
from kiosk.money import Money
from kiosk.ports import RemoteProtocolError

UNSUPPORTED = 0x83
"""84 83: the command is not known or not possible."""
BUSY = frozenset({0x6B, 0x83, 0x9A, 0x9C, 0xA0, 0xDC, 0xDF, 0xE0})
"""Codes of chapter 10 that answer no question about the past: the terminal is at something else,
not registered, out of order, or did not understand."""

MOST_TRACE_DIGITS = 18
MOST_SYNC_BYTES = 16

_CURRENCIES = {978: "EUR", None: "EUR"}
SIGNED = frozenset({0x01, 0x05, 0x06, 0x07})
"""Cardholder authentications (tag 1F10) that want a signature."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, and the zone the terminal's clock shows."""

    now: datetime
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the terminal took no money: chapter 10's code, 0 if it did not refuse."""

    code: int
    text: str


def card_of(message: StatusInformation, terminal_id: str, moment: Moment) -> Card:
    """The approval. An amount that was not sent is 0, which no payment ever is."""
    return Card(
        amount=_amount(message),
        terminal_id=_terminal_id(message, terminal_id),
        trace=_trace(message),
        receipt=_receipt(message),
        scheme=printable(message.card_name),
        number=masked(message.card_number or ""),
        at=moment_of(message, moment),
        approval=printable((message.authorisation or b"").decode("cp437")),
        signature=wants_signature(message),
        sync=sync_of(message),
    )


def transaction_of(message: StatusInformation, terminal_id: str, moment: Moment) -> Transaction:
    """The terminal's memory of its last transaction."""
    return Transaction(
        terminal_id=_terminal_id(message, terminal_id),
        trace=_trace(message),
        receipt=_receipt(message),
        amount=_amount(message),
        result=result_of(message),
        at=moment_of(message, moment),
        reversal_of=message.original_trace or None,
        scheme=printable(message.card_name),
        number=masked(message.card_number or ""),
        sync=sync_of(message),
        payment_like=message.totals is None,  # an end of day is repeated, too
    )


def result_of(message: StatusInformation) -> int:
    """Chapter 10's code. Raises RemoteProtocolError if it was not sent: success is never assumed."""
    if message.result is None:
        raise RemoteProtocolError("a status information came without a result")
    return message.result


def refusal_of(message: StatusInformation, charset: int = CP437) -> Refusal:
    """Result and the host's or the terminal's text of a payment that was refused."""
    extended = message.tlv.find(0x1F17) if message.tlv else None
    text = message.additional_text or (extended.data.decode("cp437") if extended else "")
    return Refusal(result_of(message), printable(charsets.read(text, charset)))


def moment_of(message: StatusInformation, moment: Moment) -> datetime | None:
    """The terminal's local date and time, which carry no year, as the nearest such moment to now."""
    if message.time is None or message.date is None:
        return None
    month, day = divmod(message.date, 100)
    rest, second = divmod(message.time, 100)
    hour, minute = divmod(rest, 100)
    found: list[datetime] = []
    for year in (moment.now.year - 1, moment.now.year, moment.now.year + 1):
        try:
            local = datetime(year, month, day, hour, minute, second, tzinfo=moment.zone)
        except ValueError:
            continue
        # In the hour that comes twice both readings are candidates.
        found += [
            local.astimezone(moment.now.tzinfo),
            local.replace(fold=1).astimezone(moment.now.tzinfo),
        ]
    return min(found, key=lambda each: abs(each - moment.now), default=None)


def date_and_time(date: int | None, time: int | None, zone: tzinfo) -> datetime | None:
    """YYMMDD and HHMMSS as a moment; None where they are none."""
    if date is None or time is None:
        return None
    digits = f"{date:06d}{time:06d}"
    try:
        return datetime.strptime(digits, "%y%m%d%H%M%S").replace(tzinfo=zone)
    except ValueError:
        return None


def display_lines(
    message: IntermediateStatus, charset: int = CP437, *, english: bool = False
) -> tuple[str, ...]:
    """The terminal's own words for the customer: its text (tag 24/07), else the standard ones."""
    tag = message.tlv.find(0x24) if message.tlv else None
    if tag is None or isinstance(tag.value, bytes):
        return progress.shown(message.status, english=english)
    texts = (each.data.decode("cp437") for each in tag.value if each.number == 0x07)
    found = tuple(printable(charsets.read(text, charset)) for text in texts)
    return found or progress.shown(message.status, english=english)


def wants_signature(message: StatusInformation) -> bool:
    """Whether the cardholder is to sign (tag 2F, 1F10)."""
    found = message.tlv.find(0x2F, 0x1F10) if message.tlv else None
    return found is not None and found.data[-1:] != b"" and found.data[-1] in SIGNED


def sync_of(message: StatusInformation) -> str:
    """What the terminal wants mirrored with the next money command (1F1F), in hex."""
    found = message.tlv.find(0x1F1F) if message.tlv else None
    return found.data.hex() if found and len(found.data) <= MOST_SYNC_BYTES else ""


def _trace(message: StatusInformation) -> int:
    """The trace number; one of more than six digits stands in tag 1F2B, with zeros in 0B (3.1)."""
    long = message.tlv.find(0x1F2B) if message.tlv and not message.trace else None
    digits = long.data.hex() if long else ""
    known = digits.isdecimal() and len(digits) <= MOST_TRACE_DIGITS
    return int(digits) if known else message.trace or 0


def _receipt(message: StatusInformation) -> int:
    """The receipt number; FFFF stands for none."""
    return message.receipt if message.receipt and message.receipt != ALL_RECEIPTS else 0


def _amount(message: StatusInformation) -> Money:
    return Money(message.amount or 0, _CURRENCIES.get(message.currency, "XXX"))


def _terminal_id(message: StatusInformation, known: str) -> str:
    return f"{message.terminal_id:08d}" if message.terminal_id is not None else known
