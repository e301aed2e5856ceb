"""A set of promotions, arranged once for quick pricing: which rules an article may meet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from kiosk.ids import Gtin
from kiosk.offers.promotions import (
    AmountOff,
    Bundle,
    Each,
    FixedPrice,
    FromQuantity,
    NForM,
    Percent,
    Promotion,
    Promotions,
    clock_of,
)

NOWHERE: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Index:
    """Promotions by id, and their slots: one a promotion, of a bundle one a part."""

    rules: tuple[Promotion, ...]
    currency: str
    slots: tuple[range, ...]
    """For each rule its slots."""
    owners: tuple[int, ...]
    """For each slot the place of its rule."""
    counts: tuple[int, ...]
    """For each slot how many pieces one group or bundle takes of it; 0: single pieces."""
    eaches: tuple[Each | None, ...]
    """For each rule its terms of a single piece."""
    least: tuple[int, ...]
    """For each rule how many pieces must be there for these terms."""
    goods: dict[Gtin, tuple[int, ...]]
    """The slots an article fits."""
    everywhere: tuple[int, ...]
    """The slots every article fits."""
    bound: frozenset[Gtin]
    """The articles that fit nowhere."""

    def slots_of(self, gtin: Gtin) -> tuple[int, ...]:
        """Where this article fits."""
        if gtin in self.bound:
            return NOWHERE
        return self.goods.get(gtin, NOWHERE) + self.everywhere

    def active(
        self, slots: Iterable[int], at: datetime, group: str, coupons: Collection[str]
    ) -> list[int]:
        """Of the rules that own these slots those whose conditions hold, in order of their places."""
        owners = self.owners
        clock = clock_of(at)
        return [
            place
            for place in sorted({owners[slot] for slot in slots})
            if (rule := self.rules[place]).at(clock)
            and (not rule.group or rule.group == group)
            and (not rule.coupon or rule.coupon in coupons)
        ]


def indexed(promotions: Promotions) -> Index:
    """Arrange them. To be done once for a set, not once for a basket."""
    rules = tuple(sorted(promotions.all, key=lambda rule: rule.id))
    goods: dict[Gtin, list[int]] = {}
    slots: list[range] = []
    everywhere: list[int] = []
    end = 0
    for rule in rules:
        start = end
        for slot, part in enumerate(_parts(rule), start):
            end = slot + 1
            for gtin in part:
                goods.setdefault(gtin, []).append(slot)
        if rule.everything:
            everywhere.append(start)
        slots.append(range(start, end))
    return Index(
        rules,
        promotions.currency,
        tuple(slots),
        tuple(place for place, of_rule in enumerate(slots) for _ in of_rule),
        tuple(count for rule in rules for count in _counts(rule)),
        tuple(_each(rule) for rule in rules),
        tuple(rule.terms.quantity if isinstance(rule.terms, FromQuantity) else 0 for rule in rules),
        {gtin: tuple(found) for gtin, found in goods.items()},
        tuple(everywhere),
        frozenset(promotions.bound),
    )


def _parts(rule: Promotion) -> Iterator[tuple[Gtin, ...]]:
    if isinstance(rule.terms, Bundle):
        yield from (part.goods for part in rule.terms.parts)
    else:
        yield rule.goods


def _counts(rule: Promotion) -> tuple[int, ...]:
    match rule.terms:
        case Bundle(parts):
            return tuple(part.count for part in parts)
        case NForM(take):
            return (take,)
        case _:
            return (0,)


def _each(rule: Promotion) -> Each | None:
    match rule.terms:
        case Percent() | AmountOff() | FixedPrice():
            return rule.terms
        case FromQuantity():
            return rule.terms.each
        case _:
            return None


_LAST: list[tuple[Promotions, Index]] = []


def index_of(promotions: Promotions) -> Index:
    """The index of a set that is asked for again and again; only the last set is remembered.

    By identity: to compare five hundred promotions would take longer than to price a basket.
    """
    for known, index in _LAST:
        if known is promotions:
            return index
    index = indexed(promotions)
    _LAST[:] = [(promotions, index)]
    return index


NO_OFFERS = indexed(Promotions())
"""No promotions at all."""
