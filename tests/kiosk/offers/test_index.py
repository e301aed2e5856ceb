"""An index knows which rules an article may meet, and which of them hold now."""

from __future__ import annotations

from dataclasses import replace

from kiosk.ids import Gtin
from kiosk.money import Money
from kiosk.offers.index import NO_OFFERS, index_of, indexed
from kiosk.offers.promotions import (
    Bundle,
    FromQuantity,
    NForM,
    Part,
    Percent,
    Promotion,
    Promotions,
    SumOff,
)
from tests.price_samples import NOON, named

MILK, WATER, BREAD = Gtin(1), Gtin(2), Gtin(3)
TENTH = Promotion("tenth", named("Ein Zehntel"), Percent(1000), (MILK, WATER))
PAIR = Promotion("pair", named("Paar"), Bundle((Part((MILK,)), Part((WATER, BREAD))), Money(150)))
ALL = Promotion("all", named("Alles"), Percent(100), everything=True)


def test_rules_stand_by_id_whatever_order_they_came_in() -> None:
    """So their places decide equals."""
    one, other = indexed(Promotions((TENTH, PAIR, ALL))), indexed(Promotions((ALL, PAIR, TENTH)))
    assert one == other
    assert [rule.id for rule in one.rules] == ["all", "pair", "tenth"]


def test_a_bundle_has_a_slot_for_each_part() -> None:
    """And a rule about everything is met by every article."""
    index = indexed(Promotions((TENTH, PAIR, ALL)))
    assert index.slots == (range(1), range(1, 3), range(3, 4))
    assert index.owners == (0, 1, 1, 2)
    assert index.counts == (0, 1, 1, 0)
    assert index.slots_of(MILK) == (1, 3, 0)
    assert index.slots_of(WATER) == (2, 3, 0)
    assert index.slots_of(Gtin(99)) == (0,)


def test_terms_of_single_pieces_are_found_once() -> None:
    """With the quantity they ask for; groups and sums have none."""
    rules = (
        replace(TENTH, id="a", terms=FromQuantity(6, Percent(5))),
        replace(TENTH, id="b", terms=NForM(3, 2)),
        replace(TENTH, id="c", terms=SumOff(Money(5)), combinable=True),
        TENTH,
    )
    index = indexed(Promotions(rules))
    assert index.eaches == (Percent(5), None, None, Percent(1000))
    assert index.least == (6, 0, 0, 0)
    assert index.counts == (0, 3, 0, 0)


def test_a_bound_price_meets_nothing() -> None:
    """Not even a rule about everything."""
    index = indexed(Promotions((TENTH, ALL), bound=(MILK,)))
    assert index.slots_of(MILK) == ()
    assert index.slots_of(WATER) == (1, 0)


def test_a_rule_is_active_when_all_its_conditions_hold() -> None:
    """Day, group and coupon; a rule nobody asks about is not told."""
    rules = (
        replace(TENTH, id="day", last_day="2026-11-21"),
        replace(TENTH, id="group", group="member"),
        replace(TENTH, id="coupon", coupon="c1"),
        replace(TENTH, id="both", group="member", coupon="c1"),
        replace(TENTH, id="plain"),
    )
    index = indexed(Promotions(rules))

    def active(group: str, *coupons: str) -> set[str]:
        places = index.active(range(5), NOON, group, coupons)
        return {index.rules[place].id for place in places}

    assert active("") == {"plain"}
    assert active("member") == {"plain", "group"}
    assert active("other", "c1", "c2") == {"plain", "coupon"}
    assert active("member", "c1") == {"plain", "group", "coupon", "both"}
    assert index.active((), NOON, "member", ("c1",)) == []


def test_no_offers_are_an_index_too() -> None:
    """In which no article meets anything."""
    assert NO_OFFERS.slots_of(MILK) == ()
    assert NO_OFFERS.active((), NOON, "", ()) == []


def test_the_last_index_is_kept_for_its_set_alone() -> None:
    """An equal set is arranged anew, to the same end; another one never gets this index."""
    one, same, other = Promotions((TENTH,)), Promotions((TENTH,)), Promotions((ALL,))
    assert index_of(one) is index_of(one)
    assert index_of(same) == index_of(one)
    assert index_of(other).rules == (ALL,)
    assert index_of(one).rules == (TENTH,)
