"""Transactions with a card: payment, refund, reservation, tip; and how each is settled."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from drivers.zvt.flows.opening import (
    CARD_OUT,
    card_asked,
    checked,
    euro,
    known_card,
    opened,
    refused,
    told_why,
)
from drivers.zvt.flows.telling import information, is_yes, slips, tell
from drivers.zvt.inside import WAIT, Inside
from drivers.zvt.memory import Entry
from drivers.zvt.messages import (
    Abort,
    Authorization,
    BookTip,
    Completion,
    Message,
    Negative,
    Refund,
    Reservation,
    StatusInformation,
)
from drivers.zvt.scenes import (
    STOPPED,
    T3_SECONDS,
    Customer,
    Fault,
    Flow,
    HangUp,
    Pause,
    Say,
    Shout,
    Step,
)

GOODS_SECONDS = 30.0
"""How long a till that hands out goods (bitmap 02) may take where bitmap 01 says nothing (2.2.1)."""
WAIT_SECONDS = 2.0
"""Between two questions for the goods (2.2.6)."""
SLOW_SECONDS = 3.0
PROCESSING_ERROR = 0x66
PARTIAL_ISSUE = 0x9D
NOT_THAT_RESERVATION = 0xB7
DEFAULT_RESERVATION = 10_000
"""Minor units reserved where the till names no amount (2.8)."""
NO_PAYMENT_TO_TIP = 0xB5


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the till may take with the goods: seconds an answer, and times it may ask for more."""

    seconds: float = T3_SECONDS
    most: int | None = None


def payment(pt: Inside, command: Authorization) -> Flow:
    """06 01."""
    abort = yield from opened(pt, command.tlv, command.currency)
    if abort:
        return abort
    amount = command.amount or 0
    customer = known_card(pt, command.payment_type, keyed=_keyed(command))
    if customer is None:
        customer = yield from card_asked(pt, amount)
    if isinstance(customer, int):
        return (yield from refused(pt, amount, customer))
    return (yield from paid(pt, command, customer))


def paid(pt: Inside, command: Authorization, customer: Customer) -> Flow:
    """A payment from the card on."""
    amount = command.amount or 0
    code = yield from checked(pt, customer, amount)
    if code:
        return (yield from refused(pt, amount, code))
    if Fault.SLOW in pt.faults:
        yield Pause(SLOW_SECONDS)
    if customer.card_out_seconds:
        yield from _card_taken(pt, customer.card_out_seconds)
    return (yield from settled(pt, begun(pt, amount, "payment", customer), _patience(pt, command)))


def refund(pt: Inside, command: Refund) -> Flow:
    """06 31."""
    amount = command.amount or 0
    return (yield from _with_card(pt, command, amount, "refund"))


def reservation(pt: Inside, command: Reservation) -> Flow:
    """06 22; with the trace number of one, that one is made larger."""
    amount = command.amount or DEFAULT_RESERVATION
    if not command.trace:
        return (yield from _with_card(pt, command, amount, "reservation"))
    abort = yield from opened(pt, command.tlv, command.currency)
    if abort:
        return abort
    before = next((r for r in pt.memory.reservations() if r.trace == command.trace), None)
    if before is None:
        return (yield from not_possible(pt, amount, NOT_THAT_RESERVATION))
    entry = begun(pt, before.amount + amount, "reservation", of=before.receipt)
    return (yield from settled(pt, entry, _patience(pt, command)))


def tip(pt: Inside, command: BookTip) -> Flow:
    """06 0C: on a payment of this day."""
    abort = yield from opened(pt, command.tlv, command.currency)
    if abort:
        return abort
    payment = pt.memory.by_receipt(command.receipt or 0, "payment")
    if payment is None or not pt.memory.stands(payment):
        return (yield from not_possible(pt, command.amount or 0, NO_PAYMENT_TO_TIP))
    return (
        yield from settled(
            pt, begun(pt, command.amount or 0, "tip", of=payment.receipt), Patience()
        )
    )


def _with_card(pt: Inside, command: Refund | Reservation, amount: int, kind: str) -> Flow:
    abort = yield from opened(pt, command.tlv, command.currency)
    if abort:
        return abort
    customer = yield from card_asked(pt, amount)
    if isinstance(customer, int):
        return (yield from refused(pt, amount, customer))
    code = yield from checked(pt, customer, amount)
    if code:
        return (yield from refused(pt, amount, code))
    return (yield from settled(pt, begun(pt, amount, kind, customer), _patience(pt, command)))


