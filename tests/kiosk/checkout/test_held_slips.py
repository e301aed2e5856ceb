"""Deposit slips where a service is asked: this kiosk's alone, from the hold until it is let go of."""

from __future__ import annotations

from dataclasses import replace as plainly

import pytest

from kiosk.checkout.commands import HoldSlip, ReleaseSlip, StartTimer, StopTimer
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    CardApproved,
    Device,
    DeviceFault,
    DeviceOnline,
    Event,
    FaultKind,
    PaymentClosed,
    PayPressed,
    QuantitySet,
    ReceiptPrinted,
    Restarted,
    StartPressed,
    Timer,
    TimerFired,
)
from kiosk.checkout.floor import Act, Reason, Tenders
from kiosk.checkout.floor_events import Acted, AttendantArrived, ParkPressed, ResumeAsked
from kiosk.checkout.goods_events import (
    DepositSlipScanned,
    SlipFault,
    SlipHeld,
    SlipRefused,
    SlipReleased,
)
from kiosk.checkout.regions.selling import may_pay
from kiosk.checkout.regions.slips import AGAIN_SECONDS, ASKED_MOST, SLIPS_MOST
from kiosk.checkout.states import Paid, Redeemed, Shopping, State, Told
from kiosk.ids import LineId
from kiosk.journal import digest_of
from kiosk.money import Money
from kiosk.screens.present import present
from tests.kiosk.checkout.test_slips import due, told
from tests.story import MILK, NOW, SHOP, card, shopping

FACE = Money(75)
SHOWN = DepositSlipScanned("00007", FACE)
CHECKED = Tenders(slips_checked=True)
OURS = SlipHeld("00007", FACE, FACE, 1)
HOLD = HoldSlip("00007", FACE)


def checked(*articles: object) -> State:
    """A kiosk with a service that is asked, and milk in the basket."""
    state = shopping(*(articles or (MILK,)))  # type: ignore[arg-type]
    return replace(state, service=True, tenders=CHECKED)


def replace(state: State, **changes: object) -> State:
    return plainly(state, **changes)  # type: ignore[arg-type]


def steps(state: State, *events: Event) -> tuple[State, list[object]]:
    """The state after them, and what they made to be asked or told."""
    asked: list[object] = []
    for event in events:
        step = decide(state, plainly(event, at=NOW))
        state = step.state
        asked += [each for each in step.commands if isinstance(each, HoldSlip | ReleaseSlip)]
    return state, asked


def paid(state: State) -> State:
    """By card, printed, and goodbye."""
    state, _ = steps(state, PayPressed(1, Money(due(state))))
    payment = state.phase.payment  # type: ignore[union-attr]
    state, _ = steps(state, CardApproved(payment.id, card(payment.amount.minor)))
    state, _ = steps(state, PaymentClosed(payment.id))
    assert isinstance(state.phase, Paid)
    return steps(state, ReceiptPrinted(state.phase.job), TimerFired(Timer.THANKS))[0]


def test_nothing_is_taken_off_before_it_is_ours() -> None:
    """Asked once, however often it is shown; pay waits for the word."""
    state, asked = steps(checked(), SHOWN, SHOWN)
    assert asked == [HOLD]
    assert told(state) is Told.SLIP_ASKED
    assert due(state) == 119
    assert isinstance(state.phase, Shopping)
    assert not may_pay(state, state.phase)
    state, asked = steps(state, OURS)
    assert (asked, told(state), due(state)) == ([], Told.SLIP_TAKEN, 119 - 75)
    assert isinstance(state.phase, Shopping)
    assert may_pay(state, state.phase)
    assert told(steps(state, SHOWN)[0]) is Told.SLIP_IN_USE


@pytest.mark.parametrize(
    ("why", "word"),
    [
        (SlipFault.ELSEWHERE, Told.SLIP_ELSEWHERE),
        (SlipFault.REDEEMED, Told.SLIP_REDEEMED),
        (SlipFault.AWAY, Told.SLIP_AWAY),
    ],
)
def test_what_is_not_ours_is_said(why: SlipFault, word: Told) -> None:
    """And the purchase goes on without."""
    state, _ = steps(checked(), SHOWN, SlipRefused("00007", FACE, why))
    assert (told(state), due(state)) == (word, 119)
    assert isinstance(state.phase, Shopping)
    assert may_pay(state, state.phase)
    notice = present(state, 1).notice
    assert notice is not None
    assert notice.remedy
    assert steps(state, SHOWN)[1] == [HOLD]


