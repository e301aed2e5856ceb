"""A payment is never lost, never doubled, never guessed: conversations with the machine."""

from __future__ import annotations

import pytest

from kiosk.checkout.commands import (
    AskLastOutcome,
    Authorize,
    PrintReceipt,
    ReadyTerminal,
    RequestCancel,
)
from kiosk.checkout.events import (
    CardApproved,
    Device,
    DeviceFault,
    FaultKind,
    LastOutcome,
    PaymentCancelPressed,
    PaymentClosed,
    PaymentDeclined,
    PayPressed,
    ReceiptPrinted,
    Restarted,
    SlipReceived,
    StaffResolved,
    Timer,
    TimerFired,
    Transaction,
)
from kiosk.checkout.states import (
    InDoubt,
    Paid,
    Paying,
    Settling,
    Shopping,
    Thanks,
    Told,
)
from kiosk.ids import JobId, PaymentId
from kiosk.money import Money
from kiosk.receipt import Slip
from tests.story import MILK, P1, P2, SHOP, TID, WINE, Story, card, shopping, silence, transaction

PAY = PayPressed(1, Money(119))
AUTHORIZE = Authorize(P1, Money(119))
ASK = AskLastOutcome(P1)
AGAIN = TimerFired(Timer.ASK_AGAIN)


def paying() -> Story:
    return Story(shopping(MILK)) >> PAY << AUTHORIZE


def in_doubt() -> Story:
    return paying() >> silence() << ASK


def outcome(last: Transaction | None) -> LastOutcome:
    return LastOutcome(P1, TID, last)


def test_a_purchase_is_paid_when_the_terminal_closed_the_dialogue() -> None:
    """Approval, slip, completion, receipt: the straight line."""
    slip = Slip("customer", ("Zahlung erfolgt",))
    story = (
        paying()
        >> CardApproved(P1, card())
        >> SlipReceived(P1, slip)
        >> PaymentClosed(P1)
        << PrintReceipt
        >> ReceiptPrinted(JobId("K1-abc-j000002"))
    )
    assert story.ends_in(Thanks).receipts == 1


def test_an_approval_alone_is_not_paid() -> None:
    """Paid before closed would hand out goods for a payment the terminal may still drop."""
    state = (paying() >> CardApproved(P1, card())).kept().ends_in(Settling)
    assert state.receipts == 0


def test_a_completion_without_an_approval_is_doubt() -> None:
    """The terminal says it is done, but never said what was approved."""
    (paying() >> PaymentClosed(P1) << ASK).ends_in(InDoubt)


def test_silence_is_doubt_and_doubt_is_asked_not_repeated() -> None:
    """Two answers that agree make it paid; no second authorisation is ever sent."""
    (
        in_doubt()
        >> outcome(transaction())
        >> AGAIN
        << ASK
        >> outcome(transaction())
        << PrintReceipt
    ).ends_in(Paid)


def test_one_answer_decides_nothing() -> None:
    """A terminal that reverses late would be believed too early."""
    (in_doubt() >> outcome(transaction())).ends_in(InDoubt)


def test_answers_that_differ_are_asked_again() -> None:
    """Paid, then reversed: the basket stays and nothing was charged."""
    undone = transaction(trace=8, reversal_of=7)
    state = (
        in_doubt()
        >> outcome(transaction())
        >> AGAIN
        << ASK
        >> outcome(undone)
        >> AGAIN
        << ASK
        >> outcome(undone)
    ).ends_in(Shopping)
    assert state.notice is not None
    assert state.notice.told is Told.NOT_CHARGED


def test_an_unchanged_terminal_has_not_charged() -> None:
    """Its last transaction is still the one of the baseline."""
    same = transaction(amount=500, trace=6)
    (in_doubt() >> outcome(same) >> AGAIN << ASK >> outcome(same)).ends_in(Shopping)


