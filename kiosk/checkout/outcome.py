"""What a terminal's memory says about a payment in doubt. Pure; never a guess."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from kiosk.checkout.events import Card, Transaction
from kiosk.checkout.staff_events import MoneyKind
from kiosk.checkout.states import Answer, Payment
from kiosk.traces import later


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
    if not before.is_of(answer.terminal_id):
        return Finding.UNCLEAR
    if last is None:
        nothing = answer.tells and before.empty and card is None
        return Finding.NOT_PAID if nothing else Finding.UNCLEAR
    if not before.is_of(last.terminal_id) or not (last.trace or last.receipt):
        return Finding.UNCLEAR
    if (last.trace, last.receipt) == (before.trace, before.receipt):
        return Finding.NOT_PAID
    if last.reversal_of is not None and not _is_the_reversal(payment, card, last):
        return _reversal(payment, card, last)
    if card is not None and (last.trace != card.trace or (last.result and not card.trace)):
        return Finding.UNCLEAR
    if last.result != 0:
        return Finding.NOT_PAID  # a later refusal, or our very transaction marked as refused
    return Finding.PAID if _is_ours(payment, card, last) else Finding.UNCLEAR


def may_be_ours(payment: Payment, last: Transaction | None) -> bool:
    """Whether the terminal's last transaction can be this one at all, in the eyes of staff."""
    if last is None or last.result != 0 or last.amount != payment.amount:
        return False
    before = payment.baseline
    newer = (last.trace, last.receipt) != (before.trace, before.receipt)
    return newer and before.is_of(last.terminal_id)


def _is_ours(payment: Payment, card: Card | None, last: Transaction) -> bool:
    """What was asked for, and new; its trace proves that, else its time."""
    if not last.payment_like or last.amount != payment.amount:
        return False
    if payment.kind is MoneyKind.REVERSAL and card is None and last.reversal_of is None:
        return False  # some other transaction of the same amount
    if card is not None and last.trace == card.trace != 0:
        return True
    later = last.at is not None and last.at >= to_the_second(payment.intent)
    return last.trace != payment.baseline.trace and later


def _reversal(payment: Payment, card: Card | None, last: Transaction) -> Finding:
    """A reversal speaks for us if it took back our approval, or one that never reached us."""
    if last.result != 0 or last.reversal_of == payment.baseline.trace:
        return Finding.UNCLEAR
    if card is not None and last.reversal_of != card.trace:
        return Finding.UNCLEAR
    return Finding.NOT_PAID


def _is_the_reversal(payment: Payment, card: Card | None, last: Transaction) -> bool:
    """Whether this is the reversal that was asked for, and not one that took it back again."""
    if payment.kind is not MoneyKind.REVERSAL:
        return False
    if card is not None:
        return last.reversal_of != card.trace
    # What it took back was there before we asked.
    return not later(payment.baseline.trace, last.reversal_of or 0)


def to_the_second(moment: datetime) -> datetime:
    """Terminals tell time in whole seconds; an intent of the same second is not before it."""
    return moment.replace(microsecond=0)
