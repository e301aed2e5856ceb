"""A receipt laid out: what § 6 KassenSichV asks for, in the reader's language, to the column."""

from __future__ import annotations

import textwrap
from datetime import datetime
from string import ascii_uppercase
from zoneinfo import ZoneInfo

from drivers.printer.characters import printable
from drivers.printer.document import (
    PLAIN,
    STRONG,
    TOTAL,
    Align,
    Cells,
    Cut,
    Doc,
    Gap,
    Part,
    Row,
    Rule,
    Size,
    Style,
    Text,
    Verbatim,
)
from kiosk.basket import Line, Unit
from kiosk.money import Money
from kiosk.pricing import VatRow
from kiosk.receipt import Receipt, Slip
from kiosk.words import Words, words_of

WIDE_COLUMNS = 48
"""80 mm paper: 576 dots of 1/8 mm, 12 a character."""

USUAL_LETTERS = {1900: "A", 700: "B", 0: "C"}
"""VAT rates in hundredths of a percent, by the letters German receipts use."""


def lay_out(receipt: Receipt, columns: int = WIDE_COLUMNS) -> Doc:
    """The receipt for paper of `columns` characters. Long names wrap; an amount is never cut."""
    page = _Page(columns, words_of(receipt.language))
    _head(page, receipt)
    _articles(page, receipt)
    _total(page, receipt)
    _tender(page, receipt)
    _vat(page, receipt.vat)
    for slip in receipt.slips:
        if slip.for_customer:
            _slip(page, slip)
    _origin(page, receipt)
    _foot(page, receipt)
    return Doc(columns, tuple(page.parts), tuple(page.replaced))


