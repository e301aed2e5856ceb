"""What nobody will ask for any more leaves the state; the journal still tells of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.checkout.events import Event, Volatile
from kiosk.checkout.states import State
from kiosk.replacing import replace

OWED_TIME = timedelta(hours=12)


def expired(state: State, event: Event) -> State:
    """Without baskets parked on an earlier day and receipts owed for long.

    A clock that jumps back drops nothing. Volatile events are not in the journal, so they change
    nothing here either.
    """
    if isinstance(event, Volatile) or not (state.parked or state.owed):
        return state
    today = _day(state, event.at)
    parked = tuple(each for each in state.parked if _day(state, each.at) >= today)
    owed = tuple(sold for sold in state.owed if event.at - sold.ended < OWED_TIME)
    if len(parked) == len(state.parked) and len(owed) == len(state.owed):
        return state
    return replace(state, parked=parked, owed=owed)


def _day(state: State, at: datetime) -> date:
    return at.astimezone(ZoneInfo(state.shop.zone)).date()
