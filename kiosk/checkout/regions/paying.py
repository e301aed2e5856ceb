"""Paying and settling: the terminal has the word, and its word is kept before it is answered."""

from __future__ import annotations

from kiosk.checkout.commands import ReadyTerminal, RequestCancel
from kiosk.checkout.events import (
    CardApproved,
    Device,
    DeviceFault,
    PaymentClosed,
    PaymentDeclined,
    SlipReceived,
)
from kiosk.checkout.regions import correcting
from kiosk.checkout.regions.doubt import doubt, settled
from kiosk.checkout.staff_events import MoneyKind
from kiosk.checkout.states import Link, Live, Paying, Settling, Shopping, State, Told
from kiosk.checkout.step import Step, enter, refuse, stay, tell
from kiosk.receipt import joined
from kiosk.replacing import replace

STOPPED_CODE = 0x6C
"""ZVT result code: aborted by the customer or by timeout (PA00P015 chapter 10)."""


def cancel_asked(state: State, phase: Paying) -> Step:
    """The customer wants to stop. A wish: the result is what the terminal says."""
    if phase.cancel_asked:
        return stay(state)
    asked = replace(phase, cancel_asked=True)
    return Step(replace(state, phase=asked), (RequestCancel(Device.TERMINAL),))


def approved(state: State, event: CardApproved) -> Step:
    """KEEP only the approval that was asked for: this payment, this amount, this terminal."""
    phase = state.phase
    if isinstance(phase, Settling) and (phase.payment.id, phase.card) == (
        event.payment,
        event.card,
    ):
        return stay(state)  # yielded again after WAIT
    if isinstance(phase, Settling) and phase.payment.id == event.payment:
        return refuse(replace(state, phase=replace(phase, refused=True)))
    if not isinstance(phase, Paying) or phase.payment.id != event.payment:
        return refuse(state)
    same = phase.payment.baseline.is_of(event.card.terminal_id)
    expected = same and event.card.amount == phase.payment.amount and not event.card.signature
    if phase.refused or not expected:
        wanted = phase.signature or event.card.signature
        return refuse(replace(state, phase=replace(phase, refused=True, signature=wanted)))
    settling = Settling(phase.sale, phase.payment, event.card, phase.slips)
    return Step(replace(state, phase=settling, live=Live()))


def slip_received(state: State, event: SlipReceived) -> Step:
    """Keep the slip, or its part. One to be signed is refused before it counts: nobody is here to look
    at a signature. So is one that belongs to no running payment.
    """
    phase = state.phase
    if not isinstance(phase, Paying | Settling) or phase.payment.id != event.payment:
        return refuse(state)
    kept = replace(phase, slips=joined(phase.slips, event.slip))
    if event.slip.signature and not phase.refused:
        return refuse(replace(state, phase=replace(kept, refused=True)))
    return Step(replace(state, phase=kept))


def closed(state: State, event: PaymentClosed) -> Step:
    """The dialogue ended well. Without an approval kept before, that proves nothing."""
    phase = state.phase
    if not isinstance(phase, Settling) or phase.payment.id != event.payment or phase.refused:
        return unproven(state, event)
    step = settled(state, phase, phase.card, event)
    if phase.card.trace:
        return step
    # Without its trace this payment is no baseline for the next: read the terminal's memory.
    devices = replace(step.state.devices, terminal=Link.READYING, baseline=None)
    return replace(step, state=replace(step.state, devices=devices)).then(ReadyTerminal())


def declined(state: State, event: PaymentDeclined) -> Step:
    """No money moved, if nothing had been approved; the basket is as it was."""
    phase = state.phase
    if isinstance(phase, Paying) and phase.payment.id == event.payment and not phase.refused:
        devices = replace(state.devices, terminal=Link.READYING, baseline=None)
        state = replace(state, devices=devices, live=Live())
        if phase.payment.kind is not MoneyKind.PAYMENT:
            return correcting.not_done(state, event.code).then(ReadyTerminal())
        told = Told.STOPPED if event.code == STOPPED_CODE else Told.DECLINED
        return tell(enter(state, Shopping(phase.sale), ReadyTerminal()), told, event.code)
    return unproven(state, event)


def unproven(state: State, event: PaymentClosed | PaymentDeclined) -> Step:
    """The dialogue ended in a way that does not prove its outcome: ask."""
    phase = state.phase
    if isinstance(phase, Paying | Settling) and phase.payment.id == event.payment:
        return doubt(state, phase)
    return stay(state)


def terminal_fault(state: State, event: DeviceFault) -> Step:
    """The terminal failed in a payment: doubt, unless nothing of it was ever sent."""
    phase = state.phase
    if isinstance(phase, Paying | Settling) and phase.payment.id != event.payment:
        return stay(state)  # an older fault, reported while the payment was already on its way
    if isinstance(phase, Paying) and event.outcome_known:
        if phase.payment.kind is not MoneyKind.PAYMENT:
            return correcting.not_done(replace(state, live=Live()))
        step = enter(state, Shopping(phase.sale))
        return tell(replace(step, state=replace(step.state, live=Live())), Told.TERMINAL_AWAY)
    if isinstance(phase, Paying | Settling):
        return doubt(state, phase)
    return stay(state)
