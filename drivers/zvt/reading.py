"""What a terminal's messages mean to the checkout. Pure; the card number is masked here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from drivers.zvt.fields import ALL_RECEIPTS, Container, masked
from drivers.zvt.messages import IntermediateStatus, PrintLine, PrintTextBlock, StatusInformation
from kiosk.checkout.events import Card, Transaction
from kiosk.money import Money
from kiosk.ports import RemoteProtocolError
from kiosk.receipt import Slip

UNSUPPORTED = 0x83
"""84 83: the command is not known or not possible."""
BUSY = frozenset({0x6B, 0x83, 0x9A, 0x9C, 0xA0, 0xDC, 0xDF, 0xE0})
"""Codes of chapter 10 that answer no question about the past: the terminal is at something else,
not registered, out of order, or did not understand."""

MOST_TRACE_DIGITS = 18

_CURRENCIES = {978: "EUR", None: "EUR"}
_SLIP_KINDS = {b"\x01": "merchant", b"\x02": "customer", b"\x03": "admin"}
_TEXTS = {
    0x00: "Bitte warten",
    0x01: "Bitte Betrag bestätigen",
    0x0A: "Karte bitte",
    0x0B: "Karte nicht lesbar",
    0x0E: "Bitte warten",
    0x41: "Bitte Karte entnehmen",
    0x46: "Bitte PIN eingeben",
}


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
        scheme=_printable(message.card_name),
        number=masked(message.card_number or ""),
        at=moment_of(message, moment),
        approval=_printable((message.authorisation or b"").decode("cp437")),
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
        scheme=_printable(message.card_name),
        number=masked(message.card_number or ""),
    )


def result_of(message: StatusInformation) -> int:
    """Chapter 10's code. Raises RemoteProtocolError if it was not sent: success is never assumed."""
    if message.result is None:
        raise RemoteProtocolError("a status information came without a result")
    return message.result


def refusal_of(message: StatusInformation) -> Refusal:
    """Result and the host's text of a payment that was refused."""
    return Refusal(result_of(message), _printable(message.additional_text))


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


def display_lines(message: IntermediateStatus) -> tuple[str, ...]:
    """The terminal's own words for the customer: its text (tag 24/07), else the standard ones."""
    texts = _texts(message.tlv, 0x24)
    return texts or ((_TEXTS[message.status],) if message.status in _TEXTS else ())


def slip_of(message: PrintLine | PrintTextBlock) -> Slip:
    """A receipt or a line of one. Kind by tag 1F07; without it, it is the customer's."""
    if isinstance(message, PrintLine):
        return Slip("customer", (_printable(message.text),))
    kind = message.tlv.find(0x1F07) if message.tlv else None
    return Slip(_SLIP_KINDS.get(kind.data if kind else b"", "customer"), _texts(message.tlv, 0x25))


def _texts(tlv: Container | None, holder: int) -> tuple[str, ...]:
    tag = tlv.find(holder) if tlv else None
    if tag is None or isinstance(tag.value, bytes):
        return ()
    return tuple(_printable(each.data.decode("cp437")) for each in tag.value if each.number == 0x07)


def _printable(text: str | None) -> str:
    return "".join(each for each in (text or "").split("\0")[0] if each.isprintable()).rstrip()


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
