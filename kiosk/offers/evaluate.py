"""What a basket costs after all promotions. The rule is written in docs/promotions.md.

Nothing here depends on the order of scanning: lines become pools of like pieces in a fixed order,
promotions are ordered by id, and only at the very end a pool's discount is put on its lines.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from kiosk.basket import Line
from kiosk.ids import LineId
from kiosk.money import Money, apportioned, half_up
from kiosk.offers.contest import Contest, unit_saving
from kiosk.offers.index import Index
from kiosk.offers.pools import Pool, minor_of, pooled
from kiosk.offers.promotions import (
    WHOLE,
    AmountOff,
    FixedPrice,
    Name,
    Percent,
    Promotion,
    SumOff,
    name_in,
)
from kiosk.pricing import VatRow, vat_row


class Reason(StrEnum):
    """Why something costs less."""

    DISCOUNT = "discount"
    COUPON = "coupon"


@dataclass(frozen=True, slots=True)
class Discount:
    """What one promotion takes off one line."""

    line: LineId
    promotion: str
    names: tuple[Name, ...]
    amount: Money
    """Gross, below zero."""
    kind: Reason = Reason.DISCOUNT

    def name(self, language: str) -> str:
        """The promotion's, in this language or the first it has."""
        return name_in(self.names, language)


@dataclass(frozen=True, slots=True)
class Priced:
    """Lines after promotions, deposits included: lines = VAT table = total, to the cent."""

    discounts: tuple[Discount, ...]
    """In the order of the lines; below one line in the order they were taken off."""
    total: Money
    vat: tuple[VatRow, ...]
    redeemed: tuple[str, ...] = ()
    """The coupon rules that came to anything."""

    def of_line(self, line: LineId) -> tuple[Discount, ...]:
        """What is taken off this line."""
        return tuple(discount for discount in self.discounts if discount.line == line)

    @property
    def saved(self) -> Money:
        """What all promotions take off: never below zero."""
        return Money(-sum(each.amount.minor for each in self.discounts), self.total.currency)


def voided(priced: Priced) -> Priced:
    """The same booked backwards: both together are nothing, in every line, rate and sum."""
    return replace(
        priced,
        discounts=tuple(replace(each, amount=-each.amount) for each in priced.discounts),
        total=-priced.total,
        vat=tuple(vat_row(row.rate, -row.gross) for row in priced.vat),
    )


def evaluate(
    lines: tuple[Line, ...],
    index: Index,
    *,
    at: datetime,
    group: str = "",
    coupons: tuple[str, ...] = (),
) -> Priced:
    """Price the lines. `at` is the sale's one moment on the shop's wall clock (`kiosk.law.local`).

    Raises ValueError for goods in another currency than the promotions', and for a moment that is
    surely not the shop's: without a zone, or in UTC as events have it.
    """
    if at.tzinfo is None or at.tzinfo is UTC:
        raise ValueError("a moment of the shop's wall clock is wanted: kiosk.law.local")
    for line in lines:
        if line.article.price.currency != index.currency:
            raise ValueError(f"{line.article.price.currency} and {index.currency} do not add up")
    pricing = _Pricing(lines, index)
    pricing.run(at, group, coupons)
    return pricing.result()


