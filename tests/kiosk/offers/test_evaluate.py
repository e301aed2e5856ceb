"""Pricing is what the written rule says, whatever the order of scanning."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import receipt_record
from kiosk.basket import Basket, Line, Unit
from kiosk.codec import decode, encode
from kiosk.ids import Gtin, LineId, SaleId
from kiosk.law import local
from kiosk.money import Money
from kiosk.offers.evaluate import Priced, Reason, evaluate, voided
from kiosk.offers.index import NO_OFFERS, indexed
from kiosk.offers.promotions import (
    AmountOff,
    Bundle,
    FixedPrice,
    NForM,
    Part,
    Percent,
    Promotion,
    Promotions,
    SumOff,
    Window,
)
from kiosk.pricing import total, vat_table
from kiosk.receipt import Kind, Tender, items_of, receipt_of
from kiosk.words import Language
from tests.price_oracle import Goods, expected, goods_of
from tests.price_samples import NOON, Case, case, named
from tests.story import MILK, NOW, SHOP, WATER

BASKETS = 10_000
SEEDS = st.integers(0, 2**32 - 1)


def priced(each: Case, lines: tuple[Line, ...] | None = None) -> Priced:
    """By the evaluator; other lines if they are given."""
    return evaluate(
        each.lines if lines is None else lines,
        indexed(each.promotions),
        at=NOON,
        group=each.group,
        coupons=each.coupons,
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
    discounted = 0
    for seed in range(BASKETS):
        each = case(seed)
        found = priced(each)
        offers = each.promotions
        right = expected(each.lines, offers.all, NOON, each.group, each.coupons, offers.bound)
        assert by_goods(each.lines, found) == right.less, seed
        assert found.total.minor == right.total, seed
        vat = {row.rate: (row.gross.minor, row.tax.minor) for row in found.vat}
        assert vat == right.vat, seed
        discounted += len({discount.promotion for discount in found.discounts}) > 1
    assert discounted > BASKETS // 2, "hardly anything collided"


@given(SEEDS)
def test_neither_order_nor_split_lines_change_a_price(seed: int) -> None:
    """The same pieces, scanned otherwise; the same rules, told otherwise."""
    chance = random.Random(seed)
    each = case(seed)
    pieces = [
        replace(line, quantity=1)
        for line in each.lines
        for _ in range(line.quantity if line.grams is None else 1)
    ]
    chance.shuffle(pieces)
    split = tuple(replace(line, id=LineId(number)) for number, line in enumerate(pieces))
    rules = list(each.promotions.all)
    chance.shuffle(rules)
    one = priced(each)
    told = replace(each.promotions, all=tuple(rules))
    other = priced(replace(each, promotions=told), split)
    assert (one.total, one.vat, one.redeemed) == (other.total, other.vat, other.redeemed)
    assert by_goods(each.lines, one) == by_goods(split, other)


@given(SEEDS)
def test_total_is_lines_is_taxes_is_payment(seed: int) -> None:
    """And no line, no rate and no sum is below nothing. A receipt is made of it or refused."""
    each = case(seed)
    found = priced(each)
    lines = 0
    for line in each.lines:
        rest = line.amount.minor + sum(d.amount.minor for d in found.of_line(line.id))
        assert rest >= 0
        lines += rest + line.deposit.minor
    assert found.total.minor == lines == sum(row.gross.minor for row in found.vat)
    assert all(0 <= row.tax.minor <= row.gross.minor for row in found.vat)
    assert found.total.minor >= sum(line.deposit.minor for line in each.lines)
    assert found.saved == total(Basket(each.lines)) - found.total
    made = receipt_of(
        Basket(each.lines),
        number=7,
        sale=SaleId("K1-abc-s000001"),
        kiosk="K1",
        shop=SHOP,
        started=NOW,
        ended=NOW,
        tender=Tender(found.total) if found.total.minor else None,
        slips=(),
        language=Language.DE,
        copy=False,
        priced=found,
    )
    assert sum(tender.amount.minor for tender in made.tenders) == found.total.minor
    assert receipt_record.read(receipt_record.write(made)) == made


@given(SEEDS)
def test_a_basket_and_its_void_are_nothing(seed: int) -> None:
    """In each line, each promotion, each rate, and in the sum."""
    found = priced(case(seed))
    back = voided(found)
    assert found.total + back.total == Money(0)
    for row, other in zip(found.vat, back.vat, strict=True):
        assert row.rate == other.rate
        sums = (row.gross + other.gross, row.net + other.net, row.tax + other.tax)
        assert sums == (Money(0), Money(0), Money(0))
    for one, other_one in zip(found.discounts, back.discounts, strict=True):
        assert (one.line, one.promotion) == (other_one.line, other_one.promotion)
        assert one.amount + other_one.amount == Money(0)


@given(SEEDS)
def test_what_is_taken_out_again_leaves_no_trace(seed: int) -> None:
    """All lines removed: no discount, no rate, no coupon is left."""
    each = case(seed)
    basket = Basket(each.lines)
    for line in each.lines:
        basket = basket.set_quantity(line.id, 0)
    assert priced(each, basket.lines) == Priced((), Money(0), ())


@given(SEEDS)
def test_without_promotions_the_shelf_price_holds(seed: int) -> None:
    """As before there were any."""
    lines = case(seed).lines
    found = evaluate(lines, NO_OFFERS, at=NOON)
    assert found == Priced((), total(Basket(lines)), vat_table(Basket(lines)))


@given(SEEDS)
def test_what_was_priced_can_be_kept(seed: int) -> None:
    """In a journal, and read again."""
    found = priced(case(seed))
    assert decode(Priced, encode(found)) == found


# --- by hand ------------------------------------------------------------------------------------

BOTH = (MILK.gtin, WATER.gtin)
LINES = (Line(LineId(1), MILK, 3), Line(LineId(2), WATER, 2))
"""3 milk at 1.19 with 7 %, 2 water at 0.89 with 19 % and 25 cents of deposit each."""


def found_by(*rules: Promotion, coupons: tuple[str, ...] = ()) -> list[tuple[int, str, int]]:
    """Line, promotion and amount of each discount on these lines."""
    priced_lines = evaluate(LINES, indexed(Promotions(rules)), at=NOON, coupons=coupons)
    return [(each.line, each.promotion, each.amount.minor) for each in priced_lines.discounts]


def test_a_percentage_is_rounded_once_and_cut_to_rates() -> None:
    """10 % of 5.35 are 53.5 cents: 54. Of the exact 35.7 and 17.8 the milk gets 36."""
    rule = Promotion("tenth", named("Ein Zehntel"), Percent(1000), BOTH)
    assert found_by(rule) == [(1, "tenth", -36), (2, "tenth", -18)]
    made = evaluate(LINES, indexed(Promotions((rule,))), at=NOON)
    assert [(row.rate, row.gross.minor) for row in made.vat] == [(1900, 178 - 18 + 50), (700, 321)]


def test_a_bundle_is_cut_to_all_its_goods() -> None:
    """Milk and water for 1.50 save 58 cents: 33 of them on the milk, and its rate."""
    terms = Bundle((Part((MILK.gtin,)), Part((WATER.gtin,))), Money(150))
    rule = Promotion("pair", named("Paar"), terms, most=1)
    assert found_by(rule) == [(1, "pair", -33), (2, "pair", -25)]


def test_coupons_come_last_and_only_if_shown() -> None:
    """Five cents off a euro that a discount has already halved."""
    half = Promotion("z", named("Halb"), Percent(5000), (MILK.gtin,), combinable=True, priority=9)
    coupon = replace(half, id="a", terms=Percent(1000), priority=0, coupon="c1")
    assert found_by(half, coupon) == [(1, "z", -179)]
    assert found_by(half, coupon, coupons=("c1",)) == [(1, "z", -179), (1, "a", -18)]
    made = evaluate(LINES, indexed(Promotions((half, coupon))), at=NOON, coupons=("c1", "c2"))
    assert made.redeemed == ("c1",)
    assert [each.kind for each in made.discounts] == [Reason.DISCOUNT, Reason.COUPON]


def test_nothing_costs_less_than_nothing_and_deposits_stay() -> None:
    """A hundred euro off: what remains is the deposit."""
    rule = Promotion(
        "all", named("Geschenkt"), SumOff(Money(10_000)), everything=True, combinable=True
    )
    made = evaluate(LINES, indexed(Promotions((rule,))), at=NOON)
    assert made.total == Money(50)
    assert made.saved == Money(357 + 178)
    free = evaluate(LINES[:1], indexed(Promotions((rule,))), at=NOON)
    assert free.total == Money(0)
    assert [(row.rate, row.gross, row.tax) for row in free.vat] == [(700, Money(0), Money(0))]


def test_an_amount_off_a_sum_wants_that_sum() -> None:
    """Of what the goods still cost then."""
    terms = SumOff(Money(100), Money(535))
    rule = Promotion("sum", named("Ein Euro"), terms, BOTH, combinable=True)
    assert found_by(rule) == [(1, "sum", -67), (2, "sum", -33)]
    earlier = Promotion("cent", named("Ein Cent"), AmountOff(Money(1)), (MILK.gtin,), most=1)
    assert found_by(rule, earlier) == [(1, "cent", -1)]


def test_a_member_price_is_for_members_and_by_weight_per_kilogram() -> None:
    """742 g at 1.99 instead of 2.99."""
    apples = replace(WATER, gtin=Gtin(20), unit=Unit.KILOGRAM, price=Money(299), deposit=Money(0))
    rule = Promotion("m", named("Mitglied"), FixedPrice(Money(199)), (apples.gtin,), group="member")
    lines = (Line(LineId(1), apples, 1, 742),)
    for group, wanted in (("", 222), ("member", 148), ("staff", 222)):
        made = evaluate(lines, indexed(Promotions((rule,))), at=NOON, group=group)
        assert made.total == Money(wanted)


def test_a_sale_over_the_end_of_a_happy_hour_has_one_moment() -> None:
    """Its start: the caller gives it, and each pricing until the end gives the same."""
    rule = Promotion("h", named("Feierabend"), Percent(5000), BOTH, windows=(Window(0, 13 * 60),))
    index = indexed(Promotions((rule,)))
    started = local(NOW.replace(hour=11, minute=59))
    ended = local(NOW.replace(hour=12, minute=1))
    assert (started.hour, ended.hour) == (12, 13)
    assert evaluate(LINES, index, at=started).saved.minor == 268
    assert evaluate(LINES, index, at=ended).saved.minor == 0


def test_split_lines_share_a_discount_by_what_they_cost() -> None:
    """Three for two over two lines of the same milk."""
    lines = (Line(LineId(1), MILK, 1), Line(LineId(2), MILK, 2))
    rule = Promotion("two", named("3 für 2"), NForM(3, 2), (MILK.gtin,))
    made = evaluate(lines, indexed(Promotions((rule,))), at=NOON)
    assert [(each.line, each.amount.minor) for each in made.discounts] == [(1, -40), (2, -79)]


def test_children_stand_below_their_goods() -> None:
    """With the promotion's name in the customer's language, and the rate of the goods."""
    rule = Promotion("tenth", named("Ein Zehntel"), Percent(1000), BOTH, coupon="c1")
    made = evaluate(LINES, indexed(Promotions((rule,))), at=NOON, coupons=("c1",))
    items = items_of(LINES, made, Language.EN)
    assert [(item.kind, item.name, item.parent, item.vat) for item in items] == [
        (Kind.GOODS, MILK.name, None, 700),
        (Kind.COUPON, "Ein Zehntel", 0, 700),
        (Kind.GOODS, WATER.name, None, 1900),
        (Kind.COUPON, "Ein Zehntel", 2, 1900),
        (Kind.DEPOSIT, "", 2, 1900),
    ]


def test_a_price_that_is_bound_stays() -> None:
    """Neither a percentage on everything nor a coupon touches it."""
    rule = Promotion("all", named("Alles"), Percent(5000), everything=True)
    gift = Promotion("gift", named("5 €"), SumOff(Money(500)), everything=True, combinable=True)
    index = indexed(Promotions((rule, gift), bound=(WATER.gtin,)))
    made = evaluate(LINES, index, at=NOON)
    assert {each.line for each in made.discounts} == {1}
    assert made.total == Money(2 * (89 + 25))


def test_another_currency_is_refused() -> None:
    """Rather than added up."""
    francs = replace(MILK, price=Money(100, "CHF"), deposit=Money(0, "CHF"))
    with pytest.raises(ValueError, match="CHF and EUR do not add up"):
        evaluate((Line(LineId(1), francs),), NO_OFFERS, at=NOON)


def test_a_moment_of_no_shop_is_refused() -> None:
    """Events are in UTC: an hour or two beside every happy hour."""
    for moment in (NOW, NOON.replace(tzinfo=None)):
        with pytest.raises(ValueError, match="wall clock is wanted"):
            evaluate(LINES, NO_OFFERS, at=moment)
    assert evaluate(LINES, NO_OFFERS, at=local(NOW)).total == Money(357 + 178 + 50)
