"""What the customer pays is the sum of the lines, and the taxes in it."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from kiosk.basket import Basket, Line
from kiosk.ids import LineId
from kiosk.money import Money
from kiosk.pricing import deposit, total, vat_row, vat_table
from tests.story import MILK, WATER
from tests.strategies import baskets


@given(baskets())
def test_the_total_is_the_lines_is_the_vat_table_is_net_and_tax(basket: Basket) -> None:
    """Four ways to add up a basket, to the cent the same."""
    table = vat_table(basket)
    lines = sum(line.amount.minor + line.deposit.minor for line in basket.lines)
    assert total(basket).minor == lines
    assert sum(row.gross.minor for row in table) == lines
    assert sum(row.net.minor + row.tax.minor for row in table) == lines


@given(baskets())
def test_the_deposit_is_that_of_the_lines(basket: Basket) -> None:
    """Per piece, contained in the total, taxed like its article."""
    pledged = sum(line.article.deposit.minor * line.quantity for line in basket.lines)
    assert deposit(basket) == Money(pledged)
    assert 0 <= pledged <= total(basket).minor


@given(baskets())
def test_every_rate_has_one_row(basket: Basket) -> None:
    """The highest rate first."""
    rates = [row.rate for row in vat_table(basket)]
    assert rates == sorted({line.article.vat for line in basket.lines}, reverse=True)


@given(st.integers(-(10**8), 10**8), st.sampled_from((0, 550, 700, 1900)))
def test_the_tax_is_the_nearest_cent_of_what_gross_contains(gross: int, rate: int) -> None:
    """Taken once from the sum, never line by line; a return mirrors the sale."""
    row = vat_row(rate, Money(gross))
    exact = Fraction(gross * rate, 10_000 + rate)
    assert abs(row.tax.minor - exact) <= Fraction(1, 2)
    assert row.net + row.tax == row.gross
    assert vat_row(rate, Money(-gross)).tax == -row.tax


def test_an_example_by_hand() -> None:
    """3 milk at 7 %, 2 water with deposit at 19 %."""
    basket = Basket((Line(LineId(1), MILK, 3), Line(LineId(2), WATER, 2)))
    assert total(basket) == Money(357 + 178 + 50)
    assert deposit(basket) == Money(50)
    assert [(row.rate, row.gross.minor, row.tax.minor) for row in vat_table(basket)] == [
        (1900, 228, 36),
        (700, 357, 23),
    ]


def test_an_empty_basket_costs_nothing() -> None:
    """And has no taxes to tell."""
    assert total(Basket()) == deposit(Basket()) == Money(0)
    assert vat_table(Basket()) == ()
