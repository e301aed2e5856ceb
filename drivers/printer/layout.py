"""A receipt laid out: what § 6 KassenSichV asks for, in the reader's language, to the column."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from drivers.printer.document import (
    BLANK,
    PLAIN,
    STRONG,
    TOTAL,
    Align,
    Cells,
    Cut,
    Doc,
    Gap,
    Part,
    Role,
    Rule,
    Size,
    Stationery,
    Style,
    Symbol,
    SymbolKind,
    Text,
    Verbatim,
)
from drivers.printer.page import Page
from kiosk.basket import Unit
from kiosk.fiscal import Paid, qr_text
from kiosk.pricing import VatRow
from kiosk.receipt import Item, Kind, Receipt, Slip, Tender
from kiosk.weighing import Weighed
from kiosk.words import words_of

WIDE_COLUMNS = 48
"""80 mm paper: 576 dots of 1/8 mm, 12 a character."""

USUAL_LETTERS = {1900: "A", 700: "B", 0: "C"}
"""VAT rates in hundredths of a percent, by the letters German receipts use."""


class LayOut(Protocol):
    """How receipts are laid out for one printer."""

    def __call__(self, receipt: Receipt, *, loyalty: tuple[str, ...] = ()) -> Doc:
        """As `lay_out`, everything else being settled."""
        ...


def lay_out(
    receipt: Receipt,
    columns: int = WIDE_COLUMNS,
    *,
    large: bool = False,
    stationery: Stationery = BLANK,
    loyalty: tuple[str, ...] = (),
) -> Doc:
    """The receipt for paper of `columns` characters. Long names wrap; an amount is never cut.

    `large`: in large print; `loyalty`: lines about the member, who is in no receipt.
    """
    page = Page(columns, words_of(receipt.language), large=large)
    page.put(*stationery.head)
    _head(page, receipt)
    _items(page, receipt)
    _total(page, receipt)
    _tenders(page, receipt)
    _vat(page, receipt.vat)
    for slip in receipt.slips:
        if slip.for_customer:
            _slip(page, slip)
    _loyalty(page, loyalty)
    _origin(page, receipt)
    _security(page, receipt)
    _foot(page, receipt, stationery)
    replaced = dict.fromkeys((*stationery.replaced, *page.replaced))
    return Doc(columns, tuple(page.parts), tuple(replaced))


def _head(page: Page, receipt: Receipt) -> None:
    shop, words = receipt.shop, page.words
    page.section(Role.SHOP, words("Shop"))
    page.heading(shop.name)
    for line in shop.address:
        page.text(line, Align.CENTRE)
    page.text(words("Tax number {number}", number=shop.tax_number), Align.CENTRE)
    page.put(Gap())
    marks = ((receipt.copy, words("COPY")), (receipt.training, words("TRAINING, NO SALE")))
    for holds, mark in marks:
        if holds:
            page.section(Role.MARK, mark)
            page.text(f"* * *  {mark}  * * *", Align.CENTRE, TOTAL)
            page.put(Gap())


def _letters(rows: tuple[VatRow, ...]) -> dict[int, str]:
    """A letter for each rate: the usual rates keep theirs on every receipt."""
    spare = iter("DEFGHIJKLMNOPQRSTUVWXYZ")
    return {row.rate: USUAL_LETTERS.get(row.rate) or next(spare) for row in rows}


def _items(page: Page, receipt: Receipt) -> None:
    letters = _letters(receipt.vat)
    page.section(Role.ITEMS, page.words("Goods"))
    page.row("", f"{receipt.total.currency}  ")
    page.put(Rule())
    for item in receipt.items:
        amount = f"{page.amount(item.amount)} {letters[item.vat]}"
        goods = item.kind in (Kind.GOODS, Kind.RETURN)
        indent = "  " if item.parent is not None else ""
        page.row(_named(page, item), amount, STRONG if goods else PLAIN, indent)
        if goods and (detail := _detail(page, item)):
            page.text(f"  {detail}")
        for note in _weighed(page, item.weighed) if item.weighed else ():
            page.text(f"  {note}")
    page.put(Rule())


def _named(page: Page, item: Item) -> str:
    """What stands at the left of a line."""
    words = page.words
    match item.kind:
        case Kind.GOODS:
            return item.name
        case Kind.RETURN:
            return words("Return: {name}", name=item.name)
        case Kind.DEPOSIT if item.price:
            price = words.money(item.price)
            return words("Deposit {count} x {price}", count=item.quantity, price=price)
        case Kind.DEPOSIT:
            return item.name or words("Deposit")
        case Kind.DEPOSIT_RETURN:
            return item.name or words("Deposit returned")
        case Kind.DISCOUNT:
            return words("Discount: {rule}", rule=item.name) if item.name else words("Discount")
        case Kind.COUPON:
            return words("Coupon: {rule}", rule=item.name)


def _weighed(page: Page, weighed: Weighed) -> Iterator[str]:
    """Of a weight of the kiosk's own scale: what was taken off, and whether one may trade by it."""
    if weighed.tare:
        yield page.words("Tare {grams} g", grams=weighed.tare)
    if not weighed.legal:
        yield page.words("Test weight, not legal for trade")


def _detail(page: Page, item: Item) -> str:
    words = page.words
    if item.price is None:
        return ""
    price = words.money(item.price)
    if item.grams is not None and item.unit is Unit.KILOGRAM:
        return words("{weight} kg x {price}/kg", weight=words.decimal(item.grams), price=price)
    return f"{item.quantity} x {price}" if item.quantity != 1 else ""


