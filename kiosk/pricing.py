"""Totals and VAT of a basket, in integer arithmetic by one rounding rule."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.basket import Basket
from kiosk.money import Money, half_up


@dataclass(frozen=True, slots=True)
class VatRow:
    """Gross, net and tax of all lines of one rate (hundredths of a percent)."""

    rate: int
    gross: Money
    net: Money
    tax: Money


def total(basket: Basket) -> Money:
    """What the customer pays, deposit included."""
    amount = Money(0)
    minor = 0  # asked for many times a sale: an amount a line would cost more than the sum
    for line in basket.lines:
        article = line.article
        if article.price.currency != amount.currency or article.deposit.currency != amount.currency:
            raise ValueError(f"{amount.currency} and {article.price.currency} do not add up")
        goods = article.price.minor * line.quantity if line.grams is None else line.amount.minor
        minor += goods + article.deposit.minor * line.quantity
    return Money(minor)


def deposit(basket: Basket) -> Money:
    """The deposit contained in `total`."""
    amount = Money(0)
    for line in basket.lines:
        amount = amount + line.deposit
    return amount


def vat_table(basket: Basket) -> tuple[VatRow, ...]:
    """One row a rate, highest rate first. Tax is taken once from the rate's gross sum (ADR 0002)."""
    gross: dict[int, int] = {}
    for line in basket.lines:
        rate = line.article.vat
        gross[rate] = gross.get(rate, 0) + line.amount.minor + line.deposit.minor
    return tuple(vat_row(rate, Money(gross[rate])) for rate in sorted(gross, reverse=True))


def vat_row(rate: int, gross: Money) -> VatRow:
    """The tax contained in a gross sum: gross * rate / (100 % + rate), halves away from zero."""
    tax = Money(half_up(gross.minor * rate, 10_000 + rate), gross.currency)
    return VatRow(rate, gross, gross - tax, tax)


def less(rows: tuple[VatRow, ...], rate: int, minor: int) -> tuple[VatRow, ...]:
    """The table after so many cents, gross, were given back at this rate; a row may fall below zero."""
    if not minor:
        return rows
    gross = {row.rate: row.gross for row in rows}
    gross[rate] = gross.get(rate, Money(0)) - Money(minor)
    return tuple(vat_row(each, gross[each]) for each in sorted(gross, reverse=True))
