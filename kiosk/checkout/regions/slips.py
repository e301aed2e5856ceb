"""Deposit slips: taken off what is to be paid, and redeemed when it is; what is left stays theirs.

Where a central service is asked, a slip is this kiosk's alone from when it was held until it is let go
of: what is not known there of a slip that was used stays in `State.redeemed`, and is told until it is.
"""

from __future__ import annotations

from datetime import datetime

from kiosk.checkout.commands import Command, HoldSlip, ReleaseSlip, StartTimer, StopTimer
from kiosk.checkout.events import Event, Timer
from kiosk.checkout.goods_events import (
    DepositSlipScanned,
    SlipFault,
    SlipHeld,
    SlipRefused,
    SlipReleased,
)
from kiosk.checkout.regions.prices import bill_of
from kiosk.checkout.states import (
    DepositSlip,
    InDoubt,
    Paying,
    Redeemed,
    Sale,
    Settling,
    Shopping,
    SlipAsked,
    State,
    Told,
)
from kiosk.checkout.step import Step, stay, tell
from kiosk.money import Money
from kiosk.replacing import replace

SLIPS_MOST = 500
"""Redeemed slips that are known where no service is asked; the numbers of a machine come round again."""

ASKED_MOST = 10
"""Slips that are asked about at a time: each takes a moment, and pay waits for them."""
AGAIN_SECONDS = 60.0
"""After this what the service has not heard is told anew."""

Key = tuple[str, Money]
"""Number and face: what makes it that slip."""
_TOLD = {
    SlipFault.ELSEWHERE: Told.SLIP_ELSEWHERE,
    SlipFault.REDEEMED: Told.SLIP_REDEEMED,
    SlipFault.AWAY: Told.SLIP_AWAY,
}


def scanned(state: State, phase: Shopping, event: DepositSlipScanned) -> Step:
    """A slip counts once, here or in a parked basket; of one that was used in part, the rest."""
    key = (event.number, event.amount)
    sales = (phase.sale, *(parked.sale for parked in state.parked))
    if any(_key(slip) == key for sale in sales for slip in sale.slips):
        return tell(stay(state), Told.SLIP_IN_USE)
    untold_of = [each for each in state.redeemed if each.turn and _key(each) == key]
    if untold_of:  # the service has not heard yet what is left of it
        return tell(stay(state), Told.SLIP_AWAY).then(*_told_again(state, untold_of))
    if state.tenders.slips_checked:
        return _asked(state, phase.sale, key)
    left = _left(state, key)
    if left.minor <= 0:
        return tell(stay(state), Told.SLIP_REDEEMED)
    return _taken(state, phase, DepositSlip(*key, left))


def _taken(state: State, phase: Shopping, slip: DepositSlip) -> Step:
    sale = replace(phase.sale, slips=(*phase.sale.slips, slip))
    return tell(Step(replace(state, phase=replace(phase, sale=sale))), Told.SLIP_TAKEN)


def _left(state: State, key: Key) -> Money:
    for known in reversed(state.redeemed):
        if _key(known) == key:
            return known.left
    return key[1]


def spent(state: State, sale: Sale, at: datetime) -> State:
    """The sale is paid: its slips are worth only what it did not need."""
    if not sale.slips:
        return state
    used = bill_of(sale).amounts
    fresh = tuple(
        Redeemed(slip.number, slip.face, slip.worth - part, at, slip.turn)
        for slip, part in zip(sale.slips, used, strict=True)
    )
    return _remembered(state, fresh)


def _remembered(state: State, fresh: tuple[Redeemed, ...]) -> State:
    """The newest at the end. What the service has not heard is never forgotten."""
    keys = {_key(each) for each in fresh}
    every = (*(each for each in state.redeemed if _key(each) not in keys), *fresh)
    over = sum(not each.turn for each in every) - SLIPS_MOST
    if over <= 0:
        return replace(state, redeemed=every)
    gone = {_key(each) for each in [each for each in every if not each.turn][:over]}
    return replace(state, redeemed=tuple(each for each in every if _key(each) not in gone))


# --- where the service is asked -----------------------------------------------------------------


def _asked(state: State, sale: Sale, key: Key) -> Step:
    """Nothing is taken off before the service has said that it is ours."""
    fresh = SlipAsked(*key, sale.id)
    others = tuple(each for each in state.asked if _key(each) != key)
    if len(others) >= ASKED_MOST:
        return tell(stay(state), Told.SLIP_AWAY)
    # Under way for a purchase before: the answer is for whoever shows it now.
    commands = () if len(others) < len(state.asked) else (HoldSlip(*key),)
    return tell(Step(replace(state, asked=(*others, fresh)), commands), Told.SLIP_ASKED)


def waited_for(state: State, sale: Sale) -> bool:
    """Whether the service is being asked about a slip of this sale: what is to be paid is not known."""
    return any(each.sale == sale.id for each in state.asked)


