"""A document of promotions is read as it was written, or refused with the place of the mistake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.codec import decode, encode
from kiosk.ids import Gtin
from kiosk.money import Money
from kiosk.offers.document import Unreadable, read_promotions, version_of, write_promotions
from kiosk.offers.promotions import (
    AmountOff,
    FromQuantity,
    Name,
    Promotions,
    Window,
    WrongPromotion,
)
from tests.price_samples import NOON, case

DOCUMENTS = Path(__file__).parents[3] / "docs"
SEEDS = st.integers(0, 2**32 - 1)
RULE: dict[str, Any] = {
    "id": "p1",
    "name": {"de": "Feierabend"},
    "terms": {"kind": "percent", "hundredths": 1000},
    "goods": [1, 2],
}


def document(*rules: Any, **others: Any) -> str:
    """A document of these rules."""
    return json.dumps({"format": 1, "promotions": list(rules), **others})


@given(SEEDS)
def test_what_is_written_is_read_again(seed: int) -> None:
    """As a document and as a record of the journal."""
    promotions = case(seed).promotions
    again = read_promotions(write_promotions(promotions))
    assert read_promotions(write_promotions(again)) == again
    assert again.bound == promotions.bound
    assert [rule.id for rule in again.all] == [rule.id for rule in promotions.all]
    assert [set(rule.goods) for rule in again.all] == [set(r.goods) for r in promotions.all]
    assert decode(Promotions, json.loads(json.dumps(encode(promotions)))) == promotions


@given(SEEDS, SEEDS)
def test_a_version_stands_for_its_promotions(one: int, other: int) -> None:
    """Another cent is another version."""
    first, second = case(one).promotions, case(other).promotions
    assert (version_of(first) == version_of(second)) == (first == second)
    assert version_of(read_promotions(document(RULE))) == version_of(
        read_promotions(document(RULE, goods={}))
    )


def test_the_example_of_the_manual_is_read() -> None:
    """Every kind of terms is in it."""
    text = (DOCUMENTS / "promotions.md").read_text(encoding="utf-8")
    example = text.split("```json\n", 1)[1].split("```", 1)[0]
    promotions = read_promotions(example)
    kinds = {type(rule.terms).__name__ for rule in promotions.all}
    assert kinds == {
        "Percent",
        "AmountOff",
        "FixedPrice",
        "FromQuantity",
        "NForM",
        "Bundle",
        "SumOff",
    }
    assert read_promotions(write_promotions(promotions)) == promotions


def test_all_fields_of_a_promotion() -> None:
    """Groups of goods are put in place of their names; an article told twice counts once."""
    rule = RULE | {
        "name": {"de": "Feierabend", "en": "Happy hour"},
        "terms": {
            "kind": "from_quantity",
            "quantity": 6,
            "each": {"kind": "amount_off", "cents": 10},
        },
        "goods": ["drinks", 9, 5],
        "days": {"first": "2026-11-01", "last": "2026-11-30"},
        "hours": [{"from": "16:00", "to": "24:00", "days": [1, 5]}],
        "group": "member",
        "coupon": "c1",
        "priority": -3,
        "most": 2,
    }
    (read,) = read_promotions(document(rule, goods={"drinks": [5, 4]})).all
    assert read.goods == (Gtin(4), Gtin(5), Gtin(9))
    assert read.names == (Name("de", "Feierabend"), Name("en", "Happy hour"))
    assert read.terms == FromQuantity(6, AmountOff(Money(10)))
    assert read.windows == (Window(960, 1440, (1, 5)),)
    assert (read.first_day, read.last_day) == ("2026-11-01", "2026-11-30")
    assert (read.group, read.coupon, read.priority, read.most) == ("member", "c1", -3, 2)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"id": 7}, "'', id: str is wanted"),
        ({"id": ""}, "'', id: 1 to 80"),
        ({"name": {}}, "names: none"),
        ({"name": {"de": 5}}, "name: str is wanted"),
        ({"name": {"deutsch": "x"}}, "is no language"),
        ({"name": {"de": "a\nb"}}, "names: 1 to 80 printable"),
        ({"terms": {"kind": "percent", "hundredths": 10.5}}, "terms.hundredths: int is wanted"),
        ({"terms": {"kind": "percent", "hundredths": True}}, "terms.hundredths: int is wanted"),
        ({"terms": {"kind": "percent", "hundredths": 0}}, "terms: more than 0 %"),
        ({"terms": {"kind": "percent", "hundredths": 10001}}, "terms: more than 0 %"),
        ({"terms": {"kind": "percent"}}, "terms.hundredths: is missing"),
        ({"terms": {"kind": "percent", "hundredths": 1, "cents": 1}}, "terms.cents: there is no"),
        ({"terms": {"kind": "gift"}}, "terms.kind: 'gift' is none of percent"),
        ({"terms": {"kind": "amount_off", "cents": -5}}, "terms: an amount is negative"),
        ({"terms": {"kind": "amount_off", "cents": 0}}, "terms: nothing is taken off"),
        ({"terms": {"kind": "fixed_price", "cents": 10**12}}, "negative or absurd"),
        ({"terms": {"kind": "n_for_m", "take": 2, "pay": 2}}, "terms: fewer are paid"),
        ({"terms": {"kind": "n_for_m", "take": 2, "pay": 0}}, "terms: fewer are paid"),
        (
            {
                "terms": {
                    "kind": "from_quantity",
                    "quantity": 2,
                    "each": {"kind": "n_for_m", "take": 2, "pay": 1},
                }
            },
            "each.kind: terms of a single piece",
        ),
        ({"goods": "all"}, "goods: list is wanted"),
        ({"goods": ["drinks"]}, "goods: there is no group 'drinks'"),
        ({"goods": []}, "goods: either a list of them or everything"),
        ({"goods": [0]}, "goods: a GTIN has 1 to 14 digits"),
        ({"goods": [1.0]}, "goods: GTINs are wanted"),
        ({"everything": True}, "goods: either a list of them or everything"),
        ({"days": {"first": "1.11.2026"}}, "first_day: '1.11.2026' is no day"),
        ({"days": {"first": "2026-11-31"}}, "first_day: '2026-11-31' is no day"),
        ({"days": {"from": "2026-11-01"}}, "days.from: there is no such field"),
        ({"hours": [{"from": "4:00", "to": "05:00"}]}, "hours.from: '4:00' is no time"),
        ({"hours": [{"from": "04:60", "to": "05:00"}]}, "'04:60' is no time of day"),
        ({"hours": [{"from": "18:00", "to": "16:00"}]}, "windows: from an earlier minute"),
        ({"hours": [{"from": "18:00", "to": "25:00"}]}, "windows: from an earlier minute"),
        ({"hours": [{"from": "16:00", "to": "18:00", "days": [0]}]}, "weekdays are 1 to 7"),
        ({"hours": [{"from": "16:00", "to": "18:00", "days": ["mo"]}]}, "weekdays are 1 to 7"),
        ({"combinable": True, "most": 1}, "most: only for exclusive"),
        ({"most": -1}, "most: 0 to 999"),
        ({"priority": 1000}, "priority: -999 to 999"),
        ({"coupon": " "}, "coupon: at most 80 printable"),
        ({"discount": 5}, "discount: there is no such field"),
    ],
)
def test_what_no_shop_can_mean_is_refused(change: dict[str, Any], told: str) -> None:
    """With the promotion and the field; a new mistake finds no way past."""
    with pytest.raises(WrongPromotion) as caught:
        read_promotions(document(RULE | change))
    assert told in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "null",
        '{"format": 2, "promotions": []}',
        '{"promotions": []}',
        "[" * 100_000,
        '{"format": 1, "format": 1}',
        '{"format": 1, "currency": ' + "9" * 5000 + "}",
    ],
)
def test_what_is_no_document_is_unreadable(text: str) -> None:
    """Broken, of another format, or made to break the reader."""
    with pytest.raises(Unreadable, match="no document of promotions"):
        read_promotions(text)


def test_goods_with_a_bound_price_are_told_by_group_or_number() -> None:
    """And read like all goods."""
    read = read_promotions(document(RULE, goods={"books": [9, 8]}, price_bound=["books", 7]))
    assert read.bound == (Gtin(7), Gtin(8), Gtin(9))
    with pytest.raises(WrongPromotion, match="price_bound: there is no group 'tobacco'"):
        read_promotions(document(RULE, price_bound=["tobacco"]))
    with pytest.raises(WrongPromotion, match="price_bound: a GTIN has 1 to 14 digits"):
        read_promotions(document(RULE, price_bound=[0]))


def test_a_document_tells_each_promotion_once() -> None:
    """And nothing beside what the format knows."""
    with pytest.raises(WrongPromotion, match="promotion 'p1', id: is there twice"):
        read_promotions(document(RULE, RULE))
    with pytest.raises(WrongPromotion, match="version: there is no such field"):
        read_promotions(document(RULE, version=2))
    with pytest.raises(WrongPromotion, match="an object is wanted"):
        read_promotions(document(7))


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.sampled_from(sorted(RULE | dict.fromkeys(("days", "hours", "everything", "most")))), JSONS
)
def test_whatever_stands_in_a_field_only_our_errors_come_out(field: str, value: Any) -> None:
    """Or a promotion that is valid and can be asked."""
    try:
        promotions = read_promotions(document(RULE | {field: value}))
    except (WrongPromotion, Unreadable):
        return
    for rule in promotions.all:
        assert isinstance(rule.valid(NOON), bool)
        assert isinstance(rule.name("de"), str)
