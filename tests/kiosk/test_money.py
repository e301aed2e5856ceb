"""Money adds up in whole cents, and rounds by one rule."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.money import Money, apportioned, half_up

whole = st.integers(-(10**12), 10**12)
divisors = st.integers(-(10**6), 10**6).filter(bool)


@given(whole, divisors)
def test_half_up_is_the_nearest_and_halves_go_away_from_zero(numerator: int, divisor: int) -> None:
    """Never more than half off; exactly half off only away from zero."""
    exact, rounded = Fraction(numerator, divisor), half_up(numerator, divisor)
    assert abs(rounded - exact) <= Fraction(1, 2)
    if abs(rounded - exact) == Fraction(1, 2):
        assert abs(rounded) > abs(exact)


@given(whole, divisors)
def test_half_up_is_symmetric(numerator: int, divisor: int) -> None:
    """What is given back rounds as what was taken."""
    assert half_up(-numerator, divisor) == -half_up(numerator, divisor)
    assert half_up(numerator, -divisor) == -half_up(numerator, divisor)


@given(whole, whole, st.integers(-99, 99))
def test_money_is_arithmetic_of_its_cents(one: int, other: int, factor: int) -> None:
    """Sum, difference, multiple and negation are those of the integers."""
    assert Money(one) + Money(other) == Money(one + other)
    assert Money(one) - Money(other) == Money(one - other)
    assert Money(one) * factor == Money(one * factor)
    assert -Money(one) == Money(-one)
    assert (Money(one) < Money(other)) == (one < other)


def test_currencies_do_not_mix() -> None:
    """A sum of two currencies is nobody's amount."""
    with pytest.raises(ValueError, match="EUR and CHF"):
        Money(1) + Money(1, "CHF")
    with pytest.raises(ValueError, match="CHF and EUR"):
        Money(1, "CHF") - Money(1)


@given(st.lists(st.integers(0, 10_000), max_size=8), st.data())
def test_a_cut_sum_is_whole_and_fair(weights: list[int], data: st.DataObject) -> None:
    """No cent is lost; nobody gets more than they weigh, or a cent off their exact share."""
    whole = sum(weights)
    total = data.draw(st.integers(0, whole))
    parts = apportioned(total, weights)
    assert sum(parts) == total
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
    assert all(
        abs(part * whole - total * weight) < whole
        for part, weight in zip(parts, weights, strict=True)
        if whole
    )


def test_of_equal_remainders_the_earlier_gets_the_cent() -> None:
    """And where nothing weighs anything, nothing is cut."""
    assert apportioned(2, [1, 1, 1]) == [1, 1, 0]
    assert apportioned(10, [5, 3, 2]) == [5, 3, 2]
    assert apportioned(7, [0, 0]) == [0, 0]
    assert apportioned(7, []) == []
