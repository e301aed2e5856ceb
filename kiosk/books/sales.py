"""One sale that is being told: its basket, acts, payments and receipt, from its first record on."""

from __future__ import annotations

from datetime import datetime

from kiosk.basket import Line
from kiosk.books.entries import Act, Attempt, BookedItem, Fate, Outcome, SaleEntry, Void, Word
from kiosk.books.payments import Story
from kiosk.checkout.events import DeviceFault, Event, ReceiptFailed, ReceiptPrinted
from kiosk.checkout.floor import Act as Done
from kiosk.checkout.floor_events import Acted
from kiosk.checkout.member_events import ReceiptOffered
from kiosk.checkout.regions.prices import bill_of
from kiosk.checkout.states import Paid, Parked, ReceiptOwed, Sale, Sold, State
from kiosk.ids import LineId
from kiosk.money import Money
from kiosk.receipt import CHARGED, Kind, items_of
from kiosk.words import Language


class SaleTold:
    """Grows with the records about it; `entry` makes the value of it."""

    def __init__(self, sale: Sale, at: datetime) -> None:
        self.sale = sale
        self.sold: Sold | None = None
        self.story: Story | None = None
        self._last = at
        self._came: dict[LineId, datetime] = {}
        self._attempts: list[Attempt] = []
        self._acts: list[Act] = []
        self._voids: list[Void] = []
        self._parked: list[Word] = []
        self._waiting: Parked | None = None
        self._voided = False
        self._receipt: list[Word] = []

    def basket(self, seq: int, event: Event, sale: Sale) -> None:
        """The basket as it is after a record; what went out of it is a void."""
        self._last = event.at
        self._waiting = None
        if sale.basket is not self.sale.basket:
            by_staff = isinstance(event, Acted)
            self._compare(seq, event.at, self.sale.basket.lines, sale.basket.lines, by_staff)
        for line in sale.basket.lines:
            self._came.setdefault(line.id, event.at)
        self.sale = sale

    def _compare(
        self,
        seq: int,
        at: datetime,
        before: tuple[Line, ...],
        after: tuple[Line, ...],
        by_staff: bool,
    ) -> None:
        left = {line.id: line.quantity for line in after}
        for line in before:
            gone = line.quantity - left.get(line.id, 0)
            if gone > 0:
                whole = line.amount + line.deposit
                worth = Money(whole.minor * gone // line.quantity, whole.currency)
                self._voids.append(
                    Void(
                        seq,
                        at,
                        by_staff,
                        line.article.gtin,
                        line.article.name,
                        gone,
                        line.grams,
                        worth,
                    )
                )

    def act(self, act: Act) -> None:
        """Staff did something about it."""
        self._acts.append(act)
        self._voided = act.act == Done.VOID_SALE.value

    def ended(self, attempt: Attempt) -> None:
        """A payment came to its end."""
        self._attempts.append(attempt)
        self.story = None

    def parked(self, seq: int, parked: Parked) -> None:
        """It waits under a number."""
        if self._waiting is None:
            self._parked.append(Word(seq, parked.at, "parked", f"{parked.number:04d}"))
        self._waiting, self._last = parked, parked.at

    def receipt(self, before: State, seq: int, event: Event, after: State) -> None:
        """What a record says about its receipt."""
        told = _receipt_told(before, event, after)
        if told:
            self._receipt.append(Word(seq, event.at, *told))

    @property
    def worth_telling(self) -> bool:
        """Somebody who only touched the screen bought nothing."""
        return bool(
            self.sold or self.sale.basket.lines or self._voids or self._acts or self._attempts
        )

    def entry(self, state: State, ended: datetime, *, is_open: bool) -> SaleEntry:
        """Its value. `ended`: when it was found to be over; `is_open`: it is not."""
        sold = self.sold
        outcome = self._outcome(is_open=is_open)
        moments = {Outcome.SOLD: sold.ended if sold else ended, Outcome.PARKED: self._last}
        attempts = (*self._attempts, *((self.story.open(),) if self.story else ()))
        bill = bill_of(self.sale)
        return SaleEntry(
            id=self.sale.id,
            number=sold.number if sold else 0,
            outcome=outcome,
            started=self.sale.started,
            at=self._last if is_open and not sold else moments.get(outcome, ended),
            items=self._items(state.home_language),
            vat=bill.vat,
            total=bill.total,
            attempts=attempts,
            acts=tuple(self._acts),
            voids=tuple(self._voids),
            parked=tuple(self._parked),
            fate=self._fate(state) if sold else None,
            receipt=tuple(self._receipt),
        )

    def _outcome(self, *, is_open: bool) -> Outcome:
        if self.sold:
            return Outcome.SOLD
        if self._waiting:
            return Outcome.PARKED
        if is_open:
            return Outcome.OPEN
        return Outcome.VOIDED if self._voided else Outcome.ABANDONED

    def _items(self, language: Language) -> tuple[BookedItem, ...]:
        lines, priced = self.sale.basket.lines, self.sale.priced
        discounts = [d for line in lines for d in (priced.of_line(line.id) if priced else ())]
        causes = iter([discount.promotion for discount in discounts])
        goods = iter(lines)
        items = []
        for item in (*items_of(lines, priced, language), *bill_of(self.sale).items()):
            at = self._came.get(next(goods).id) if item.kind is Kind.GOODS else None
            cause = "" if item.kind in CHARGED else next(causes, "")
            items.append(BookedItem(item, at, cause))
        return tuple(items)

    def _fate(self, state: State) -> Fate:
        said = {word.what for word in self._receipt}
        if "printed" in said:
            return Fate.PRINTED
        if any(each.sale.id == self.sale.id for each in state.owed):
            return Fate.OWED
        phase = state.phase
        if isinstance(phase, Paid | ReceiptOwed) and phase.sold.sale.id == self.sale.id:
            return Fate.PENDING
        return Fate.LINK if "link shown" in said else Fate.NONE


def _receipt_told(before: State, event: Event, after: State) -> tuple[str, str] | None:
    was, now = before.phase, after.phase
    match event:
        case ReceiptPrinted(weak=weak) if isinstance(was, Paid) and was.job == event.job:
            return "printed", "its buffer was worked off" if weak else ""
        case ReceiptFailed(fault=fault, partial=partial) if isinstance(was, Paid):
            return "failed", f"{fault.value}{', some of it on paper' if partial else ''}"
        case DeviceFault(kind=kind) if isinstance(was, Paid) and now is not was:
            return "failed", f"printer {kind.value}"
        case ReceiptOffered():
            return "link shown", ""
        case _ if isinstance(now, Paid) and not (isinstance(was, Paid) and was.job == now.job):
            return "printing", "a copy" if now.copy else ""
        case _ if isinstance(was, ReceiptOwed) and not isinstance(now, Paid | ReceiptOwed):
            return "left without", ""
        case _:
            return None