def test_a_service_that_goes_away_holds_nobody_up() -> None:
    """What it says all the same is let go of."""
    gone = DeviceFault(Device.LOOKUP, FaultKind.UNAVAILABLE, True)
    state, _ = steps(checked(), SHOWN, gone)
    assert (state.asked, told(state)) == ((), Told.SLIP_AWAY)
    state, asked = steps(state, OURS)
    assert asked == [ReleaseSlip("00007", FACE, FACE, 1)]
    assert due(state) == 119


def test_what_was_not_needed_is_told_until_it_is_heard() -> None:
    """Once more whenever the service is there again, and after a restart."""
    state, _ = steps(checked(), SHOWN, plainly(OURS, left=Money(150), face=Money(150)))
    assert due(state) == 119  # of another face: nobody asked about that one
    large = DepositSlipScanned("00008", Money(500))
    state, _ = steps(checked(), large, SlipHeld("00008", Money(500), Money(500), 4))
    assert due(state) == 0
    after, asked = steps(state, PayPressed(1, Money(0)))
    told_so = ReleaseSlip("00008", Money(500), Money(381), 4)
    assert asked == [told_so]
    assert steps(after, DeviceOnline(Device.LOOKUP))[1] == [told_so]
    again, asked = steps(after, Restarted(SHOP, service=True, tenders=CHECKED))
    assert asked == [told_so]
    assert steps(again, SlipReleased("00008", Money(500), 3))[0].redeemed  # of another turn
    done, _ = steps(again, SlipReleased("00008", Money(500), 4))
    assert done.redeemed == ()
    assert steps(done, DeviceOnline(Device.LOOKUP))[1] == []


def test_a_slip_that_the_service_has_not_heard_of_counts_later() -> None:
    """Its own kiosk does not take it twice either."""
    state, _ = steps(checked(), SHOWN, OURS)
    after = paid(state)
    assert after.redeemed[0].turn == 1
    state, asked = steps(after, ArticleScanned(MILK), SHOWN)
    assert (asked, told(state)) == ([ReleaseSlip("00007", FACE, Money(0), 1)], Told.SLIP_AWAY)
    alone = replace(state, tenders=Tenders())  # the service is asked no more, and told all the same
    assert told(steps(alone, SHOWN)[0]) is Told.SLIP_AWAY
    state, asked = steps(state, SlipReleased("00007", FACE, 1), SHOWN)
    assert asked == [HOLD]


def test_what_got_no_answer_is_told_again_and_again() -> None:
    """By a timer: a service that was away for one question only says nothing of it."""
    done = paid(steps(checked(), SHOWN, OURS)[0])
    again = plainly(TimerFired(Timer.SLIPS), at=NOW)
    for _ in range(3):
        step = decide(done, again)
        assert step.commands == (
            ReleaseSlip("00007", FACE, Money(0), 1),
            StartTimer(Timer.SLIPS, AGAIN_SECONDS),
        )
        done = step.state
    heard = decide(done, plainly(SlipReleased("00007", FACE, 1), at=NOW))
    assert StopTimer(Timer.SLIPS) in heard.commands
    assert decide(heard.state, again).commands == ()


def test_the_answer_is_for_whoever_shows_it_now() -> None:
    """Parked and begun anew before it came: it is asked about once, and counts where it was shown last."""
    state, asked = steps(checked(), SHOWN, ParkPressed(), ArticleScanned(MILK), SHOWN)
    assert (asked, told(state)) == ([HOLD], Told.SLIP_ASKED)
    state, asked = steps(state, OURS)
    assert (asked, told(state), due(state)) == ([], Told.SLIP_TAKEN, 119 - 75)


@pytest.mark.parametrize("why", list(SlipFault))
def test_nobody_hears_of_another_s_slip(why: SlipFault) -> None:
    """Nor waits for it."""
    state, _ = steps(checked(), SHOWN, ParkPressed(), ArticleScanned(MILK))
    assert isinstance(state.phase, Shopping)
    assert may_pay(state, state.phase)
    heard, _ = steps(state, SlipRefused("00007", FACE, why))
    gone, _ = steps(state, DeviceFault(Device.LOOKUP, FaultKind.UNAVAILABLE, True))
    for each in (heard, gone):
        assert (each.notice, each.asked) == (state.notice, ())


