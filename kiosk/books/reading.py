"""The books of a journal: its records decided anew, one by one, and what they tell of sales and staff.

A sale is told when its last word is said, a receipt that staff may still have printed included. Held
in memory are the sales that wait for that: the one under way, parked baskets, receipts that are owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kiosk.books.entries import Act, Attempt, Correction, Entry
from kiosk.books.payments import Story, payment_of
from kiosk.books.sales import SaleTold
from kiosk.checkout.decide import decide
from kiosk.checkout.events import AgeReleased, Event, StaffResolved
from kiosk.checkout.floor_events import Acted
from kiosk.checkout.staff_events import CorrectionAsked, MoneyKind
from kiosk.checkout.states import (
    InDoubt,
    Paid,
    Paying,
    ReceiptOwed,
    Sale,
    Settling,
    Shopping,
    Sold,
    State,
)
from kiosk.checkout.step import Step, Verdict
from kiosk.ids import SaleId
from kiosk.journal import Record, differs, digest_of

STAFF = "staff"
"""Who scanned the staff code, or decided at the stopped kiosk: nobody told more."""


def read(kiosk: str, epoch: str, records: Iterable[Record]) -> Iterator[Entry]:
    """Every entry, at last those that are not over. Raises JournalError as a replay does."""
    books = Books(State(kiosk, epoch))
    for record in records:
        yield from books.hear(record)
    yield from books.rest()


class Books:
    """Hears one record after the other, and says what is over with it."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.last: Record | None = None
        """The last record that was heard."""
        self._sales: dict[SaleId, SaleTold] = {}
        self._story: Story | None = None
        """Of a correction under way."""
        self._asked: CorrectionAsked | None = None

    def hear(self, record: Record) -> Iterator[Entry]:
        """What is over with this record. Raises JournalError if the code decides otherwise now."""
        before, event = self.state, record.event
        step = decide(before, event)
        if digest_of(step.state) != record.digest:
            raise differs(record.seq)
        self.state, self.last = step.state, record
        self._basket(before, record.seq, event, step.state)
        act = _act(before, record.seq, event, step)
        if act is not None:
            told = self._sales.get(act.sale) if act.sale else None
            if told:
                told.act(act)
            else:
                yield act
        yield from self._money(before, record.seq, event, step)
        self._receipt(before, record.seq, event, step.state)
        yield from self._over(before, event)

    def rest(self) -> Iterator[Entry]:
        """What is not over, when the journal is."""
        if self.last is None:
            return
        if self._story and self._asked:
            yield Correction(self._story.open(), self._asked.by, self._asked.receipt)
        for told in self._sales.values():
            if told.worth_telling:
                yield told.entry(self.state, self.last.event.at, is_open=True)

    def _basket(self, before: State, seq: int, event: Event, after: State) -> None:
        sale = sale_of(after)
        if sale is not None and (sale is not sale_of(before) or sale.id not in self._sales):
            if sale.id not in self._sales:
                self._sales[sale.id] = SaleTold(sale, event.at)
            self._sales[sale.id].basket(seq, event, sale)
        sold = _sold_of(after)
        if sold is not None and sold.sale.id in self._sales:
            told = self._sales[sold.sale.id]
            told.sold, told.sale = sold, sold.sale
        if after.parked is not before.parked:
            for parked in after.parked:
                if parked.sale.id in self._sales:
                    self._sales[parked.sale.id].parked(seq, parked)

    def _money(self, before: State, seq: int, event: Event, step: Step) -> Iterator[Entry]:
        now = payment_of(step.state)
        story = self._under_way()
        if story:
            attempt = story.hear(before, seq, event, step)
            if attempt is not None:
                yield from self._ended(attempt)
                story = None
        if now is not None and story is None:
            began = Story(now, seq, event.at)
            sale = sale_of(step.state)
            if now.kind is not MoneyKind.PAYMENT and isinstance(event, CorrectionAsked):
                self._story, self._asked = began, event
            elif sale is not None:
                self._sales[sale.id].story = began

    def _under_way(self) -> Story | None:
        if self._story:
            return self._story
        return next((told.story for told in self._sales.values() if told.story), None)

    def _ended(self, attempt: Attempt) -> Iterator[Entry]:
        if self._story and self._asked:
            yield Correction(attempt, self._asked.by, self._asked.receipt)
            self._story = self._asked = None
            return
        told = next(each for each in self._sales.values() if each.story)
        told.ended(attempt)

    def _receipt(self, before: State, seq: int, event: Event, after: State) -> None:
        sold = _sold_of(after) or _sold_of(before)
        if sold is not None and sold.sale.id in self._sales:
            self._sales[sold.sale.id].receipt(before, seq, event, after)

    def _over(self, before: State, event: Event) -> Iterator[Entry]:
        after = self.state
        same = after.parked is before.parked and after.owed is before.owed
        if same and _id(after) == _id(before):
            return
        live = {_id(after), *(each.sale.id for each in after.parked)}
        live |= {each.sale.id for each in after.owed}
        for sale in [each for each in self._sales if each not in live]:
            told = self._sales.pop(sale)
            if told.worth_telling:
                yield told.entry(after, event.at, is_open=False)


def sale_of(state: State) -> Sale | None:
    """The basket under way; a correction has none."""
    phase = state.phase
    if isinstance(phase, Shopping):
        return phase.sale
    if isinstance(phase, Paying | Settling | InDoubt):
        return phase.sale if phase.payment.kind is MoneyKind.PAYMENT else None
    return None


def _sold_of(state: State) -> Sold | None:
    return state.phase.sold if isinstance(state.phase, Paid | ReceiptOwed) else None


def _id(state: State) -> SaleId | None:
    sold, sale = _sold_of(state), sale_of(state)
    found = sold.sale if sold else sale
    return found.id if found else None


def _act(before: State, seq: int, event: Event, step: Step) -> Act | None:
    """What staff did with this record; None where they did nothing, or were not let."""
    if step.verdict is Verdict.REFUSE:
        return None
    sale = _id(before)
    match event:
        case Acted(act=act, reason=reason, line=line):
            by = before.attendant.by if before.attendant else STAFF
            detail = f"line {line}" if line is not None else ""
            return Act(seq, event.at, by, act.value, reason.value, detail, sale)
        case AgeReleased() if step.state is not before or step.commands:
            did = "release_age" if isinstance(before.phase, Shopping) else "staff_code"
            return Act(seq, event.at, STAFF, did, "", f"limit {event.limit}", sale)
        case StaffResolved(payment=payment, paid=paid, reason=reason) if (
            isinstance(before.phase, InDoubt) and step.state.phase is not before.phase
        ):
            did = "resolve_paid" if paid else "resolve_not_paid"
            return Act(seq, event.at, STAFF, did, reason, payment, sale)
        case CorrectionAsked(kind=kind, amount=amount, by=by):
            detail = f"{amount.decimal} {amount.currency}"
            return Act(seq, event.at, by or STAFF, kind.value, "", detail, sale)
        case _:
            return None
