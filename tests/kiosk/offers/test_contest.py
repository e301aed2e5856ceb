"""Exclusive promotions: who gets which pieces."""

from __future__ import annotations

from dataclasses import replace

from kiosk.basket import Article, Line
from kiosk.ids import Gtin, LineId
from kiosk.money import Money
from kiosk.offers.contest import Contest
from kiosk.offers.index import indexed
from kiosk.offers.pools import pooled
from kiosk.offers.promotions import (
    AmountOff,
    Bundle,
    FixedPrice,
    FromQuantity,
    NForM,
    Part,
    Percent,
    Promotion,
    Promotions,
    Terms,
)
from tests.price_samples import NOON, named

COLA, BREAD, CAKE = (
    Article(Gtin(number), name, Money(price), 700)
    for number, name, price in ((1, "Cola", 100), (2, "Brot", 250), (3, "Kuchen", 300))
)
ALL = (COLA.gtin, BREAD.gtin, CAKE.gtin)


def rule(name: str, terms: Terms, *goods: Gtin, most: int = 0, priority: int = 0) -> Promotion:
    """An exclusive promotion."""
    return Promotion(name, named(name), terms, goods, most=most, priority=priority)


def taken(bought: dict[Article, int], *rules: Promotion) -> dict[str, dict[str, int]]:
    """For each rule how many of which article it got."""
    names = {article.gtin: article.name for article in bought}
    lines = tuple(
        Line(LineId(number), article, count)
        for number, (article, count) in enumerate(bought.items(), 1)
    )
    pools = pooled(lines)
    index = indexed(Promotions(rules))
    members: dict[int, list[int]] = {}
    for number, pool in enumerate(pools):
        for slot in index.slots_of(pool.gtin):
            members.setdefault(slot, []).append(number)
    contest = Contest(index, pools, members)
    contest.run(index.active(members, NOON, "", ()))
    return {
        index.rules[place].id: {names[pools[number].gtin]: units for number, units in got.items()}
        for place, got in contest.taken.items()
    }


def test_what_saves_most_a_piece_comes_first() -> None:
    """Three for two saves 33 cents a bottle, ten percent 10; the fourth bottle has those."""
    two = rule("two", NForM(3, 2), COLA.gtin)
    tenth = rule("tenth", Percent(1000), COLA.gtin)
    assert taken({COLA: 4}, two, tenth) == {"two": {"Cola": 3}, "tenth": {"Cola": 1}}
    half = rule("half", Percent(5000), COLA.gtin)
    assert taken({COLA: 4}, two, half) == {"half": {"Cola": 4}}


def test_priority_goes_before_savings() -> None:
    """The shop may want it otherwise."""
    tenth = rule("tenth", Percent(1000), COLA.gtin, priority=-1)
    half = rule("half", Percent(5000), COLA.gtin)
    assert taken({COLA: 2}, tenth, half) == {"tenth": {"Cola": 2}}


def test_equals_go_by_id() -> None:
    """Ten percent and ten cents off a euro are the same."""
    percent = rule("b", Percent(1000), COLA.gtin)
    cents = rule("a", AmountOff(Money(10)), COLA.gtin)
    assert taken({COLA: 1}, percent, cents) == {"a": {"Cola": 1}}
    assert taken({COLA: 1}, replace(percent, id="A"), cents) == {"A": {"Cola": 1}}


def test_a_limit_leaves_the_rest_to_the_next() -> None:
    """Two at half price, on the dearest first; the others get what is left."""
    half = rule("half", Percent(5000), *ALL, most=2)
    tenth = rule("tenth", Percent(1000), *ALL)
    assert taken({COLA: 3, CAKE: 1}, half, tenth) == {
        "half": {"Kuchen": 1, "Cola": 1},
        "tenth": {"Cola": 2},
    }
    groups = rule("two", NForM(2, 1), COLA.gtin, most=1)
    assert taken({COLA: 5}, groups) == {"two": {"Cola": 2}}


def test_groups_take_the_dearest_pieces() -> None:
    """So the one that is free is worth most."""
    two = rule("two", NForM(2, 1), *ALL)
    assert taken({COLA: 1, BREAD: 1, CAKE: 1}, two) == {"two": {"Kuchen": 1, "Brot": 1}}


def test_a_bundle_wants_all_its_parts() -> None:
    """As often as it can be made, and only while it saves something."""
    lunch = rule("lunch", Bundle((Part((COLA.gtin,)), Part((BREAD.gtin, CAKE.gtin))), Money(300)))
    assert taken({COLA: 3, BREAD: 1, CAKE: 1}, lunch) == {
        "lunch": {"Cola": 2, "Brot": 1, "Kuchen": 1}
    }
    assert taken({COLA: 3}, lunch) == {}
    dear = rule("dear", Bundle((Part((COLA.gtin,)), Part((BREAD.gtin,))), Money(350)))
    assert taken({COLA: 1, BREAD: 1}, dear) == {}


def test_a_quantity_uses_nothing_up() -> None:
    """Six bottles are six bottles, also while three of them are in a group."""
    six = rule("six", FromQuantity(6, Percent(500)), COLA.gtin)
    two = rule("two", NForM(3, 2), COLA.gtin, most=1)
    assert taken({COLA: 6}, six, two) == {"two": {"Cola": 3}, "six": {"Cola": 3}}
    assert taken({COLA: 5}, six, two) == {"two": {"Cola": 3}}


def test_a_fixed_price_makes_nothing_dearer() -> None:
    """Whoever already pays less is left alone."""
    euro = rule("euro", FixedPrice(Money(200)), *ALL)
    assert taken({COLA: 1, CAKE: 1}, euro) == {"euro": {"Kuchen": 1}}
