"""A payment is harmed at every single frame of its dialogue, in both directions, on both kinds of line.

Paid if and only if the terminal's memory holds the payment after its own reversals; nobody is asked to
pay twice; and staff are called only where the terminal cannot tell.
"""

from __future__ import annotations

import pytest

from drivers.zvt.scenes import Unacknowledged
from tests.terminals.counting import Tally
from tests.terminals.wire import ON_EVERY_LINE, Blow, Fate, Harm, Way
from tests.terminals.world import World

DELAYS = (4.0, 7.0, 200.0)
"""Within T3; beyond it; beyond T4."""
MOST_FRAMES = 80
POLICIES = (None, Unacknowledged.REVERSE, Unacknowledged.LATER, Unacknowledged.KEEP)
"""None: the terminal synchronises by 1F1F; else what it does with a payment nobody answered."""


def sizes(harm: Harm) -> tuple[float, ...]:
    return DELAYS if harm is Harm.DELAY else (3.0,)


def world(serial: bool, policy: Unacknowledged | None, customer: str | int) -> World:
    """A kiosk that has sold before, so that the terminal remembers something."""
    made = World(serial=serial, policy=policy)
    made.start()
    made.buy(77, Fate())
    made.rest()
    made.customer = customer
    return made


@pytest.mark.parametrize("customer", ["approve", 0x05], ids=["approve", "decline"])
@pytest.mark.parametrize("way", list(Way), ids=lambda way: f"from-{way.value}")
@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy or "synchronises")
@pytest.mark.parametrize("serial", [False, True], ids=["tcp", "serial"])
def test_harm_at_every_frame(
    serial: bool, policy: Unacknowledged | None, way: Way, customer: str | int, tally: Tally
) -> None:
    """One harm a payment, until a frame of that number no longer exists."""
    line = "serial" if serial else "tcp"
    for harm in Harm if serial else ON_EVERY_LINE:
        for size in sizes(harm):
            for number in range(1, MOST_FRAMES):
                made = world(serial, policy, customer)
                asked = made.asked
                fate = Fate([Blow(way, number, harm, size)])
                verdict = made.buy(119, fate)
                tally.add(f"{line}, {harm.value}", verdict)
                assert made.asked <= asked + 1, f"a second authorisation: {harm} at {number}"
                assert verdict.outcome != "unknown", f"{harm} at {way} {number}"
                made.rest()
                if not fate.struck:
                    break
            else:
                pytest.fail(f"a payment of more than {MOST_FRAMES} frames")
