"""Staff at the screen: nothing is done without them, and each act does one thing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.checkout.commands import ClearPrinter, StartTimer
from kiosk.checkout.decide import decide
from kiosk.checkout.events import PrintFault, Restarted, Timer, TimerFired
from kiosk.checkout.floor import Act, Attendant, Limits, Mode, Reason
from kiosk.checkout.floor_events import (
    Acted,
    AttendantArrived,
    AttendantLeft,
    HelpPressed,
    PinRefused,
    PinTyped,
)
from kiosk.checkout.regions.attending import ATTENDANT_SECONDS, PIN_SECONDS, WRONG_PINS
from kiosk.checkout.states import (
    Attract,
    Closed,
    OutOfService,
    Shopping,
    State,
    Thanks,
    Told,
)
from kiosk.checkout.step import Verdict
from kiosk.ids import LineId
from kiosk.money import Money
from tests.story import MILK, NOW, SHOP, WINE, Story, shopping

HERE = AttendantArrived("staff")


def attended(state: State) -> State:
    """Staff have shown who they are."""
    return (Story(state) >> HERE).state


def act(state: State, what: Act, line: LineId | None = None) -> State:
    """What staff do, with a reason."""
    return (Story(attended(state)) >> Acted(what, Reason.CHECKED, line)).state


def lines(state: State) -> list[str]:
    assert isinstance(state.phase, Shopping)
    return [line.article.name for line in state.phase.sale.basket.lines]


def notice(state: State) -> Told | None:
    return state.notice.told if state.notice else None


@pytest.mark.parametrize("what", list(Act))
@pytest.mark.parametrize("state", [shopping(MILK, WINE), replace(shopping(), phase=Attract())])
def test_without_staff_nothing_is_done(what: Act, state: State) -> None:
    """Refused, and nothing changes: no button of the screen is trusted."""
    step = decide(state, replace(Acted(what, Reason.OTHER, LineId(101)), at=NOW))
    assert step.verdict is Verdict.REFUSE
    assert step.state == state
    assert step.commands == ()


@pytest.mark.parametrize("what", list(Act))
@pytest.mark.parametrize(
    "phase", [Attract(), Thanks(1, printed=True), OutOfService(Closed.STORAGE)], ids=repr
)
def test_acts_of_a_sale_do_nothing_elsewhere(what: Act, phase: Attract) -> None:
    """And none of them breaks anything: staff stay at the screen."""
    state = act(replace(shopping(), phase=phase), what)
    assert state.attendant == Attendant("staff", NOW)


def test_they_are_gone_soon() -> None:
    """By their own word, by time, and after a restart; each act gives time anew."""
    state = attended(shopping(MILK))
    assert state.attendant == Attendant("staff", NOW)
    for event in (AttendantLeft(), TimerFired(Timer.ATTENDANT)):
        assert (Story(state) >> event).state.attendant is None
    step = decide(state, replace(Acted(Act.END_HELP, Reason.CHECKED), at=NOW))
    assert StartTimer(Timer.ATTENDANT, ATTENDANT_SECONDS) in step.commands


def test_wrong_pins_make_the_lock_rest() -> None:
    """Then not even the right one opens, until the time is over."""
    state = shopping(MILK)
    for number in range(WRONG_PINS):
        step = decide(state, replace(PinRefused(), at=NOW))
        state = step.state
        assert notice(state) is (Told.PIN_RESTS if number == WRONG_PINS - 1 else Told.WRONG_PIN)
    assert StartTimer(Timer.PIN, PIN_SECONDS) in step.commands
    tried = decide(state, replace(HERE, at=NOW))
    assert tried.verdict is Verdict.REFUSE
    assert tried.state.attendant is None
    rested = (Story(tried.state) >> TimerFired(Timer.PIN)).state
    assert attended(rested).attendant is not None
    assert attended((Story(shopping(MILK)) >> PinRefused()).state).wrong_pins == 0


def test_a_power_cut_does_not_open_the_lock() -> None:
    """Nor shut it for good: it rests on, and then it can be tried again."""
    state = shopping(MILK)
    for _ in range(WRONG_PINS):
        state = (Story(state) >> PinRefused()).state
    step = decide(state, replace(Restarted(SHOP), at=NOW))
    assert StartTimer(Timer.PIN, PIN_SECONDS) in step.commands
    assert attended(step.state).attendant is None
    open_lock = decide(shopping(MILK), replace(Restarted(SHOP), at=NOW))
    assert StartTimer(Timer.PIN, PIN_SECONDS) not in open_lock.commands


def test_a_pin_itself_is_refused() -> None:
    """The engine resolves it; nothing that holds one is decided on, and it is not shown."""
    assert decide(shopping(), replace(PinTyped("4711"), at=NOW)).verdict is Verdict.REFUSE
    assert "4711" not in repr(PinTyped("4711"))


def test_age_is_released_for_all_lines_at_once() -> None:
    """Or the restricted goods are taken out, and only those."""
    released = act(shopping(MILK, WINE), Act.RELEASE_AGE)
    assert isinstance(released.phase, Shopping)
    assert released.phase.sale.released == 16
    assert notice(released) is Told.AGE_RELEASED
    refused = act(shopping(MILK, WINE), Act.REFUSE_AGE)
    assert lines(refused) == ["Bio-Vollmilch"]
    assert notice(refused) is Told.LINES_TAKEN_OUT


def test_voids_are_accepted() -> None:
    """Counted from nothing again."""
    state = replace(shopping(MILK), limits=Limits(Money(1)))
    assert isinstance(state.phase, Shopping)
    taken = replace(state, phase=replace(state.phase, sale=replace(state.phase.sale, voided=500)))
    seen = act(taken, Act.ACCEPT_VOIDS)
    assert isinstance(seen.phase, Shopping)
    assert seen.phase.sale.voided == 0


def test_a_line_or_the_whole_sale_is_voided() -> None:
    """Nothing of the sale is left after the second; by staff it is no void of the customer's."""
    state = replace(shopping(MILK, WINE), limits=Limits(Money(1)))
    one = act(state, Act.VOID_LINE, LineId(102))
    assert lines(one) == ["Bio-Vollmilch"]
    assert isinstance(one.phase, Shopping)
    assert one.phase.sale.voided == 0
    all_of_it = act(state, Act.VOID_SALE)
    assert isinstance(all_of_it.phase, Attract)
    assert (all_of_it.parked, notice(all_of_it)) == ((), Told.VOIDED)


