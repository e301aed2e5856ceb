"""The books tell what the journal does: to the cent, each sale once, and nothing of a customer."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings

from kiosk.books.entries import Act, Correction, Ending, Entry, Fate, Outcome, SaleEntry
from kiosk.books.reading import read
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    AgeReleased,
    CardApproved,
    PaymentCancelPressed,
    PaymentClosed,
    PayPressed,
    QuantitySet,
    ReceiptWaived,
    Restarted,
    StartPressed,
    TimerFired,
    Volatile,
)
from kiosk.checkout.events import Timer as T
from kiosk.checkout.floor import Act as Do
from kiosk.checkout.floor import Reason
from kiosk.checkout.floor_events import ParkPressed, PromotionsLoaded, ResumeAsked
from kiosk.checkout.goods_events import CouponShown, DepositSlipScanned
from kiosk.checkout.staff_events import CorrectionAsked, MoneyKind
from kiosk.checkout.states import Paid, Sold, State
from kiosk.journal import Journal, digest_of
from kiosk.money import Money
from kiosk.offers.promotions import AmountOff, Name, NForM, Percent, Promotion, Promotions
from kiosk.ports import JournalError
from kiosk.receipt import Kind
from tests.life import Life
from tests.story import MILK, SHOP, WATER, WINE, card
from tests.strategies import history, seeds

OFFERS = Promotions(
    (
        Promotion("milk-3-2", (Name("de", "3 für 2"),), NForM(3, 2), (MILK.gtin,)),
        Promotion("water", (Name("de", "=Wasser"),), AmountOff(Money(10)), (WATER.gtin,)),
    )
)
FREE = Promotions((Promotion("all", (Name("de", "Geschenkt"),), Percent(10_000), (MILK.gtin,)),))


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = Life(tmp_path / "journal.db")
    yield made
    made.close()


def told(life: Life) -> list[Entry]:
    return list(read("K1", life.journal.epoch, life.journal.records()))


def sales(life: Life) -> list[SaleEntry]:
    return [entry for entry in told(life) if isinstance(entry, SaleEntry)]


def test_a_purchase_is_told_with_everything(life: Life) -> None:
    """Lines with deposit and discount by their cause, taxes, tender, the receipt's word."""
    life.feed(PromotionsLoaded(OFFERS))
    life.buy(MILK, MILK, MILK, WATER)
    [sale] = sales(life)
    assert (sale.number, sale.outcome, sale.total) == (1, Outcome.SOLD, Money(2 * 119 + 79 + 25))
    shown = [(b.item.kind, b.item.amount.minor, b.item.parent, b.promotion) for b in sale.items]
    assert shown == [
        (Kind.GOODS, 357, None, ""),
        (Kind.DISCOUNT, -119, 0, "milk-3-2"),
        (Kind.GOODS, 89, None, ""),
        (Kind.DISCOUNT, -10, 2, "water"),
        (Kind.DEPOSIT, 25, 2, ""),
    ]
    assert {row.rate: row.gross.minor for row in sale.vat} == {1900: 104, 700: 238}
    assert sale.tender
    assert (sale.tender.amount, sale.tender.trace, sale.tender.by_staff) == (sale.total, 7, False)
    assert [word.what for word in sale.tender.story] == [
        "asked", "approved", "terminal closed", "paid",
    ]  # fmt: skip
    assert (sale.fate, [word.what for word in sale.receipt]) == (
        Fate.PRINTED,
        ["printing", "printed"],
    )
    times = [booked.at for booked in sale.items if booked.item.kind is Kind.GOODS]
    assert times == sorted(times, key=str)


def test_slips_and_coupons_stand_in_the_books_as_on_the_receipt(life: Life) -> None:
    """Lines, tax table, total and payment agree; what a slip took off is a line of its own."""
    rule = Promotion("half", (Name("de", "Hälfte"),), Percent(5_000), (MILK.gtin,), coupon="half")
    life.feed(PromotionsLoaded(Promotions((rule,))))
    life.scan(MILK, WATER)
    life.feed(CouponShown("half"), DepositSlipScanned("00007", Money(75)))
    life.pay().approve().print()
    [sale] = sales(life)
    kinds = [(booked.item.kind, booked.item.amount.minor) for booked in sale.items]
    assert kinds[-1] == (Kind.DEPOSIT_RETURN, -75)
    assert (Kind.COUPON, -60) in kinds
    assert sum(amount for _, amount in kinds) == sale.total.minor
    assert sum(row.gross.minor for row in sale.vat) == sale.total.minor
    assert sale.tender
    assert sale.tender.amount == sale.total


def test_a_free_sale_has_a_receipt_and_no_tender(life: Life) -> None:
    """Promotions took it all."""
    life.feed(PromotionsLoaded(FREE))
    life.scan(MILK).pay().print()
    [sale] = sales(life)
    assert (sale.number, sale.total, sale.tender, sale.attempts) == (1, Money(0), None, ())
    assert sale.fate is Fate.PRINTED


