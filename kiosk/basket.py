"""What the customer has in the basket: lines as sold, deposits as their children."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiosk import weighing
from kiosk.codec import ADDED
from kiosk.ids import Gtin, LineId
from kiosk.money import Money, half_up
from kiosk.weighing import Weighed

MAX_QUANTITY = 99


class Unit(StrEnum):
    """How an article is sold."""

    PIECE = "piece"
    KILOGRAM = "kg"


class Sold(StrEnum):
    """Whether an article may be sold at all."""

    YES = "yes"
    NOT_FOR_SALE = "no"
    RECALLED = "recall"


class Measure(StrEnum):
    """What the content of a pack is told in."""

    GRAM = "g"
    MILLILITRE = "ml"
    PIECE = "piece"


@dataclass(frozen=True, slots=True)
class Article:
    """One article as sold: what the catalogue said at the moment of the scan.

    `price` is per unit, gross. `vat` is in hundredths of a percent (1900 = 19 %).
    `deposit` is per piece (0 if none), gross, and shares the article's VAT rate.
    `age` is the legal minimum in years (0 if none). `limit` is how many one sale takes (0: as many as
    fit). `content` is what is in one piece, in `measure`, for its unit price (0: it needs none).
    """

    gtin: Gtin
    name: str
    price: Money
    vat: int
    unit: Unit = Unit.PIECE
    deposit: Money = Money(0)
    age: int = 0
    sold: Sold = field(default=Sold.YES, metadata=ADDED)
    limit: int = field(default=0, metadata=ADDED)
    content: int = field(default=0, metadata=ADDED)
    measure: Measure = field(default=Measure.GRAM, metadata=ADDED)

    @property
    def unit_price(self) -> Money | None:
        """Gross, of a kilogram, a litre or a piece (PAngV § 4); None where it needs none."""
        if not self.content or self.unit is Unit.KILOGRAM:
            return None
        units = 1 if self.measure is Measure.PIECE else 1000
        return Money(half_up(self.price.minor * units, self.content), self.price.currency)


@dataclass(frozen=True, slots=True)
class Line:
    """Article and quantity. `grams` is set for goods sold by weight; those count once."""

    id: LineId
    article: Article
    quantity: int = 1
    grams: int | None = None
    weighed: Weighed | None = field(default=None, metadata=ADDED)
    """By the kiosk's own scale; None where a label tells the weight."""

    def is_of(self, article: Article) -> bool:
        """Whether it is this very article: most others are told apart by their number alone."""
        return self.article.gtin == article.gtin and self.article == article

    @property
    def amount(self) -> Money:
        """Gross amount without deposit."""
        price = self.article.price
        if self.grams is not None:
            return Money(weighing.price(self.grams, price.minor), price.currency)
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

    def add(
        self,
        line_id: LineId,
        article: Article,
        grams: int | None = None,
        quantity: int = 1,
        weighed: Weighed | None = None,
    ) -> Basket:
        """More of `article`: raises the quantity of its line, or opens line `line_id`."""
        if grams is None:
            for line in self.lines:
                if line.grams is None and line.is_of(article):
                    return self.set_quantity(line.id, line.quantity + quantity)
        return Basket((*self.lines, Line(line_id, article, quantity, grams, weighed)), line_id)

    def takes(self, article: Article, more: int, grams: int | None = None) -> bool:
        """Whether so many more fit: on their line, and into what one sale may hold of the article."""
        alike = [line for line in self.lines if line.article.gtin == article.gtin]
        if article.limit and sum(line.quantity for line in alike) + more > article.limit:
            return False
        pieces = (each for each in alike if each.grams is None and each.is_of(article))
        on_line = sum(each.quantity for each in pieces) if grams is None else 0
        return on_line + more <= MAX_QUANTITY

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
