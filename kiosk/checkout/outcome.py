"""What a terminal's memory says about a payment in doubt. Pure; never a guess."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from kiosk.checkout.events import Card, Transaction
from kiosk.checkout.states import Answer, Payment


class Finding(Enum):
    """What is certain."""

    PAID = "paid"
    NOT_PAID = "not_paid"
    UNCLEAR = "unclear"
    """People must judge."""


def judge(payment: Payment, card: Card | None, answer: Answer) -> Finding:
    """Compare the terminal's last transaction with the baseline and the intent of `payment`.

    `card` is the approval already journalled for it, if one was.
    """
    before = payment.baseline
    last = answer.last
    if answer.terminal_id != before.terminal_id:
        return Finding.UNCLEAR
    if last is None:
        return Finding.NOT_PAID if before.trace == 0 else Finding.UNCLEAR
    if last.terminal_id != before.terminal_id:
        return Finding.UNCLEAR
    if (last.trace, last.receipt) == (before.trace, before.receipt):
        return Finding.NOT_PAID
    if last.reversal_of is not None:
        return _reversal(payment, card, last)
    if card is not None and last.trace != card.trace:
        return Finding.UNCLEAR
    if last.result != 0:
        return Finding.NOT_PAID if card is None else Finding.UNCLEAR
    same = (
        last.payment_like
        and last.amount == payment.amount
        and last.trace != before.trace
        and last.at is not None
        and last.at >= to_the_second(payment.intent)
    )
    return Finding.PAID if same else Finding.UNCLEAR


def _reversal(payment: Payment, card: Card | None, last: Transaction) -> Finding:
    """A reversal speaks for us if it took back our approval, or one that never reached us."""
    if last.result != 0 or last.reversal_of == payment.baseline.trace:
        return Finding.UNCLEAR
    if card is not None and last.reversal_of != card.trace:
        return Finding.UNCLEAR
    return Finding.NOT_PAID


def to_the_second(moment: datetime) -> datetime:
    """Terminals tell time in whole seconds; an intent of the same second is not before it."""
    return moment.replace(microsecond=0)
