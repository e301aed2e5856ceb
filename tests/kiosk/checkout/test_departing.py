"""Where there is a gate at the exit: its code stays a while, and can be shown again."""

from __future__ import annotations

from dataclasses import replace

from kiosk.checkout.commands import StartTimer
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    CardApproved,
    Event,
    PaymentClosed,
    PayPressed,
    ReceiptPrinted,
    Restarted,
    StartPressed,
    Timer,
    TimerFired,
)
from kiosk.checkout.floor_events import ExitCodeAsked
from kiosk.checkout.regions.ending import GATE_SECONDS, THANKS_SECONDS
from kiosk.checkout.states import Attract, Paid, Shopping, State, Thanks
from kiosk.gate import is_pass
from kiosk.ids import NOBODY
from kiosk.screens.present import present
from kiosk.screens.values import AttractView, ThanksView
from tests.story import MILK, NOW, P1, SHOP, Story, card, shopping

GATED = replace(shopping(MILK), gate=True)


def thanked(start: State) -> tuple[State, set[float]]:
    """Bought, printed; and how long thanks stays."""
    state = start
    for event in (PayPressed(1, MILK.price), CardApproved(P1, card()), PaymentClosed(P1)):
        state = decide(state, replace(event, at=NOW)).state
    assert isinstance(state.phase, Paid)
    step = decide(state, replace(ReceiptPrinted(state.phase.job), at=NOW))
    timers = [each for each in step.commands if isinstance(each, StartTimer)]
    return step.state, {each.seconds for each in timers if each.timer is Timer.THANKS}


def timer(state: State, event: Event, wanted: Timer) -> list[float]:
    step = decide(state, replace(event, at=NOW))
    timers = [each for each in step.commands if isinstance(each, StartTimer)]
    return [each.seconds for each in timers if each.timer is wanted]


def again(state: State) -> bool:
    view = present(state, 1).view
    return isinstance(view, AttractView) and view.again is not None


def test_thanks_shows_the_code_for_as_long_as_it_takes() -> None:
    """With a gate; without one nothing is different from before, in state and journal."""
    state, seconds = thanked(GATED)
    assert seconds == {GATE_SECONDS}
    view = present(state, 1).view
    assert isinstance(view, ThanksView)
    assert is_pass(view.slot)
    assert view.slot == "EXIT1.K1.1.20261121"
    assert view.exit in present(state, 1).speech
    plain, seconds = thanked(shopping(MILK))
    assert seconds == {THANKS_SECONDS}
    assert plain.phase == Thanks(1, printed=True)
    bare = present(plain, 1).view
    assert isinstance(bare, ThanksView)
    assert (bare.slot, bare.exit) == (NOBODY, "")
    assert (Story(plain) >> StartPressed()).ends_in(Attract).departed is None


def test_after_finish_the_code_can_be_shown_again_for_a_while() -> None:
    """As often as it is asked for; then, or when somebody begins, it is gone."""
    state, _ = thanked(GATED)
    assert timer(state, StartPressed(), Timer.EXIT) == [GATE_SECONDS]
    idle = (Story(state) >> StartPressed()).ends_in(Attract)
    assert again(idle)
    assert timer(idle, ExitCodeAsked(), Timer.THANKS) == [GATE_SECONDS]
    shown = (Story(idle) >> ExitCodeAsked()).ends_in(Thanks)
    assert shown.phase == state.phase
    assert again((Story(shown) >> StartPressed()).ends_in(Attract))
    late = (Story(idle) >> TimerFired(Timer.EXIT)).ends_in(Attract)
    assert not again(late)
    assert (Story(late) >> ExitCodeAsked()).state == late
    next_one = (Story(idle) >> ArticleScanned(MILK)).ends_in(Shopping)
    assert next_one.departed is None
    assert (Story(next_one) >> ExitCodeAsked()).state == next_one


def test_nobody_is_shown_a_code_after_a_restart() -> None:
    """Nobody knows who stands there then."""
    state, _ = thanked(GATED)
    idle = (Story(state) >> StartPressed()).state
    started = decide(idle, replace(Restarted(SHOP, gate=True), at=NOW)).state
    assert started.gate
    assert started.departed is None
