"""The step between the basket and the card, where a shop wants one or there is something to choose.

Nothing is decided by looking: what is paid is decided when a way to pay is chosen.
"""

from __future__ import annotations

from kiosk.checkout.floor_events import TillChosen
from kiosk.checkout.regions.idle import park
from kiosk.checkout.regions.interventions import holds_up_paying
from kiosk.checkout.regions.prices import total_of
from kiosk.checkout.regions.selling import may_pay
from kiosk.checkout.regions.slips import waited_for
from kiosk.checkout.states import Shopping, State, Told
from kiosk.checkout.step import Step, stay


def reviewed(state: State) -> bool:
    """Whether "pay" shows what was bought and the ways to pay first."""
    return state.tenders.review or bool(state.tenders.till)


def may_review(state: State) -> bool:
    """Whether there is anything to pay, and a way to pay it."""
    phase = state.phase
    if not isinstance(phase, Shopping) or not reviewed(state):
        return False
    return may_pay(state, phase) or may_go_to_till(state, phase)


def may_go_to_till(state: State, phase: Shopping) -> bool:
    """Whether this purchase can be paid at the checkout with staff. It needs no terminal here."""
    sale = phase.sale
    return (
        bool(state.tenders.till and sale.basket.lines)
        and total_of(sale).minor > 0
        and not holds_up_paying(state, sale)
        and not waited_for(state, sale)
    )


def till_chosen(state: State, event: TillChosen) -> Step:
    """They go to the checkout with staff; here the basket waits, should they come back."""
    phase = state.phase
    if not isinstance(phase, Shopping) or not may_go_to_till(state, phase):
        return stay(state)
    return park(state, phase, event.at, Told.AT_TILL)
