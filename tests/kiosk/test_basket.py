"""Lines come, grow and go; what is weighed counts once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.basket import MAX_QUANTITY, Article, Basket, Measure, Unit
from kiosk.ids import Gtin, LineId
from kiosk.money import Money, half_up
from tests.story import MILK, WATER, WINE
from tests.strategies import articles, baskets

APPLES = Article(Gtin(2812345000007), "Äpfel", Money(299), 700, Unit.KILOGRAM)


@given(articles(Unit.PIECE), st.integers(1, MAX_QUANTITY))
def test_scanning_an_article_again_raises_its_line(article: Article, times: int) -> None:
    """One line an article, in the order of the first scan."""
    basket = Basket()
    for number in range(times):
        basket = basket.add(LineId(number + 1), article)
    assert [line.quantity for line in basket.lines] == [times]
    assert basket.lines[0].amount == article.price * times
    assert basket.lines[0].deposit == article.deposit * times
    assert basket.count == times


def test_an_article_as_sold_differently_is_another_line() -> None:
    """A price that changed between two scans is not averaged."""
    dearer = Article(MILK.gtin, MILK.name, Money(129), MILK.vat)
    basket = Basket().add(LineId(1), MILK).add(LineId(2), dearer)
    assert [line.amount for line in basket.lines] == [Money(119), Money(129)]


@given(st.integers(1, 99_999), st.integers(1, 99_999))
def test_every_weighing_is_a_line_of_its_own(one: int, other: int) -> None:
    """Rounded a line, as the label on the bag says."""
    basket = Basket().add(LineId(1), APPLES, one).add(LineId(2), APPLES, other)
    assert [line.amount.minor for line in basket.lines] == [
        half_up(299 * one, 1000),
        half_up(299 * other, 1000),
    ]
    assert basket.count == 2


def test_a_piece_does_not_join_a_weighed_line() -> None:
    """Grams and pieces have nothing in common."""
    basket = Basket().add(LineId(1), APPLES, 500).add(LineId(2), APPLES)
    assert [line.grams for line in basket.lines] == [500, None]


@given(baskets(), st.integers(-3, MAX_QUANTITY))
def test_a_quantity_is_set_on_its_line_only(basket: Basket, quantity: int) -> None:
    """Nothing or less removes the line; an unknown line changes nothing."""
    for line in basket.lines:
        changed = basket.set_quantity(line.id, quantity)
        others = [each for each in changed.lines if each.id != line.id]
        assert others == [each for each in basket.lines if each.id != line.id]
        found = changed.line(line.id)
        assert (found.quantity if found else 0) == max(quantity, 0)
        assert changed.last == (line.id if found else basket.last)
    assert basket.set_quantity(LineId(999), 1 + abs(quantity)) is basket
    assert basket.set_quantity(LineId(999), 0).lines == basket.lines


def test_the_line_touched_last_is_forgotten_with_its_line() -> None:
    """Undo never points at a line that is gone."""
    basket = Basket().add(LineId(1), MILK).add(LineId(2), WATER)
    assert basket.last == 2
    assert basket.set_quantity(LineId(1), 0).last == 2
    assert basket.set_quantity(LineId(2), 0).last is None
    assert basket.line(None) is None


def test_the_age_of_a_basket_is_its_highest() -> None:
    """Staff look once, for all."""
    assert Basket().age == 0
    assert Basket().add(LineId(1), MILK).add(LineId(2), WINE).age == 16


def test_several_at_once_are_one_line() -> None:
    """A code may count."""
    basket = Basket().add(LineId(1), MILK, quantity=6).add(LineId(2), MILK, quantity=2)
    assert [line.quantity for line in basket.lines] == [8]
    assert basket.takes(MILK, MAX_QUANTITY - 8)
    assert not basket.takes(MILK, MAX_QUANTITY - 7)


def test_a_limit_is_of_the_sale_and_not_of_the_line() -> None:
    """The same article at another price, or weighed, counts along."""
    limited = replace(MILK, limit=3)
    cheaper = replace(limited, price=Money(59))
    basket = Basket().add(LineId(1), limited, quantity=2).add(LineId(2), cheaper)
    assert not basket.takes(limited, 1)
    assert Basket().takes(limited, 3)
    assert not Basket().takes(limited, 4)
    packs = Basket()
    for number in range(3):
        packs = packs.add(LineId(number), replace(APPLES, limit=3), 500)
    assert not packs.takes(replace(APPLES, limit=3), 1, 500)
    assert packs.takes(APPLES, 1, 500)


@pytest.mark.parametrize(
    ("content", "measure", "cents"),
    [
        (500, Measure.GRAM, 238),
        (750, Measure.MILLILITRE, 159),
        (3, Measure.PIECE, 40),
        (0, Measure.GRAM, None),
    ],
)
def test_a_unit_price_is_of_a_kilogram_a_litre_or_a_piece(
    content: int, measure: Measure, cents: int | None
) -> None:
    """Rounded as all money is; goods by weight have it as their price."""
    price = replace(MILK, content=content, measure=measure).unit_price
    assert price == (None if cents is None else Money(cents))
    assert replace(APPLES, content=content, measure=measure).unit_price is None