@pytest.mark.parametrize(
    "last",
    [
        transaction(amount=120),
        transaction(terminal_id="99999999"),
        transaction(at=None),
        transaction(at=transaction().at.replace(year=2025)),  # type: ignore[union-attr]
        transaction(trace=8, reversal_of=6),
        None,
    ],
    ids=["amount", "terminal", "no-time", "before-intent", "reversed-another", "memory-lost"],
)
def test_what_only_people_can_judge_calls_staff(last: Transaction | None) -> None:
    """Anything that is not certain is no answer; no money command follows."""
    state = (in_doubt() >> outcome(last) >> AGAIN << ASK >> outcome(last)).ends_in(InDoubt)
    assert isinstance(state.phase, InDoubt)
    assert state.phase.unclear
    assert state.phase.staff
    Story(state) >> AGAIN >> PAY
    assert isinstance(state.phase, InDoubt)


def test_staff_may_decide_a_payment_in_doubt() -> None:
    """With the terminal's slip in hand, and only for the payment that is in doubt."""
    unclear = (
        in_doubt()
        >> outcome(transaction(amount=120))
        >> AGAIN
        << ASK
        >> outcome(transaction(amount=120))
    ).ends_in(InDoubt)
    (Story(unclear) >> StaffResolved(P2, True, "slip")).ends_in(InDoubt)
    (Story(unclear) >> StaffResolved(P1, True, "slip") << PrintReceipt).ends_in(Paid)
    (Story(unclear) >> StaffResolved(P1, False, "no slip")).ends_in(Shopping)


def test_a_question_without_an_answer_is_put_again_and_staff_come() -> None:
    """The terminal stays away: doubt stays doubt, slowly."""
    story = in_doubt()
    for _ in range(6):
        story = story >> silence() >> AGAIN << ASK
    state = story.ends_in(InDoubt)
    assert isinstance(state.phase, InDoubt)
    assert state.phase.staff


@pytest.mark.parametrize("approved", [False, True])
def test_a_restart_in_a_payment_is_doubt(approved: bool) -> None:
    """Kill the power at any instant: the kiosk asks; it never charges again to find out."""
    story = paying()
    if approved:
        story = story >> CardApproved(P1, card())
    (story >> Restarted(SHOP) << ASK).ends_in(InDoubt)


def test_a_restart_after_paid_prints_a_copy() -> None:
    """The first print may have come out."""
    story = paying() >> CardApproved(P1, card()) >> PaymentClosed(P1) << PrintReceipt
    state = (story >> Restarted(SHOP) << PrintReceipt).ends_in(Paid)
    assert isinstance(state.phase, Paid)
    assert state.phase.copy


@pytest.mark.parametrize(
    "approval",
    [
        CardApproved(P1, card(amount=118)),
        CardApproved(P2, card()),
        CardApproved(P1, card(terminal_id="99999999")),
    ],
    ids=["amount", "payment", "terminal"],
)
def test_an_approval_nobody_asked_for_is_refused(approval: CardApproved) -> None:
    """REFUSE makes the terminal reverse."""
    (paying() >> approval).refused().ends_in(Paying)


def test_a_refused_approval_is_verified() -> None:
    """Whether the terminal took it back is not taken on trust."""
    story = (paying() >> CardApproved(P1, card(amount=118))).refused()
    (story >> PaymentDeclined(P1, 0x66) << ASK).ends_in(InDoubt)


def test_an_approval_while_shopping_is_refused() -> None:
    """A payment left over on the terminal is nobody's."""
    (Story(shopping(MILK)) >> CardApproved(P1, card())).refused().ends_in(Shopping)


def test_the_same_approval_again_is_kept_once() -> None:
    """After WAIT the driver yields it again: idempotent."""
    story = (paying() >> CardApproved(P1, card())).kept()
    before = story.state
    assert (story >> CardApproved(P1, card())).kept().state == before


def test_a_decline_keeps_the_basket_and_reads_the_terminal_anew() -> None:
    """The baseline of the next payment is fresh; pay waits for it."""
    story = paying() >> PaymentDeclined(P1, 0x05) << ReadyTerminal()
    state = (story >> PAY).ends_in(Shopping)
    assert state.notice is not None
    assert state.notice.told is Told.TERMINAL_AWAY


def test_a_decline_after_an_approval_is_doubt() -> None:
    """An error after the acknowledgement does not undo a payment."""
    story = paying() >> CardApproved(P1, card()) >> PaymentDeclined(P1, 0x66) << ASK
    story.ends_in(InDoubt)


