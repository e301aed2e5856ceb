"""Entries as plain values, by the schema `docs/export-v1.schema.json`.

Amounts are decimal texts with two places, rates percent with two places, moments ISO 8601 with the
offset of the shop's zone at that moment.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.books.entries import (
    Act,
    Attempt,
    BookedItem,
    Correction,
    Ending,
    Entry,
    Outcome,
    SaleEntry,
    Void,
    Word,
)
from kiosk.checkout.staff_events import MoneyKind
from kiosk.fiscal import Paid
from kiosk.money import Money
from kiosk.pricing import VatRow
from kiosk.receipt import Kind

Plain = dict[str, Any]


class Plainly:
    """Makes plain values of entries, with the moments of one zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def entry(self, entry: Entry) -> Plain:
        """Whatever it is, with its `record` kind."""
        match entry:
            case SaleEntry():
                return self.sale(entry)
            case Correction():
                return self.correction(entry)
            case Act():
                return {"record": "act", **self.act(entry)}

    def sale(self, entry: SaleEntry) -> Plain:
        """One basket with everything about it."""
        return {
            "record": "sale",
            "id": entry.id,
            "number": entry.number or None,
            "outcome": entry.outcome.value,
            "started": self.moment(entry.started),
            "at": self.moment(entry.at),
            "total": entry.total.decimal,
            "currency": entry.total.currency,
            "items": [self._item(place, item) for place, item in enumerate(entry.items)],
            "taxes": [_tax(row) for row in entry.vat],
            "tenders": [_tender(entry.tender)] if entry.tender else [],
            "payments": [self.attempt(each) for each in entry.attempts],
            "acts": [self.act(act) for act in entry.acts],
            "voids": [self._void(each) for each in entry.voids],
            "parked": [{"at": self.moment(w.at), "number": w.detail} for w in entry.parked],
            "receipt": None
            if entry.fate is None
            else {
                "fate": entry.fate.value,
                "story": [self.word(word) for word in entry.receipt],
            },
        }

    def correction(self, entry: Correction) -> Plain:
        """Money that went back, or should have."""
        attempt = entry.attempt
        return {
            "record": "correction",
            "kind": attempt.kind.value,
            "by": entry.by,
            "original_terminal_receipt": entry.original or None,
            "payment": self.attempt(attempt),
        }

    def act(self, act: Act) -> Plain:
        """Who did what, why, and when."""
        return {
            "at": self.moment(act.at),
            "by": act.by,
            "act": act.act,
            "reason": act.reason,
            "detail": act.detail,
        }

    def attempt(self, attempt: Attempt) -> Plain:
        """An intent to move money, and its end."""
        return {
            "id": attempt.id,
            "amount": attempt.amount.decimal,
            "currency": attempt.amount.currency,
            "asked": self.moment(attempt.asked),
            "ended": self.moment(attempt.ended) if attempt.ended else None,
            "outcome": attempt.ending.value,
            "decided_by": _decider(attempt),
            "code": None if attempt.code is None else f"{attempt.code:02X}",
            "text": attempt.text,
            "terminal_id": attempt.terminal_id,
            "trace_number": attempt.trace or None,
            "terminal_receipt": attempt.receipt or None,
            "scheme": attempt.scheme,
            "approval": attempt.approval,
            "story": [self.word(word) for word in attempt.story],
        }

    def word(self, word: Word) -> Plain:
        """One step of a story; `seq` is the record of the journal that tells it."""
        at = self.moment(word.at)
        return {"at": at, "seq": word.seq, "what": word.what, "detail": word.detail}

    def moment(self, at: datetime) -> str:
        """`2026-10-25T02:30:00.000+01:00`."""
        return at.astimezone(self._zone).isoformat(timespec="milliseconds")

    def _item(self, place: int, booked: BookedItem) -> Plain:
        item = booked.item
        return {
            "line": place + 1,
            "parent": None if item.parent is None else item.parent + 1,
            "kind": item.kind.value,
            "text": item.name,
            "gtin": None if item.gtin is None else str(item.gtin),
            "quantity": item.quantity,
            "unit": item.unit.value,
            "grams": item.grams,
            "price": None if item.price is None else item.price.decimal,
            "amount": item.amount.decimal,
            "vat": Money(item.vat).decimal,
            "promotion": booked.promotion or None,
            "at": self.moment(booked.at) if booked.at else None,
        }

    def _void(self, void: Void) -> Plain:
        return {
            "at": self.moment(void.at),
            "by": "staff" if void.by_staff else "customer",
            "gtin": str(void.gtin),
            "text": void.name,
            "quantity": void.quantity,
            "grams": void.grams,
            "amount": void.amount.decimal,
        }


