"""The phases and what leads from one to the next, found by walking the machine itself.

`python -m tests.state_diagram` writes docs/states.md anew; a test compares it with the code.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

from kiosk.checkout.decide import decide
from kiosk.checkout.events import Event, Restarted, TimerFired
from kiosk.checkout.floor import Limits, Tenders
from kiosk.checkout.floor_events import Acted
from kiosk.checkout.member_events import CustomerShown, ReceiptOffered
from kiosk.checkout.states import InDoubt, OnScale, OutOfService, Shopping, State, Thanks
from kiosk.ids import Handle
from kiosk.money import Money
from kiosk.replacing import replace
from tests.checkout_walk import (
    Node,
    events_of,
    floor_events,
    member_events,
    terminal_events,
    weigh_events,
)
from tests.kiosk.checkout.test_walk import check, too_far
from tests.node_keys import key_of
from tests.story import MILK, NOW, shopping

PAGE = Path(__file__).parents[1] / "docs" / "states.md"
TENDERS = Tenders(till="Kasse 1")
STEPS, SEEDS, DEPTH, SCALE_DEPTH = 3_000, range(5), 5, 3
_HEAD = """# The machine's states

Made by `python -m tests.state_diagram` from the machine itself: it walks through what can happen and writes down
which event led from which phase to which. A test compares this page with the code.

```mermaid
stateDiagram-v2
"""


def name_of(state: State) -> str:
    """The phase, with what makes it look different to a customer."""
    phase = state.phase
    match phase:
        case Shopping(weighing=OnScale()):
            return "Shopping_weighing"
        case Shopping(warned=True):
            return "Shopping_warned"
        case InDoubt(staff=True):
            return "InDoubt_staff"
        case OutOfService(reason=reason):
            return f"OutOfService_{reason.value}"
        case _:
            return type(phase).__name__


def transitions() -> dict[tuple[str, str], set[str]]:
    """(from, to) -> the events that lead there."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    _walk(found, DEPTH, events_of)
    _walk(found, SCALE_DEPTH, lambda node: (*events_of(node), *weigh_events(node)))
    gone = Thanks(1, printed=True, ended=NOW)
    _walk(found, 2, events_of, replace(shopping(), phase=gone, gate=True))
    for seed in SEEDS:
        chance, at = random.Random(seed), NOW
        node = _begin()
        for number in range(STEPS):
            candidates = list(events_of(node))
            if chance.random() < 0.3:
                candidates += [*member_events(node.state), *floor_events(node.state)]
            busy = list(dict(node.busy).values())
            if busy and chance.random() < 0.4:  # devices answer more often than people press
                candidates = list(terminal_events(chance.choice(busy))) or candidates
            event = chance.choice(candidates)
            if isinstance(event, Restarted):
                event = replace(
                    event, limits=Limits(Money(150)), links=True, gate=True, tenders=TENDERS
                )
            if isinstance(event, CustomerShown | ReceiptOffered):
                event = replace(event, handle=Handle(f"h{seed}-{number}"))
            at += timedelta(seconds=1)
            before, step = name_of(node.state), decide(node.state, replace(event, at=at))
            after = name_of(step.state)
            if before != after:
                found[before, after].add(_word(event))
            node = check(node, event, step)
            if node.state.storage_low and isinstance(node.state.phase, OutOfService):
                node = _begin()
    return dict(found)


def _walk(
    found: dict[tuple[str, str], set[str]],
    depth: int,
    possible: Callable[[Node], Iterable[Event]],
    start: State | None = None,
) -> None:
    """Every short sequence, for what chance would seldom find."""
    level = [Node(start or shopping(MILK))]
    seen = {key_of(level[0])}
    for _ in range(depth):
        following = []
        for node in level:
            for event in possible(node):
                step = decide(node.state, replace(event, at=NOW))
                before, after = name_of(node.state), name_of(step.state)
                if before != after:
                    found[before, after].add(_word(event))
                next_node = check(node, event, step)
                if (key := key_of(next_node)) not in seen and not too_far(next_node):
                    seen.add(key)
                    following.append(next_node)
        level = following


def _word(event: object) -> str:
    if isinstance(event, TimerFired):
        return f"{event.timer.value} time"
    return event.act.value if isinstance(event, Acted) else type(event).__name__


def _begin() -> Node:
    state = replace(shopping(), service=True, links=True, limits=Limits(Money(150)), gate=True)
    return Node(replace(state, tenders=TENDERS))


def page() -> str:
    """The whole page."""
    found = transitions()
    lines = [
        f"    {before} --> {after}: {', '.join(sorted(found[before, after]))}"
        for before, after in sorted(found)
    ]
    return _HEAD + "\n".join(lines) + "\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