# --- settling -------------------------------------------------------------------------------------


def begun(
    pt: Inside,
    amount: int,
    kind: str,
    customer: Customer | None = None,
    *,
    reversal_of: int = 0,
    of: int = 0,
) -> Entry:
    """It is approved, and in the balance until the till has acknowledged it."""
    card = (
        {"technology": customer.technology, "verification": customer.verification}
        if customer
        else {}
    )
    return pt.memory.begin(
        amount,
        pt.local(),
        kind,
        reversal_of=reversal_of,
        of=of,
        synchronised=pt.synchronised,
        **card,
    )


def settled(pt: Inside, entry: Entry, patience: Patience) -> Flow:
    """Result, receipts, completion; whatever the till refuses is undone (2.2.6 to 2.2.9)."""
    if pt.once(Fault.LOSE_ANSWER):
        yield HangUp()
        return None
    if pt.once(Fault.DROP_AFTER_RESULT):
        yield Shout(information(pt, entry))
        yield HangUp()
        return None
    answer = yield from _goods(pt, entry, patience)
    if answer is None:
        pt.take_back()
        pt.show("Zahlung storniert")
        yield Say(StatusInformation(result=STOPPED))
        return Abort(STOPPED)
    part = _part(answer, entry)
    if part is not None:
        entry = pt.memory.part(part) or entry
    if (part is not None or is_yes(answer)) and (yield from _slips(pt, entry)):
        pt.memory.commit()
        pt.show("Zahlung erfolgt", euro(entry.amount))
        return Completion()
    pt.take_back()
    if not (pt.profile.silent_cancel and _is_silent(answer)):
        pt.show("Zahlung storniert")
    return Abort(PROCESSING_ERROR)


def not_possible(pt: Inside, amount: int, code: int) -> Flow:
    """Refused before anything could be booked: nothing is remembered of it."""
    memory = pt.memory
    entry = Entry("decline", memory.trace, memory.receipt, amount, pt.local().isoformat(), code)
    return (yield from told_why(pt, entry))


def _goods(pt: Inside, entry: Entry, patience: Patience) -> Generator[Step, Any, Message | None]:
    """The till's word on the result. None: it asked to wait too often."""
    asked = 0
    while True:
        answer: Message = yield Say(information(pt, entry), patience.seconds)
        if not (isinstance(answer, Negative) and answer.code == WAIT):
            return answer
        asked += 1
        if patience.most is not None and asked > patience.most:
            return None
        yield Pause(WAIT_SECONDS)


def _slips(pt: Inside, entry: Entry) -> Generator[Say, Any, bool]:
    """A reservation has no receipt; its booking will (2.2.7)."""
    if entry.kind == "reservation":
        return True
    return (yield from slips(pt, entry))


def _patience(pt: Inside, command: Authorization | Refund) -> Patience:
    if isinstance(command, Refund):
        return Patience()
    limits = [command.max_status_infos, pt.profile.most_polls]
    most = min((each for each in limits if each is not None), default=None)
    hands_out_goods = command.timeout is not None or command.max_status_infos is not None
    default = GOODS_SECONDS if hands_out_goods else T3_SECONDS
    return Patience(float(command.timeout or default), most)


def _part(answer: Message, entry: Entry) -> int | None:
    """The price of what was handed out, if 84 9D tells one."""
    if not isinstance(answer, Negative) or answer.code != PARTIAL_ISSUE:
        return None
    tail = answer.tail
    digits = tail[1:7].hex() if len(tail) == 7 and tail[0] == 0x04 else ""
    return int(digits) if digits.isdecimal() and int(digits) <= entry.amount else None


def _is_silent(answer: Message) -> bool:
    return isinstance(answer, Negative) and (answer.code, answer.tail) == (STOPPED, b"\x21")


def _card_taken(pt: Inside, seconds: float) -> Generator[Step, Any, None]:
    """Asked for twice, until it is out (2.2.5)."""
    pt.show("Bitte Karte entnehmen")
    for _ in range(2):
        yield from tell(pt, CARD_OUT)
        yield Pause(seconds / 2)


def _keyed(command: Authorization) -> bool:
    tracks = command.track2 is not None or command.track3 is not None
    return tracks or (command.card_number is not None and command.expiry is not None)