class _Pricing:
    """One basket on its way from shelf prices to what is paid."""

    def __init__(self, lines: tuple[Line, ...], index: Index) -> None:
        self._lines = lines
        self._index = index
        self._pools = pooled(lines)
        self._rests = [minor_of(line) for line in lines]
        self._booked: list[list[Discount]] = [[] for _ in lines]
        self._redeemed: set[str] = set()
        self._members: defaultdict[int, list[int]] = defaultdict(list)
        for number, pool in enumerate(self._pools):
            for slot in index.slots_of(pool.gtin):
                self._members[slot].append(number)
        self._contest = Contest(index, self._pools, self._members)

    def run(self, at: datetime, group: str, coupons: tuple[str, ...]) -> None:
        """Exclusive promotions, then those on top of them, coupons last."""
        rules = self._index.rules
        active = self._index.active(self._members, at, group, coupons)
        self._contest.run([place for place in active if not rules[place].combinable])
        for place in self._ordered(list(self._contest.taken)):
            self._book_taken(place, self._contest.taken[place])
        for place in self._ordered([place for place in active if rules[place].combinable]):
            self._book_on_top(place)

    def _ordered(self, places: list[int]) -> list[int]:
        rules = self._index.rules
        return sorted(
            places, key=lambda place: (bool(rules[place].coupon), rules[place].priority, place)
        )

    # --- amounts ------------------------------------------------------------------------------

    def _book_taken(self, place: int, taken: dict[int, int]) -> None:
        """The discount of an exclusive promotion, from the pieces it took."""
        numbers = sorted(taken)
        values = [self._pools[number].value * taken[number] for number in numbers]
        each = self._contest.each(place)
        if each is None:
            shares = apportioned(self._contest.saved[place], values)
        elif isinstance(each, Percent):
            shares = _share(each, values)
        else:
            shares = [unit_saving(each, self._pools[number]) * taken[number] for number in numbers]
        self._book(place, numbers, shares)

    def _book_on_top(self, place: int) -> None:
        """The discount of a combinable promotion, from what its goods still cost."""
        numbers = self._contest.members(place)
        rests = [self._pools[number].rest for number in numbers]
        terms = self._index.rules[place].terms
        each = self._contest.each(place)
        if isinstance(terms, SumOff):
            there = sum(rests)
            enough = there >= terms.least.minor
            shares = apportioned(min(terms.amount.minor, there) if enough else 0, rests)
        elif each is None:
            return
        elif isinstance(each, Percent):
            shares = _share(each, rests)
        else:
            shares = [_less(each, self._pools[number]) for number in numbers]
        self._book(place, numbers, shares)

    def _book(self, place: int, numbers: list[int], shares: list[int]) -> None:
        """Put each pool's share on its lines."""
        rule = self._index.rules[place]
        for number, share in zip(numbers, shares, strict=True):
            if not share:
                continue
            pool = self._pools[number]
            pool.rest -= share
            lines, parts = pool.lines, [share]
            if len(lines) > 1:
                parts = apportioned(share, [self._rests[line] for line in lines])
            for line, part in zip(lines, parts, strict=True):
                if part:
                    self._rests[line] -= part
                    self._booked[line].append(self._discount(rule, line, part))

    def _discount(self, rule: Promotion, line: int, less: int) -> Discount:
        kind = Reason.DISCOUNT
        if rule.coupon:
            kind = Reason.COUPON
            self._redeemed.add(rule.coupon)
        amount = Money(-less, self._index.currency)
        return Discount(self._lines[line].id, rule.id, rule.names, amount, kind)

    # --- the whole ----------------------------------------------------------------------------

    def result(self) -> Priced:
        """Everything added up, by line and by rate."""
        gross: dict[int, int] = {}
        for line, rest in zip(self._lines, self._rests, strict=True):
            rate = line.article.vat
            gross[rate] = gross.get(rate, 0) + rest + line.article.deposit.minor * line.quantity
        currency = self._index.currency
        return Priced(
            tuple(discount for booked in self._booked for discount in booked),
            Money(sum(gross.values()), currency),
            tuple(
                vat_row(rate, Money(gross[rate], currency)) for rate in sorted(gross, reverse=True)
            ),
            tuple(sorted(self._redeemed)),
        )


def _share(each: Percent, amounts: list[int]) -> list[int]:
    """Rounded once for the whole promotion, then cut."""
    return apportioned(half_up(sum(amounts) * each.hundredths, WHOLE), amounts)


def _less(each: AmountOff | FixedPrice, pool: Pool) -> int:
    """What all pieces of a pool cost less on top of other discounts."""
    if isinstance(each, AmountOff):
        return min(each.amount.minor * pool.units, pool.rest)
    return max(0, pool.rest - pool.priced(each.price.minor) * pool.units)
