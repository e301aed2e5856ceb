"""Payers and terminals that are processes, killed at seeded moments: the sums agree to the cent.

`KILLS=200 ./run test tests/terminals/test_real_kills.py` kills as many; a test run kills a few.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.zvt.scenes import Unacknowledged
from tests.terminals.counting import Tally
from tests.terminals.killing import Till
from tests.terminals.world import Verdict

POLICIES = (None, Unacknowledged.REVERSE, Unacknowledged.KEEP, None)
KILLS = int(os.environ.get("KILLS", "4"))
"""In all: every terminal has its share."""
EACH = -(-KILLS // len(POLICIES))


@pytest.fixture
def till(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Till]:
    """With a seed and a terminal of its own."""
    seed: int = request.param
    made = Till(tmp_path, random.Random(seed), POLICIES[seed])
    yield made
    made.close()


@pytest.mark.timeout(120 + 20 * EACH)
@pytest.mark.parametrize("till", range(len(POLICIES)), indirect=True)
def test_sums_agree_whoever_is_killed(till: Till, tally: Tally) -> None:
    """What payers told is what the terminal holds, and each intent was charged once at most."""
    paid = before = 0
    told = till.calibrate(1)
    amounts = iter(range(2, 100_000, 7))  # no two alike, so that each is found in the memory
    while True:
        amount = told["amount"]
        held = till.held(amount)
        assert held <= 1
        killed = " and ".join(sorted(set(till.kills[before:]))) or "nobody"
        tally.add(f"kill -9: {killed}", Verdict(told["outcome"], held == 1))
        paid += amount if told["outcome"] == "paid" else 0
        assert paid == till.turnover
        before = len(till.kills)
        if before >= EACH:
            break
        told = till.buy(next(amounts), kills=1 + (before % 3 == 0))