def test_what_the_kiosk_itself_knows_as_used_is_said() -> None:
    """From before it had a service; the service is told as well."""
    known = (Redeemed("00007", FACE, Money(0), NOW),)
    state, asked = steps(replace(checked(), redeemed=known), SHOWN, OURS)
    assert (asked[1:], told(state)) == (
        [ReleaseSlip("00007", FACE, Money(0), 1)],
        Told.SLIP_REDEEMED,
    )


def test_so_many_are_asked_about_at_a_time() -> None:
    """Pay waits for them."""
    slips = [DepositSlipScanned(f"{number:05d}", FACE) for number in range(ASKED_MOST + 1)]
    state, asked = steps(checked(), *slips)
    assert (len(asked), len(state.asked), told(state)) == (ASKED_MOST, ASKED_MOST, Told.SLIP_AWAY)


def test_a_purchase_that_comes_to_nothing_lets_go() -> None:
    """By leaving, by staff, or by the end of the day in which it was parked."""
    state, _ = steps(checked(), SHOWN, OURS)
    free = ReleaseSlip("00007", FACE, FACE, 1)
    void = Acted(Act.VOID_SALE, Reason.CUSTOMER_GONE)
    assert steps(state, AttendantArrived("7"), void)[1] == [free]
    nobody, _ = steps(state, QuantitySet(LineId(101), 0))
    assert steps(nobody, TimerFired(Timer.IDLE))[1] == [free]
    parked, asked = steps(state, ParkPressed())
    assert asked == []
    number = parked.parked[0].number
    resumed, asked = steps(parked, ResumeAsked(number))
    assert (asked, due(resumed)) == ([], 119 - 75)
    tomorrow = plainly(StartPressed(), at=NOW.replace(day=23))
    assert free in decide(parked, tomorrow).commands


def test_a_word_that_comes_after_its_purchase_is_let_go_of() -> None:
    """The next customer pays nothing with it."""
    state, _ = steps(checked(), SHOWN, ParkPressed(), ArticleScanned(MILK))
    state, asked = steps(state, OURS)
    assert asked == [ReleaseSlip("00007", FACE, FACE, 1)]
    assert due(state) == 119


def test_a_restart_asks_anew() -> None:
    """What was being asked is asked about when the slip is shown again; what was held stays."""
    again = Restarted(SHOP, service=True, tenders=CHECKED)
    state, asked = steps(checked(), SHOWN, again)
    assert (state.asked, asked) == ((), [HOLD])
    held, _ = steps(checked(), SHOWN, OURS, again)
    assert due(held) == 119 - 75


def test_what_is_untold_is_never_forgotten() -> None:
    """However many others there are; those that the service never knew leave first."""
    alone = tuple(Redeemed(f"{n:05d}", Money(1), Money(0), NOW) for n in range(SLIPS_MOST))
    ours = Redeemed("77777", FACE, Money(0), NOW, 5)
    state = replace(checked(), redeemed=(ours, *alone))
    after, _ = steps(state, SHOWN, OURS)
    after = paid(after)
    assert [each.number for each in after.redeemed if each.turn] == ["77777", "00007"]
    assert len(after.redeemed) == SLIPS_MOST + 2


def test_journals_without_a_service_replay_as_they_were() -> None:
    """No field of it is in a digest that has none."""
    state = shopping(MILK)
    assert digest_of(state) == digest_of(replace(state, asked=()))
    assert digest_of(state) != digest_of(steps(checked(), SHOWN)[0])


def test_a_hold_that_was_made_twice_frees_nothing_that_is_used() -> None:
    """The later turn is the one to let go of."""
    twice = plainly(OURS, turn=2)
    state, asked = steps(checked(), SHOWN, OURS, twice)
    assert (asked[1:], due(state)) == ([], 119 - 75)
    assert isinstance(state.phase, Shopping)
    assert [slip.turn for slip in state.phase.sale.slips] == [2]
    parked, _ = steps(checked(), SHOWN, OURS, ParkPressed(), twice)
    assert [slip.turn for slip in parked.parked[0].sale.slips] == [2]
    done = paid(state)
    assert [(each.left.minor, each.turn) for each in done.redeemed] == [(0, 2)]


def test_a_hold_that_comes_late_makes_nothing_whole_again() -> None:
    """What was used is used, whatever turn it is told in."""
    done = paid(steps(checked(), SHOWN, OURS)[0])
    state, asked = steps(done, plainly(OURS, turn=2))
    assert asked == [ReleaseSlip("00007", FACE, Money(0), 2)]
    assert [(each.left.minor, each.turn) for each in state.redeemed] == [(0, 2)]
