"""Like pieces are one pool, in an order of their own."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.basket import Line, Unit
from kiosk.ids import LineId
from kiosk.money import Money
from kiosk.offers.pools import minor_of, pooled
from tests.price_samples import case
from tests.story import MILK, WATER

SEEDS = st.integers(0, 2**32 - 1)


def test_like_pieces_are_one_pool() -> None:
    """In two lines or one; another price of the same article is another pool."""
    dearer = replace(MILK, price=MILK.price + Money(1))
    lines = (
        Line(LineId(1), MILK, 2),
        Line(LineId(2), dearer, 1),
        Line(LineId(3), MILK, 3),
    )
    high, low = pooled(lines)
    assert (high.value, high.units, high.lines) == (dearer.price.minor, 1, [1])
    assert (low.value, low.units, low.lines) == (MILK.price.minor, 5, [0, 2])
    assert low.rest == 5 * MILK.price.minor


def test_what_is_weighed_is_one_piece() -> None:
    """With the price of its weight, and other prices by weight, too."""
    apples = replace(WATER, unit=Unit.KILOGRAM, price=Money(299), deposit=Money(0))
    (pool,) = pooled((Line(LineId(1), apples, 1, 742),))
    assert (pool.units, pool.value, pool.rest) == (1, 222, 222)
    assert pool.priced(199) == 148
    (piece,) = pooled((Line(LineId(1), MILK),))
    assert piece.priced(99) == 99


@given(SEEDS)
def test_the_order_of_scanning_does_not_show(seed: int) -> None:
    """Dearest first, and nothing lost."""
    lines = case(seed).lines
    shuffled = list(lines)
    random.Random(seed).shuffle(shuffled)
    one, other = pooled(lines), pooled(tuple(shuffled))
    assert [(p.gtin, p.value, p.grams, p.units, p.rest) for p in one] == [
        (p.gtin, p.value, p.grams, p.units, p.rest) for p in other
    ]
    assert [pool.value for pool in one] == sorted((p.value for p in one), reverse=True)
    assert sum(pool.rest for pool in one) == sum(line.amount.minor for line in lines)
    assert [minor_of(line) for line in lines] == [line.amount.minor for line in lines]