def test_declines_and_doubts_are_attempts_of_one_sale(life: Life) -> None:
    """Declined, stopped by silence and not paid as staff say, then paid as the terminal remembers."""
    life.scan(MILK).pay()
    life.feed(PaymentCancelPressed())
    life.decline(0x6C).pay().silence().staff_say(paid=False)
    life.pay().silence().terminal_says(paid=True).print()
    [sale] = sales(life)
    ends = [(each.ending, each.by_staff, each.code) for each in sale.attempts]
    assert ends == [
        (Ending.DECLINED, False, 0x6C),
        (Ending.NOT_PAID, True, None),
        (Ending.PAID, False, None),
    ]
    assert [act.act for act in sale.acts] == ["resolve_not_paid"]
    assert sale.acts[0].reason == "slip 0012"
    words = [[word.what for word in each.story] for each in sale.attempts]
    assert words[0] == ["asked", "customer wants to stop", "terminal declined", "declined"]
    assert words[1] == [
        "asked", "terminal fault", "in doubt", "terminal fault", "staff say", "not paid",
    ]  # fmt: skip
    assert words[2][-3:] == ["terminal remembers", "terminal remembers", "paid"]


def test_a_doubt_that_staff_call_paid_is_a_tender(life: Life) -> None:
    """Over a restart, too: its story goes on."""
    life.scan(WATER).pay().silence()
    life.feed(Restarted(SHOP))
    life.staff_say(paid=True).print()
    [sale] = sales(life)
    assert sale.tender
    assert sale.tender.by_staff
    assert "kiosk restarted" in [word.what for word in sale.tender.story]


def test_what_was_taken_out_is_told_with_who_did_it(life: Life) -> None:
    """Pieces by the customer, a line by staff, and the whole sale in the end."""
    life.scan(WATER, WATER, MILK)
    water, milk = life.shopping.sale.basket.lines
    life.feed(QuantitySet(water.id, 1))
    life.act(Do.VOID_LINE, Reason.MISTAKE, milk.id).act(Do.VOID_SALE, Reason.CUSTOMER_GONE)
    [sale] = sales(life)
    assert (sale.outcome, sale.number, sale.fate) == (Outcome.VOIDED, 0, None)
    gone = [(void.name, void.quantity, void.amount.minor, void.by_staff) for void in sale.voids]
    assert gone == [("Wasser", 1, 114, False), ("Bio-Vollmilch", 1, 119, True)]
    assert [(act.by, act.act, act.reason) for act in sale.acts] == [
        ("7", "void_line", "mistake"),
        ("7", "void_sale", "customer_gone"),
    ]
    assert sale.total == Money(114)  # of what was left


def test_a_parked_basket_is_sold_or_waits(life: Life) -> None:
    """One came back and paid, one did not; who only touched the screen is not told."""
    life.scan(MILK).feed(ParkPressed())
    number = life.state.parked[0].number
    life.feed(ResumeAsked(number))
    life.pay().approve().print()
    life.scan(WATER).feed(ParkPressed())
    life.feed(StartPressed(), TimerFired(T.IDLE))
    sold, waits = sales(life)
    assert (sold.outcome, len(sold.parked)) == (Outcome.SOLD, 1)
    assert (waits.outcome, waits.total, waits.at) == (
        Outcome.PARKED,
        Money(114),
        life.state.parked[0].at,
    )


def test_an_emptied_basket_is_abandoned(life: Life) -> None:
    """The customer took everything out and left."""
    life.scan(MILK)
    life.feed(QuantitySet(life.shopping.sale.basket.lines[0].id, 0), TimerFired(T.IDLE))
    [sale] = sales(life)
    assert (sale.outcome, sale.total, len(sale.voids)) == (Outcome.ABANDONED, Money(0), 1)


def test_a_receipt_that_staff_print_later_is_told_once(life: Life) -> None:
    """Until then it is owed; sales after it are told before it."""
    life.scan(MILK).pay().approve().no_paper().feed(ReceiptWaived())
    life.feed(TimerFired(T.THANKS))
    life.buy(WATER)
    assert [(sale.number, sale.fate) for sale in sales(life)] == [
        (2, Fate.PRINTED),
        (1, Fate.OWED),
    ]
    life.act(Do.PRINT_OWED).print()
    assert {sale.number: sale.fate for sale in sales(life)} == {1: Fate.PRINTED, 2: Fate.PRINTED}
    late = next(sale for sale in sales(life) if sale.number == 1)
    words = [word.what for word in late.receipt]
    assert words == ["printing", "failed", "left without", "printing", "printed"]


