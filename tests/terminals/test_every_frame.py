"""A payment is harmed at every single frame of its dialogue, in both directions, on both kinds of line.

Paid if and only if the terminal's memory holds the payment after its own reversals; nobody is asked to
pay twice; and staff are called only where the terminal cannot tell.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.zvt.profiles import PROFILES, STANDARD, Profile
from drivers.zvt.scenes import Unacknowledged
from tests.terminals.counting import WHOLE, Tally
from tests.terminals.wire import ON_EVERY_LINE, Blow, Fate, Harm, Way
from tests.terminals.world import World

DELAYS = (4.0, 7.0, 200.0)
"""Within T3; beyond it; beyond T4."""
MOST_FRAMES = 80


def sizes(harm: Harm) -> tuple[float, ...]:
    return DELAYS if harm is Harm.DELAY else (3.0,)


QUIET = replace(STANDARD, tells_number_again=False)
"""It synchronises, and its answer to 06 20 tells nothing to synchronise by."""
TERMINALS: dict[str, tuple[Unacknowledged | None, Profile, str | int]] = {
    "synchronises": (None, STANDARD, "approve"),
    "synchronises-quietly": (None, QUIET, "approve"),
    "declines": (None, STANDARD, 0x05),
    **{policy: (policy, STANDARD, "approve") for policy in Unacknowledged},
}
VENDORS = tuple(name for name in PROFILES if name != STANDARD.name)
ON_SERIAL = tuple(TERMINALS) if WHOLE else ("synchronises", "declines", Unacknowledged.REVERSE)
"""Blocks make twice the frames: a plain run tries the rules that differ most."""
CASES = [(False, kind) for kind in TERMINALS] + [(True, kind) for kind in ON_SERIAL]
TERMINALS |= {name: (None, PROFILES[name], "approve") for name in VENDORS}
TERMINALS["ccv-declines"] = (None, PROFILES["ccv"], 0x05)
CASES += [(False, kind) for kind in (*VENDORS, "ccv-declines")]


def world(serial: bool, kind: str) -> World:
    """A kiosk that has sold before, so that the terminal remembers something."""
    policy, profile, customer = TERMINALS[kind]
    made = World(serial=serial, policy=policy, profile=profile)
    made.start()
    made.buy(77, Fate())
    made.rest()
    made.customer = customer
    return made


@pytest.mark.parametrize("way", list(Way), ids=lambda way: f"from-{way.value}")
@pytest.mark.parametrize(
    ("serial", "kind"),
    CASES,
    ids=[f"{'serial' if serial else 'tcp'}-{kind}" for serial, kind in CASES],
)
def test_harm_at_every_frame(serial: bool, kind: str, way: Way, tally: Tally) -> None:
    """One harm a payment, until a frame of that number no longer exists."""
    line = "serial" if serial else "tcp"
    # Frames of serial lines and of other vendors: every other one in a plain run.
    stride = 2 if not WHOLE and (serial or kind in (*VENDORS, "ccv-declines")) else 1
    for harm in Harm if serial else ON_EVERY_LINE:
        for size in sizes(harm):
            for number in range(1, MOST_FRAMES, stride):
                made = world(serial, kind)
                asked = made.asked
                fate = Fate([Blow(way, number, harm, size)])
                verdict = made.buy(119, fate)
                tally.add(f"{line}, {harm.value}", verdict)
                assert made.asked <= asked + 1, f"a second authorisation: {harm} at {number}"
                assert verdict.outcome != "unknown", f"{harm} at {way} {number}"
                made.rest()
                if kind.startswith("synchronises"):
                    one_more(made)
                if not fate.struck:
                    break
            else:
                pytest.fail(f"a payment of more than {MOST_FRAMES} frames")


def one_more(made: World) -> None:
    """The next sale: the word it mirrors takes no earlier one back."""
    before = made.memory.turnover()
    made.customer = "approve"
    verdict = made.buy(200, Fate())
    if verdict.outcome == "not_paid":  # over a line that had been dead without anybody's notice
        assert made.memory.turnover() == before
        made.rest()
        verdict = made.buy(200, Fate())
    assert (verdict.outcome, verdict.held) == ("paid", True)
    assert made.memory.turnover() == before + 200, "the next payment took an earlier one back"


@pytest.mark.parametrize("serial", [False, True], ids=["tcp", "serial"])
def test_what_others_do_at_the_terminal_stands(serial: bool) -> None:
    """It is used by hand between two sales: by chapter 4 the kiosk's old word would undo that."""
    made = world(serial, "synchronises")
    made.by_hand(5_000)
    one_more(made)
    assert made.memory.turnover() == 77 + 5_000 + 200


def test_staff_who_disown_a_payment_have_it_taken_back() -> None:
    """Nobody could ask the terminal; it holds the payment, and the next one makes it give that up."""
    made = world(False, "synchronises")
    made.lose(119)
    assert made.memory.turnover() == 77 + 119
    made.rest()
    verdict = made.buy(200, Fate())
    assert verdict.outcome == "paid"
    assert made.memory.turnover() == 77 + 200