def test_staff_park_for_a_customer_who_has_gone() -> None:
    """The basket stays."""
    state = act(shopping(MILK), Act.PARK)
    assert isinstance(state.phase, Attract)
    assert len(state.parked) == 1


def test_a_pause_waits_for_the_session() -> None:
    """At once where nobody is; opened again by staff."""
    idle = act(replace(shopping(), phase=Attract()), Act.PAUSE)
    assert (idle.phase, idle.mode) == (OutOfService(Closed.PAUSED), Mode.PAUSED)
    busy = act(shopping(MILK), Act.PAUSE)
    assert isinstance(busy.phase, Shopping)
    assert busy.mode is Mode.DRAINING
    done = act(busy, Act.VOID_SALE)
    assert (done.phase, done.mode) == (OutOfService(Closed.PAUSED), Mode.PAUSED)
    opened = act(done, Act.OPEN)
    assert (type(opened.phase), opened.mode) == (Attract, Mode.OPEN)
    assert act(busy, Act.OPEN).mode is Mode.OPEN


def test_help_is_ended() -> None:
    """They are there."""
    state = (Story(shopping(MILK)) >> HelpPressed()).state
    assert act(state, Act.END_HELP).help is None


def test_a_locked_printer_is_told_that_it_is_empty() -> None:
    """Only a locked one."""
    state = attended(shopping(MILK))
    locked = replace(state, devices=replace(state.devices, printer_fault=PrintFault.LOCKED))
    clear = replace(Acted(Act.CLEAR_PRINTER, Reason.CHECKED), at=NOW)
    assert [each for each in decide(locked, clear).commands if isinstance(each, ClearPrinter)]
    assert not [each for each in decide(state, clear).commands if isinstance(each, ClearPrinter)]
