"""Coupons: shown once a sale, counted from when their goods are there, never by the code itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.checkout.events import ArticleScanned, CodeRead, QuantitySet
from kiosk.checkout.floor_events import PromotionsLoaded
from kiosk.checkout.goods_events import CouponShown
from kiosk.checkout.regions.prices import total_of
from kiosk.checkout.states import Attract, Paying, Shopping, State, Told
from kiosk.dispatch import Dispatcher
from kiosk.offers.document import read_coupons, read_promotions, write_promotions
from kiosk.offers.promotions import WrongPromotion
from kiosk.screens.present import present
from kiosk.screens.values import ScanView
from tests.story import MILK, NOW, WATER, Story, shopping

DOCUMENT = """{"format": 1, "promotions": [
 {"id": "milk", "name": {"de": "Milch geschenkt", "en": "Milk free"},
  "terms": {"kind": "amount_off", "cents": 19}, "goods": [4012345000016], "coupon": "milk"},
 {"id": "sum", "name": {"de": "50 Cent"}, "everything": true, "combinable": true,
  "terms": {"kind": "sum_off", "cents": 50, "least": 150}, "coupon": "sum"},
 {"id": "old", "name": {"de": "Vorbei"}, "everything": true, "combinable": true,
  "terms": {"kind": "sum_off", "cents": 50, "least": 1}, "coupon": "old",
  "days": {"first": "2025-01-01", "last": "2025-12-31"}}],
 "coupons": {"9912345678904": "milk", "COUPON-SUM": "sum", "OLD-2025": "old"}}"""
LOADED = PromotionsLoaded(read_promotions(DOCUMENT))
MILK_FREE, SUM, OLD = (CouponShown(rule) for rule in ("milk", "sum", "old"))


def told(state: State) -> Told | None:
    return state.notice.told if state.notice else None


def due(state: State) -> int:
    assert isinstance(state.phase, Shopping)
    return total_of(state.phase.sale).minor


def test_a_coupon_counts_once_its_goods_are_there() -> None:
    """Before them it waits and is seen to; goods taken out again take their discount along."""
    waiting = Story(shopping(WATER)) >> LOADED >> MILK_FREE
    assert told(waiting.state) is Told.COUPON_WAITS
    view = present(waiting.state, 1).view
    assert isinstance(view, ScanView)
    assert ("Coupon: Milch geschenkt", "wartet") in [(row.label, row.amount) for row in view.sums]
    counted = waiting >> ArticleScanned(MILK)
    assert due(counted.state) == 89 + 25 + 119 - 19
    view = present(counted.state, 1).view
    assert isinstance(view, ScanView)
    assert [child.label for child in view.lines[1].children] == ["Milch geschenkt"]
    assert "Coupon" not in " ".join(row.label for row in view.sums)
    assert isinstance(counted.state.phase, Shopping)
    line = counted.state.phase.sale.basket.lines[1].id
    assert due((counted >> QuantitySet(line, 0)).state) == 89 + 25


def test_a_coupon_counts_at_once_and_not_twice() -> None:
    """Whatever is shown again."""
    story = Story(shopping(MILK)) >> LOADED >> MILK_FREE
    assert told(story.state) is Told.COUPON_TAKEN
    assert due(story.state) == 100
    again = story >> MILK_FREE
    assert told(again.state) is Told.COUPON_TWICE
    assert due(again.state) == 100
    both = again >> ArticleScanned(WATER) >> SUM
    assert due(both.state) == 100 + 89 + 25 - 50


@pytest.mark.parametrize("rule", ["old", "unknown"])
def test_a_coupon_that_does_not_hold_is_refused_aloud(rule: str) -> None:
    """It is not kept: tomorrow's promotions are not today's."""
    state = (Story(shopping(MILK)) >> LOADED >> CouponShown(rule)).state
    assert told(state) is Told.COUPON_OVER
    assert isinstance(state.phase, Shopping)
    assert state.phase.sale.coupons == ()


def test_a_coupon_may_come_first_and_never_while_paying() -> None:
    """It wakes the kiosk up like an article; in a payment nothing changes."""
    idle = replace((Story(shopping()) >> LOADED).state, phase=Attract())
    state = (Story(idle) >> MILK_FREE).ends_in(Shopping)
    assert told(state) is Told.COUPON_WAITS
    paying = replace(state, phase=Paying.__new__(Paying))  # only its kind is looked at
    assert told((Story(paying) >> SUM).state) is Told.NOT_NOW


def test_codes_are_resolved_and_stand_in_no_journal() -> None:
    """The machine and the promotions know rules only."""
    coupons = read_coupons(DOCUMENT)
    dispatcher = Dispatcher({MILK.gtin: MILK}.get, today=NOW.date, coupons=coupons)
    assert dispatcher.resolve(CodeRead("E0", "9912345678904")) == MILK_FREE
    assert dispatcher.resolve(CodeRead("Q1", "COUPON-SUM")) == SUM
    assert dispatcher.resolve(CodeRead("Q1", "COUPON-SUM", whole=False)) != SUM
    assert "9912345678904" not in write_promotions(LOADED.promotions)


@pytest.mark.parametrize(
    "wrong", ['{"abc": "milk"}', '{"9912345678904": "nobody"}', '{"é123": "milk"}', "[]", "3"]
)
def test_wrong_coupons_are_named(wrong: str) -> None:
    """A code that opens nothing would disappoint whoever brings it."""
    text = DOCUMENT[: DOCUMENT.index('"coupons"')] + f'"coupons": {wrong}}}'
    for read in (read_promotions, read_coupons):
        with pytest.raises(WrongPromotion, match="coupons"):
            read(text)
