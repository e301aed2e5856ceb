"""A basket that is left alone: a warning, a number, and nothing is ever deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kiosk.checkout.commands import DropLink, Forget, StartTimer
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    Device,
    DeviceOnline,
    Event,
    LanguageChosen,
    PayPressed,
    Restarted,
    Timer,
    TimerFired,
)
from kiosk.checkout.floor import Comfort
from kiosk.checkout.floor_events import ComfortChosen, MoreTimePressed, ParkPressed, ResumeAsked
from kiosk.checkout.regions.idle import (
    BACK_SECONDS,
    BASKET_SECONDS,
    COMFORT_FACTOR,
    EMPTY_SECONDS,
    LEAVE_SECONDS,
    MORE_SECONDS,
)
from kiosk.checkout.states import (
    Attract,
    Known,
    Member,
    Parked,
    Shopping,
    State,
    Told,
)
from kiosk.ids import Handle, SaleId
from kiosk.words import Language
from tests.story import MILK, NOW, SHOP, WATER, WINE, Story, shopping

IDLE = TimerFired(Timer.IDLE)
H1 = Handle("f00d")


def idle_time(state: State, event: Event) -> float | None:
    """What the event sets the idle time to."""
    found = [
        each.seconds
        for each in decide(state, replace(event, at=NOW)).commands
        if isinstance(each, StartTimer) and each.timer is Timer.IDLE
    ]
    return found[-1] if found else None


def at(state: State, event: Event, moment: datetime) -> State:
    """The state after the event at this moment."""
    return decide(state, replace(event, at=moment)).state


def parked(state: State | None = None) -> State:
    """A basket of milk and wine was left alone until it was parked."""
    start = state or shopping(MILK, WINE, released=16)
    return (Story(start) >> IDLE >> IDLE).ends_in(Attract)


def test_a_warning_comes_first() -> None:
    """With its own time; whatever the customer does takes it away."""
    warned = (Story(shopping(MILK)) >> IDLE).ends_in(Shopping)
    assert isinstance(warned.phase, Shopping)
    assert warned.phase.warned
    assert idle_time(shopping(MILK), IDLE) == LEAVE_SECONDS
    for event, seconds in (
        (ArticleScanned(WATER), BASKET_SECONDS),
        (LanguageChosen(Language.EN), BASKET_SECONDS),
        (MoreTimePressed(), MORE_SECONDS),
    ):
        awake = (Story(warned) >> event).ends_in(Shopping)
        assert isinstance(awake.phase, Shopping)
        assert not awake.phase.warned
        assert idle_time(warned, event) == seconds


def test_more_time_can_be_asked_for_without_end() -> None:
    """Nobody is hurried."""
    state = shopping(MILK)
    for _ in range(50):
        state = (Story(state) >> IDLE >> MoreTimePressed()).ends_in(Shopping)
    assert idle_time(state, MoreTimePressed()) == MORE_SECONDS


def test_a_device_that_talks_is_no_customer() -> None:
    """Nor is a timer: the time runs on."""
    assert idle_time(shopping(MILK), TimerFired(Timer.NOTICE)) is None


@pytest.mark.parametrize("comfort", [Comfort.LARGE, Comfort.LOW, Comfort.CONTRAST])
def test_who_needs_another_layout_has_three_times_as_long(comfort: Comfort) -> None:
    """All idle times; the layout ends with the session."""
    state = (Story(shopping(MILK)) >> ComfortChosen(comfort)).state
    assert idle_time(state, ArticleScanned(WATER)) == BASKET_SECONDS * COMFORT_FACTOR
    assert idle_time(state, IDLE) == LEAVE_SECONDS * COMFORT_FACTOR
    assert idle_time(state, MoreTimePressed()) == MORE_SECONDS * COMFORT_FACTOR
    assert parked(state).comfort is Comfort.STANDARD


def test_an_empty_basket_is_nobody_s() -> None:
    """It goes away; nothing is parked."""
    assert idle_time(replace(shopping(), phase=Attract()), ArticleScanned(MILK)) == BASKET_SECONDS
    state = (Story(shopping()) >> IDLE).ends_in(Attract)
    assert state.parked == ()
    assert (Story(shopping()) >> ParkPressed()).ends_in(Attract).parked == ()
    assert idle_time(shopping(), LanguageChosen(Language.EN)) == EMPTY_SECONDS


def test_a_parked_basket_waits_under_its_number() -> None:
    """Four digits that are told; every line is there afterwards, and age is asked anew."""
    state = parked()
    (waiting,) = state.parked
    assert 0 <= waiting.number <= 9999
    assert state.notice is not None
    assert (state.notice.told, state.notice.code) == (Told.PARKED, waiting.number)
    resumed = (Story(state) >> ResumeAsked(waiting.number)).ends_in(Shopping)
    assert isinstance(resumed.phase, Shopping)
    before = shopping(MILK, WINE, released=16).phase
    assert isinstance(before, Shopping)
    assert resumed.phase.sale == replace(before.sale, released=0)
    assert resumed.parked == ()
    assert idle_time(state, ResumeAsked(waiting.number)) == BASKET_SECONDS


def test_nobody_stays_known_with_a_parked_basket() -> None:
    """Whoever resumes it may be somebody else."""
    state = replace(shopping(MILK), service=True, member=Member(H1, Known.FOUND, sealed=True))
    story = Story(state) >> ParkPressed()
    assert story.state.member is None
    assert {type(each) for each in story._commands} >= {Forget, DropLink}


def test_a_number_nobody_has_resumes_nothing() -> None:
    """Nor does one while somebody is shopping."""
    state = parked()
    wrong = (state.parked[0].number + 1) % 10_000
    refused = (Story(state) >> ResumeAsked(wrong)).ends_in(Attract)
    assert refused.notice is not None
    assert refused.notice.told is Told.NOT_PARKED
    busy = replace(shopping(WATER), parked=state.parked)
    assert (Story(busy) >> ResumeAsked(state.parked[0].number)).state.phase == busy.phase


def test_two_baskets_never_share_a_number() -> None:
    """The next free one is taken."""
    first = parked().parked[0]
    taken = tuple(replace(first, number=(first.number + n) % 10_000) for n in range(3))
    state = parked(replace(shopping(MILK), parked=taken))
    assert len({each.number for each in state.parked}) == 4
    assert state.parked[-1].number == (first.number + 3) % 10_000


def test_the_day_ends_what_is_parked() -> None:
    """By the shop's own midnight; the journal still has the sale."""
    state = parked()
    number = state.parked[0].number
    midnight = datetime.fromisoformat("2026-11-22T00:00:00+01:00")
    late = at(state, ResumeAsked(number), midnight - timedelta(seconds=1))
    assert isinstance(late.phase, Shopping)
    gone = at(state, ResumeAsked(number), midnight)
    assert isinstance(gone.phase, Attract)
    tomorrow = replace(shopping(WATER), parked=(*state.parked,))
    again = at(tomorrow, ParkPressed(), midnight + timedelta(hours=9))
    assert [each.sale.basket.lines[0].article for each in again.parked] == [WATER]


