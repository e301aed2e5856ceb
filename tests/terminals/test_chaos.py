"""Thousands of payments under random harm, on one thread: a printed seed replays each of them.

Cables are torn, blocks garbled, either side loses power at any step, customers approve, decline, leave or
change their minds, and terminals keep or take back what was not acknowledged. At the end the sums of
the journal and of the terminal agree to the cent.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.terminals.counting import WHOLE, Tally
from tests.terminals.test_every_frame import TERMINALS
from tests.terminals.wire import ON_EVERY_LINE, Blow, Fate, Harm, Killed, Way
from tests.terminals.world import World

PAYMENTS = 10_000 if WHOLE else 2_000
SEEDS = range(20)
KINDS = tuple(kind for kind in TERMINALS if "declines" not in kind)
EACH = PAYMENTS // len(SEEDS)
CUSTOMERS: tuple[str | int, ...] = ("approve", "approve", "approve", 0x05, 0x33, "stop")
JOURNAL_STEPS = 12
"""Appends of one payment, roughly; each has a point before and one behind it."""


def dies_at(point: int) -> Callable[[str], None]:
    """A kiosk that dies at its n-th step of the journal."""
    left = point

    def hook(_: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed

    return hook


def fate_of(chance: random.Random, serial: bool) -> Fate:
    """None to three harms; most payments meet one or none."""
    harms = tuple(Harm) if serial else ON_EVERY_LINE
    blows = [
        Blow(
            chance.choice(tuple(Way)),
            chance.randint(1, 40 if serial else 16),
            chance.choice(harms),
            chance.choice((1.0, 3.0, 4.0, 7.0, 20.0, 200.0)),
        )
        for _ in range(chance.choice((0, 1, 1, 1, 2, 3)))
    ]
    return Fate(blows)


@pytest.mark.parametrize("seed", SEEDS)
def test_sums_agree_whatever_happens(seed: int, tally: Tally) -> None:
    """Every twentieth of the payments, with a world of its own."""
    chance = random.Random(seed)
    serial = seed % 2 == 1
    policy, profile, _ = TERMINALS[KINDS[seed // 2 % len(KINDS)]]
    made = World(serial=serial, policy=policy, profile=profile)
    made.start()
    found = held = unknown = 0
    for number in range(EACH):
        amount = chance.randint(1, 99_999)
        made.customer = chance.choice(CUSTOMERS)
        hook = dies_at(chance.randint(1, 2 * JOURNAL_STEPS)) if chance.random() < 0.1 else None
        asked, before = made.asked, made.memory.turnover()
        verdict = made.buy(amount, fate_of(chance, serial), hook=hook)
        tally.add(f"chaos, {'serial' if serial else 'tcp'}", verdict)
        assert made.asked <= asked + 1, f"seed {seed}, payment {number}: asked twice"
        found += (
            amount
            if verdict.outcome == "paid" or (verdict.outcome == "unknown" and verdict.held)
            else 0
        )
        held += made.memory.turnover() - before
        unknown += verdict.outcome == "unknown"
        made.rest()
        assert found == held == made.memory.turnover(), f"seed {seed}, payment {number}"
    assert unknown <= EACH // 50, f"seed {seed}: staff were called {unknown} times"
