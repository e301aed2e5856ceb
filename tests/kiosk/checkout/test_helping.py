"""Help: called anywhere, promised, called out again, ended; it holds up nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.checkout.commands import Authorize, StartTimer
from kiosk.checkout.decide import decide
from kiosk.checkout.events import ArticleScanned, PayPressed, Restarted, Timer, TimerFired
from kiosk.checkout.floor import Comfort, Help
from kiosk.checkout.floor_events import ComfortChosen, HelpPressed, HelpPromised
from kiosk.checkout.regions.helping import REMIND_SECONDS
from kiosk.checkout.states import (
    Attract,
    Closed,
    OutOfService,
    Paying,
    Shopping,
    State,
    Thanks,
)
from tests.story import MILK, NOW, SHOP, WATER, Story, shopping

REMIND = TimerFired(Timer.HELP)


@pytest.mark.parametrize(
    "state",
    [
        shopping(MILK),
        replace(shopping(), phase=Attract()),
        replace(shopping(), phase=OutOfService(Closed.TERMINAL)),
        replace(shopping(), phase=Thanks(1, printed=True)),
        (Story(shopping(MILK)) >> PayPressed(1, MILK.price)).state,
    ],
    ids=lambda state: type(state.phase).__name__,
)
def test_help_can_be_called_anywhere(state: State) -> None:
    """And taken back; nothing else changes."""
    called = (Story(state) >> HelpPressed()).state
    assert called.help == Help(NOW)
    assert called.phase == state.phase
    assert (Story(called) >> HelpPressed()).state == state


def test_it_is_called_out_again_until_somebody_promises() -> None:
    """Then nobody needs to be reminded."""
    state = (Story(shopping(MILK)) >> HelpPressed() >> REMIND >> REMIND).state
    assert state.help is not None
    assert state.help.reminded == 2
    coming = (Story(state) >> HelpPromised("7")).state
    assert coming.help is not None
    assert coming.help.by == "7"
    assert (Story(coming) >> REMIND).state == coming
    assert (Story(shopping(MILK)) >> HelpPromised("7") >> REMIND).state == shopping(MILK)


@pytest.mark.parametrize("promised", [False, True])
def test_who_called_before_a_power_cut_still_waits(promised: bool) -> None:
    """Staff are called out again, unless somebody is coming."""
    story = Story(shopping(MILK)) >> HelpPressed()
    state = (story >> HelpPromised("7") if promised else story).state
    step = decide(state, replace(Restarted(SHOP), at=NOW))
    assert step.state.help == state.help
    called = StartTimer(Timer.HELP, REMIND_SECONDS) in step.commands
    assert called is not promised


def test_scanning_and_paying_go_on() -> None:
    """Waiting for help is no reason to wait."""
    state = (Story(shopping(MILK)) >> HelpPressed() >> ArticleScanned(WATER)).ends_in(Shopping)
    assert isinstance(state.phase, Shopping)
    assert state.phase.sale.basket.count == 2
    total = MILK.price + WATER.price + WATER.deposit
    (Story(state) >> PayPressed(1, total) << Authorize).ends_in(Paying)


def test_comfort_changes_nothing_of_the_sale() -> None:
    """It can be chosen at any time."""
    state = (Story(shopping(MILK)) >> ComfortChosen(Comfort.LOW)).state
    assert state.comfort is Comfort.LOW
    assert state.phase == shopping(MILK).phase
