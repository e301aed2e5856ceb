"""Pricing is what the written rule says, whatever the order of scanning."""

from __future__ import annotations

from collections import defaultdict

from kiosk.basket import Line
from kiosk.offers.evaluate import Priced, evaluate
from kiosk.offers.index import indexed
from tests.price_oracle import Goods, expected, goods_of
from tests.price_samples import NOON, Case, case

BASKETS = 10_000


def priced(each: Case) -> Priced:
    """By the evaluator."""
    return evaluate(
        each.lines, indexed(each.promotions), at=NOON, group=each.group, coupons=each.coupons
    )


def by_goods(lines: tuple[Line, ...], found: Priced) -> dict[tuple[str, Goods], int]:
    """What each promotion takes off which goods."""
    less: dict[tuple[str, Goods], int] = defaultdict(int)
    goods = {line.id: goods_of(line) for line in lines}
    for discount in found.discounts:
        assert discount.amount.minor < 0
        less[discount.promotion, goods[discount.line]] -= discount.amount.minor
    return less


def test_ten_thousand_baskets_cost_what_the_oracle_says() -> None:
    """To the cent: total, taxes, and every promotion on every article."""
    for seed in range(BASKETS):
        each = case(seed)
        found = priced(each)
        right = expected(each.lines, each.promotions.all, NOON, each.group, each.coupons)
        assert by_goods(each.lines, found) == right.less, seed
        assert found.total.minor == right.total, seed
        vat = {row.rate: (row.gross.minor, row.tax.minor) for row in found.vat}
        assert vat == right.vat, seed
