"""What a terminal's memory says about a payment in doubt: certain, or for people to judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.checkout.events import Card, PaymentClosed, Transaction
from kiosk.checkout.outcome import Finding, judge, to_the_second
from kiosk.checkout.states import Answer, Baseline, Payment, Settling
from kiosk.money import Money
from tests.story import BEFORE, NOW, P1, P2, TID, Story, card, shopping, transaction

PAYMENT = Payment(P1, Money(119), BEFORE, NOW)
PAID, NOT_PAID, UNCLEAR = Finding.PAID, Finding.NOT_PAID, Finding.UNCLEAR
LATE = NOW + timedelta(microseconds=999_999)


@pytest.mark.parametrize(
    ("last", "approved", "finding"),
    [
        (transaction(), None, PAID),
        (transaction(), card(), PAID),
        (transaction(at=NOW), None, PAID),
        (transaction(at=NOW - timedelta(seconds=1)), None, UNCLEAR),
        (transaction(at=None), None, UNCLEAR),
        (transaction(amount=120), None, UNCLEAR),
        (replace(transaction(), payment_like=False), None, UNCLEAR),
        (transaction(terminal_id="99999999"), None, UNCLEAR),
        (transaction(trace=6), None, NOT_PAID),
        (transaction(trace=6), card(), NOT_PAID),
        (transaction(trace=6, receipt=7), None, UNCLEAR),
        (transaction(result=0x6C), None, NOT_PAID),
        (transaction(result=0x6C), card(), NOT_PAID),
        (transaction(trace=0, receipt=9, result=5), card(trace=0), UNCLEAR),
        (transaction(trace=8), card(), UNCLEAR),
        (transaction(trace=8, reversal_of=7), None, NOT_PAID),
        (transaction(trace=8, reversal_of=7), card(), NOT_PAID),
        (transaction(trace=9, reversal_of=8), card(), UNCLEAR),
        (transaction(trace=8, reversal_of=6), None, UNCLEAR),
        (transaction(trace=8, reversal_of=7, result=5), None, UNCLEAR),
        (None, None, UNCLEAR),
    ],
)
def test_the_table(last: Transaction | None, approved: Card | None, finding: Finding) -> None:
    """Every line of the crash rule."""
    assert judge(PAYMENT, approved, Answer(TID, last)) is finding


def test_an_empty_memory_that_was_empty_before_is_unchanged() -> None:
    """A terminal that never sold anything has not sold this."""
    fresh = replace(PAYMENT, baseline=Baseline(TID, empty=True))
    assert judge(fresh, None, Answer(TID, None)) is NOT_PAID
    assert judge(fresh, card(), Answer(TID, None)) is UNCLEAR
    assert judge(fresh, None, Answer(TID, None, tells=False)) is UNCLEAR


def test_another_terminal_proves_nothing() -> None:
    """Whatever it remembers, or does not."""
    for last in (None, transaction(), transaction(trace=6)):
        assert judge(PAYMENT, None, Answer("99999999", last)) is UNCLEAR


def test_a_terminal_that_tells_whole_seconds_is_not_early() -> None:
    """The intent of the same second is not before it."""
    assert to_the_second(LATE) == NOW
    same_second = replace(PAYMENT, intent=LATE)
    assert judge(same_second, None, Answer(TID, transaction(at=NOW))) is PAID


def test_the_end_of_another_payment_ends_nothing() -> None:
    """A completion left over on the line."""
    start = shopping()
    settling = replace(start, phase=Settling(start.phase.sale, PAYMENT, card()))  # type: ignore[union-attr]
    assert (Story(settling) >> PaymentClosed(P2)).state == settling
