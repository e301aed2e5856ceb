"""Nobody does anything: a warning, then the basket is parked. It is never deleted for want of time."""

from __future__ import annotations

import hashlib
from datetime import datetime

from kiosk.checkout.commands import StartTimer, StopTimer
from kiosk.checkout.events import (
    ArticleScanned,
    CodeRefused,
    Event,
    LanguageChosen,
    PayPressed,
    QuantitySet,
    Restarted,
    StartPressed,
    Timer,
    UndoPressed,
    Volatile,
)
from kiosk.checkout.floor import Comfort
from kiosk.checkout.floor_events import (
    Acted,
    AttendantArrived,
    ComfortChosen,
    HelpPressed,
    MoreTimePressed,
    ParkPressed,
    ResumeAsked,
    TillChosen,
)
from kiosk.checkout.front import Front, Sheet
from kiosk.checkout.front_events import (
    GroupChosen,
    KeyTouched,
    LettersTyped,
    SheetClosed,
    SheetOpened,
)
from kiosk.checkout.goods_events import CouponShown, DepositSlipScanned
from kiosk.checkout.member_events import CardRefused, CustomerShown, NotMePressed, WithdrawPressed
from kiosk.checkout.regions import member
from kiosk.checkout.regions.home import home
from kiosk.checkout.states import Attract, OutOfService, Parked, Sale, Shopping, State, Thanks, Told
from kiosk.checkout.step import Step, Verdict, enter, stay, tell
from kiosk.checkout.weigh_events import (
    GoodsWeighed,
    TareChosen,
    WeighingAsked,
    WeighingCancelled,
)
from kiosk.replacing import replace

EMPTY_SECONDS = 20.0
BASKET_SECONDS = 60.0
LEAVE_SECONDS = 30.0
"""Of the warning, before the basket is parked."""
MORE_SECONDS = 120.0
BACK_SECONDS = 1.0
JOIN_SECONDS = 120.0
"""While the code to join by is shown: somebody reads on their phone, and touches nothing here."""
COMFORT_FACTOR = 3.0
"""Who needs another layout needs more time as well."""
NUMBERS = 10_000

_SIGNS_OF_LIFE = (
    StartPressed,
    LanguageChosen,
    QuantitySet,
    UndoPressed,
    PayPressed,
    ArticleScanned,
    CodeRefused,
    CouponShown,
    DepositSlipScanned,
    CustomerShown,
    CardRefused,
    NotMePressed,
    WithdrawPressed,
    ComfortChosen,
    HelpPressed,
    ParkPressed,
    TillChosen,
    ResumeAsked,
    AttendantArrived,
    Acted,
    SheetOpened,
    SheetClosed,
    LettersTyped,
    GroupChosen,
    KeyTouched,
    WeighingAsked,
    TareChosen,
    WeighingCancelled,
    GoodsWeighed,
    Restarted,
)


def watched(before: State, event: Event, step: Step) -> Step:
    """The time of a session runs anew whenever somebody does something."""
    phase = step.state.phase
    if step.verdict is Verdict.REFUSE:
        return step
    if isinstance(phase, Attract | OutOfService):
        return _left_as_found(step, event)
    if isinstance(phase, Thanks) and isinstance(event, SheetOpened | KeyTouched):
        return step.then(StartTimer(Timer.THANKS, EMPTY_SECONDS))  # somebody else is here
    if not isinstance(phase, Shopping):
        return step
    if isinstance(event, Volatile) and phase.warned:
        return step  # the question is in front of everything; its answer is journalled
    if isinstance(event, MoreTimePressed):
        return _restarted(step, phase, MORE_SECONDS)
    began = not isinstance(before.phase, Shopping)
    if not began and not isinstance(event, _SIGNS_OF_LIFE):
        return step
    busy = phase.sale.basket.lines or phase.weighing
    seconds = BASKET_SECONDS if busy else EMPTY_SECONDS
    if isinstance(event, Restarted) and phase.sale.basket.lines:
        # Power was away: who was here may have gone, and is asked as soon as there is a screen.
        return step.then(StartTimer(Timer.IDLE, BACK_SECONDS))
    return _restarted(step, phase, seconds)


def _left_as_found(step: Step, event: Event) -> Step:
    """Whoever chose a language or a layout and went away again is not the next customer."""
    state = step.state
    strange = (
        state.language is not state.home_language
        or state.comfort is not Comfort.STANDARD
        or state.front.sheet is not None
    )
    if not strange or not isinstance(event, _SIGNS_OF_LIFE):
        return step
    return step.then(_start(state, EMPTY_SECONDS))


def _restarted(step: Step, phase: Shopping, seconds: float) -> Step:
    awake = replace(step.state, phase=replace(phase, warned=False)) if phase.warned else step.state
    return replace(step, state=awake).then(_start(awake, seconds))


def _start(state: State, seconds: float) -> StartTimer:
    if state.front.sheet is Sheet.JOIN:
        seconds = max(seconds, JOIN_SECONDS)
    factor = 1.0 if state.comfort is Comfort.STANDARD else COMFORT_FACTOR
    return StartTimer(Timer.IDLE, seconds * factor)


def ran_out(state: State, phase: Shopping, at: datetime) -> Step:
    """An empty basket is nobody's; a full one is warned about, then parked."""
    if not phase.sale.basket.lines:
        return member.left(home(state), phase.sale)
    if phase.warned:
        return park(state, phase, at)
    # Nothing is in front of the question: who looks through goods is asked as well.
    warned = replace(state, phase=replace(phase, warned=True), front=Front())
    return Step(warned, (_start(state, LEAVE_SECONDS),))


def park_pressed(state: State, event: Event) -> Step:
    """The customer wants to come back. An empty basket is not worth a number."""
    phase = state.phase
    if not isinstance(phase, Shopping):
        return stay(state)
    if not phase.sale.basket.lines:
        return member.left(home(state), phase.sale)
    return park(state, phase, event.at)


def park(state: State, phase: Shopping, at: datetime, told: Told = Told.PARKED) -> Step:
    """The basket waits under a number until the day ends; nobody stays known with it."""
    number = _number(phase.sale, {each.number for each in state.parked})
    parked = (*state.parked, Parked(number, phase.sale, at))
    step = member.left(home(replace(state, parked=parked)), phase.sale)
    return tell(step, told, number)


def resume(state: State, event: ResumeAsked) -> Step:
    """Go on with a parked basket. What staff released for somebody is asked anew for whoever this is."""
    if not isinstance(state.phase, Attract | Thanks):
        return tell(stay(state), Told.NOT_NOW)
    found = next((each for each in state.parked if each.number == event.number), None)
    if found is None:
        return tell(stay(state), Told.NOT_PARKED)
    others = tuple(each for each in state.parked if each is not found)
    sale = replace(found.sale, released=0)
    return enter(replace(state, parked=others), Shopping(sale), StopTimer(Timer.THANKS))


def newest(state: State) -> int | None:
    """The number of the basket that was parked last."""
    return state.parked[-1].number if state.parked else None


def _number(sale: Sale, taken: set[int]) -> int:
    """Four digits that say nothing of the next one, and are nobody else's."""
    number = int.from_bytes(hashlib.sha256(sale.id.encode()).digest()[:4]) % NUMBERS
    while number in taken:
        number = (number + 1) % NUMBERS
    return number
