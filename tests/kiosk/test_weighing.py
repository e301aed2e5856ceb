"""The sealed module: every rule of it, by numbers worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.basket import Article, Line, Unit
from kiosk.ids import Gtin, LineId
from kiosk.money import Money
from kiosk.weighing import Limits, Unfit, Weighed, judged, price

LIMITS = Limits(minimum=20, capacity=15_000)
GRAMS, CENTS = st.integers(0, 99_999), st.integers(0, 999_999)


@pytest.mark.parametrize(
    ("grams", "cents", "pays"),
    [
        (742, 179, 133),  # 132.818
        (1000, 249, 249),
        (500, 249, 125),  # 124.5: half a cent up
        (500, 247, 124),  # 123.5
        (2, 249, 0),  # 0.498
        (2, 250, 1),  # 0.5
        (0, 249, 0),
        (15_000, 999_999, 14_999_985),
    ],
)
def test_prices_by_hand(grams: int, cents: int, pays: int) -> None:
    """The exact product, rounded once."""
    assert price(grams, cents) == pays


@given(GRAMS, CENTS)
def test_a_price_is_never_further_off_than_half_a_cent(grams: int, cents: int) -> None:
    """Against exact fractions; and never in favour of neither side by more."""
    off = price(grams, cents) - Fraction(grams * cents, 1000)
    assert Fraction(-1, 2) < off <= Fraction(1, 2)


@pytest.mark.parametrize(("grams", "cents"), [(-1, 249), (742, -1)])
def test_nothing_is_below_zero(grams: int, cents: int) -> None:
    """Neither weight nor price."""
    with pytest.raises(ValueError, match="below zero"):
        price(grams, cents)


@pytest.mark.parametrize(
    ("gross", "tare", "cents", "found"),
    [
        (742, 0, 249, Weighed(742, 0, False)),
        (747, 5, 249, Weighed(747, 5, False)),
        (20, 0, 249, Weighed(20, 0, False)),
        (19, 0, 249, Unfit.TOO_LIGHT),
        (24, 5, 249, Unfit.TOO_LIGHT),
        (5, 5, 249, Unfit.TOO_LIGHT),
        (4, 5, 249, Unfit.TOO_LIGHT),
        (0, 0, 249, Unfit.TOO_LIGHT),
        (-5, 0, 249, Unfit.TOO_LIGHT),
        (742, -5, 249, Unfit.TOO_LIGHT),
        (15_000, 0, 249, Weighed(15_000, 0, False)),
        (15_001, 0, 249, Unfit.TOO_HEAVY),
        (20, 0, 24, Unfit.TOO_LIGHT),  # 0.48 of a cent
        (742, 0, 0, Unfit.TOO_LIGHT),
    ],
)
def test_what_may_be_sold_by(gross: int, tare: int, cents: int, found: Weighed | Unfit) -> None:
    """Within minimum and capacity, and worth something."""
    assert judged(gross, tare, LIMITS, cents, legal=False) == found


def test_a_minimum_of_nothing_still_sells_no_nothing() -> None:
    """Zero grams are no goods."""
    assert judged(0, 0, Limits(0, 15_000), 99_999, legal=False) is Unfit.TOO_LIGHT


@given(GRAMS, st.integers(0, 500), CENTS)
def test_whatever_is_sold_has_weight_and_price(gross: int, tare: int, cents: int) -> None:
    """And is told with what it is certified by."""
    found = judged(gross, tare, LIMITS, cents, legal=True)
    if isinstance(found, Weighed):
        assert found.legal
        assert found.net == gross - tare >= LIMITS.minimum
        assert price(found.net, cents) > 0


@given(GRAMS, CENTS)
def test_a_line_of_the_basket_costs_what_the_module_says(grams: int, cents: int) -> None:
    """There is one computation, for labels of the counter as well."""
    article = Article(Gtin(2800003000001), "Bananen", Money(cents), 700, Unit.KILOGRAM)
    assert Line(LineId(1), article, grams=grams).amount == Money(price(grams, cents))
