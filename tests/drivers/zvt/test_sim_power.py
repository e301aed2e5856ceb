"""Power is lost at every message of every dialogue that moves money: the terminal's books stay whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.zvt.faults import parse
from drivers.zvt.faulty_wire import FaultyWire
from drivers.zvt.memory import Memory
from drivers.zvt.scenes import Unacknowledged
from drivers.zvt.simulator import TerminalSimulator
from tests.drivers.zvt.talk import REGISTERED, Talk, terminal

PAY = "06010A 04000000000119 490978"
BEFORE = (
    f"> {PAY} | < 800000 | < 040F* | < 060F00",
    "> 062207 04000000005000 | < 800000 | < 040F* | < 060F00",
)
"""A payment with receipt 1, and a reservation with receipt 2."""
COMMANDS = {
    "payment": (PAY, {119, 238}),
    "reversal": ("063006 000000 870001", {119, 0}),
    "refund": ("06310A 000000 04000000000050", {119, 69}),
    "tip": ("060C0A 04000000000010 870001", {119, 129}),
    "booking": ("06240A 870002 04000000003000", {119, 3119}),
    "release": ("06230A 870002 04000000002000", {119, 3119}),
    "giving up": ("062503 870002", {119}),
    "end of day": ("065003 000000", {119, 0}),
}
POLICIES = [Unacknowledged.REVERSE, Unacknowledged.KEEP, Unacknowledged.DECLINE]


def played(path: Path, policy: Unacknowledged, command: str, rule: str) -> FaultyWire:
    """The command over a wire on which this happens."""
    simulator = terminal(memory=path, unacknowledged=policy)
    wire = FaultyWire(simulator, simulator.clock)
    talk = Talk(wire, REGISTERED)
    for each in BEFORE:
        talk.says(each)
    wire.script = parse(rule)
    talk.sends(command)
    for _ in range(5):
        if wire.hangs_up():
            break
        talk.sends("800000")
    return wire


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_books_stay_whole(tmp_path: Path, name: str, policy: Unacknowledged) -> None:
    """Each command happened or did not; nothing is in the balance; numbers are given once."""
    command, possible = COMMANDS[name]
    seen: set[int] = set()
    for place in ("before", "after"):
        for direction in ("till>terminal", "terminal>till"):
            for number in range(1, 10):
                path = tmp_path / f"{place}-{direction[:4]}-{number}.json"
                rule = f"power-loss {place} {direction} {number}"
                wire = played(path, policy, command, rule)
                if not wire.power_losses:
                    break
                seen.add(wire.simulator.memory.turnover())
                check(wire.simulator, path, possible)
            assert number > 2, "no power was ever lost in this direction"
    assert seen == possible


def check(up: TerminalSimulator, path: Path, possible: set[int]) -> None:
    """What holds after any restart."""
    assert up.memory == Memory.at(path)
    assert up.memory.pending is None
    assert up.memory.turnover() in possible
    traces = [each.trace for each in up.memory.entries]
    assert len(traces) == len(set(traces))
    turnover = up.memory.turnover()
    Talk(up, REGISTERED, f"> {PAY} | < 800000 | < 040F*2700* | < 060F00")
    assert up.memory.turnover() == turnover + 119
