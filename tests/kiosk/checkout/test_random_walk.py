"""A long walk at random through everything that can happen, with what must hold after every step."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from kiosk.checkout.decide import decide
from kiosk.checkout.events import Event, Restarted, TimerFired
from kiosk.checkout.floor import Limits, Tenders
from kiosk.checkout.floor_events import Acted, HelpPressed
from kiosk.checkout.member_events import CustomerShown, ReceiptOffered
from kiosk.checkout.regions.expiring import expired
from kiosk.checkout.states import (
    Attract,
    InDoubt,
    OutOfService,
    Paid,
    Paying,
    ReceiptOwed,
    Settling,
    Shopping,
    State,
    Thanks,
)
from kiosk.checkout.step import Verdict
from kiosk.ids import Handle, SaleId
from kiosk.money import Money
from kiosk.screens.present import present
from tests.checkout_walk import Node, events_of, floor_events, member_events, slip_events
from tests.kiosk.checkout.test_walk import check
from tests.story import NOW, SHOP, shopping

STEPS = 25_000
SEEDS = (1, 2, 3, 5)
LIMITS, TENDERS = Limits(void=Money(150)), Tenders(till="Kasse 1", slips_checked=True)


def begin() -> Node:
    """A kiosk with a service, links, limits and a gate, and milk in the basket."""
    state = replace(shopping(), service=True, links=True, limits=LIMITS, gate=True)
    return Node(replace(state, tenders=TENDERS))


def candidates(node: Node) -> list[Event]:
    state = node.state
    found = [*events_of(node), *member_events(state), *floor_events(state), *slip_events(state)]
    return [
        replace(each, limits=LIMITS, links=True, gate=True, tenders=TENDERS)
        if isinstance(each, Restarted)
        else each
        for each in found
    ]


def sales_in(state: State) -> dict[SaleId, int]:
    """Every open sale with its number of articles: in the phase, or parked."""
    found = {each.sale.id: each.sale.basket.count for each in state.parked}
    phase = state.phase
    if isinstance(phase, Shopping | Paying | Settling | InDoubt):
        found[phase.sale.id] = phase.sale.basket.count
    if isinstance(phase, Paid | ReceiptOwed):
        found[phase.sold.sale.id] = phase.sold.sale.basket.count
    return {sale: count for sale, count in found.items() if count}


def never_lost(before: State, event: Event, after: State) -> None:
    """Time and power take no article out of a basket; only people do, and the end of the day."""
    before = expired(before, event)
    if isinstance(event, TimerFired | Restarted) and not isinstance(before.phase, ReceiptOwed):
        gone = {
            sale: count
            for sale, count in sales_in(before).items()
            if sales_in(after).get(sale) != count
        }
        assert not gone, f"{event} lost {gone}"


def always_help(state: State) -> None:
    """Whatever is shown, staff can be called, and nothing else changes by it."""
    step = decide(state, replace(HelpPressed(), at=NOW))
    assert step.verdict is not Verdict.REFUSE
    assert (step.state.help is None) is (state.help is not None)
    present(step.state, 1)


def way_out(node: Node) -> None:
    """No state in which nothing that can happen changes anything."""
    changed = (decide(node.state, replace(each, at=NOW)).state for each in candidates(node))
    assert any(state != node.state for state in changed)


def test_a_long_walk_breaks_no_promise() -> None:
    """100,000 events over four seeds; a seed that fails replays."""
    seen = set[type]().union(*(walked(seed) for seed in SEEDS))
    wanted = {Attract, Shopping, Paying, Settling, InDoubt, Paid, ReceiptOwed, Thanks, OutOfService}
    assert wanted <= seen


def walked(seed: int) -> set[type]:
    """The phases reached."""
    chance = random.Random(seed)
    node, at = begin(), NOW
    seen: dict[type, int] = {}
    acts = 0
    for number in range(STEPS):
        event = chance.choice(candidates(node))
        if isinstance(event, CustomerShown | ReceiptOffered):
            event = replace(event, handle=Handle(f"h{number}"))  # nobody is shown twice
        at += timedelta(seconds=chance.choice((1, 1, 5, 60)))
        before = node.state
        step = decide(before, replace(event, at=at))
        never_lost(before, replace(event, at=at), step.state)
        if isinstance(event, Acted) and step.verdict is not Verdict.REFUSE:
            assert before.attendant is not None
            acts += 1
        node = check(node, event, step)
        seen[type(node.state.phase)] = seen.get(type(node.state.phase), 0) + 1
        if number % 50 == 0:
            always_help(node.state)
            way_out(node)
        if isinstance(node.state.phase, OutOfService) and node.state.storage_low:
            node = begin()  # a full disk is the end of a walk, not of the kiosk's days
    assert acts > 100
    print(f"\n  random walk, seed {seed}: {STEPS} events, {acts} acts of staff")
    return set(seen)


def test_the_shop_is_the_same() -> None:
    """The walk's restarts keep the shop that the story began with."""
    assert begin().state.shop == SHOP
