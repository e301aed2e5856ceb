"""Staff at the screen: they show who they are, act with a reason, and are gone again soon."""

from __future__ import annotations

from datetime import datetime

from kiosk.basket import Basket
from kiosk.checkout.commands import ClearPrinter, StartTimer, StopTimer
from kiosk.checkout.events import PrintFault, Timer
from kiosk.checkout.floor import Act, Attendant, Mode
from kiosk.checkout.floor_events import Acted, AttendantArrived, ResumeAsked
from kiosk.checkout.regions import ending, helping, idle, member
from kiosk.checkout.regions.home import home
from kiosk.checkout.states import Attract, OutOfService, Sale, Shopping, State, Thanks, Told
from kiosk.checkout.step import Step, refuse, stay, tell
from kiosk.replacing import replace

ATTENDANT_SECONDS = 30.0
WRONG_PINS = 3
PIN_SECONDS = 60.0
"""The lock rests for so long after that many wrong PINs."""


def code_scanned(state: State, at: datetime) -> Step:
    """The staff code where nothing is sold: it does the first thing that waits for staff.

    A locked printer holds nothing any more; a receipt that never came out is printed; the newest
    parked basket goes on.
    """
    if state.devices.printer_fault is PrintFault.LOCKED:
        return stay(state).then(ClearPrinter())
    if not isinstance(state.phase, Attract):
        return stay(state)
    if state.owed:
        return ending.print_owed(state)
    newest = idle.newest(state)
    return idle.resume(state, ResumeAsked(newest, at=at)) if newest is not None else stay(state)


def arrived(state: State, event: AttendantArrived) -> Step:
    """They may act now. While the lock rests not even the right PIN opens."""
    if state.wrong_pins >= WRONG_PINS:
        return tell(refuse(state), Told.PIN_RESTS)
    here = replace(state, attendant=Attendant(event.by, event.at), wrong_pins=0)
    return Step(here, (StartTimer(Timer.ATTENDANT, ATTENDANT_SECONDS),))


def pin_refused(state: State) -> Step:
    """Not the PIN."""
    if state.wrong_pins >= WRONG_PINS:  # it rests on, and not longer for it
        return tell(stay(state), Told.PIN_RESTS)
    wrong = state.wrong_pins + 1
    state = replace(state, wrong_pins=wrong)
    if wrong < WRONG_PINS:
        return tell(stay(state), Told.WRONG_PIN)
    return tell(stay(state), Told.PIN_RESTS).then(StartTimer(Timer.PIN, PIN_SECONDS))


def rested(state: State) -> Step:
    """The lock can be tried again."""
    return Step(replace(state, wrong_pins=0))


def restarted(state: State) -> tuple[StartTimer, ...]:
    """A lock that rested rests on, its whole time anew: cutting the power opens nothing sooner."""
    return (StartTimer(Timer.PIN, PIN_SECONDS),) if state.wrong_pins >= WRONG_PINS else ()


def left(state: State) -> Step:
    """They have finished, or did nothing for long."""
    return Step(replace(state, attendant=None), (StopTimer(Timer.ATTENDANT),))


def acted(state: State, event: Acted) -> Step:
    """Carry out what staff did. Without staff at the screen nothing is done."""
    if state.attendant is None:
        return refuse(state)
    step = _acted(state, event)
    return step.then(StartTimer(Timer.ATTENDANT, ATTENDANT_SECONDS))


def _acted(state: State, event: Acted) -> Step:
    phase = state.phase
    if isinstance(phase, Shopping) and event.act in _AT_A_SALE:
        return _at_a_sale(state, phase, event)
    match event.act:
        case Act.PAUSE:
            return _paused(state)
        case Act.OPEN:
            opened = replace(state, mode=Mode.OPEN)
            return home(opened) if isinstance(phase, OutOfService) else stay(opened)
        case Act.END_HELP:
            return helping.ended(state)
        case Act.PRINT_OWED if isinstance(phase, Attract):
            return ending.print_owed(state)
        case Act.CLEAR_PRINTER if state.devices.printer_fault is PrintFault.LOCKED:
            return stay(state).then(ClearPrinter())
        case _:
            return stay(state)


_AT_A_SALE = (
    Act.RELEASE_AGE,
    Act.REFUSE_AGE,
    Act.ACCEPT_VOIDS,
    Act.VOID_LINE,
    Act.VOID_SALE,
    Act.PARK,
)


def _at_a_sale(state: State, phase: Shopping, event: Acted) -> Step:
    sale = phase.sale
    match event.act:
        case Act.RELEASE_AGE:
            released = replace(sale, released=max(sale.released, sale.basket.age))
            return tell(_with(state, phase, released), Told.AGE_RELEASED)
        case Act.REFUSE_AGE:
            kept = tuple(line for line in sale.basket.lines if line.article.age <= sale.released)
            step = _with(state, phase, replace(sale, basket=Basket(kept)))
            return tell(step, Told.LINES_TAKEN_OUT)
        case Act.ACCEPT_VOIDS:
            return _with(state, phase, replace(sale, voided=0))
        case Act.VOID_LINE if event.line is not None:
            basket = sale.basket.set_quantity(event.line, 0)
            return _with(state, phase, replace(sale, basket=basket))
        case Act.VOID_SALE:
            return tell(member.left(home(state), sale), Told.VOIDED)
        case Act.PARK if sale.basket.lines:
            return idle.park(state, phase, event.at)
        case _:
            return stay(state)


def _with(state: State, phase: Shopping, sale: Sale) -> Step:
    changed = replace(phase, sale=sale)
    return Step(replace(state, phase=changed, undo=None))


def _paused(state: State) -> Step:
    """At once where nobody is, else when the session under way has ended."""
    if isinstance(state.phase, Attract | Thanks | OutOfService):
        return home(replace(state, mode=Mode.PAUSED))
    return stay(replace(state, mode=Mode.DRAINING))
