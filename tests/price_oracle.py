"""The written pricing rule (docs/promotions.md), done the slow way: every piece by itself, in fractions.

It shares the data classes with the kiosk, and nothing else: no pools, no heap, no integer tricks.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction

from kiosk.basket import Line
from kiosk.offers.promotions import (
    AmountOff,
    Bundle,
    FixedPrice,
    FromQuantity,
    NForM,
    Percent,
    Promotion,
    SumOff,
)

Goods = tuple[int, int, int, int, int, str, str, int, int]
"""What makes pieces alike; also the order of equals, dearest first."""


@dataclass(eq=False)
class Piece:
    """One piece of goods."""

    goods: Goods
    value: int
    grams: int | None
    gtin: int
    taken: bool = False


@dataclass(frozen=True)
class Expected:
    """What a basket costs."""

    total: int
    vat: dict[int, tuple[int, int]]
    """Gross and tax by rate."""
    less: dict[tuple[str, Goods], int]
    """What each promotion takes off which goods."""


def goods_of(line: Line) -> Goods:
    """Lines of the same goods cannot be told apart."""
    article = line.article
    value = line.amount.minor if line.grams is not None else article.price.minor
    grams = -1 if line.grams is None else line.grams
    return (
        -value,
        article.gtin,
        article.vat,
        grams,
        article.price.minor,
        article.name,
        article.unit.value,
        article.deposit.minor,
        article.age,
    )


def expected(
    lines: Sequence[Line],
    rules: Iterable[Promotion],
    at: datetime,
    group: str,
    coupons: Sequence[str],
    bound: Sequence[int] = (),
) -> Expected:
    """The rule, from top to bottom."""
    pieces = sorted(
        (
            Piece(goods_of(line), -goods_of(line)[0], line.grams, line.article.gtin)
            for line in lines
            for _ in range(1 if line.grams is not None else line.quantity)
        ),
        key=lambda piece: piece.goods,
    )
    active = sorted(
        (rule for rule in rules if holds(rule, at, group, coupons)), key=lambda rule: rule.id
    )
    less: dict[tuple[str, Goods], int] = defaultdict(int)
    rest: dict[Goods, int] = defaultdict(int)
    for piece in pieces:
        rest[piece.goods] += piece.value
    taken: dict[str, list[tuple[list[Piece], int]]] = defaultdict(list)
    pieces = [piece for piece in pieces if piece.gtin not in bound]
    exclusive = [rule for rule in active if not rule.combinable]
    for priority in sorted({rule.priority for rule in exclusive}):
        compete([rule for rule in exclusive if rule.priority == priority], pieces, taken)
    for rule in active:
        for goods, amount in amounts_of(rule, pieces, taken[rule.id]).items():
            less[rule.id, goods] += amount
            rest[goods] -= amount
    on_top = [rule for rule in active if rule.combinable]
    for rule in sorted(on_top, key=lambda rule: (rule.coupon != "", rule.priority, rule.id)):
        for goods, amount in on_top_of(rule, pieces, rest).items():
            less[rule.id, goods] += amount
            rest[goods] -= amount
    gross: dict[int, int] = defaultdict(int)
    for goods, amount in rest.items():
        gross[goods[2]] += amount
    for line in lines:
        gross[line.article.vat] += line.article.deposit.minor * line.quantity
    vat = {
        rate: (amount, nearest(Fraction(amount * rate, 10_000 + rate)))
        for rate, amount in gross.items()
    }
    return Expected(
        sum(gross.values()), vat, {key: amount for key, amount in less.items() if amount}
    )


def holds(rule: Promotion, at: datetime, group: str, coupons: Sequence[str]) -> bool:
    """Whether all its conditions do."""
    first = date.fromisoformat(rule.first_day) if rule.first_day else date.min
    last = date.fromisoformat(rule.last_day) if rule.last_day else date.max
    hours = not rule.windows or any(
        (not window.days or at.isoweekday() in window.days)
        and time(*divmod(window.start, 60)) <= at.time()
        and (window.end == 24 * 60 or at.time() < time(*divmod(window.end, 60)))
        for window in rule.windows
    )
    member = rule.group in ("", group)
    return (
        member
        and (not rule.coupon or rule.coupon in coupons)
        and first <= at.date() <= last
        and hours
    )


def nearest(amount: Fraction) -> int:
    """Half up."""
    return math.floor(amount + Fraction(1, 2))


def covers(rule: Promotion, piece: Piece) -> bool:
    """Whether a rule that is no bundle is about this piece."""
    return rule.everything or piece.gtin in rule.goods


def single(rule: Promotion, pieces: Sequence[Piece]) -> Percent | AmountOff | FixedPrice | None:
    """Terms of a single piece."""
    if isinstance(rule.terms, FromQuantity):
        there = [piece for piece in pieces if covers(rule, piece)]
        return rule.terms.each if len(there) >= rule.terms.quantity else None
    if isinstance(rule.terms, Percent | AmountOff | FixedPrice):
        return rule.terms
    return None


def saving(each: Percent | AmountOff | FixedPrice, piece: Piece) -> Fraction:
    """What one piece costs less, exactly."""
    if isinstance(each, Percent):
        return Fraction(piece.value * each.hundredths, 10_000)
    if isinstance(each, AmountOff):
        return Fraction(min(piece.value, each.amount.minor))
    return Fraction(max(0, piece.value - fixed(each, piece)))


def fixed(each: FixedPrice, piece: Piece) -> int:
    """The piece for its other price."""
    if piece.grams is None:
        return each.price.minor
    return nearest(Fraction(each.price.minor * piece.grams, 1000))


def applications(
    rule: Promotion, pieces: Sequence[Piece]
) -> Iterator[tuple[Fraction, list[Piece]]]:
    """Everything the rule could be applied to next, and what each saves."""
    free = [piece for piece in pieces if not piece.taken]
    terms = rule.terms
    if isinstance(terms, NForM):
        group = [piece for piece in free if covers(rule, piece)][: terms.take]
        if len(group) == terms.take:
            yield Fraction(sum(piece.value for piece in group[terms.pay :])), group
    elif isinstance(terms, Bundle):
        parts = [
            [piece for piece in free if piece.gtin in part.goods][: part.count]
            for part in terms.parts
        ]
        if all(len(part) == there.count for part, there in zip(parts, terms.parts, strict=True)):
            group = [piece for part in parts for piece in part]
            yield Fraction(sum(piece.value for piece in group) - terms.price.minor), group
    else:
        each = single(rule, pieces)
        for piece in free if each else ():
            if each and covers(rule, piece):
                yield saving(each, piece), [piece]


def compete(
    rules: Sequence[Promotion],
    pieces: Sequence[Piece],
    taken: dict[str, list[tuple[list[Piece], int]]],
) -> None:
    """Try everything; take what saves most a piece; begin again until nothing saves anything."""
    while True:
        found = [
            (-saves / len(group), rule.id, group[0].goods, group, saves)
            for rule in rules
            if not rule.most or len(taken[rule.id]) < rule.most
            for saves, group in applications(rule, pieces)
            if saves > 0
        ]
        if not found:
            return
        _, name, _, group, saves = min(found, key=lambda each: each[:3])
        for piece in group:
            piece.taken = True
        taken[name].append((group, int(saves)))


def amounts_of(
    rule: Promotion, pieces: Sequence[Piece], taken: Sequence[tuple[list[Piece], int]]
) -> dict[Goods, int]:
    """What an exclusive rule takes off, from the pieces it took."""
    weights: dict[Goods, int] = defaultdict(int)
    exact: dict[Goods, int] = defaultdict(int)
    for group, _ in taken:
        for piece in group:
            weights[piece.goods] += piece.value
    each = single(rule, pieces)
    if isinstance(each, Percent):
        return cut(nearest(Fraction(sum(weights.values()) * each.hundredths, 10_000)), weights)
    if each is None:
        return cut(sum(saves for _, saves in taken), weights)
    for group, saves in taken:
        exact[group[0].goods] += saves
    return exact


def on_top_of(rule: Promotion, pieces: Sequence[Piece], rest: dict[Goods, int]) -> dict[Goods, int]:
    """What a combinable rule takes off, from what its goods still cost."""
    covered = [piece for piece in pieces if covers(rule, piece)]
    still = {piece.goods: rest[piece.goods] for piece in covered}
    there = sum(still.values())
    if isinstance(rule.terms, SumOff):
        enough = there >= rule.terms.least.minor
        return cut(min(there, rule.terms.amount.minor), still) if enough else {}
    each = single(rule, pieces)
    if each is None:
        return {}
    if isinstance(each, Percent):
        return cut(nearest(Fraction(there * each.hundredths, 10_000)), still)
    wanted: dict[Goods, int] = defaultdict(int)
    for piece in covered:
        wanted[piece.goods] += (
            each.amount.minor if isinstance(each, AmountOff) else fixed(each, piece)
        )
    if isinstance(each, AmountOff):
        return {goods: min(amount, still[goods]) for goods, amount in wanted.items()}
    return {goods: max(0, still[goods] - amount) for goods, amount in wanted.items()}


def cut(amount: int, weights: dict[Goods, int]) -> dict[Goods, int]:
    """By largest remainder; of equals the dearest goods first."""
    whole = sum(weights.values())
    if not whole:
        return {}
    exact = {goods: Fraction(amount * weight, whole) for goods, weight in weights.items()}
    parts = {goods: math.floor(share) for goods, share in exact.items()}
    order = sorted(weights, key=lambda goods: (parts[goods] - exact[goods], goods))
    for goods in order[: amount - sum(parts.values())]:
        parts[goods] += 1
    return parts
