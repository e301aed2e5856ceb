"""Reversals and refunds: staff ask, the terminal does, and nothing is taken for done on trust.

They go through the phases of a payment, with an intent and doubts of their own, on an empty sale.
"""

from __future__ import annotations

from kiosk.checkout.commands import Command, Refund, Reverse, StopTimer
from kiosk.checkout.events import Card, Timer, Transaction
from kiosk.checkout.regions.home import home
from kiosk.checkout.staff_events import CorrectionAsked, MoneyKind
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
from kiosk.replacing import replace

MOST_RECEIPT = 9999
"""Receipt numbers of terminals have four digits on the wire, and begin anew."""


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
    return enter(sent(state), phase, StopTimer(Timer.IDLE), _command(state, payment))


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
    """What the next money command mirrors (1F1F): empty, which is always safe, unless the terminal's
    last receipt is the one it told us with that word, or one that it shall take back.
    """
    accepted, baseline = state.accepted, state.devices.baseline
    if accepted is None or baseline is None or baseline.terminal_id != accepted.terminal_id:
        return ""
    in_step = baseline.receipt == accepted.receipt
    return accepted.sync if in_step or accepted.takes_back else ""


def accept(state: State, told: Card | Transaction) -> State:
    """A money command counts now: the word to mirror is what the terminal told with it, if any."""
    known = bool(told.sync and told.receipt)
    accepted = Accepted(told.terminal_id, told.receipt, told.sync) if known else None
    return replace(state, accepted=accepted)


def disown(state: State, payment: Payment) -> State:
    """Staff say that a payment did not count: the terminal may hold it all the same."""
    if state.accepted is None or payment.kind is not MoneyKind.PAYMENT:
        return state
    return replace(state, accepted=replace(state.accepted, disowned=payment.amount))


def compared(state: State, last: Transaction | None) -> State:
    """The terminal told its last transaction: is it the one staff had disowned, and nothing else?"""
    accepted = state.accepted
    if accepted is None or accepted.disowned is None:
        return state
    held = (
        last is not None
        and (last.result, last.reversal_of, last.amount) == (0, None, accepted.disowned)
        and last.receipt == accepted.receipt % MOST_RECEIPT + 1
    )
    return replace(state, accepted=replace(accepted, disowned=None, takes_back=held))


def sent(state: State) -> State:
    """The word went out: it takes back once at most."""
    if state.accepted is None or not state.accepted.takes_back:
        return state
    return replace(state, accepted=None)
