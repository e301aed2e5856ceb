"""Where the kiosk is when nobody is there."""

from __future__ import annotations

from kiosk.checkout.commands import StopTimer
from kiosk.checkout.events import Timer
from kiosk.checkout.floor import Comfort, Mode
from kiosk.checkout.front import Front
from kiosk.checkout.states import Attract, Closed, Link, OutOfService, State
from kiosk.checkout.step import Step, enter
from kiosk.replacing import replace


def home(state: State) -> Step:
    """Where the kiosk is when nobody is there, in the shop's own language."""
    mode = Mode.PAUSED if state.mode is Mode.DRAINING else state.mode
    state = replace(as_found(state), mode=mode)
    stops = (StopTimer(Timer.IDLE), StopTimer(Timer.THANKS), StopTimer(Timer.UNDO))
    if state.storage_low:
        return enter(state, OutOfService(Closed.STORAGE), *stops)
    if state.devices.terminal is Link.UNKNOWN:
        return enter(state, OutOfService(Closed.STARTING), *stops)
    if state.devices.terminal is Link.LOST:
        return enter(state, OutOfService(Closed.TERMINAL), *stops)
    if mode is Mode.PAUSED:
        return enter(state, OutOfService(Closed.PAUSED), *stops)
    return enter(state, Attract(), *stops)


def as_found(state: State) -> State:
    """As the next customer finds it: the shop's language, the standard layout, and nothing in front."""
    return replace(state, language=state.home_language, comfort=Comfort.STANDARD, front=Front())