def _tax(row: VatRow) -> Plain:
    return {
        "vat": Money(row.rate).decimal,
        "gross": row.gross.decimal,
        "net": row.net.decimal,
        "tax": row.tax.decimal,
    }


def _tender(attempt: Attempt) -> Plain:
    return {
        "type": Paid.CASHLESS.value,
        "amount": attempt.amount.decimal,
        "scheme": attempt.scheme,
        "terminal_id": attempt.terminal_id,
        "trace_number": attempt.trace or None,
        "terminal_receipt": attempt.receipt or None,
        "payment": attempt.id,
    }


def _decider(attempt: Attempt) -> str | None:
    if attempt.ending is Ending.OPEN:
        return None
    if attempt.by_staff:
        return "staff"
    return "kiosk" if attempt.ending is Ending.NOT_SENT else "terminal"


class Totals:
    """Sums over entries, in cents of one currency; what was not sold counts nowhere but in `baskets`."""

    def __init__(self) -> None:
        self._baskets: Counter[str] = Counter()
        self._sums: Counter[str] = Counter()
        self._taxes: dict[int, list[int]] = {}
        self._currency = "EUR"
        self._first = self._last = 0

    def add(self, entry: Entry) -> None:
        """One more."""
        if isinstance(entry, Correction):
            if entry.attempt.ending is Ending.PAID:
                reversal = entry.attempt.kind is MoneyKind.REVERSAL
                self._sums["reversals" if reversal else "refunds"] += entry.attempt.amount.minor
        elif isinstance(entry, SaleEntry):
            self._baskets[entry.outcome.value] += 1
            if entry.outcome is Outcome.SOLD:
                self._sold(entry)

    def _sold(self, entry: SaleEntry) -> None:
        self._currency = entry.total.currency
        self._first = min(self._first or entry.number, entry.number)
        self._last = max(self._last, entry.number)
        self._sums["gross"] += entry.total.minor
        for booked in entry.items:
            self._sums[_SUM_OF[booked.item.kind]] += booked.item.amount.minor
        for row in entry.vat:
            sums = self._taxes.setdefault(row.rate, [0, 0, 0])
            for place, amount in enumerate((row.gross, row.net, row.tax)):
                sums[place] += amount.minor
        if entry.tender:
            self._sums["tenders"] += entry.tender.amount.minor

    def plain(self) -> Plain:
        """The sums, as the last part of an export."""
        taxes = [
            _tax(VatRow(rate, *(Money(each) for each in sums)))
            for rate, sums in sorted(self._taxes.items(), reverse=True)
        ]
        return {
            "currency": self._currency,
            "baskets": {each.value: self._baskets[each.value] for each in Outcome},
            "first_number": self._first or None,
            "last_number": self._last or None,
            **{name: Money(self._sums[name]).decimal for name in SUMS},
            "taxes": taxes,
        }


_SUM_OF = {
    Kind.GOODS: "goods",
    Kind.DEPOSIT: "deposits",
    Kind.DISCOUNT: "discounts",
    Kind.COUPON: "discounts",
    Kind.RETURN: "returns",
    Kind.DEPOSIT_RETURN: "returns",
}
SUMS = ("gross", "goods", "deposits", "discounts", "returns", "tenders", "reversals", "refunds")
"""In the order they are told. Gross = goods + deposits + discounts + returns = tenders."""
