"""Promotions as data: what is offered, on which goods, when and to whom. Rules: docs/promotions.md.

A promotion is terms plus conditions. A member price is a `FixedPrice` for a price group, a happy hour
any promotion with windows, a coupon any promotion that a coupon unlocks. Whoever holds a `Promotions`
holds a valid one: wrong data raises `WrongPromotion`, which names promotion and field.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime

from kiosk.ids import Gtin
from kiosk.money import Money

WHOLE = 10_000
"""A hundred percent, in hundredths of a percent: the unit of VAT rates, too."""
DAY = 24 * 60
MAX_COUNT = 999
MAX_TEXT = 80
MAX_CENTS = 100_000_000
GTIN_END = 10**14
LANGUAGE_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Percent:
    """Each piece, or the goods' remaining price, by this share less."""

    hundredths: int
    """Of a percent: 1000 = 10 %."""


@dataclass(frozen=True, slots=True)
class AmountOff:
    """Each piece by this amount less, never below zero. What is weighed is one piece."""

    amount: Money


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """Each piece (each kilogram, where sold by weight) for this price, if it costs more."""

    price: Money


Each = Percent | AmountOff | FixedPrice


@dataclass(frozen=True, slots=True)
class FromQuantity:
    """Each piece on better terms once so many of the goods are in the basket."""

    quantity: int
    each: Each


@dataclass(frozen=True, slots=True)
class NForM:
    """Of `take` pieces the `pay` dearest are paid."""

    take: int
    pay: int


@dataclass(frozen=True, slots=True)
class Part:
    """So many of these goods, in any mixture."""

    goods: tuple[Gtin, ...]
    count: int = 1


@dataclass(frozen=True, slots=True)
class Bundle:
    """All parts together for one price. No article is in two parts."""

    parts: tuple[Part, ...]
    price: Money


@dataclass(frozen=True, slots=True)
class SumOff:
    """Once, an amount off the sum of the goods, if that sum reaches `least`."""

    amount: Money
    least: Money = Money(0)


Terms = Each | FromQuantity | NForM | Bundle | SumOff


@dataclass(frozen=True, slots=True)
class Window:
    """Minutes of the shop's day, the first in, the last out, on these weekdays (1 Monday, 7 Sunday)."""

    start: int
    end: int
    days: tuple[int, ...] = ()
    """None: every day."""

    def holds(self, weekday: int, minute: int) -> bool:
        """Whether this minute of this weekday is in it."""
        return self.start <= minute < self.end and (not self.days or weekday in self.days)


@dataclass(frozen=True, slots=True)
class Clock:
    """The shop's wall clock: ISO day, weekday (1 Monday), minute of the day."""

    day: str
    weekday: int
    minute: int


def clock_of(at: datetime) -> Clock:
    """What it shows at this moment of the shop's own zone."""
    return Clock(at.date().isoformat(), at.isoweekday(), at.hour * 60 + at.minute)


@dataclass(frozen=True, slots=True)
class Name:
    """What customers read, in one language (ISO 639-1 letters)."""

    language: str
    text: str


class WrongPromotion(ValueError):
    """Data that no shop can mean; says where."""

    def __init__(self, promotion: str, field: str, reason: str) -> None:
        self.promotion = promotion
        self.field = field
        super().__init__(f"promotion {promotion!r}, {field}: {reason}")


@dataclass(frozen=True, slots=True)
class Promotion:
    """One rule. Conditions left out do not restrict, but goods are always told."""

    id: str
    names: tuple[Name, ...]
    terms: Terms
    goods: tuple[Gtin, ...] = ()
    """None for a bundle, whose parts tell them."""
    everything: bool = False
    """All goods, in place of a list of them."""
    priority: int = 0
    """The smaller goes first."""
    combinable: bool = False
    """It comes on top of others. Otherwise a piece it takes is out of reach of its like."""
    most: int = 0
    """So many pieces (groups, bundles) in one sale; 0: any number."""
    first_day: str = ""
    """In ISO form, the shop's calendar; empty: since ever."""
    last_day: str = ""
    """Still included; empty: for ever."""
    windows: tuple[Window, ...] = ()
    """None: at any hour."""
    group: str = ""
    """The price group it is for; empty: everybody."""
    coupon: str = ""
    """The coupon rule that unlocks it; empty: it needs none."""

    def __post_init__(self) -> None:
        for wrong, field, reason in _faults(self):
            if wrong:
                raise WrongPromotion(self.id, field, reason)

    def name(self, language: str) -> str:
        """In this language, or in the first it has."""
        return name_in(self.names, language)

    def valid(self, at: datetime) -> bool:
        """Whether this moment of the shop's wall clock is in its days and hours.

        The wall clock decides: an hour that a night of daylight saving skips is nobody's happy hour,
        one that it repeats is one twice.
        """
        return self.at(clock_of(at))

    def at(self, clock: Clock) -> bool:
        """The same, for a clock that was read once for many."""
        if clock.day < self.first_day or (self.last_day and clock.day > self.last_day):
            return False
        if not self.windows:
            return True
        return any(window.holds(clock.weekday, clock.minute) for window in self.windows)


def name_in(names: tuple[Name, ...], language: str) -> str:
    """The text in this language, or the first there is."""
    return next((name.text for name in names if name.language == language), names[0].text)


