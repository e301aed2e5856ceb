"""A receipt that does not add up is never made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.basket import Basket
from kiosk.ids import LineId, SaleId
from kiosk.money import Money
from kiosk.pricing import total
from kiosk.receipt import Receipt, Slip, Tender, receipt_of
from kiosk.words import Language
from tests.story import MILK, NOW, SHOP, WATER
from tests.strategies import baskets

SLIPS = (Slip("customer", ("Zahlung erfolgt",)),)


def receipt(basket: Basket, tender: Money | None = None) -> Receipt:
    """A receipt of this basket, paid with its total unless told otherwise."""
    return receipt_of(
        basket,
        number=7,
        sale=SaleId("K1-abc-s000001"),
        kiosk="K1",
        shop=SHOP,
        started=NOW,
        ended=NOW,
        tender=Tender(total(basket) if tender is None else tender),
        slips=SLIPS,
        language=Language.DE,
        copy=False,
    )


@given(baskets())
def test_every_basket_gives_a_receipt(basket: Basket) -> None:
    """Lines, taxes, total and tender are those of the basket."""
    made = receipt(basket)
    assert made.lines == basket.lines
    assert made.total == made.tender.amount == total(basket)
    assert made.slips == SLIPS


@given(baskets(), st.integers(-100, 100).filter(bool))
def test_a_receipt_over_another_amount_is_refused(basket: Basket, off: int) -> None:
    """Not by a single cent."""
    with pytest.raises(ValueError, match="receipt 7 does not add up"):
        receipt(basket, Money(total(basket).minor + off))


def test_a_receipt_whose_parts_differ_is_refused() -> None:
    """A lost line, a lost tax row, another total: each is noticed."""
    made = receipt(Basket().add(LineId(1), MILK).add(LineId(2), WATER))
    row = made.vat[0]
    for wrong in (
        {"lines": made.lines[:1]},
        {"vat": made.vat[:1]},
        {"vat": (replace(row, tax=row.tax + Money(1)), *made.vat[1:])},
        {"total": made.total + Money(1)},
    ):
        with pytest.raises(ValueError, match="does not add up"):
            replace(made, **wrong)
