"""A basket as promotions see it: like pieces are one pool, wherever and whenever they were scanned."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.basket import Line
from kiosk.ids import Gtin
from kiosk.money import half_up


@dataclass(slots=True)
class Pool:
    """Pieces nobody can tell apart, and what remains to be paid for them."""

    gtin: Gtin
    value: int
    """Of one piece, in cents. What is weighed is one piece."""
    grams: int | None
    lines: list[int] = field(default_factory=list)
    """Places of the lines they lie in."""
    units: int = 0
    rest: int = 0
    """What all pieces cost after the discounts so far."""

    def priced(self, price: int) -> int:
        """One piece for another price, which is per kilogram where it was weighed."""
        return price if self.grams is None else half_up(price * self.grams, 1000)


def minor_of(line: Line) -> int:
    """Cents of a line at its shelf price: `Line.amount` without making a value of it."""
    if line.grams is None:
        return line.article.price.minor * line.quantity
    return line.amount.minor


def pooled(lines: tuple[Line, ...]) -> list[Pool]:
    """The pools, dearest first; equals by GTIN and whatever else tells them apart."""
    found: dict[tuple[int | str, ...], Pool] = {}
    for place, line in enumerate(lines):
        article, grams = line.article, line.grams
        value = article.price.minor if grams is None else line.amount.minor
        key = (
            -value,
            article.gtin,
            article.vat,
            -1 if grams is None else grams,
            article.price.minor,
            article.name,
            article.unit,
            article.deposit.minor,
            article.age,
        )
        pool = found.get(key)
        if pool is None:
            pool = found[key] = Pool(article.gtin, value, grams)
        units = line.quantity if grams is None else 1
        pool.lines.append(place)
        pool.units += units
        pool.rest += units * value
    return [found[key] for key in sorted(found)]
