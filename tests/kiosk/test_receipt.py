"""A receipt that does not add up is never made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.specimen import specimen
from kiosk.basket import Basket
from kiosk.ids import LineId, SaleId
from kiosk.money import Money
from kiosk.pricing import total, vat_row
from kiosk.receipt import (
    CHARGED,
    Item,
    Kind,
    Receipt,
    Slip,
    Tender,
    Unbalanced,
    receipt_of,
)
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
    goods = [item for item in made.items if item.kind is Kind.GOODS]
    assert [item.name for item in goods] == [line.article.name for line in basket.lines]
    assert made.total == total(basket)
    assert [tender.amount for tender in made.tenders] == [made.total]
    for item in made.items:
        if item.kind is Kind.DEPOSIT:
            assert item.parent is not None
            assert made.items[item.parent].kind is Kind.GOODS
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
        {"items": made.items[:1]},
        {"vat": made.vat[:1]},
        {"vat": (replace(row, tax=row.tax + Money(1)), *made.vat[1:])},
        {"total": made.total + Money(1)},
        {"tenders": (made.tenders[0], made.tenders[0])},
    ):
        with pytest.raises(Unbalanced, match="does not add up"):
            replace(made, **wrong)


def test_lines_may_not_hide_in_another_rate() -> None:
    """The sums agree, and yet a line was taxed at the rate of another."""
    made = receipt(Basket().add(LineId(1), MILK).add(LineId(2), WATER))
    moved = (replace(made.items[0], vat=made.items[1].vat), *made.items[1:])
    with pytest.raises(Unbalanced, match="does not add up"):
        replace(made, items=moved)


def given_back(kind: Kind, minor: int, parent: int | None = None) -> Receipt:
    """Milk, and a line of this kind."""
    milk = Item(Kind.GOODS, "Milch", Money(129), 700, price=Money(129))
    items = (milk, Item(kind, "Sommer", Money(minor), 700, parent=parent))
    amount = Money(129 + minor)
    return Receipt(
        number=7,
        sale=SaleId("K1-abc-s000001"),
        kiosk="K1",
        shop=SHOP,
        started=NOW,
        ended=NOW,
        items=items,
        vat=(vat_row(700, amount),),
        total=amount,
        tenders=(Tender(amount),) if amount.minor else (),
    )


@pytest.mark.parametrize("kind", list(Kind))
def test_a_line_has_the_sign_of_its_kind(kind: Kind) -> None:
    """What is charged is never below zero, what is given back never above."""
    right, wrong = (29, -29) if kind in CHARGED else (-29, 29)
    assert given_back(kind, right).items[1].kind is kind
    with pytest.raises(Unbalanced, match="line 2 has the wrong sign"):
        given_back(kind, wrong)


@pytest.mark.parametrize("parent", [1, 2, -1])
def test_a_child_stands_below_its_parent(parent: int) -> None:
    """Neither itself nor a line further down."""
    with pytest.raises(Unbalanced, match="belongs to none"):
        given_back(Kind.DISCOUNT, -29, parent)
    assert given_back(Kind.DISCOUNT, -29, 0).items[1].parent == 0


def test_a_total_of_nothing_needs_no_tender() -> None:
    """A voucher may pay it all."""
    assert given_back(Kind.COUPON, -129).tenders == ()


def test_more_may_come_back_than_is_bought() -> None:
    """Empties for more than the goods: the tender is paid out."""
    made = given_back(Kind.DEPOSIT_RETURN, -825)
    assert made.total == made.tenders[0].amount == Money(-696)


def test_what_the_security_module_signed_is_what_was_sold() -> None:
    """Evidence of another sale does not stand on a receipt."""
    made = specimen(3, secured=True)
    assert made.security is not None
    other = replace(made.security, process_data="Beleg^0.00_0.00_0.00_0.00_0.00^0.00:Unbar")
    with pytest.raises(Unbalanced, match="signed other amounts"):
        replace(made, security=other)
