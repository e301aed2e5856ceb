"""Cards read for the till: 06 C0, and payments that also look for other cards (06 E6)."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.zvt.fields import Container, Tag
from drivers.zvt.flows.opening import (
    INSERT_CARD,
    UNKNOWN_CARD,
    euro,
    opened,
    refused,
)
from drivers.zvt.flows.paying import paid
from drivers.zvt.flows.telling import tell
from drivers.zvt.inside import Inside
from drivers.zvt.messages import Abort, CardPoll, ReadCard, StatusInformation
from drivers.zvt.scenes import (
    CARD_SECONDS,
    CONTACTLESS,
    CUSTOMERS,
    FUNCTION_CARD,
    STOPPED,
    STRIPE,
    Card,
    Customer,
    Flow,
    Say,
)

POLL_SECONDS_TAG, POLL_MODE_TAG = 0x1F5B, 0x1F6D
_TYPE_MIFARE = 0x01
ATS, SAK, ATQA = bytes.fromhex("0578807102"), b"\x20", bytes.fromhex("0344")


def card_read(pt: Inside, command: ReadCard) -> Flow:
    """06 C0: a card's data, with no completion behind it; 06 1E 6C if none came."""
    pt.show("Bitte Karte vorhalten")
    yield from tell(pt, INSERT_CARD)
    action = yield Card(float(command.timeout or CARD_SECONDS))
    if action == FUNCTION_CARD:
        yield Say(StatusInformation(result=0, tlv=Container.of(*_function_card(pt))))
        return None
    customer = CUSTOMERS.get(action) if isinstance(action, str) else None
    if customer is None:
        return Abort(action if isinstance(action, int) else STOPPED)
    pt.card_read = True
    yield Say(_card_data(pt, customer))
    return None


def polled(pt: Inside, command: CardPoll) -> Flow:
    """06 E6: a payment, unless the card that comes is none to pay with; that one is told."""
    abort = yield from opened(pt, command.tlv, command.currency)
    if abort:
        return abort
    amount = command.amount or 0
    pt.show("Bitte Karte vorhalten", euro(amount))
    yield from tell(pt, INSERT_CARD)
    action = yield Card(_poll_seconds(command.tlv))
    if action == FUNCTION_CARD:
        pt.show("Kundenkarte erkannt")
        return Abort(UNKNOWN_CARD, tlv=Container.of(*_polled_card(pt)))
    customer = CUSTOMERS.get(action) if isinstance(action, str) else None
    if customer is None:
        code = action if isinstance(action, int) else STOPPED
        return (yield from refused(pt, amount, code))
    if not amount:  # only the poll was asked for (tag 1F6D)
        return Abort(STOPPED)
    return (yield from paid(pt, command, customer))


def _poll_seconds(tlv: Container | None) -> float:
    tag = tlv.find(POLL_SECONDS_TAG) if tlv else None
    return float(int.from_bytes(tag.data, "big")) if tag and any(tag.data) else CARD_SECONDS


def _function_card(pt: Inside) -> Iterator[Tag]:
    yield Tag(0x4C, pt.function_uid)
    yield Tag(0x1F45, ATS)


def _polled_card(pt: Inside) -> Iterator[Tag]:
    yield from _function_card(pt)
    details = (
        Tag(0x1F12, bytes((CONTACTLESS,))),
        Tag(0x1F4C, bytes((_TYPE_MIFARE,))),
        Tag(0x1F4F, ATQA),
        Tag(0x1F50, SAK),
    )
    yield Tag(0xE6, details)


def _card_data(pt: Inside, customer: Customer) -> StatusInformation:
    """The number as the terminal masks it; a stripe has its track, the rest their technology."""
    tags = Container.of(Tag(0x1F12, bytes((customer.technology,)))) if pt.tlv else None
    track = ((0x23, bytes.fromhex(f"{pt.card_number.rstrip('f')}d2912".ljust(24, "0"))),)
    return StatusInformation(
        result=0,
        card_number=pt.card_number,
        tlv=tags,
        extra=track if customer.technology == STRIPE else (),
    )
