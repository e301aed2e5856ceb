"""Baskets and promotions by chance: few goods, round prices and many ties, so that rules collide."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from kiosk.basket import Article, Line, Unit
from kiosk.ids import Gtin, LineId
from kiosk.money import Money
from kiosk.offers.promotions import (
    DAY,
    AmountOff,
    Bundle,
    Each,
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
    Window,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=BERLIN)
"""A Sunday."""
GOODS = tuple(Gtin(number) for number in range(1, 6))
RESTRICTED = 0.15
T = TypeVar("T")
PRICES = (1, 2, 3, 50, 99, 100, 100, 119, 200, 333)


@dataclass(frozen=True)
class Case:
    """A basket and what is on offer."""

    lines: tuple[Line, ...]
    promotions: Promotions
    group: str
    coupons: tuple[str, ...]


def named(text: str) -> tuple[Name, ...]:
    """A name in German alone."""
    return (Name("de", text),)


def case(seed: int) -> Case:
    """One of many."""
    chance = random.Random(seed)
    shelf = [article(chance, gtin) for gtin in GOODS]
    lines = tuple(line(chance, number, shelf) for number in range(chance.randint(0, 8)))
    rules = tuple(promotion(chance, number) for number in range(chance.randint(0, 14)))
    return Case(
        lines,
        Promotions(rules, bound=seldom(chance, (), (GOODS[0],))),
        chance.choice(("", "member", "member")),
        chance.choice(((), ("c1",), ("c1", "c2"), ("c1", "c2"))),
    )


def article(chance: random.Random, gtin: Gtin) -> Article:
    """Something with a price; some of it is pledged, some is weighed."""
    weighed = chance.random() < 0.2
    return Article(
        gtin,
        f"Ware {gtin}",
        Money(chance.choice(PRICES)),
        chance.choice((1900, 700)),
        Unit.KILOGRAM if weighed else Unit.PIECE,
        Money(0 if weighed else chance.choice((0, 0, 25))),
    )


def line(chance: random.Random, number: int, shelf: list[Article]) -> Line:
    """Some of it; the same article may be in several lines."""
    found = chance.choice(shelf)
    grams = chance.choice((1, 250, 742, 1500)) if found.unit is Unit.KILOGRAM else None
    return Line(LineId(number + 1), found, 1 if grams else chance.randint(1, 4), grams)


def promotion(chance: random.Random, number: int) -> Promotion:
    """Any kind, mostly in force."""
    terms = terms_of(chance)
    bundle = isinstance(terms, Bundle)
    everything = not bundle and chance.random() < 0.1
    grouped = isinstance(terms, NForM | Bundle)
    combinable = isinstance(terms, SumOff) or (not grouped and chance.random() < 0.35)
    return Promotion(
        id=f"{chance.choice('abc')}{number}",
        names=named(f"Angebot {number}"),
        terms=terms,
        goods=() if bundle or everything else some(chance),
        everything=everything,
        priority=chance.choice((0, 0, 0, 1)),
        combinable=combinable,
        most=0 if combinable else chance.choice((0, 0, 1, 2)),
        last_day=seldom(chance, "", "2026-11-22", "2026-11-21"),
        windows=seldom(chance, (), (Window(720, DAY),), (Window(0, 720, (7,)),)),
        group=seldom(chance, "", "member"),
        coupon=seldom(chance, "", "c1", "c2"),
    )


def seldom(chance: random.Random, usual: T, *others: T) -> T:
    """Mostly the usual."""
    return chance.choice(others) if chance.random() < RESTRICTED else usual


def some(chance: random.Random) -> tuple[Gtin, ...]:
    """A few of the goods."""
    return tuple(chance.sample(GOODS, chance.randint(1, 4)))


def terms_of(chance: random.Random) -> Terms:
    """Terms of any kind."""
    kind = chance.randrange(7)
    if kind == 0:
        take = chance.randint(2, 4)
        return NForM(take, chance.randint(1, take - 1))
    if kind == 1:
        return FromQuantity(chance.randint(2, 5), each_of(chance))
    if kind == 2:
        cents = chance.choice((1, 50, 100, 10_000))
        return SumOff(Money(cents), Money(chance.choice((0, 100, 500))))
    if kind == 3:
        goods = chance.sample(GOODS, chance.randint(2, 5))
        middle = chance.randint(1, len(goods) - 1)
        first = Part(tuple(goods[:middle]), chance.randint(1, 2))
        second = Part(tuple(goods[middle:]), chance.randint(1, 2))
        return Bundle((first, second), Money(chance.choice((1, 99, 150, 200))))
    return each_of(chance)


def each_of(chance: random.Random) -> Each:
    """Terms of a single piece."""
    kind = chance.randrange(3)
    if kind == 0:
        return Percent(chance.choice((1, 500, 1000, 3333, 5000, 10_000)))
    if kind == 1:
        return AmountOff(Money(chance.choice((1, 10, 50, 100))))
    return FixedPrice(Money(chance.choice((0, 1, 49, 89, 99))))
