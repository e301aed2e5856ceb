"""What the customer has in the basket: lines as sold, deposits as their children."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.ids import Gtin, LineId
from kiosk.money import Money, half_up

MAX_QUANTITY = 99


class Unit(StrEnum):
    """How an article is sold."""

    PIECE = "piece"
    KILOGRAM = "kg"


@dataclass(frozen=True, slots=True)
class Article:
    """One article as sold: what the catalogue said at the moment of the scan.

    `price` is per unit, gross. `vat` is in hundredths of a percent (1900 = 19 %).
    `deposit` is per piece (0 if none), gross, and shares the article's VAT rate.
    `age` is the legal minimum in years (0 if none).
    """

    gtin: Gtin
    name: str
    price: Money
    vat: int
    unit: Unit = Unit.PIECE
    deposit: Money = Money(0)
    age: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """Article and quantity. `grams` is set for goods sold by weight; those count once."""

    id: LineId
    article: Article
    quantity: int = 1
    grams: int | None = None

    @property
    def amount(self) -> Money:
        """Gross amount without deposit."""
        price = self.article.price
        if self.grams is not None:
            return Money(half_up(price.minor * self.grams, 1000), price.currency)
        return price * self.quantity

    @property
    def deposit(self) -> Money:
        """Gross deposit of the whole line, zero if there is none."""
        return self.article.deposit * self.quantity


@dataclass(frozen=True, slots=True)
class Basket:
    """Lines in the order of their first scan."""

    lines: tuple[Line, ...] = ()
    last: LineId | None = None
    """The line touched last: the hero on screen and what undo takes back."""

    def add(self, line_id: LineId, article: Article, grams: int | None = None) -> Basket:
        """One more of `article`: raises the quantity of its line, or opens line `line_id`."""
        if grams is None:
            for line in self.lines:
                if line.grams is None and line.article == article:
                    return self.set_quantity(line.id, line.quantity + 1)
        return Basket((*self.lines, Line(line_id, article, 1, grams)), line_id)

    def set_quantity(self, line_id: LineId, quantity: int) -> Basket:
        """The line with this quantity; 0 removes it. An unknown line changes nothing."""
        if quantity <= 0:
            kept = tuple(line for line in self.lines if line.id != line_id)
            return Basket(kept, self.last if self.last != line_id else None)
        changed = tuple(
            replace(line, quantity=quantity) if line.id == line_id else line for line in self.lines
        )
        return Basket(changed, line_id) if self.line(line_id) else self

    def line(self, line_id: LineId | None) -> Line | None:
        """The line of this id, if it is in the basket."""
        return next((line for line in self.lines if line.id == line_id), None)

    @property
    def count(self) -> int:
        """Articles in the basket; a weighed line counts once."""
        return sum(line.quantity for line in self.lines)

    @property
    def age(self) -> int:
        """The highest legal age any line asks for."""
        return max((line.article.age for line in self.lines), default=0)
