"""A promotion is valid data, and holds in its days and hours on the shop's wall clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.ids import Gtin
from kiosk.law import local
from kiosk.money import Money
from kiosk.offers.promotions import (
    AmountOff,
    Bundle,
    FixedPrice,
    FromQuantity,
    Name,
    NForM,
    Part,
    Percent,
    Promotion,
    Promotions,
    SumOff,
    Window,
    WrongPromotion,
)
from tests.price_samples import BERLIN, named

MILK, WATER = Gtin(1), Gtin(2)
HAPPY = Promotion("happy", named("Feierabend"), Percent(2000), (MILK,))
SECOND = timedelta(seconds=1)


def at(*moment: int) -> datetime:
    """A moment on the clock in Berlin."""
    year, month, day, hour, minute = moment
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


def test_a_happy_hour_begins_and_ends_on_the_minute() -> None:
    """The first minute is in, the last is out; other weekdays are not."""
    rule = replace(HAPPY, windows=(Window(16 * 60, 18 * 60, (1, 5)),))
    begin, end = at(2026, 11, 23, 16, 0), at(2026, 11, 23, 18, 0)
    assert [rule.valid(begin - SECOND), rule.valid(begin)] == [False, True]
    assert [rule.valid(end - SECOND), rule.valid(end)] == [True, False]
    assert not rule.valid(begin + timedelta(days=1))
    assert rule.valid(begin + timedelta(days=4))


def test_days_begin_and_end_at_midnight_of_the_shop() -> None:
    """Both days are included, to their last second, whatever hour it is elsewhere."""
    rule = replace(HAPPY, first_day="2026-11-22", last_day="2026-11-23")
    first = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    assert [rule.valid(local(first - SECOND)), rule.valid(local(first))] == [False, True]
    after = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    assert [rule.valid(local(after - SECOND)), rule.valid(local(after))] == [True, False]


def test_one_side_may_be_open() -> None:
    """From a day on, or up to a day."""
    assert replace(HAPPY, first_day="2026-11-22").valid(at(2099, 1, 1, 0, 0))
    assert not replace(HAPPY, first_day="2026-11-22").valid(at(2026, 11, 21, 23, 59))
    assert replace(HAPPY, last_day="2026-11-22").valid(at(1999, 1, 1, 0, 0))
    assert not replace(HAPPY, last_day="2026-11-22").valid(at(2026, 11, 23, 0, 0))


def minutes_in(rule: Promotion, first: datetime, hours: int) -> int:
    """How many real minutes from there the promotion holds."""
    return sum(rule.valid(local(first + timedelta(minutes=minute))) for minute in range(60 * hours))


def test_an_hour_that_the_night_skips_is_nobodys() -> None:
    """29 March 2026, 2:00 becomes 3:00: one minute after 1:59 it is over already."""
    rule = replace(HAPPY, windows=(Window(2 * 60, 3 * 60),))
    evening = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
    assert minutes_in(rule, evening, 12) == 0
    assert minutes_in(replace(HAPPY, windows=(Window(60, 4 * 60),)), evening, 12) == 120


def test_an_hour_that_the_night_repeats_is_there_twice() -> None:
    """25 October 2026, 3:00 becomes 2:00."""
    rule = replace(HAPPY, windows=(Window(2 * 60, 3 * 60),))
    evening = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
    assert minutes_in(rule, evening, 12) == 120
    assert minutes_in(rule, evening + timedelta(days=1), 12) == 60


def test_a_day_of_daylight_saving_is_whole() -> None:
    """23 hours or 25, from midnight to midnight."""
    spring = replace(HAPPY, first_day="2026-03-29", last_day="2026-03-29")
    assert minutes_in(spring, datetime(2026, 3, 28, 12, 0, tzinfo=UTC), 48) == 23 * 60
    autumn = replace(HAPPY, first_day="2026-10-25", last_day="2026-10-25")
    assert minutes_in(autumn, datetime(2026, 10, 24, 12, 0, tzinfo=UTC), 48) == 25 * 60


def test_a_name_is_there_in_any_language() -> None:
    """The first one stands in."""
    rule = replace(HAPPY, names=(Name("de", "Feierabend"), Name("en", "Happy hour")))
    assert [rule.name(each) for each in ("en", "de", "fr")] == [
        "Happy hour",
        "Feierabend",
        "Feierabend",
    ]


PAIR = (Part((MILK,)), Part((WATER,), 2))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "x" * 81}, "id"),
        ({"id": "a\tb"}, "id"),
        ({"names": ()}, "names"),
        ({"names": (Name("de", "a"), Name("de", "b"))}, "names"),
        ({"names": (Name("DE", "a"),)}, "names"),
        ({"goods": (MILK, MILK)}, "goods"),
        ({"goods": (Gtin(10**14),)}, "goods"),
        ({"goods": (Gtin(-1),)}, "goods"),
        ({"terms": NForM(3, 2), "combinable": True}, "combinable"),
        ({"terms": Bundle(PAIR, Money(1)), "goods": (), "combinable": True}, "combinable"),
        ({"terms": SumOff(Money(1))}, "combinable"),
        ({"terms": SumOff(Money(0)), "combinable": True}, "terms"),
        ({"terms": SumOff(Money(1), Money(-1)), "combinable": True}, "terms"),
        ({"terms": FixedPrice(Money(-1))}, "terms"),
        ({"terms": FromQuantity(1, Percent(1))}, "terms"),
        ({"terms": FromQuantity(2, AmountOff(Money(0)))}, "terms"),
        ({"terms": FromQuantity(2, Percent(10_001))}, "terms"),
        ({"terms": NForM(1000, 1)}, "terms"),
        ({"terms": Bundle(PAIR, Money(1))}, "goods"),
        ({"terms": Bundle((), Money(1)), "goods": ()}, "terms"),
        ({"terms": Bundle((Part(()),), Money(1)), "goods": ()}, "terms"),
        ({"terms": Bundle((Part((MILK,), 0),), Money(1)), "goods": ()}, "terms"),
        ({"terms": Bundle((Part((MILK,), 1000),), Money(1)), "goods": ()}, "terms"),
        ({"terms": Bundle((*PAIR, *PAIR), Money(1)), "goods": ()}, "terms"),
        ({"terms": Bundle(PAIR, Money(-1)), "goods": ()}, "terms"),
        ({"first_day": "2026-11-23", "last_day": "2026-11-22"}, "last_day"),
        ({"last_day": "20261122"}, "last_day"),
        ({"windows": (Window(60, 60),)}, "windows"),
        ({"windows": (Window(0, 1441),)}, "windows"),
        ({"windows": (Window(0, 60, (8,)),)}, "windows"),
        ({"group": "\x00"}, "group"),
        ({"coupon": "x" * 81}, "coupon"),
        ({"most": 1, "combinable": True}, "most"),
        ({"priority": -1000}, "priority"),
    ],
)
def test_a_wrong_one_cannot_be_made(change: dict[str, Any], field: str) -> None:
    """The error names the promotion and the field."""
    with pytest.raises(WrongPromotion) as caught:
        replace(HAPPY, **change)
    assert caught.value.field == field
    assert caught.value.promotion == change.get("id", "happy")


def test_a_set_has_each_id_once_and_one_currency() -> None:
    """Francs and euro do not add up, however deep in the terms they are."""
    with pytest.raises(WrongPromotion, match="'happy', id: is there twice"):
        Promotions((HAPPY, HAPPY))
    francs = replace(HAPPY, terms=FromQuantity(2, AmountOff(Money(5, "CHF"))))
    with pytest.raises(WrongPromotion, match="'happy', terms: not in EUR"):
        Promotions((francs,))
    assert Promotions((francs,), "CHF").all == (francs,)
