"""A reversal and a refund are harmed at every frame: done if and only if the terminal's memory says so."""

from __future__ import annotations

import pytest

from drivers.zvt.scenes import Unacknowledged
from kiosk.checkout.staff_events import MoneyKind
from tests.terminals.counting import WHOLE, Tally
from tests.terminals.test_every_frame import MOST_FRAMES, sizes
from tests.terminals.wire import ON_EVERY_LINE, Blow, Fate, Harm, Way
from tests.terminals.world import World

AMOUNT = 4_242
POLICIES = (None, Unacknowledged.REVERSE, Unacknowledged.KEEP)


def world(serial: bool, policy: Unacknowledged | None) -> World:
    """A kiosk that has sold something that can be given back."""
    made = World(serial=serial, policy=policy)
    made.start()
    made.buy(AMOUNT, Fate())
    made.rest()
    return made


@pytest.mark.parametrize("kind", [MoneyKind.REVERSAL, MoneyKind.REFUND])
@pytest.mark.parametrize(
    ("serial", "policy"),
    [
        *((False, policy) for policy in POLICIES),
        *((True, policy) for policy in (POLICIES if WHOLE else (None,))),
    ],
)
def test_harm_at_every_frame(
    serial: bool, policy: Unacknowledged | None, kind: MoneyKind, tally: Tally
) -> None:
    """One harm a correction, until a frame of that number no longer exists."""
    for way in Way:
        for harm in Harm if serial else ON_EVERY_LINE:
            for size in sizes(harm):
                for number in range(1, MOST_FRAMES):
                    made = world(serial, policy)
                    fate = Fate([Blow(way, number, harm, size)])
                    receipt = made.memory.receipt if kind is MoneyKind.REVERSAL else 0
                    verdict = made.correct(kind, AMOUNT, fate, receipt=receipt)
                    tally.add(
                        f"{'serial' if serial else 'tcp'} {kind.value}, {harm.value}", verdict
                    )
                    assert verdict.outcome != "unknown", f"{harm} at {way} {number}"
                    made.rest()
                    if not fate.struck:
                        break
                else:
                    pytest.fail(f"a correction of more than {MOST_FRAMES} frames")


@pytest.mark.parametrize("serial", [False, True], ids=["tcp", "serial"])
def test_a_payment_is_taken_back_once(serial: bool, tally: Tally) -> None:
    """The second reversal of the same receipt is refused, and nothing more goes back."""
    made = world(serial, None)
    receipt = made.memory.receipt
    first = made.correct(MoneyKind.REVERSAL, AMOUNT, Fate(), receipt=receipt)
    made.rest()
    second = made.correct(MoneyKind.REVERSAL, AMOUNT, Fate(), receipt=receipt)
    tally.add("reversal, again", second)
    assert (first.outcome, second.outcome, second.held) == ("paid", "not_paid", False)
    assert made.memory.turnover() == 0


def test_a_reversal_of_another_amount_is_refused(tally: Tally) -> None:
    """The terminal compares."""
    made = world(False, None)
    verdict = made.correct(MoneyKind.REVERSAL, 1, Fate(), receipt=made.memory.receipt)
    tally.add("reversal of another amount", verdict)
    assert (verdict.outcome, made.memory.turnover()) == ("not_paid", AMOUNT)
