"""The receipt as a document of typed parts: what was sold, taxed and paid. No layout, no bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.basket import Basket, Line
from kiosk.codec import ADDED
from kiosk.ids import SaleId
from kiosk.money import Money
from kiosk.pricing import VatRow, total, vat_table
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


@dataclass(frozen=True, slots=True)
class Tender:
    """How it was paid. `card` is masked; fields a terminal did not send are empty."""

    amount: Money
    scheme: str = ""
    card: str = ""
    terminal_id: str = ""
    trace: int = 0
    receipt: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """One sale for paper, picture or text."""

    number: int
    sale: SaleId
    kiosk: str
    shop: Shop
    started: datetime
    ended: datetime
    lines: tuple[Line, ...]
    vat: tuple[VatRow, ...]
    total: Money
    tender: Tender
    slips: tuple[Slip, ...] = ()
    language: Language = Language.DE
    copy: bool = False

    def __post_init__(self) -> None:
        lines = sum(line.amount.minor + line.deposit.minor for line in self.lines)
        taxed = sum(row.gross.minor for row in self.vat)
        split = sum(row.net.minor + row.tax.minor for row in self.vat)
        if not lines == taxed == split == self.total.minor == self.tender.amount.minor:
            raise ValueError(f"receipt {self.number} does not add up")


def receipt_of(
    basket: Basket,
    *,
    number: int,
    sale: SaleId,
    kiosk: str,
    shop: Shop,
    started: datetime,
    ended: datetime,
    tender: Tender,
    slips: tuple[Slip, ...],
    language: Language,
    copy: bool,
) -> Receipt:
    """The receipt of a paid basket."""
    return Receipt(
        number=number,
        sale=sale,
        kiosk=kiosk,
        shop=shop,
        started=started,
        ended=ended,
        lines=basket.lines,
        vat=vat_table(basket),
        total=total(basket),
        tender=tender,
        slips=slips,
        language=language,
        copy=copy,
    )