def test_what_was_parked_yesterday_leaves_the_idle_kiosk_by_itself() -> None:
    """Whatever happens next; a clock that jumps back loses nobody's basket."""
    state = parked()
    midnight = datetime.fromisoformat("2026-11-22T00:00:00+01:00")
    ready = DeviceOnline(Device.SCANNER)
    assert at(state, ready, midnight).parked == ()
    back = at(state, ready, midnight - timedelta(days=3))
    assert back.parked == state.parked
    number = state.parked[0].number
    found = at(back, ResumeAsked(number), midnight - timedelta(days=3))
    assert isinstance(found.phase, Shopping)


def test_parked_baskets_survive_a_restart() -> None:
    """They are state like everything else."""
    state = parked()
    assert (Story(state) >> Restarted(SHOP)).state.parked == state.parked


def test_after_a_power_cut_the_customer_is_asked_at_once() -> None:
    """Still here? Otherwise it is parked; a basket is never lost."""
    state = shopping(MILK)
    assert idle_time(state, Restarted(SHOP)) == BACK_SECONDS
    back = (Story(state) >> Restarted(SHOP)).ends_in(Shopping)
    asked = (Story(back) >> IDLE).ends_in(Shopping)
    assert isinstance(asked.phase, Shopping)
    assert asked.phase.warned
    left = (Story(asked) >> IDLE).state
    assert [type(each) for each in left.parked] == [Parked]


def test_a_warned_customer_who_pays_is_awake() -> None:
    """The sale that is paid is the one in the basket."""
    warned = (Story(shopping(MILK)) >> IDLE).state
    story = Story(warned) >> PayPressed(1, MILK.price)
    assert story.state.phase != warned.phase
    assert SaleId("K1-abc-s000000") in repr(story.state.phase)
