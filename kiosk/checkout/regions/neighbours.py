"""Where customers are sent while this kiosk does not sell."""

from __future__ import annotations

from kiosk.checkout.states import State


def neighbours_of(state: State) -> tuple[str, ...]:
    """Other checkouts to name, the nearest first.

    A kiosk knows their places from its configuration, and not whether they are open. Whoever tells it
    one day (the service, which hears of all lanes) is asked here, and only here.
    """
    return state.neighbours
