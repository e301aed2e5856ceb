"""Goods by the kilogram on the kiosk's own scale: asked for, put on, weighed; never a trap.

Whatever else happens while something is weighed goes on, and ends the weighing: a scan, pay, parking, a
restart. One weighing at a time is under way at the scale; a new one waits until the last has ended.
"""

from __future__ import annotations

from kiosk.checkout.commands import Command, RequestCancel, StartTimer, StopTimer, Weigh
from kiosk.checkout.events import Device, Timer
from kiosk.checkout.regions import selling
from kiosk.checkout.states import Attract, Link, OnScale, Shopping, State, Thanks, Told
from kiosk.checkout.step import Step, mint, stay, tell
from kiosk.checkout.weigh_events import (
    GoodsWeighed,
    ScaleShown,
    TareChosen,
    WeighingAsked,
    WeighingCancelled,
    WeighingEnded,
)
from kiosk.ids import NOTHING_WEIGHED, WeighingId
from kiosk.replacing import replace
from kiosk.weighing import Unfit, judged

WEIGHING_SECONDS = 45.0
"""Without a weight; every choice of a tare begins it anew."""

WeighEvent = (
    WeighingAsked | TareChosen | WeighingCancelled | ScaleShown | GoodsWeighed | WeighingEnded
)


def happened(state: State, event: WeighEvent) -> Step:
    """Whatever has to do with weighing."""
    match event:
        case WeighingAsked():
            return _asked(state, event)
        case ScaleShown():
            return _shown(state, event)
        case GoodsWeighed():
            return _weighed(_freed(state, event.weighing), event)
        case WeighingEnded():
            return _ended(state, event)
        case TareChosen() | WeighingCancelled():
            return _chosen(state, event)


def ran_out(state: State) -> Step:
    """Nothing came to rest on the scale."""
    phase = state.phase
    return _without(state, phase) if isinstance(phase, Shopping) else stay(state)


def lost(state: State) -> Step:
    """The scale is of no use; who was at it is told, and sells on without."""
    devices = replace(state.devices, scale=Link.LOST)
    state = replace(state, devices=devices, at_scale=NOTHING_WEIGHED)
    phase = state.phase
    if not isinstance(phase, Shopping) or phase.weighing is None:
        return stay(state)
    gone = replace(state, phase=replace(phase, weighing=None))
    return tell(Step(gone), Told.SCALE_AWAY)


def forgotten(state: State) -> State:
    """After a restart nobody knows what lies there: the basket stays, the weighing does not."""
    state = replace(state, at_scale=NOTHING_WEIGHED)
    phase = state.phase
    if isinstance(phase, Shopping) and phase.weighing:
        return replace(state, phase=replace(phase, weighing=None))
    return state


def watched(before: State, step: Step) -> Step:
    """The scale does what the state says: it stops for what nobody wants, then begins what is wanted."""
    state = step.state
    old, wanted, busy = _wanted(before), _wanted(state), state.at_scale
    commands: tuple[Command, ...] = ()
    if old and not wanted:
        commands = (StopTimer(Timer.WEIGHING),)
    if busy and old and old.id == busy and (wanted is None or wanted.id != busy):
        commands = (*commands, RequestCancel(Device.SCALE))
    if wanted and not busy:
        article = wanted.article
        state = replace(state, at_scale=wanted.id)
        command = Weigh(wanted.id, article.price, wanted.tare, article.name)
        commands = (*commands, command)
    return replace(step, state=state).then(*commands) if commands else step


def _asked(state: State, event: WeighingAsked) -> Step:
    phase = state.phase
    if isinstance(phase, Attract | Thanks):
        opened = selling.begin(state, event)
        asked = _asked(opened.state, event)
        return replace(asked, commands=(*opened.commands, *asked.commands))
    if not isinstance(phase, Shopping):
        return tell(stay(state), Told.NOT_NOW)
    if state.devices.scale is Link.LOST:
        return tell(stay(state), Told.SCALE_AWAY)
    if not phase.sale.basket.takes(event.article, 1, 0):
        return tell(stay(state), Told.QUANTITY_LIMIT)
    if phase.weighing and phase.weighing.article == event.article:
        return stay(state)  # scanned twice: it is what is weighed already
    return _begun(state, phase, OnScale(NOTHING_WEIGHED, event.article, event.terms))


def _begun(state: State, phase: Shopping, what: OnScale) -> Step:
    """A weighing of its own: what the scale may still say of another one is not for it."""
    state, number = mint(state, "w")
    weighing = replace(what, id=WeighingId(number))
    state = replace(state, phase=replace(phase, weighing=weighing), notice=None, undo=None)
    timer = StartTimer(Timer.WEIGHING, WEIGHING_SECONDS)
    return Step(state, (StopTimer(Timer.NOTICE), StopTimer(Timer.UNDO), timer))


def _chosen(state: State, event: TareChosen | WeighingCancelled) -> Step:
    phase = state.phase
    if not isinstance(phase, Shopping) or phase.weighing is None:
        return stay(state)
    if isinstance(event, WeighingCancelled):
        return Step(replace(state, phase=replace(phase, weighing=None)))
    what = phase.weighing
    if event.tare == what.tare or event.tare not in (0, *what.terms.tares):
        return stay(state)
    return _begun(state, phase, replace(what, tare=event.tare))


def _shown(state: State, event: ScaleShown) -> Step:
    wanted = _wanted(state)
    if wanted is None or wanted.id != event.weighing:
        return stay(state)
    return Step(replace(state, live=replace(state.live, scale=event)))


def _weighed(state: State, event: GoodsWeighed) -> Step:
    """A weight that may be sold by becomes a line; any other has to be put on again."""
    phase, what = state.phase, _wanted(state)
    if not isinstance(phase, Shopping) or what is None or what.id != event.weighing:
        return stay(state)  # it comes too late
    terms, price = what.terms, what.article.price.minor
    found = judged(event.gross, what.tare, terms.limits, price, legal=terms.legal)
    if isinstance(found, Unfit):
        told = Told.TOO_LIGHT if found is Unfit.TOO_LIGHT else Told.TOO_HEAVY
        return tell(_begun(state, phase, what), told)
    state, number = selling.next_line(state)
    basket = phase.sale.basket.add(number, what.article, found.net, weighed=found)
    return selling.touched(state, phase, basket)


def _ended(state: State, event: WeighingEnded) -> Step:
    state, phase, what = _freed(state, event.weighing), state.phase, _wanted(state)
    if isinstance(phase, Shopping) and what and what.id == event.weighing:
        return _without(state, phase)
    return stay(state)


def _without(state: State, phase: Shopping) -> Step:
    if phase.weighing is None:
        return stay(state)
    return tell(Step(replace(state, phase=replace(phase, weighing=None))), Told.NOT_WEIGHED)


def _freed(state: State, ended: WeighingId) -> State:
    return replace(state, at_scale=NOTHING_WEIGHED) if state.at_scale == ended else state


def _wanted(state: State) -> OnScale | None:
    return state.phase.weighing if isinstance(state.phase, Shopping) else None
