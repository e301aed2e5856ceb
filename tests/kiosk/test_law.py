"""What the law fixes changes at midnight of the shop's clock, and at no other time."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.fiscal import PLACES
from kiosk.law import (
    AGES,
    DEPOSITS,
    RATES,
    Drink,
    Figures,
    Kinds,
    NotInForce,
    Restricted,
    Table,
    VatClass,
    age_of,
    deposit_of,
    figures_of,
    local,
    rate_of,
)

NIGHTS = [
    # The last second of the day before, in UTC, and what the rates become with the next one.
    (VatClass.GENERAL, datetime(2020, 6, 30, 21, 59, 59, tzinfo=UTC), 1900, 1600),
    (VatClass.GENERAL, datetime(2020, 12, 31, 22, 59, 59, tzinfo=UTC), 1600, 1900),
    (VatClass.REDUCED, datetime(2020, 6, 30, 21, 59, 59, tzinfo=UTC), 700, 500),
    (VatClass.REDUCED, datetime(2020, 12, 31, 22, 59, 59, tzinfo=UTC), 500, 700),
    (VatClass.RESTAURANT_FOOD, datetime(2020, 6, 30, 21, 59, 59, tzinfo=UTC), 1900, 500),
    (VatClass.RESTAURANT_FOOD, datetime(2020, 12, 31, 22, 59, 59, tzinfo=UTC), 500, 700),
    (VatClass.RESTAURANT_FOOD, datetime(2023, 12, 31, 22, 59, 59, tzinfo=UTC), 700, 1900),
    (VatClass.RESTAURANT_FOOD, datetime(2025, 12, 31, 22, 59, 59, tzinfo=UTC), 1900, 700),
]


@pytest.mark.parametrize(("kind", "last", "before", "after"), NIGHTS)
def test_a_rate_changes_at_midnight_in_berlin(
    kind: VatClass, last: datetime, before: int, after: int
) -> None:
    """Summer or winter time, one second apart."""
    assert rate_of(kind, local(last).date()) == before
    assert rate_of(kind, local(last + timedelta(seconds=1)).date()) == after


def test_every_change_of_a_rate_has_its_night_above() -> None:
    """Whoever adds a change adds its night."""
    changes = sum(len(table) - 1 for table in RATES.values())
    assert changes == len(NIGHTS)


def test_a_sale_over_midnight_has_one_moment() -> None:
    """Its start: what was scanned before midnight and after it has the same rate."""
    started = datetime(2025, 12, 31, 22, 58, tzinfo=UTC)
    ended = started + timedelta(minutes=5)
    assert local(started).date() != local(ended).date()
    kinds = Kinds(VatClass.RESTAURANT_FOOD)
    assert figures_of(kinds, local(started).date()) == Figures(1900, 0, 0)
    assert figures_of(kinds, local(ended).date()) == Figures(700, 0, 0)


def test_milk_has_a_deposit_since_2024() -> None:
    """In plastic bottles of any size the law knows."""
    last, first = date(2023, 12, 31), date(2024, 1, 1)
    assert deposit_of(Drink.MILK, 500, last) == 0
    assert deposit_of(Drink.MILK, 500, first) == 25
    assert [deposit_of(Drink.MILK, size, first) for size in (99, 100, 3000, 3001)] == [0, 25, 25, 0]


@pytest.mark.parametrize(
    ("drink", "first"),
    [
        (Drink.SPARKLING, date(2003, 1, 1)),
        (Drink.STILL, date(2006, 5, 1)),
        (Drink.OTHER, date(2022, 1, 1)),
        (Drink.MILK, date(2024, 1, 1)),
    ],
)
def test_a_deposit_begins_on_its_day(drink: Drink, first: date) -> None:
    """Nothing the day before."""
    assert deposit_of(drink, 500, first - timedelta(days=1)) == 0
    assert deposit_of(drink, 500, first) == 25
    assert deposit_of(Drink.NONE, 500, first) == 0


@pytest.mark.parametrize(
    ("goods", "first", "before", "after"),
    [
        (Restricted.BEER_AND_WINE, date(2003, 4, 1), 0, 16),
        (Restricted.SPIRITS, date(2003, 4, 1), 0, 18),
        (Restricted.TOBACCO, date(2007, 9, 1), 16, 18),
        (Restricted.E_CIGARETTES, date(2016, 4, 1), 0, 18),
        (Restricted.UNLABELLED_MEDIA, date(2003, 4, 1), 0, 18),
    ],
)
def test_an_age_begins_on_its_day(goods: Restricted, first: date, before: int, after: int) -> None:
    """From midnight on, and for good."""
    assert age_of(goods, first - timedelta(days=1)) == before
    assert age_of(goods, first) == after
    assert age_of(goods, date(2026, 11, 22)) == after
    assert age_of(Restricted.NONE, first) == 0


def test_what_is_sold_today() -> None:
    """A bottle of beer, a milk drink, a meal."""
    today = date(2026, 11, 22)
    beer = Kinds(VatClass.GENERAL, Drink.SPARKLING, 500, Restricted.BEER_AND_WINE)
    assert figures_of(beer, today) == Figures(1900, 25, 16)
    assert figures_of(Kinds(VatClass.REDUCED, Drink.MILK, 330), today) == Figures(700, 25, 0)
    assert figures_of(Kinds(VatClass.RESTAURANT_FOOD), today) == Figures(700, 0, 0)
    assert figures_of(Kinds(VatClass.EXEMPT), today) == Figures(0, 0, 0)


def test_days_before_the_tables_are_not_guessed() -> None:
    """A rate of 16 % was true once, but nobody sells then."""
    with pytest.raises(NotInForce, match="general on 2006-12-31"):
        rate_of(VatClass.GENERAL, date(2006, 12, 31))


def test_a_moment_without_a_zone_is_refused() -> None:
    """It could be on either side of midnight."""
    with pytest.raises(ValueError, match="without its zone"):
        local(datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))


@pytest.mark.parametrize("table", [*RATES.values(), *DEPOSITS.values(), *AGES.values()])
def test_tables_go_from_the_latest_day_back(table: Table) -> None:
    """So the first row that holds is the right one; and each row changes something."""
    days = [since for since, _ in table]
    assert days == sorted(set(days), reverse=True)
    assert all(new != old for (_, new), (_, old) in itertools.pairwise(table))


def test_every_rate_has_a_place_in_the_process_data() -> None:
    """Or the security module could not sign its sales."""
    assert {rate for table in RATES.values() for _, rate in table} <= set(PLACES)