class _Page:
    """Parts being put down from top to bottom; every text passes the printer's character table."""

    def __init__(self, columns: int, words: Words) -> None:
        self.columns = columns
        self.words = words
        self.parts: list[Part] = []
        self.replaced: dict[str, None] = {}

    def put(self, *parts: Part) -> None:
        self.parts += parts

    def clean(self, text: str) -> str:
        shown = printable(text)
        self.replaced.update(dict.fromkeys(shown.replaced))
        return shown.text

    def text(self, text: str, align: Align = Align.LEFT, style: Style = PLAIN) -> None:
        """A paragraph, wrapped at blanks."""
        for line in _wrapped(self.clean(text), style.fits(self.columns)):
            self.put(Text(line, align, style))

    def row(self, left: str, right: str, style: Style = PLAIN, indent: str = "") -> None:
        """Key and amount. The key wraps beside the amount, further lines below it, indented."""
        width = style.fits(self.columns)
        left, right = self.clean(left), self.clean(right)
        room = width - len(right) - 1 - len(indent)
        if right and room < min(len(left), width // 4):  # an amount too wide to stand beside a key
            self.text(left, style=style)
            self.text(right, Align.RIGHT, style)
            return
        first, *more = _wrapped(left, room, width - len(indent) - 2)
        self.put(Row(indent + first, right, style))
        for line in more:
            self.put(Text(f"{indent}  {line}", style=style))

    def amount(self, amount: Money) -> str:
        """`1.234,50`: an amount in a column whose heading names the currency."""
        return self.words.decimal(amount.minor * 10, 2)


def _wrapped(text: str, width: int, width_below: int | None = None) -> list[str]:
    """Lines of at most `width` (`width_below` from the second on), at least one."""
    if len(text) <= width:
        return [text]
    first, *_ = textwrap.wrap(text, max(width, 1)) or [""]
    rest = text[len(first) :].strip()
    return [first, *textwrap.wrap(rest, max(width_below or width, 1))]


def _head(page: _Page, receipt: Receipt) -> None:
    shop = receipt.shop
    name = page.clean(shop.name)
    large = Style(Size.LARGE, bold=True)
    fits = len(name) <= large.fits(page.columns)
    page.text(shop.name, Align.CENTRE, large if fits else TOTAL)
    for line in shop.address:
        page.text(line, Align.CENTRE)
    page.text(page.words("Tax number {number}", number=shop.tax_number), Align.CENTRE)
    page.put(Gap())
    if receipt.copy:
        mark = f"* * *  {page.clean(page.words('COPY'))}  * * *"
        page.put(Text(mark, Align.CENTRE, TOTAL), Gap())


def _letters(rows: tuple[VatRow, ...]) -> dict[int, str]:
    """A letter for each rate: the usual rates keep theirs on every receipt."""
    spare = iter(ascii_uppercase[len(USUAL_LETTERS) :])
    return {row.rate: USUAL_LETTERS.get(row.rate) or next(spare) for row in rows}


def _articles(page: _Page, receipt: Receipt) -> None:
    letters = _letters(receipt.vat)
    page.put(Row("", f"{receipt.total.currency}  "), Rule())
    for line in receipt.lines:
        letter = letters[line.article.vat]
        page.row(line.article.name, f"{page.amount(line.amount)} {letter}", STRONG)
        if detail := _detail(page, line):
            page.text(f"  {detail}")
        if line.deposit.minor:
            _deposit(page, line, letter)
    page.put(Rule())


def _detail(page: _Page, line: Line) -> str:
    words, article = page.words, line.article
    price = words.money(article.price)
    if line.grams is not None and article.unit is Unit.KILOGRAM:
        return words("{weight} kg x {price}/kg", weight=words.decimal(line.grams), price=price)
    return f"{line.quantity} x {price}" if line.quantity != 1 else ""


def _deposit(page: _Page, line: Line, letter: str) -> None:
    each = page.words.money(line.article.deposit)
    key = page.words("Deposit {count} x {price}", count=line.quantity, price=each)
    page.row(key, f"{page.amount(line.deposit)} {letter}", indent="  ")


def _total(page: _Page, receipt: Receipt) -> None:
    page.row(page.words("TOTAL"), page.words.money(receipt.total), TOTAL)
    page.put(Rule("="))


def _tender(page: _Page, receipt: Receipt) -> None:
    tender, words = receipt.tender, page.words
    paid = words("Paid: {scheme}", scheme=tender.scheme or words("card"))
    page.row(paid, words.money(tender.amount))
    facts = (
        (words("Card"), tender.card),
        (words("Terminal"), tender.terminal_id),
        (words("Trace number"), f"{tender.trace:06d}" if tender.trace else ""),
        (words("Terminal receipt"), f"{tender.receipt:04d}" if tender.receipt else ""),
    )
    for key, value in facts:
        if value:
            page.row(key, value, indent="  ")
    page.put(Gap())


def _vat(page: _Page, rows: tuple[VatRow, ...]) -> None:
    words = page.words
    heads = tuple(page.clean(words(head)) for head in ("VAT", "Rate", "Net", "Tax", "Gross"))
    table = []
    letters = _letters(rows)
    for row in rows:
        letter = letters[row.rate]
        amounts = map(page.amount, (row.net, row.tax, row.gross))
        table.append(tuple(map(page.clean, (letter, words.percent(row.rate), *amounts))))
    widths = _widths(page.columns, heads, table)
    if all(len(cell) < width for cells in table for cell, width in zip(cells, widths, strict=True)):
        page.put(Cells(heads, widths))
        page.put(*(Cells(cells, widths) for cells in table))
    else:
        _stacked(page, heads, table)
    page.put(Gap())


def _widths(columns: int, heads: tuple[str, ...], table: list[tuple[str, ...]]) -> tuple[int, ...]:
    """Letter and rate as wide as they need, three equal columns of money, the rest to the rate."""
    letter, rate = (max(len(cells[place]) for cells in (heads, *table)) + place for place in (0, 1))
    money = (columns - letter - rate) // 3
    return (letter, columns - letter - 3 * money, money, money, money)


def _stacked(page: _Page, heads: tuple[str, ...], table: list[tuple[str, ...]]) -> None:
    """The VAT table as one block a rate, where columns would run into each other."""
    for letter, rate, *amounts in table:
        page.row(f"{heads[0]} {letter}", rate)
        for head, amount in zip(heads[2:], amounts, strict=True):
            page.row(head, amount, indent="  ")


def _slip(page: _Page, slip: Slip) -> None:
    lines = [page.clean(line.rstrip()) for line in slip.lines]
    width = max(map(len, lines), default=0)
    small = width > page.columns
    page.put(Rule())
    for number, line in enumerate(lines):
        page.put(_slip_line(page, line, slip.style_of(number), width, small=small))


def _slip_line(page: _Page, line: str, style: str, width: int, *, small: bool) -> Part:
    """A line as the terminal wants it, if it fits so; its characters are never changed."""
    size = Size.LARGE if "wide" in style else Size.TALL if "tall" in style else Size.NORMAL
    wanted = Style(size)
    if (size is Size.NORMAL and "centre" not in style) or len(line) > wanted.fits(page.columns):
        return Verbatim(line, width, small)
    return Text(line.strip() if "centre" in style else line, _ALIGN["centre" in style], wanted)


_ALIGN = (Align.LEFT, Align.CENTRE)


def _origin(page: _Page, receipt: Receipt) -> None:
    words, zone = page.words, ZoneInfo(receipt.shop.zone)

    def moment(at: datetime) -> str:
        return words.moment(at.astimezone(zone))

    page.put(Rule())
    page.row(words("Receipt number"), str(receipt.number))
    page.row(words("Kiosk"), receipt.kiosk)
    page.row(words("Sale"), receipt.sale)
    page.row(words("Started"), moment(receipt.started))
    page.row(words("Ended"), moment(receipt.ended))


def _foot(page: _Page, receipt: Receipt) -> None:
    page.put(Gap())
    for line in receipt.shop.footer:
        page.text(line, Align.CENTRE)
    page.put(Cut())
