"""Reversals and refunds: staff ask, the terminal does, and nothing is taken for done on trust.

They go through the phases of a payment, with an intent and doubts of their own, on an empty sale.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.checkout.commands import Command, Refund, Reverse, StopTimer
from kiosk.checkout.events import Card, CorrectionAsked, MoneyKind, Timer
from kiosk.checkout.regions.home import home
from kiosk.checkout.states import (
    Accepted,
    Attract,
    Corrected,
    Link,
    Live,
    Paying,
    Payment,
    Sale,
    State,
    Told,
)
from kiosk.checkout.step import Step, enter, mint, refuse, tell
from kiosk.ids import PaymentId, SaleId
from kiosk.receipt import Slip


def asked(state: State, event: CorrectionAsked) -> Step:
    """Journal the intent, then command the terminal. Only where no customer is, and it is ready."""
    baseline = state.devices.baseline
    ready = isinstance(state.phase, Attract) and state.devices.terminal is Link.READY
    whole = event.amount.minor > 0 and (event.receipt > 0) == (event.kind is MoneyKind.REVERSAL)
    payment_again = event.kind is MoneyKind.PAYMENT
    if not ready or not whole or payment_again or baseline is None or state.storage_low:
        return refuse(state)
    state, number = mint(state, "p")
    state, sale = mint(state, "s")
    payment = Payment(
        PaymentId(number), event.amount, baseline, event.at, event.kind, event.receipt
    )
    phase = Paying(Sale(SaleId(sale), event.at), payment)
    return enter(state, phase, StopTimer(Timer.IDLE), _command(state, payment))


def _command(state: State, payment: Payment) -> Command:
    accepted = mirrored(state)
    if payment.kind is MoneyKind.REVERSAL:
        return Reverse(payment.id, payment.amount, payment.original, accepted)
    return Refund(payment.id, payment.amount, accepted)


def done(state: State, payment: Payment, card: Card, slips: tuple[Slip, ...]) -> Step:
    """The terminal did it."""
    state = replace(state, corrected=Corrected(payment, card, slips), live=Live())
    told = Told.REVERSED if payment.kind is MoneyKind.REVERSAL else Told.REFUNDED
    return tell(home(state), told)


def not_done(state: State, code: int = 0) -> Step:
    """The terminal did not do it: everything is as it was."""
    return tell(home(state), Told.NOT_CORRECTED, code)


def mirrored(state: State) -> str:
    """What the next money command mirrors (1F1F): empty where this terminal never told any."""
    accepted, baseline = state.accepted, state.devices.baseline
    if accepted is None or baseline is None or baseline.terminal_id != accepted.terminal_id:
        return ""
    return accepted.sync


def accept(state: State, terminal_id: str, sync: str) -> State:
    """What the terminal told with a money command that counts now."""
    return replace(state, accepted=Accepted(terminal_id, sync)) if sync else state