def _total(page: Page, receipt: Receipt) -> None:
    page.section(Role.TOTAL, page.words("TOTAL"))
    page.row(page.words("TOTAL"), page.words.money(receipt.total), TOTAL)
    page.put(Rule("="))


def _tenders(page: Page, receipt: Receipt) -> None:
    page.section(Role.TENDER, page.words("Payment"))
    for tender in receipt.tenders:
        _tender(page, tender)
    page.put(Gap())


def _tender(page: Page, tender: Tender) -> None:
    words = page.words
    scheme = tender.scheme or (words("cash") if tender.kind is Paid.CASH else words("card"))
    back = tender.amount.minor < 0
    key = (
        words("Paid back: {scheme}", scheme=scheme)
        if back
        else words("Paid: {scheme}", scheme=scheme)
    )
    page.row(key, words.money(tender.amount))
    facts = (
        (words("Card"), tender.card),
        (words("Terminal"), tender.terminal_id),
        (words("Trace number"), f"{tender.trace:06d}" if tender.trace else ""),
        (words("Terminal receipt"), f"{tender.receipt:04d}" if tender.receipt else ""),
    )
    for key, value in facts:
        if value:
            page.row(key, value, indent="  ")


def _vat(page: Page, rows: tuple[VatRow, ...]) -> None:
    words, style = page.words, page.sized(PLAIN)
    page.section(Role.VAT, words("Value added tax"))
    heads = tuple(page.clean(words(head)) for head in ("VAT", "Rate", "Net", "Tax", "Gross"))
    table = []
    letters = _letters(rows)
    for row in rows:
        letter = letters[row.rate]
        amounts = map(page.amount, (row.net, row.tax, row.gross))
        table.append(tuple(map(page.clean, (letter, words.percent(row.rate), *amounts))))
    widths = _widths(page.columns, heads, table)
    if all(len(cell) < width for cells in table for cell, width in zip(cells, widths, strict=True)):
        page.put(Cells(heads, widths, style))
        page.put(*(Cells(cells, widths, style) for cells in table))
    else:
        _stacked(page, heads, table)
    page.put(Gap())


def _widths(columns: int, heads: tuple[str, ...], table: list[tuple[str, ...]]) -> tuple[int, ...]:
    """Letter and rate as wide as they need, three equal columns of money, the rest to the rate."""
    letter, rate = (max(len(cells[place]) for cells in (heads, *table)) + place for place in (0, 1))
    money = (columns - letter - rate) // 3
    return (letter, columns - letter - 3 * money, money, money, money)


def _stacked(page: Page, heads: tuple[str, ...], table: list[tuple[str, ...]]) -> None:
    """The VAT table as one block a rate, where columns would run into each other."""
    for letter, rate, *amounts in table:
        page.row(f"{heads[0]} {letter}", rate)
        for head, amount in zip(heads[2:], amounts, strict=True):
            page.row(head, amount, indent="  ")


def _slip(page: Page, slip: Slip) -> None:
    lines = [page.clean(line.rstrip()) for line in slip.lines]
    width = max(map(len, lines), default=0)
    small = width > page.columns
    page.section(Role.SLIP, page.words("Card slip"))
    page.put(Rule())
    for number, line in enumerate(lines):
        page.put(_slip_line(page, line, slip.style_of(number), width, small=small))


def _slip_line(page: Page, line: str, style: str, width: int, *, small: bool) -> Part:
    """A line as the terminal wants it, if it fits so; its characters are never changed."""
    size = Size.LARGE if "wide" in style else Size.TALL if "tall" in style else Size.NORMAL
    wanted = Style(size)
    if (size is Size.NORMAL and "centre" not in style) or len(line) > wanted.fits(page.columns):
        return Verbatim(line, width, small)
    return Text(line.strip() if "centre" in style else line, _ALIGN["centre" in style], wanted)


_ALIGN = (Align.LEFT, Align.CENTRE)


def _loyalty(page: Page, lines: tuple[str, ...]) -> None:
    if not lines:
        return
    page.section(Role.LOYALTY, page.words("Points"))
    page.put(Rule())
    for line in lines:
        page.text(line, Align.CENTRE)


def _origin(page: Page, receipt: Receipt) -> None:
    words, zone = page.words, ZoneInfo(receipt.shop.zone)

    def moment(at: datetime) -> str:
        return words.moment(at.astimezone(zone))

    page.section(Role.ORIGIN, words("Origin"))
    page.put(Rule())
    page.row(words("Receipt number"), str(receipt.number))
    page.row(words("Kiosk"), receipt.kiosk)
    page.row(words("Sale"), receipt.sale)
    page.row(words("Started"), moment(receipt.started))
    page.row(words("Ended"), moment(receipt.ended))


def _security(page: Page, receipt: Receipt) -> None:
    """The QR code holds all that the law asks for; the numbers stand beside it for people."""
    words, signed = page.words, receipt.security
    if signed is None and not receipt.outage:
        return
    page.section(Role.SECURITY, words("Security module"))
    if signed is None:
        page.text(words("The security module is out of order"), Align.CENTRE, STRONG)
        return
    page.row(words("Transaction"), str(signed.transaction))
    page.row(words("Signature counter"), str(signed.counter))
    label = words("Check code for the tax office")
    page.text(label, Align.CENTRE)
    data = qr_text(receipt.kiosk, signed).encode()
    page.put(Symbol(SymbolKind.QR, data, label))


def _foot(page: Page, receipt: Receipt, stationery: Stationery) -> None:
    page.section(Role.FOOT, page.words("End"))
    page.put(Gap())
    for line in receipt.shop.footer:
        page.text(line, Align.CENTRE)
    page.put(*stationery.foot, Cut())