@dataclass(frozen=True, slots=True)
class Promotions:
    """All rules of a shop, in one currency, each id once."""

    all: tuple[Promotion, ...] = ()
    currency: str = "EUR"
    bound: tuple[Gtin, ...] = ()
    """Goods with a price bound by law (§ 26 TabStG, § 3 BuchPrG): no promotion sees them."""

    def __post_init__(self) -> None:
        for wrong, field, reason in _wrong_gtins("price_bound", self.bound):
            if wrong:
                raise WrongPromotion("", field, reason)
        seen: set[str] = set()
        for promotion in self.all:
            if promotion.id in seen:
                raise WrongPromotion(promotion.id, "id", "is there twice")
            seen.add(promotion.id)
            for amount in _amounts(promotion.terms):
                if amount.currency != self.currency:
                    raise WrongPromotion(promotion.id, "terms", f"not in {self.currency}")


Fault = tuple[bool, str, str]
"""Whether it is there, the field, and what is wrong with it."""


def _faults(rule: Promotion) -> Iterator[Fault]:
    yield not _is_text(rule.id), "id", f"1 to {MAX_TEXT} printable characters are wanted"
    languages = [name.language for name in rule.names]
    yield not languages, "names", "none is given"
    yield len(set(languages)) < len(languages), "names", "a language is there twice"
    for name in rule.names:
        known = len(name.language) == LANGUAGE_LETTERS and name.language.islower()
        yield not known, "names", f"{name.language!r} is no language"
        yield not _is_text(name.text), "names", f"1 to {MAX_TEXT} printable characters are wanted"
    yield from _wrong_conditions(rule)
    yield from _wrong_goods(rule)
    yield from _wrong_terms(rule.terms)


def _wrong_conditions(rule: Promotion) -> Iterator[Fault]:
    grouped = isinstance(rule.terms, NForM | Bundle)
    once = isinstance(rule.terms, SumOff)
    yield grouped and rule.combinable, "combinable", "groups and bundles use up their pieces"
    yield once and not rule.combinable, "combinable", "a sum is never exclusive"
    yield rule.combinable and rule.most != 0, "most", "only for exclusive promotions"
    yield not 0 <= rule.most <= MAX_COUNT, "most", f"0 to {MAX_COUNT}"
    yield abs(rule.priority) > MAX_COUNT, "priority", f"-{MAX_COUNT} to {MAX_COUNT}"
    for field in ("first_day", "last_day"):
        text = getattr(rule, field)
        yield bool(text) and not _is_day(text), field, f"{text!r} is no day like 2026-11-22"
    backwards = bool(rule.last_day) and rule.last_day < rule.first_day
    yield backwards, "last_day", "is before the first day"
    for window in rule.windows:
        yield (
            not 0 <= window.start < window.end <= DAY,
            "windows",
            "from an earlier minute to a later",
        )
        yield any(day not in range(1, 8) for day in window.days), "windows", "weekdays are 1 to 7"
    for field in ("group", "coupon"):
        text = getattr(rule, field)
        yield text != "" and not _is_text(text), field, f"at most {MAX_TEXT} printable characters"


def _wrong_goods(rule: Promotion) -> Iterator[Fault]:
    if isinstance(rule.terms, Bundle):
        yield bool(rule.goods) or rule.everything, "goods", "a bundle has them in its parts"
        return
    yield bool(rule.goods) == rule.everything, "goods", "either a list of them or everything"
    yield from _wrong_gtins("goods", rule.goods)


def _wrong_gtins(field: str, goods: tuple[Gtin, ...]) -> Iterator[Fault]:
    yield any(not 0 < gtin < GTIN_END for gtin in goods), field, "a GTIN has 1 to 14 digits"
    yield len(set(goods)) < len(goods), field, "an article is there twice"


def _wrong_terms(terms: Terms) -> Iterator[Fault]:
    for amount in _amounts(terms):
        yield not 0 <= amount.minor <= MAX_CENTS, "terms", "an amount is negative or absurd"
    match terms:
        case Percent():
            yield not 0 < terms.hundredths <= WHOLE, "terms", "more than 0 %, at most 100 %"
        case AmountOff() | SumOff():
            yield terms.amount.minor == 0, "terms", "nothing is taken off"
        case FixedPrice():
            pass
        case FromQuantity():
            yield not 1 < terms.quantity <= MAX_COUNT, "terms", f"a quantity from 2 to {MAX_COUNT}"
            yield from _wrong_terms(terms.each)
        case NForM():
            fits = 0 < terms.pay < terms.take <= MAX_COUNT
            yield not fits, "terms", "fewer are paid than taken, and at least one"
        case Bundle():
            yield from _wrong_parts(terms.parts)


def _wrong_parts(parts: tuple[Part, ...]) -> Iterator[Fault]:
    yield not parts, "terms", "a bundle has parts"
    for part in parts:
        yield not part.goods, "terms", "a part has goods"
        yield part.count < 1, "terms", "at least one of each part"
    yield sum(part.count for part in parts) > MAX_COUNT, "terms", f"at most {MAX_COUNT} pieces"
    goods = tuple(gtin for part in parts for gtin in part.goods)
    yield from _wrong_gtins("terms", goods)


def _amounts(terms: Terms) -> tuple[Money, ...]:
    """Every amount in the terms."""
    if isinstance(terms, FromQuantity):
        return _amounts(terms.each)
    found = (getattr(terms, each.name) for each in fields(terms))
    return tuple(value for value in found if isinstance(value, Money))


def _is_text(text: str) -> bool:
    return 0 < len(text) <= MAX_TEXT and text.isprintable() and bool(text.strip())


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
