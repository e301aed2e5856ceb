"""What the terminal wants mirrored (1F1F): the last that counts, and never a word that is too old."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.checkout.commands import (
    Authorize,
    Refund,
    Reverse,
)
from kiosk.checkout.events import (
    Card,
    CardApproved,
    Device,
    DeviceFault,
    DeviceOnline,
    FaultKind,
    PaymentClosed,
    PaymentDeclined,
    PayPressed,
    StaffResolved,
    TerminalReady,
    Timer,
    TimerFired,
    Transaction,
)
from kiosk.checkout.staff_events import CorrectionAsked, MoneyKind
from kiosk.checkout.states import (
    Accepted,
    Paid,
    Shopping,
    State,
)
from kiosk.money import Money
from kiosk.receipt import Slip
from tests.kiosk.checkout.test_correcting import at_rest, commands, play, twice
from tests.story import MILK, P1, TID, card, shopping, silence, transaction

REVERSE = CorrectionAsked(MoneyKind.REVERSAL, Money(119), 6, "staff 7")
REFUND = CorrectionAsked(MoneyKind.REFUND, Money(119), by="staff 7")
AGAIN = TimerFired(Timer.ASK_AGAIN)
SLIP = Slip("merchant", ("Storno",))
UNCHANGED = transaction(trace=6)
UNDONE = transaction(trace=7, reversal_of=6)


PAY = PayPressed(1, Money(119))
KNOWN = Accepted(TID, 6, "06")


def before(accepted: Accepted | None = KNOWN) -> State:
    """The terminal's last receipt is number 6."""
    return replace(shopping(MILK), accepted=accepted)


def synced(sync: str) -> Card:
    return replace(card(), sync=sync)


def mirrors(state: State) -> str:
    """The word of the next payment."""
    phase = shopping(MILK).phase
    (command,) = commands(play(replace(state, phase=phase), PAY))
    assert isinstance(command, Authorize)
    return command.accepted


def readied(state: State, last: Transaction | None) -> State:
    """The terminal is registered anew, and tells its last transaction."""
    lost = DeviceFault(Device.TERMINAL, FaultKind.SILENT, False)
    return play(state, lost, DeviceOnline(Device.TERMINAL), TerminalReady(TID, last)).state


def test_the_last_that_counts_is_mirrored() -> None:
    """Empty until a terminal told one; then verbatim, and only to that terminal."""
    assert commands(play(before(None), PAY)) == [Authorize(P1, Money(119))]
    state = play(before(None), PAY, CardApproved(P1, synced("0117")), PaymentClosed(P1)).state
    assert isinstance(state.phase, Paid)
    assert state.accepted == Accepted(TID, 7, "0117")
    assert mirrors(state) == "0117"
    assert mirrors(replace(state, accepted=Accepted("99999999", 7, "0117"))) == ""
    rest = replace(at_rest(), accepted=KNOWN)
    assert commands(play(rest, REFUND)) == [Refund(P1, Money(119), "06")]
    assert commands(play(rest, REVERSE)) == [Reverse(P1, Money(119), 6, "06")]


def test_a_correction_counts_as_well() -> None:
    """Its word is the one to mirror from then on."""
    done = play(at_rest(), REVERSE, CardApproved(P1, synced("07")), PaymentClosed(P1))
    assert done.state.accepted == Accepted(TID, 7, "07")


def test_what_did_not_count_is_not_mirrored() -> None:
    """A decline, or an approval that was refused, leaves the old word."""
    wrong = replace(synced("07"), amount=Money(1))
    for event in (PaymentDeclined(P1, 5), CardApproved(P1, wrong)):
        assert play(before(), PAY, event).state.accepted == KNOWN


@pytest.mark.parametrize("by_staff", [True, False])
def test_a_payment_without_a_word_leaves_none(by_staff: bool) -> None:
    """One behind, the old word would make the terminal take this payment back."""
    told = play(before(), PAY, CardApproved(P1, card()), PaymentClosed(P1)).state
    assert (told.accepted, mirrors(told)) == (None, "")
    ends = (StaffResolved(P1, True, ""),) if by_staff else twice(transaction())
    found = play(before(), PAY, silence(), *ends).state
    if by_staff:
        found = play(before(), PAY, silence(), told_lost(), *ends).state
    assert isinstance(found.phase, Paid)
    assert found.accepted is None


def told_lost() -> DeviceFault:
    """The terminal does not answer the question either."""
    return replace(silence(), payment=P1)


@pytest.mark.parametrize(
    ("last", "accepted"),
    [
        (replace(transaction(), sync="07"), Accepted(TID, 7, "07")),
        (replace(transaction(trace=8, reversal_of=7), sync="08"), Accepted(TID, 8, "08")),
        (transaction(trace=8, reversal_of=7), None),
        (replace(UNCHANGED, sync="06"), KNOWN),
        (replace(transaction(result=5), sync="07"), KNOWN),
    ],
)
def test_recovery_brings_the_word_up_to_date(last: Transaction, accepted: Accepted | None) -> None:
    """Paid: that payment counts. Reversed: the reversal is the last both know. Else the old word."""
    state = play(before(), PAY, silence(), *twice(last)).state
    assert isinstance(state.phase, Paid | Shopping)
    assert state.accepted == (
        replace(accepted, receipt=last.receipt) if accepted and accepted is not KNOWN else accepted
    )


@pytest.mark.parametrize("last", [transaction(amount=5000), transaction(), None])
def test_what_others_did_at_the_terminal_is_never_taken_back(last: Transaction | None) -> None:
    """The terminal is further than the word: it is not told."""
    assert mirrors(readied(before(), UNCHANGED)) == "06"
    assert mirrors(readied(before(), last)) == ""


def disowned() -> State:
    """Staff said that the payment did not count, and nobody could ask the terminal."""
    return play(before(), PAY, silence(), told_lost(), StaffResolved(P1, False, "")).state


def test_staff_who_say_not_paid_have_the_terminal_take_it_back() -> None:
    """It holds that payment, one receipt further: the old word says so, once (chapter 4)."""
    state = readied(disowned(), transaction())
    assert mirrors(state) == "06"
    assert play(replace(state, phase=before().phase), PAY).state.accepted is None


@pytest.mark.parametrize(
    "last",
    [
        transaction(amount=5000),
        transaction(trace=8),
        transaction(result=5),
        transaction(reversal_of=5),
        None,
    ],
)
def test_only_the_payment_that_staff_disowned_is_taken_back(last: Transaction | None) -> None:
    """Not somebody else's: another amount, more than one receipt further, no payment."""
    assert mirrors(readied(disowned(), last)) == ""
    state = play(before(), PAY, silence(), *twice(transaction(amount=5000))).state
    assert mirrors(play(state, StaffResolved(P1, False, "")).state) == ""


def test_staff_s_word_takes_nothing_from_another_transaction() -> None:
    """Paid, they say, though the terminal's last is somebody else's: its card is not on the receipt."""
    other = replace(transaction(amount=5000), scheme="visa", sync="07")
    state = play(before(), PAY, silence(), *twice(other), StaffResolved(P1, True, "")).state
    assert isinstance(state.phase, Paid)
    found = state.phase.sold.card
    assert (found.amount, found.trace, found.scheme) == (Money(119), 0, "")
    assert state.accepted is None
