"""The receipt as a document of typed parts: what was sold, taxed and paid. No layout, no bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.basket import Basket, Line, Unit
from kiosk.codec import ADDED
from kiosk.fiscal import Paid, Security, process_data
from kiosk.ids import Gtin, SaleId
from kiosk.money import Money
from kiosk.offers.evaluate import Priced
from kiosk.pricing import VatRow, total, vat_table
from kiosk.weighing import Weighed
from kiosk.words import Language


@dataclass(frozen=True, slots=True)
class Shop:
    """The seller as the law wants it on a receipt (§ 6 KassenSichV), and the local time zone."""

    name: str
    address: tuple[str, ...]
    tax_number: str
    zone: str = "Europe/Berlin"
    footer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slip:
    """A card slip, or a part of one, as the terminal wrote it: printed verbatim, never re-flowed."""

    kind: str
    """`customer`, `merchant` or `admin`; empty where a part does not tell."""
    lines: tuple[str, ...]
    styles: tuple[str, ...] = field(default=(), metadata=ADDED)
    """For each line `centre`, `wide` and `tall`, as far as they hold; empty: all are plain."""
    ended: bool = field(default=True, metadata=ADDED)
    """False: a further part follows."""
    signature: bool = field(default=False, metadata=ADDED)
    """It has a field for the customer's signature."""

    @property
    def for_customer(self) -> bool:
        """Whether the customer takes it home; one that does not tell its kind goes along."""
        return self.kind in ("customer", "")

    def style_of(self, line: int) -> str:
        """The style of a line by its index."""
        return self.styles[line] if line < len(self.styles) else ""


def joined(slips: tuple[Slip, ...], part: Slip) -> tuple[Slip, ...]:
    """The slips with one more part: it continues the last one, unless that had ended."""
    last = slips[-1] if slips else None
    if last is None or last.ended or (part.kind and last.kind and part.kind != last.kind):
        return (*slips, part)
    styles: tuple[str, ...] = ()
    if last.styles or part.styles:
        styles = tuple(
            each.style_of(line) for each in (last, part) for line in range(len(each.lines))
        )
    whole = Slip(
        last.kind or part.kind,
        (*last.lines, *part.lines),
        styles,
        part.ended,
        last.signature or part.signature,
    )
    return (*slips[:-1], whole)


class Kind(StrEnum):
    """What a line of a receipt is. The first two are charged, all others given back."""

    GOODS = "goods"
    DEPOSIT = "deposit"
    DISCOUNT = "discount"
    COUPON = "coupon"
    RETURN = "return"
    DEPOSIT_RETURN = "deposit_return"


CHARGED = (Kind.GOODS, Kind.DEPOSIT)


@dataclass(frozen=True, slots=True)
class Item:
    """One line as charged or given back.

    A coupon or a discount is named by its rule ("3 for 2"), never by a code somebody showed: a code
    may be a person's own.
    """

    kind: Kind
    name: str
    """Of goods and of rules; empty where the kind says it all."""
    amount: Money
    """Gross, of the whole line: never below zero where it is charged, never above otherwise."""
    vat: int
    """In hundredths of a percent (1900 = 19 %)."""
    quantity: int = 1
    price: Money | None = None
    """Gross, of one piece or one kilogram; None where a line has no price of its own."""
    unit: Unit = Unit.PIECE
    grams: int | None = None
    gtin: Gtin | None = None
    parent: int | None = None
    """Place of the line that this one belongs to: the goods of a deposit or a discount."""
    weighed: Weighed | None = None
    """By the kiosk's own scale."""


@dataclass(frozen=True, slots=True)
class Tender:
    """How it was paid, or paid back. `card` is masked; fields a terminal did not send are empty."""

    amount: Money
    scheme: str = ""
    card: str = ""
    terminal_id: str = ""
    trace: int = 0
    receipt: int = 0
    kind: Paid = Paid.CASHLESS