def held(state: State, event: SlipHeld) -> Step:
    """It is ours: for the purchase it was shown for, and let go of where that has gone on or ended."""
    key = (event.number, event.face)
    found = next((each for each in state.asked if _key(each) == key), None)
    state = _unasked(state, key)
    if any(_key(slip) == key for slip in _open(state)):
        return Step(_turned(state, key, event.turn))  # it was asked twice: the later turn counts
    left = replace(event.left, minor=min(event.left.minor, _left(state, key).minor))
    here = _asker(state, found)
    if here is None or not left.minor:
        step = Step(_remembered(state, (Redeemed(*key, left, event.at, event.turn),)))
        return tell(step, Told.SLIP_REDEEMED) if here else step
    return _taken(state, here, DepositSlip(*key, left, event.turn))


def _asker(state: State, asked: SlipAsked | None) -> Shopping | None:
    """Who showed the slip, if they are still here."""
    phase = state.phase
    if asked is None or not isinstance(phase, Shopping) or asked.sale != phase.sale.id:
        return None
    return phase


def _turned(state: State, key: Key, turn: int) -> State:
    """The same purchases; this slip is held in another turn."""

    def of(sale: Sale) -> Sale:
        slips = tuple(
            replace(slip, turn=turn) if _key(slip) == key else slip for slip in sale.slips
        )
        return replace(sale, slips=slips)

    phase = state.phase
    if isinstance(phase, Shopping | Paying | Settling | InDoubt):
        phase = replace(phase, sale=of(phase.sale))
    parked = tuple(replace(each, sale=of(each.sale)) for each in state.parked)
    return replace(state, phase=phase, parked=parked)


def refused(state: State, event: SlipRefused) -> Step:
    """It is not ours; said to whoever showed it, if they are still here."""
    key = (event.number, event.face)
    found = next((each for each in state.asked if _key(each) == key), None)
    step = stay(_unasked(state, key))
    return tell(step, _TOLD[event.why]) if _asker(state, found) else step


def released(state: State, event: SlipReleased) -> Step:
    """The service knows what is left of it: nobody here has to remember it any more."""
    told = (event.number, event.face, event.turn)
    kept = tuple(each for each in state.redeemed if (*_key(each), each.turn) != told)
    step = Step(replace(state, redeemed=kept))
    return step if any(each.turn for each in kept) else step.then(StopTimer(Timer.SLIPS))


def lookup_lost(step: Step) -> Step:
    """Whatever was being asked gets no answer; one that comes all the same is let go of."""
    state = step.state
    if not state.asked:
        return step
    lost = replace(step, state=replace(state, asked=()))
    waited = any(_asker(state, each) for each in state.asked)
    return tell(lost, Told.SLIP_AWAY) if waited else lost


def untold(state: State) -> tuple[Command, ...]:
    """What the service has not heard yet, again and again. Hearing it twice changes nothing there."""
    return _told_again(state, [each for each in state.redeemed if each.turn])


def _told_again(state: State, slips: list[Redeemed]) -> tuple[Command, ...]:
    if not state.service or not slips:
        return ()
    releases = (ReleaseSlip(each.number, each.face, each.left, each.turn) for each in slips)
    return (*releases, StartTimer(Timer.SLIPS, AGAIN_SECONDS))


def watched(before: State, event: Event, step: Step) -> Step:
    """A slip that has left every open purchase without being used is let go of; so is what was left."""
    after = step.state
    same = before.redeemed is after.redeemed
    if same and before.parked is after.parked and before.phase is after.phase:
        return step
    was = _open(before)
    if same and not was:
        return step
    here = {_key(slip) for slip in _open(after)}
    known = {(*_key(each), each.turn) for each in after.redeemed}
    lost = [
        Redeemed(slip.number, slip.face, slip.worth, event.at, slip.turn)
        for slip in was
        if _key(slip) not in here and (*_key(slip), slip.turn) not in known
    ]
    if lost:
        after = _remembered(after, tuple(lost))
        step = replace(step, state=after)
    if before.redeemed is after.redeemed:
        return step
    fresh = [each for each in after.redeemed if each.turn and each not in before.redeemed]
    return step.then(*_told_again(after, fresh))


def _open(state: State) -> tuple[DepositSlip, ...]:
    """Held slips of all purchases that are not paid."""
    phase = state.phase
    sales = [each.sale for each in state.parked]
    if isinstance(phase, Shopping | Paying | Settling | InDoubt):
        sales.append(phase.sale)
    return tuple(slip for sale in sales for slip in sale.slips if slip.turn)


def _unasked(state: State, key: Key) -> State:
    return replace(state, asked=tuple(each for each in state.asked if _key(each) != key))


def _key(slip: DepositSlip | Redeemed | SlipAsked) -> Key:
    return slip.number, slip.face
