"""Pricing a large basket anew by many promotions at once, as after every scan; and whole sales."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from functools import partial

from bench.rows import Row, seconds_each
from bench.sales import sales
from kiosk.basket import Article, Line
from kiosk.ids import Gtin, LineId
from kiosk.law import local
from kiosk.money import Money
from kiosk.offers.evaluate import evaluate
from kiosk.offers.index import Index, indexed
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
    Terms,
)

LINES = 200
PROMOTIONS = 500
COVERED = 20
CONFLICTING = 50
AIM = 5.0
DENSE_AIM = 25.0
AT = local(datetime(2026, 11, 21, 12, tzinfo=UTC))


def checkout() -> list[Row]:
    """Two shops: promotions on goods of their own but fifty, and all on what is in the basket."""
    rows = []
    for name, aim, index in (
        (f"{LINES} lines, {PROMOTIONS} promotions, {CONFLICTING} in conflict", AIM, spread()),
        (f"{LINES} lines, each in {CONFLICTING} of {PROMOTIONS} promotions", DENSE_AIM, dense()),
    ):
        taken = seconds_each(partial(priced, basket(), index), 20)
        rows.append(Row("checkout", name, taken * 1000, "ms", aim, "lower"))
    return rows + sales()


def priced(lines: tuple[Line, ...], index: Index) -> int:
    """From nothing: no earlier result is used."""
    found = evaluate(lines, index, at=AT)
    assert found.discounts
    return found.total.minor


def basket() -> tuple[Line, ...]:
    """One line an article; the first of them are those that fifty promotions want."""
    chance = random.Random(3)
    return tuple(
        Line(
            LineId(number + 1),
            Article(
                gtin(number),
                f"Artikel Nummer {number}",
                Money(chance.randrange(50, 2000)),
                chance.choice((1900, 700)),
            ),
            chance.choice((1, 1, 1, 2, 3, 6)),
        )
        for number in range(LINES)
    )


def gtin(number: int) -> Gtin:
    """Of the article of this number."""
    return Gtin(4_000_000_000_000 + 7 * number)


def spread() -> Index:
    """Fifty about the same twenty articles, each other about twenty of its own.

    The basket has all that is contested; the rest of it lies among the goods of the others.
    """
    chance = random.Random(4)
    contested = list(range(COVERED))
    others = range(COVERED, COVERED * (PROMOTIONS - CONFLICTING + 1))
    rules = [promotion(number, contested, chance) for number in range(CONFLICTING)]
    count = PROMOTIONS - CONFLICTING
    rules += [
        promotion(CONFLICTING + number, list(others[number::count]), chance)
        for number in range(count)
    ]
    return indexed(Promotions(tuple(rules)))


def dense() -> Index:
    """All of them about twenty articles of the basket: every article is wanted by fifty."""
    chance = random.Random(5)
    return indexed(
        Promotions(
            tuple(
                promotion(number, chance.sample(range(LINES), COVERED), chance)
                for number in range(PROMOTIONS)
            )
        )
    )


def promotion(number: int, goods: list[int], chance: random.Random) -> Promotion:
    """Of any kind; one in ten comes on top of the others."""
    covered = tuple(gtin(each) for each in goods)
    terms: Terms
    if number % 10 == 0:
        terms = chance.choice((Percent(500), SumOff(Money(100), Money(2000))))
    else:
        half = len(covered) // 2
        terms = chance.choice(
            (
                Percent(1000),
                AmountOff(Money(20)),
                FixedPrice(Money(99)),
                FromQuantity(6, Percent(1500)),
                NForM(3, 2),
                Bundle((Part(covered[:half]), Part(covered[half:])), Money(300)),
            )
        )
    return Promotion(
        f"p{number}",
        (Name("de", f"Angebot {number}"),),
        terms,
        () if isinstance(terms, Bundle) else covered,
        combinable=number % 10 == 0,
    )
