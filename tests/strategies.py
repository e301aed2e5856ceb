"""What hypothesis draws from: articles, baskets, and whole histories of a kiosk."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from kiosk.basket import MAX_QUANTITY, Article, Basket, Line, Unit
from kiosk.checkout.decide import decide
from kiosk.checkout.events import Event, Restarted, Volatile
from kiosk.checkout.states import State
from kiosk.ids import Gtin, LineId
from kiosk.money import Money
from tests.kiosk_events import events_now
from tests.story import NOW, SHOP

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
cents = st.integers(1, 1_000_000)


@st.composite
def articles(draw: st.DrawFn, unit: Unit | None = None) -> Article:
    """An article as a catalogue may hold it."""
    sold = unit or draw(st.sampled_from(list(Unit)))
    return Article(
        gtin=Gtin(draw(st.integers(1, 10**14 - 1))),
        name=draw(names),
        price=Money(draw(cents)),
        vat=draw(st.sampled_from((1900, 700, 0))),
        unit=sold,
        deposit=Money(draw(st.sampled_from((0, 8, 15, 25, 310))) if sold is Unit.PIECE else 0),
        age=draw(st.sampled_from((0, 0, 12, 16, 18))),
    )


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    """Lines of any quantity and weight."""
    lines = []
    for number in range(draw(st.integers(0, 6))):
        article = draw(articles())
        weighed = article.unit is Unit.KILOGRAM
        lines.append(
            Line(
                LineId(number + 1),
                article,
                1 if weighed else draw(st.integers(1, MAX_QUANTITY)),
                draw(st.integers(1, 99_999)) if weighed else None,
            )
        )
    return Basket(tuple(lines))


def history(
    seed: int, length: int = 40, state: State | None = None
) -> Iterator[tuple[Event, State]]:
    """A life of a kiosk: events that could happen next, and the state after each."""
    chance = random.Random(seed)
    state = state or State("K1", "abc")
    event: Event = Restarted(SHOP, service=chance.random() < 0.5)
    for number in range(length):
        event = replace(event, at=NOW + timedelta(seconds=number))
        state = decide(state, event).state
        yield event, state
        event = chance.choice(events_now(state, chance))


def kept(seed: int, length: int = 40, state: State | None = None) -> list[Event]:
    """The events of a life that stand in a journal."""
    return [event for event, _ in history(seed, length, state) if not isinstance(event, Volatile)]


seeds = st.integers(0, 2**32 - 1)
