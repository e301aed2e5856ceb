"""What comes before a transaction: what is due, whether both sides agree, and who comes."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from drivers.zvt.codes import meaning_of
from drivers.zvt.fields import Container
from drivers.zvt.flows.telling import information, tell
from drivers.zvt.inside import CLOSING_DUE, Inside
from drivers.zvt.memory import Entry
from drivers.zvt.messages import Abort, Message, StatusInformation
from drivers.zvt.scenes import (
    CARD_SECONDS,
    CUSTOMERS,
    FUNCTION_CARD,
    STOPPED,
    Card,
    Customer,
    Fault,
    Flow,
    Pause,
    Say,
    Step,
)

EURO = 978
WRONG_CURRENCY, NO_CARD_DATA, UNKNOWN_CARD, WRONG_PIN, NO_HOST = 0x6F, 0x65, 0x7A, 0x37, 0x9B
LAST_CARD = 0x02
"""Bit of a payment type: take the card that was read before (2.2 table 4)."""
SYNCHRONISING = 0x1F1F
INSERT_CARD, ENTER_PIN, PIN_WAS_WRONG, PLEASE_WAIT, CARD_OUT = 0x0A, 0x01, 0x15, 0x0E, 0x4B
_TEXTS = {STOPPED: "Abbruch", CLOSING_DUE: "Kassenschnitt durchführen"}

Asking = Generator[Step, Any, "Customer | int"]


def synchronise(pt: Inside, tlv: Container | None) -> None:
    """Chapter 4, to the letter: a till one receipt behind the last successful transaction does not know
    that one, so it is undone, whether it had been acknowledged or not. Other numbers say nothing.
    """
    tag = tlv.find(SYNCHRONISING) if tlv else None
    pt.synchronised = tag is not None and pt.profile.synchronises
    pt.catch_up()
    memory = pt.memory
    last = next((each for each in reversed(memory.entries) if not each.result), None)
    if tag is None or not pt.synchronised or not tag.data or last is None:
        return
    behind = int.from_bytes(tag.data, "big") == (last.receipt - 1 or memory.most_receipt)
    if behind and memory.stands(last) and not memory.is_undoing(last):
        memory.reverse_again(last, pt.local())


def opened(pt: Inside, tlv: Container | None, currency: int | None) -> Flow:
    """Settle what is due; an abort if no transaction can begin, else None."""
    synchronise(pt, tlv)
    if currency not in (None, EURO):
        return Abort(WRONG_CURRENCY, currency=EURO)
    if pt.memory.closing_due:
        if pt.profile.tells_closing_due:
            yield Say(StatusInformation(result=CLOSING_DUE, additional_text=_TEXTS[CLOSING_DUE]))
        return Abort(CLOSING_DUE)
    return None


def card_asked(pt: Inside, amount: int, seconds: float = CARD_SECONDS) -> Asking:
    """Somebody with a card, or the code why nobody comes."""
    pt.show("Bitte Karte vorhalten", euro(amount))
    yield from tell(pt, INSERT_CARD)
    action = yield Card(seconds)
    if isinstance(action, int):
        return action
    if action == FUNCTION_CARD:
        return UNKNOWN_CARD
    return CUSTOMERS.get(action, STOPPED)


def known_card(pt: Inside, payment_type: int | None, *, keyed: bool) -> Customer | int | None:
    """The card that was read or keyed in before; None: one has to be asked for."""
    if (payment_type or 0) & LAST_CARD:
        return CUSTOMERS["approve"] if pt.card_read else NO_CARD_DATA
    return CUSTOMERS["approve"] if keyed else None


def checked(pt: Inside, customer: Customer, amount: int) -> Generator[Step, Any, int]:
    """PIN and host: 0, or why it was declined."""
    for _ in range(customer.wrong_pins):
        yield from tell(pt, ENTER_PIN)
        wrong = pt.memory.decline(amount, WRONG_PIN, pt.local())
        yield Say(information(pt, wrong, "Geheimzahl falsch"))
        if not pt.profile.pin_again:
            return WRONG_PIN
        pt.show("Geheimzahl falsch", euro(amount))
        yield from tell(pt, PIN_WAS_WRONG)
    if customer.pin_shown:
        pt.show("Bitte Geheimzahl eingeben", euro(amount))
        yield from tell(pt, ENTER_PIN)
    pt.show("Bitte warten", euro(amount))
    yield from tell(pt, PLEASE_WAIT, customer.minutes)
    if customer.host_seconds:
        yield Pause(customer.host_seconds)
    if Fault.NO_HOST in pt.faults:
        return NO_HOST
    return customer.result


def refused(pt: Inside, amount: int, code: int) -> Flow:
    """No money moves: a result that says why, and the abort."""
    stopped = code == STOPPED
    pt.show("Vorgang abgebrochen" if stopped else "Zahlung abgelehnt")
    entry = pt.memory.decline(amount, code, pt.local())
    return (yield from told_why(pt, entry))


def told_why(pt: Inside, entry: Entry) -> Flow:
    """The result of what did not happen, and the abort where the terminal sends one."""
    text = _TEXTS.get(entry.result)
    if text is None:
        text = meaning_of(entry.result).german if entry.result > 0x63 else "Karte abgelehnt"
    yield Say(information(pt, entry, text))
    final: Message | None = Abort(entry.result) if pt.profile.final_after_decline else None
    return final


def euro(amount: int) -> str:
    """An amount for the display."""
    return f"{amount // 100},{amount % 100:02d} EUR"
