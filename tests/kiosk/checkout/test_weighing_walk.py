"""A long walk at random with a scale: whatever is scanned, pressed, put on or broken, at any time."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.checkout.commands import RequestCancel, Weigh
from kiosk.checkout.decide import decide
from kiosk.checkout.events import Device, Restarted
from kiosk.checkout.states import OutOfService
from kiosk.checkout.weigh_events import GoodsWeighed
from kiosk.screens.present import present
from tests.checkout_walk import Node, events_of, weigh_events
from tests.kiosk.checkout.test_walk import basket_size, check
from tests.story import NOW, shopping

STEPS = 8_000
WEIGHS = 0.4
"""How often the scale has a say."""


@pytest.mark.parametrize("seed", [1, 2])
def test_a_long_walk_with_a_scale_breaks_no_promise(seed: int) -> None:
    """Every weighing that began ended by one word of the scale or by a restart; a seed replays."""
    chance, at = random.Random(seed), NOW
    node = Node(shopping())
    weighed = begun = stopped = 0
    for _ in range(STEPS):
        weighing = list(weigh_events(node))
        event = chance.choice(weighing if chance.random() < WEIGHS else list(events_of(node)))
        at += timedelta(seconds=1)
        before, step = node.state, decide(node.state, replace(event, at=at))
        begun += sum(isinstance(each, Weigh) for each in step.commands)
        stopped += RequestCancel(Device.SCALE) in step.commands
        grown = basket_size(step.state) > basket_size(before)
        weighed += grown and isinstance(event, GoodsWeighed)
        node = check(node, event, step)
        assert bool(node.state.at_scale) == (Device.SCALE in dict(node.busy)), event
        assert not isinstance(event, Restarted) or not node.state.at_scale
        present(node.state, 1)
        if isinstance(node.state.phase, OutOfService) or basket_size(node.state) > 5:
            node = Node(shopping())
    assert min(weighed, begun - weighed, stopped) > 15, (weighed, begun, stopped)
