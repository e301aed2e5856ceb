"""Help can be called at any time and holds up nothing; comfort ends with the session."""

from __future__ import annotations

from kiosk.checkout.commands import StartTimer, StopTimer
from kiosk.checkout.events import Event, Timer
from kiosk.checkout.floor import Help
from kiosk.checkout.floor_events import ComfortChosen, HelpPromised, ScreenFailed
from kiosk.checkout.states import State
from kiosk.checkout.step import Step, stay
from kiosk.replacing import replace

REMIND_SECONDS = 45.0
"""Without anybody who says that they are coming."""


def pressed(state: State, event: Event) -> Step:
    """Call for staff, or take the call back."""
    if state.help:
        return ended(state)
    return Step(replace(state, help=Help(event.at)), (StartTimer(Timer.HELP, REMIND_SECONDS),))


def screen_failed(state: State, event: ScreenFailed) -> Step:
    """The kiosk calls by itself; the sale stays as it is, and whatever is under way goes on."""
    if state.help:
        return stay(replace(state, help=replace(state.help, screen=True)))
    called = Help(event.at, screen=True)
    return Step(replace(state, help=called), (StartTimer(Timer.HELP, REMIND_SECONDS),))


def promised(state: State, event: HelpPromised) -> Step:
    """Somebody is coming: nobody needs to be reminded."""
    if state.help is None:
        return stay(state)
    coming = replace(state, help=replace(state.help, by=event.by))
    return Step(coming, (StopTimer(Timer.HELP),))


def reminded(state: State) -> Step:
    """Nobody has come: call out again, and again."""
    if state.help is None or state.help.by:
        return stay(state)
    louder = replace(state.help, reminded=state.help.reminded + 1)
    return Step(replace(state, help=louder), (StartTimer(Timer.HELP, REMIND_SECONDS),))


def restarted(state: State) -> tuple[StartTimer, ...]:
    """Who called before the power went is still waiting."""
    waits = state.help is not None and not state.help.by
    return (StartTimer(Timer.HELP, REMIND_SECONDS),) if waits else ()


def ended(state: State) -> Step:
    """Helped."""
    if state.help is None:
        return stay(state)
    return Step(replace(state, help=None), (StopTimer(Timer.HELP),))


def comfort_chosen(state: State, event: ComfortChosen) -> Step:
    """Another layout; what is in the basket stays as it is."""
    return Step(replace(state, comfort=event.comfort))
