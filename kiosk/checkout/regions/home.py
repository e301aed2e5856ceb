"""Where the kiosk is when nobody is there."""

from __future__ import annotations

from dataclasses import replace

from kiosk.checkout.commands import StopTimer
from kiosk.checkout.events import Timer
from kiosk.checkout.states import Attract, Closed, Link, OutOfService, State
from kiosk.checkout.step import Step, enter


def home(state: State) -> Step:
    """Where the kiosk is when nobody is there, in the shop's own language."""
    state = replace(state, language=state.home_language)
    stops = (StopTimer(Timer.IDLE), StopTimer(Timer.THANKS), StopTimer(Timer.UNDO))
    if state.storage_low:
        return enter(state, OutOfService(Closed.STORAGE), *stops)
    if state.devices.terminal is Link.UNKNOWN:
        return enter(state, OutOfService(Closed.STARTING), *stops)
    if state.devices.terminal is Link.LOST:
        return enter(state, OutOfService(Closed.TERMINAL), *stops)
    return enter(state, Attract(), *stops)