def test_cancel_is_a_wish() -> None:
    """It is passed on once; the result is what the terminal says."""
    story = paying() >> PaymentCancelPressed() << RequestCancel(Device.TERMINAL)
    (story >> PaymentCancelPressed() >> CardApproved(P1, card())).kept().ends_in(Settling)


def test_a_terminal_that_could_not_be_reached_has_not_charged() -> None:
    """Nothing was sent: the outcome is known."""
    fault = DeviceFault(Device.TERMINAL, FaultKind.UNAVAILABLE, True, P1)
    (paying() >> fault).ends_in(Shopping)


def test_an_older_fault_does_not_touch_a_payment() -> None:
    """It was reported while the payment was already on its way."""
    (paying() >> DeviceFault(Device.TERMINAL, FaultKind.SILENT, False)).ends_in(Paying)


def test_another_total_than_seen_is_refused() -> None:
    """The customer pays what the screen said."""
    state = (Story(shopping(MILK)) >> PayPressed(1, Money(118))).ends_in(Shopping)
    assert state.notice is not None
    assert state.notice.told is Told.TOTAL_CHANGED


def test_restricted_articles_wait_for_staff() -> None:
    """Nothing opens or approves by default."""
    pay = PayPressed(1, WINE.price)
    (Story(shopping(WINE)) >> pay).ends_in(Shopping)
    (Story(shopping(WINE, released=16)) >> pay << Authorize).ends_in(Paying)


def test_a_slip_of_no_payment_is_refused() -> None:
    """Only the payment under way may print."""
    (Story(shopping(MILK)) >> SlipReceived(P1, Slip("customer", ()))).refused()


def test_ids_never_repeat_over_payments() -> None:
    """A second payment of one sale has an id of its own."""
    story = in_doubt()
    same = transaction(amount=500, trace=6)
    story = story >> outcome(same) >> AGAIN << ASK >> outcome(same)
    (story >> PAY << Authorize(PaymentId("K1-abc-p000002"), Money(119))).ends_in(Paying)


def test_another_approval_while_settling_is_refused_and_asked_about() -> None:
    """A good end after it would prove nothing."""
    story = paying() >> CardApproved(P1, card())
    story = (story >> CardApproved(P1, card(trace=8))).refused()
    (story >> PaymentClosed(P1) << ASK).ends_in(InDoubt)


def test_slips_before_the_approval_are_printed_too() -> None:
    """Terminals differ in when they print."""
    slip = Slip("customer", ("Zahlung erfolgt",))
    story = paying() >> SlipReceived(P1, slip) >> CardApproved(P1, card()) >> PaymentClosed(P1)
    state = (story << PrintReceipt).ends_in(Paid)
    assert isinstance(state.phase, Paid)
    assert state.phase.sold.slips == (slip,)


def test_an_approval_without_a_trace_is_no_baseline() -> None:
    """The next payment waits until the terminal's memory was read."""
    story = paying() >> CardApproved(P1, card(trace=0)) >> PaymentClosed(P1)
    state = (story << PrintReceipt << ReadyTerminal()).ends_in(Paid)
    assert state.devices.baseline is None


def test_the_same_answer_told_twice_is_one_answer() -> None:
    """Two questions, two answers."""
    (in_doubt() >> outcome(transaction()) >> outcome(transaction())).ends_in(InDoubt)


def test_a_terminal_that_cannot_say_is_for_people() -> None:
    """Silence about the past is not the same as nothing in it."""
    mute = LastOutcome(P1, TID, None, tells=False)
    state = (in_doubt() >> mute >> AGAIN << ASK >> mute).ends_in(InDoubt)
    assert isinstance(state.phase, InDoubt)
    assert state.phase.staff


def test_a_kept_approval_of_the_same_trace_needs_no_time() -> None:
    """The terminal's clock may run behind ours; its trace does not."""
    early = transaction(at=transaction().at.replace(year=2025))  # type: ignore[union-attr]
    story = paying() >> CardApproved(P1, card()) >> silence() << ASK
    (story >> outcome(early) >> AGAIN << ASK >> outcome(early) << PrintReceipt).ends_in(Paid)
