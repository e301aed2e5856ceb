"""A payment whose outcome is not known: ask until two answers agree, and never charge again."""

from __future__ import annotations

from kiosk.checkout.commands import AskLastOutcome, StartTimer, StopTimer
from kiosk.checkout.events import (
    Card,
    DeviceFault,
    Event,
    LastOutcome,
    StaffResolved,
    Timer,
    Transaction,
)
from kiosk.checkout.outcome import Finding, judge, may_be_ours
from kiosk.checkout.regions import correcting
from kiosk.checkout.regions.ending import paid
from kiosk.checkout.staff_events import MoneyKind
from kiosk.checkout.states import (
    Answer,
    Baseline,
    InDoubt,
    Link,
    Live,
    Paying,
    Settling,
    Shopping,
    State,
    Told,
)
from kiosk.checkout.step import Step, enter, stay, tell
from kiosk.replacing import replace

ASK_AGAIN_SECONDS = 10.0
STAFF_AFTER_FAILURES = 6
SLOW_SECONDS = 30.0


def doubt(state: State, phase: Paying | Settling) -> Step:
    """Enter doubt and ask at once."""
    card = phase.card if isinstance(phase, Settling) else None
    doubtful = InDoubt(phase.sale, phase.payment, card, phase.slips, asking=True)
    if isinstance(phase, Paying) and phase.signature:
        doubtful = replace(doubtful, signature=True)
    return enter(replace(state, live=Live()), doubtful, AskLastOutcome(phase.payment.id))


def ask(state: State, phase: InDoubt) -> Step:
    """Put the question again, if none is under way and asking can still help."""
    if phase.asking or phase.unclear:
        return stay(state)
    asking = replace(phase, asking=True)
    return Step(
        replace(state, phase=asking),
        (StopTimer(Timer.ASK_AGAIN), AskLastOutcome(phase.payment.id)),
    )


def answered(state: State, phase: InDoubt, event: LastOutcome) -> Step:
    """One answer is a hint; two that agree are a fact."""
    if phase.payment.id != event.payment or not phase.asking:
        return stay(state)  # of another payment, or the same answer told twice
    answer = Answer(event.terminal_id, event.last, event.tells)
    if phase.heard != answer:
        heard = replace(phase, heard=answer, asking=False, failures=0)
        return Step(replace(state, phase=heard), (StartTimer(Timer.ASK_AGAIN, ASK_AGAIN_SECONDS),))
    finding = judge(phase.payment, phase.card, answer)
    if finding is Finding.UNCLEAR:
        unclear = replace(phase, asking=False, failures=0, staff=True, unclear=True)
        return Step(replace(state, phase=unclear))
    return _settle(state, phase, answer, event, is_paid=finding is Finding.PAID)


def unanswered(state: State, phase: InDoubt, event: DeviceFault) -> Step:
    """No answer: ask again later, slowly once staff was called. Doubt stays doubt."""
    if event.payment != phase.payment.id:
        return stay(state)
    failures = phase.failures + 1
    staff = phase.staff or failures >= STAFF_AFTER_FAILURES
    waiting = replace(phase, asking=False, heard=None, failures=failures, staff=staff)
    seconds = SLOW_SECONDS if staff else ASK_AGAIN_SECONDS
    return Step(replace(state, phase=waiting), (StartTimer(Timer.ASK_AGAIN, seconds),))


def staff_resolved(state: State, phase: InDoubt, event: StaffResolved) -> Step:
    """People judged, with the terminal's slip in hand."""
    if phase.payment.id != event.payment or phase.asking:
        return stay(state)
    return _settle(state, phase, phase.heard, event, is_paid=event.paid)


def _settle(
    state: State, phase: InDoubt, answer: Answer | None, event: Event, *, is_paid: bool
) -> Step:
    state = remember(state, answer)
    last = answer.last if answer else None
    by_staff = isinstance(event, StaffResolved)
    if is_paid:
        # Staff may say so against what the terminal told last: that is then somebody else's.
        mine = last if not by_staff or may_be_ours(phase.payment, last) else None
        step = settled(state, phase, phase.card or _card_of(phase, mine), event)
    elif by_staff:
        disowned = correcting.disown(state, phase.payment)
        step = _not_settled(correcting.compared(disowned, last) if answer else disowned, phase)
    else:
        newer = last and last.result == 0 and last.receipt != phase.payment.baseline.receipt
        step = _not_settled(correcting.accept(state, last) if last and newer else state, phase)
    return replace(step, commands=(StopTimer(Timer.ASK_AGAIN), *step.commands))


def settled(state: State, phase: Settling | InDoubt, card: Card, event: Event) -> Step:
    """The money moved: by what it was meant for."""
    if phase.payment.kind is MoneyKind.PAYMENT:
        return paid(state, phase.sale, phase.payment, card, phase.slips, event.at)
    baseline = Baseline(card.terminal_id, card.trace, card.receipt)
    devices = replace(state.devices, baseline=baseline if card.trace else state.devices.baseline)
    state = correcting.accept(replace(state, devices=devices), card)
    return correcting.done(state, phase.payment, card, phase.slips)


def _not_settled(state: State, phase: InDoubt) -> Step:
    if phase.payment.kind is not MoneyKind.PAYMENT:
        return correcting.not_done(state)
    signature = any(slip.signature for slip in phase.slips)
    told = Told.SIGNATURE if signature or phase.signature else Told.NOT_CHARGED
    return tell(enter(state, Shopping(phase.sale)), told)


def remember(state: State, answer: Answer | None) -> State:
    """What the terminal remembers now is the baseline of the next payment."""
    if answer is None:
        return state
    last = answer.last
    if last is None:
        baseline = Baseline(answer.terminal_id, empty=answer.tells)
    else:
        baseline = Baseline(answer.terminal_id, last.trace, last.receipt)
    return replace(state, devices=replace(state.devices, terminal=Link.READY, baseline=baseline))


def _card_of(phase: InDoubt, last: Transaction | None) -> Card:
    """The approval as far as the terminal's memory tells it."""
    return Card(
        amount=phase.payment.amount,
        terminal_id=phase.payment.baseline.terminal_id,
        trace=last.trace if last else 0,
        receipt=last.receipt if last else 0,
        scheme=last.scheme if last else "",
        number=last.number if last else "",
        at=last.at if last else None,
        sync=last.sync if last else "",
    )
