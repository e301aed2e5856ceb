"""Money as integer minor units. No float and no Decimal ever carries an amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (cents) of one currency (ISO 4217 letters)."""

    minor: int
    currency: str = "EUR"

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, factor: int) -> Money:
        return Money(self.minor * factor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    @property
    def decimal(self) -> str:
        """`-1.05`: for records; two places, a point, no currency."""
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{abs(self.minor) // 100}.{abs(self.minor) % 100:02d}"

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return other.minor


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round to the nearest integer, halves away from zero (the one rule, ADR 0002)."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    numerator, denominator = abs(numerator), abs(denominator)
    return sign * ((2 * numerator + denominator) // (2 * denominator))


def apportioned(total: int, weights: Sequence[int]) -> list[int]:
    """Cut `total` into whole cents in proportion to the weights, by largest remainder.

    Of equal remainders the earlier place gets the cent. No part exceeds its weight as long as the
    total does not exceed their sum. Without any weight nothing can be cut.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    short = total - sum(parts)
    if not short:
        return parts
    places = sorted(range(len(weights)), key=lambda place: -(total * weights[place] % whole))
    for place in places[:short]:
        parts[place] += 1
    return parts