class Unbalanced(ValueError):
    """A receipt that does not add up, or whose lines contradict their kind."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One sale for paper, picture, text, page or record. Raises Unbalanced when made wrongly.

    Nothing of a member is in it: what the vault lends is laid beside it when it is printed.
    """

    number: int
    sale: SaleId
    kiosk: str
    """The till's serial number, as it is registered."""
    shop: Shop
    started: datetime
    ended: datetime
    items: tuple[Item, ...]
    vat: tuple[VatRow, ...]
    total: Money
    tenders: tuple[Tender, ...]
    slips: tuple[Slip, ...] = ()
    language: Language = Language.DE
    copy: bool = False
    """It, or a part of it, may be on paper already."""
    training: bool = False
    """Nothing was sold."""
    security: Security | None = None
    """None: no security module is attached."""
    outage: bool = False
    """There is a security module, and it did not answer."""

    def __post_init__(self) -> None:
        amounts = (
            self._sum(item.amount for item in self.items),
            self._sum(row.gross for row in self.vat),
            self._sum(part for row in self.vat for part in (row.net, row.tax)),
            self._sum(tender.amount for tender in self.tenders),
        )
        if any(amount != self.total.minor for amount in amounts) or self._taxed() != {
            row.rate: row.gross.minor for row in self.vat
        }:
            raise Unbalanced(f"receipt {self.number} does not add up")
        for place, item in enumerate(self.items):
            self._check(place, item)
        if self.security and self.security.process_data != process_data(
            self.vat, ((tender.kind, tender.amount) for tender in self.tenders)
        ):
            raise Unbalanced(f"receipt {self.number}: the security module signed other amounts")

    def _sum(self, amounts: Iterator[Money]) -> int:
        minor = 0
        for amount in amounts:
            if amount.currency != self.total.currency:
                raise ValueError(f"{self.total.currency} and {amount.currency} do not add up")
            minor += amount.minor
        return minor

    def _taxed(self) -> dict[int, int]:
        """Gross by rate, as the lines say."""
        gross: dict[int, int] = {}
        for item in self.items:
            gross[item.vat] = gross.get(item.vat, 0) + item.amount.minor
        return gross

    def _check(self, place: int, item: Item) -> None:
        wrong = item.amount.minor < 0 if item.kind in CHARGED else item.amount.minor > 0
        if wrong:
            raise Unbalanced(f"receipt {self.number}: line {place + 1} has the wrong sign")
        if item.parent is not None and not 0 <= item.parent < place:
            raise Unbalanced(f"receipt {self.number}: line {place + 1} belongs to none before it")


@dataclass(frozen=True, slots=True)
class Returned:
    """Deposits given back with slips, and what the sale comes to after them."""

    amounts: tuple[Money, ...]
    """Of each slip what was taken off, above zero or zero."""
    rate: int
    """Of the tax on it."""
    vat: tuple[VatRow, ...]
    total: Money

    def items(self) -> tuple[Item, ...]:
        """A line of each slip that was worth anything."""
        given = (each for each in self.amounts if each.minor)
        return tuple(Item(Kind.DEPOSIT_RETURN, "", -each, self.rate) for each in given)


def items_of(
    lines: tuple[Line, ...], priced: Priced | None = None, language: Language = Language.DE
) -> tuple[Item, ...]:
    """The lines of a basket; deposits and what promotions take off as children of their goods."""
    items: list[Item] = []
    for line in lines:
        article, parent = line.article, len(items)
        items.append(
            Item(
                Kind.GOODS,
                article.name,
                line.amount,
                article.vat,
                line.quantity,
                article.price,
                article.unit,
                line.grams,
                article.gtin,
                weighed=line.weighed,
            )
        )
        items += [
            Item(
                Kind(discount.kind.value),
                discount.name(language.value),
                discount.amount,
                article.vat,
                parent=parent,
            )
            for discount in (priced.of_line(line.id) if priced else ())
        ]
        if line.deposit.minor:
            each = article.deposit
            items.append(
                Item(
                    Kind.DEPOSIT, "", line.deposit, article.vat, line.quantity, each, parent=parent
                )
            )
    return tuple(items)


def receipt_of(
    basket: Basket,
    *,
    number: int,
    sale: SaleId,
    kiosk: str,
    shop: Shop,
    started: datetime,
    ended: datetime,
    tender: Tender | None,
    slips: tuple[Slip, ...],
    language: Language,
    copy: bool,
    security: Security | None = None,
    priced: Priced | None = None,
    returned: Returned | None = None,
) -> Receipt:
    """The receipt of a paid basket; without `priced` at shelf prices. A total of 0 has no tender."""
    items = items_of(basket.lines, priced, language)
    vat, due = (priced.vat, priced.total) if priced else (vat_table(basket), total(basket))
    if returned:
        items, vat, due = (*items, *returned.items()), returned.vat, returned.total
    return Receipt(
        number=number,
        sale=sale,
        kiosk=kiosk,
        shop=shop,
        started=started,
        ended=ended,
        items=items,
        vat=vat,
        total=due,
        tenders=(tender,) if tender else (),
        slips=slips,
        language=language,
        copy=copy,
        security=security,
    )