def test_corrections_are_entries_of_their_own(life: Life) -> None:
    """A reversal done, a refund declined; who asked is told."""
    life.buy(MILK)
    asked = CorrectionAsked(MoneyKind.REVERSAL, Money(119), life.trace, "staff 7")
    life.feed(asked)
    life.trace += 1
    life.feed(CardApproved(life.payment, card(119, life.trace)))
    life.feed(PaymentClosed(life.payment))
    life.feed(CorrectionAsked(MoneyKind.REFUND, Money(50)))
    life.decline()
    found = [entry for entry in told(life) if isinstance(entry, Correction)]
    assert [(each.attempt.kind, each.attempt.ending, each.by) for each in found] == [
        (MoneyKind.REVERSAL, Ending.PAID, "staff 7"),
        (MoneyKind.REFUND, Ending.DECLINED, ""),
    ]
    assert found[0].original == 7
    assert [sale.number for sale in sales(life)] == [1]
    acts = [entry for entry in told(life) if isinstance(entry, Act)]
    assert [(act.act, act.by, act.sale) for act in acts] == [
        ("reversal", "staff 7", None),
        ("refund", "staff", None),
    ]


def test_staff_releasing_age_and_pausing_are_acts(life: Life) -> None:
    """By code and by hand; what nobody was let do is none."""
    life.scan(WINE).feed(AgeReleased(18))
    life.pay().approve().print()
    life.act(Do.PAUSE, Reason.CLOSING)
    life.feed(AgeReleased(18))  # nothing waits for staff: nothing was done
    [sale] = sales(life)
    assert [(act.act, act.detail) for act in sale.acts] == [("release_age", "limit 18")]
    acts = [entry for entry in told(life) if isinstance(entry, Act)]
    assert [(act.act, act.reason) for act in acts] == [("pause", "closing")]


def test_what_is_under_way_is_open(life: Life) -> None:
    """Its attempt, too; a correction under way as well."""
    life.scan(MILK).pay()
    [sale] = sales(life)
    assert (sale.outcome, [each.ending for each in sale.attempts]) == (
        Outcome.OPEN,
        [Ending.OPEN],
    )
    life.approve()
    [sale] = sales(life)
    assert (sale.outcome, sale.fate) == (Outcome.SOLD, Fate.PENDING)
    life.print()
    life.feed(CorrectionAsked(MoneyKind.REVERSAL, Money(119), life.trace, "7"))
    assert [each.attempt.ending for each in told(life) if isinstance(each, Correction)] == [
        Ending.OPEN
    ]


def test_a_journal_told_otherwise_is_refused(life: Life) -> None:
    """A record whose digest is another's: the books are not told by guess."""
    life.buy(MILK)
    life.journal.append(PayPressed(1, Money(1), at=life.at), "0" * 24)
    with pytest.raises(JournalError, match="decides otherwise"):
        told(life)


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_every_life_is_told_to_the_cent(seed: int) -> None:
    """Each paid sale once, by its number; lines = taxes = total = tender, whatever happened."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "journal.db", "K1")
        state = State("K1", journal.epoch)
        paid: dict[int, Sold] = {}
        for event, after in history(seed, 250, state):
            state = after
            if isinstance(after.phase, Paid):
                paid.setdefault(after.phase.sold.number, after.phase.sold)
            if not isinstance(event, Volatile):
                journal.append(event, digest_of(after))
        entries = list(read("K1", journal.epoch, journal.records()))
        journal.close()
    found = [entry for entry in entries if isinstance(entry, SaleEntry)]
    assert len({sale.id for sale in found}) == len(found)
    sold = {sale.number: sale for sale in found if sale.outcome is Outcome.SOLD}
    assert sold.keys() == paid.keys() == set(range(1, state.receipts + 1))
    for number, sale in sold.items():
        total = paid[number].payment.amount
        assert sale.total == total
        assert sum(booked.item.amount.minor for booked in sale.items) == total.minor
        assert sum(row.gross.minor for row in sale.vat) == total.minor
        assert sum(row.net.minor + row.tax.minor for row in sale.vat) == total.minor
        assert (sale.tender.amount if sale.tender else Money(0)) == total
        assert sale.at == paid[number].ended


def test_a_night_of_changed_clocks_keeps_every_sale(tmp_path: Path) -> None:
    """Around both changes of 2026: the order is the journal's, the moments are true ones."""
    for start in (
        datetime(2026, 3, 29, 0, 59, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 59, tzinfo=UTC),
    ):
        life = Life(tmp_path / f"{start.month}.db", start)
        for _ in range(4):
            life.buy(MILK)
            life.at += timedelta(minutes=1)
        found = sales(life)
        assert [sale.number for sale in found] == [1, 2, 3, 4]
        assert all(before.at < after.at for before, after in pairwise(found))
        life.close()


def test_decide_is_the_one_that_is_asked(life: Life) -> None:
    """The books hold no rules of their own: their state is the machine's."""
    life.buy(MILK)
    state = State("K1", life.journal.epoch)
    for record in life.journal.records():
        state = decide(state, record.event).state
    assert replace(state) == life.state
