"""Reversal and refund: staff ask, the terminal does, and doubts of their own are resolved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.checkout.commands import (
    AskLastOutcome,
    Command,
    ReadyTerminal,
    Refund,
    Reverse,
    StartTimer,
    StopTimer,
)
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    UNSTAMPED,
    CardApproved,
    Device,
    DeviceFault,
    Event,
    FaultKind,
    LastOutcome,
    PaymentClosed,
    PaymentDeclined,
    PayPressed,
    Restarted,
    SlipReceived,
    StaffResolved,
    Timer,
    TimerFired,
    Transaction,
)
from kiosk.checkout.staff_events import CorrectionAsked, MoneyKind
from kiosk.checkout.states import (
    Attract,
    Baseline,
    InDoubt,
    Link,
    OutOfService,
    Paying,
    Settling,
    Shopping,
    State,
    Told,
)
from kiosk.checkout.step import Step, Verdict
from kiosk.ids import PaymentId
from kiosk.money import Money
from kiosk.receipt import Slip
from tests.story import MILK, NOW, P1, SHOP, TID, card, shopping, silence, transaction

REVERSE = CorrectionAsked(MoneyKind.REVERSAL, Money(119), 6, "staff 7")
REFUND = CorrectionAsked(MoneyKind.REFUND, Money(119), by="staff 7")
AGAIN = TimerFired(Timer.ASK_AGAIN)
SLIP = Slip("merchant", ("Storno",))
PAY = PayPressed(1, Money(119))
UNCHANGED = transaction(trace=6)
UNDONE = transaction(trace=7, reversal_of=6)


def at_rest() -> State:
    """Nobody is here; the terminal is ready."""
    return replace(shopping(), phase=Attract())


def play(state: State, *events: Event) -> Step:
    """The last step of these events, one a second."""
    step = Step(state)
    for number, event in enumerate(events):
        at = event.at if event.at != UNSTAMPED else NOW + timedelta(seconds=number)
        step = decide(step.state, replace(event, at=at))
    return step


def told(last: Transaction | None) -> LastOutcome:
    return LastOutcome(P1, TID, last)


def twice(last: Transaction | None) -> tuple[Event, ...]:
    """The terminal is asked again after a while, and says the same."""
    return told(last), AGAIN, told(last)


def commands(step: Step) -> list[Command]:
    """Without timers."""
    return [each for each in step.commands if not isinstance(each, StartTimer | StopTimer)]


def said(state: State) -> tuple[Told, int]:
    assert state.notice is not None
    return state.notice.told, state.notice.code


@pytest.mark.parametrize(
    ("event", "command", "notice"),
    [
        (REVERSE, Reverse(P1, Money(119), 6), Told.REVERSED),
        (REFUND, Refund(P1, Money(119)), Told.REFUNDED),
    ],
)
def test_staff_ask_and_the_terminal_does(
    event: CorrectionAsked, command: Command, notice: Told
) -> None:
    """Its slips are kept, and the next money command has a new baseline."""
    step = play(at_rest(), event)
    assert commands(step) == [command]
    step = play(step.state, SlipReceived(P1, SLIP), CardApproved(P1, card()))
    assert step.verdict is Verdict.KEEP
    assert isinstance(step.state.phase, Settling)
    state = play(step.state, PaymentClosed(P1)).state
    assert isinstance(state.phase, Attract)
    assert state.corrected is not None
    assert (state.corrected.payment.kind, state.corrected.slips) == (event.kind, (SLIP,))
    assert said(state) == (notice, 0)
    assert state.devices.baseline == Baseline(TID, 7, 7)
    assert (state.receipts, state.member, state.undelivered) == (0, None, ())


@pytest.mark.parametrize(
    "event",
    [
        CorrectionAsked(MoneyKind.PAYMENT, Money(119)),
        CorrectionAsked(MoneyKind.REVERSAL, Money(119)),
        CorrectionAsked(MoneyKind.REFUND, Money(119), 6),
        CorrectionAsked(MoneyKind.REFUND, Money(0)),
        CorrectionAsked(MoneyKind.REFUND, Money(-5)),
    ],
)
def test_what_is_no_correction_is_refused(event: CorrectionAsked) -> None:
    """A reversal names a payment, a refund names none, and both an amount."""
    step = play(at_rest(), event)
    assert (step.verdict, step.state) == (Verdict.REFUSE, at_rest())


@pytest.mark.parametrize("event", [REVERSE, REFUND])
def test_not_while_a_customer_is_here_or_the_terminal_is_not(event: CorrectionAsked) -> None:
    """Nobody's basket is in the way, and nothing leaves without a baseline."""
    lost = replace(at_rest().devices, terminal=Link.LOST, baseline=None)
    for state in (
        shopping(MILK),
        replace(at_rest(), devices=lost),
        replace(at_rest(), storage_low=True),
    ):
        assert play(state, event).verdict is Verdict.REFUSE


def test_a_refused_correction_changes_nothing() -> None:
    """The terminal's code is told; its memory is read anew."""
    step = play(at_rest(), REVERSE, PaymentDeclined(P1, 0xB5))
    assert commands(step) == [ReadyTerminal()]
    assert said(step.state) == (Told.NOT_CORRECTED, 0xB5)
    assert isinstance(step.state.phase, Attract)
    assert step.state.corrected is None


def test_a_correction_that_never_left_is_none() -> None:
    """The line failed before the command; the kiosk is out of service until it is back."""
    known = DeviceFault(Device.TERMINAL, FaultKind.UNAVAILABLE, True, P1)
    state = play(at_rest(), REFUND, known).state
    assert isinstance(state.phase, OutOfService)
    assert state.corrected is None


@pytest.mark.parametrize(
    ("event", "last", "done"),
    [
        (REVERSE, UNDONE, True),
        (REVERSE, UNCHANGED, False),
        (REVERSE, transaction(trace=7, result=0xB5), False),
        (REVERSE, transaction(trace=8, reversal_of=7), False),
        (REVERSE, transaction(trace=7, reversal_of=999_990), True),
        (REFUND, transaction(trace=7), True),
        (REFUND, UNCHANGED, False),
        (REFUND, transaction(trace=8, reversal_of=7), False),
    ],
)
def test_a_doubt_is_resolved_by_the_terminal_s_memory(
    event: CorrectionAsked, last: Transaction, done: bool
) -> None:
    """Two answers that agree; never a second command."""
    step = play(at_rest(), event, silence())
    assert commands(step) == [AskLastOutcome(P1)]
    assert isinstance(step.state.phase, InDoubt)
    state = play(step.state, *twice(last)).state
    assert isinstance(state.phase, Attract)
    assert (state.corrected is not None) is done
    assert (said(state)[0] is Told.NOT_CORRECTED) is not done


@pytest.mark.parametrize(
    ("event", "last"),
    [
        (REVERSE, transaction(trace=7)),
        (REVERSE, transaction(amount=50, trace=7, reversal_of=6)),
        (REFUND, transaction(amount=50, trace=7)),
        (REFUND, None),
    ],
)
def test_what_only_people_can_judge_waits_for_them(
    event: CorrectionAsked, last: Transaction | None
) -> None:
    """Some other transaction, another amount, a memory that is empty."""
    state = play(at_rest(), event, silence(), *twice(last)).state
    assert isinstance(state.phase, InDoubt)
    assert state.phase.unclear
    for paid in (True, False):
        resolved = play(state, StaffResolved(P1, paid, "slip 0007")).state
        assert isinstance(resolved.phase, Attract)
        assert (resolved.corrected is not None) is paid


def test_a_restart_in_the_middle_is_a_doubt() -> None:
    """As with a payment."""
    step = play(at_rest(), REVERSE, CardApproved(P1, card()), Restarted(SHOP))
    assert commands(step) == [AskLastOutcome(P1)]
    approved = transaction(trace=7, reversal_of=6)
    assert play(step.state, *twice(approved)).state.corrected is not None


# --- signatures -----------------------------------------------------------------------------------


@pytest.mark.parametrize("by_slip", [True, False])
def test_a_signature_is_refused_before_it_counts(by_slip: bool) -> None:
    """Nobody is here to look at one: the terminal takes it back, and the customer hears why."""
    if by_slip:
        step = play(
            shopping(MILK),
            PAY,
            CardApproved(P1, card()),
            SlipReceived(P1, replace(SLIP, signature=True)),
        )
    else:
        step = play(shopping(MILK), PAY, CardApproved(P1, replace(card(), signature=True)))
    assert step.verdict is Verdict.REFUSE
    gone = transaction(trace=8, reversal_of=7)
    state = play(step.state, PaymentDeclined(P1, 0x66), *twice(gone)).state
    assert isinstance(state.phase, Shopping)
    assert said(state)[0] is Told.SIGNATURE


def test_slips_are_joined_as_they_come() -> None:
    """Each part is kept before it is acknowledged; the receipt has whole slips."""
    parts = (
        Slip("", ("A",), ended=False),
        Slip("customer", ("B",), ("centre",), ended=True),
        Slip("", ("C",)),
    )
    step = play(
        shopping(MILK), PAY, CardApproved(P1, card()), *(SlipReceived(P1, part) for part in parts)
    )
    assert isinstance(step.state.phase, Settling)
    assert step.state.phase.slips == (
        Slip("customer", ("A", "B"), ("", "centre")),
        Slip("", ("C",)),
    )


def test_a_correction_of_another_payment_is_not_this_one() -> None:
    """Ids are minted; a stale approval is refused."""
    stale = CardApproved(PaymentId("K1-abc-p999999"), card())
    step = play(at_rest(), REFUND, stale)
    assert step.verdict is Verdict.REFUSE
    assert isinstance(step.state.phase, Paying)
