"""Deposit slips: worth what stands on them once, and never a cent more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkout.commands import Authorize, PrintReceipt
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    CardApproved,
    PaymentClosed,
    PayPressed,
    ReceiptPrinted,
    Restarted,
    Timer,
    TimerFired,
)
from kiosk.checkout.floor_events import ParkPressed, ResumeAsked
from kiosk.checkout.goods_events import DepositSlipScanned
from kiosk.checkout.regions.prices import bill_of, total_of
from kiosk.checkout.regions.slips import SLIPS_MOST
from kiosk.checkout.states import (
    Attract,
    DepositSlip,
    Paid,
    Redeemed,
    Sale,
    Shopping,
    State,
    Told,
)
from kiosk.ids import SaleId
from kiosk.journal import digest_of
from kiosk.money import Money
from kiosk.receipt import Kind, Receipt
from kiosk.screens.present import present
from kiosk.screens.values import ScanView
from tests.story import MILK, NOW, P1, SHOP, WATER, Story, card, shopping

SMALL = DepositSlipScanned("00007", Money(75))
LARGE = DepositSlipScanned("00008", Money(500))


def told(state: State) -> Told | None:
    return state.notice.told if state.notice else None


def due(state: State) -> int:
    assert isinstance(state.phase, Shopping)
    return total_of(state.phase.sale).minor


def rows(state: State) -> list[tuple[str, str]]:
    view = present(state, 1).view
    assert isinstance(view, ScanView)
    return [(row.label, row.amount.replace("\N{NO-BREAK SPACE}", " ")) for row in view.sums]


def bought(state: State, amount: int) -> tuple[State, Receipt]:
    """Pay by card, or for nothing, and take the receipt."""
    story = Story(state) >> PayPressed(1, Money(amount))
    if amount:
        story = story << Authorize
        assert not isinstance(story.state.phase, Shopping | Attract | Paid)
        payment = story.state.phase.payment.id  # type: ignore[union-attr]
        story = (story >> CardApproved(payment, card(amount))) >> PaymentClosed(payment)
    [printed] = [each for each in story._commands if isinstance(each, PrintReceipt)]
    story = (story << PrintReceipt) >> ReceiptPrinted(printed.job) >> TimerFired(Timer.THANKS)
    return story.ends_in(Attract), printed.receipt


def test_a_slip_is_taken_off_and_stands_on_the_receipt() -> None:
    """Lines, tax table and payment agree; the deposit's tax is the general rate's."""
    state = (Story(shopping(MILK, WATER)) >> SMALL).state
    assert told(state) is Told.SLIP_TAKEN
    assert due(state) == 119 + 89 + 25 - 75
    assert ("Pfandbon", "−0,75 €") in rows(state)
    after, receipt = bought(state, 158)
    assert [(each.kind, each.amount.minor) for each in receipt.items][-1] == (
        Kind.DEPOSIT_RETURN,
        -75,
    )
    assert {row.rate: row.gross.minor for row in receipt.vat} == {700: 119, 1900: 89 + 25 - 75}
    assert after.redeemed == (Redeemed("00007", Money(75), Money(0), after.redeemed[0].at),)


def test_what_a_purchase_does_not_need_stays_on_the_slip() -> None:
    """Nothing is paid by card then, and the rest is worth the next purchase."""
    state = (Story(shopping(MILK)) >> LARGE).state
    assert due(state) == 0
    assert ("Bleibt auf dem Pfandbon", "3,81 €") in rows(state)
    after, receipt = bought(state, 0)
    assert receipt.total == Money(0)
    assert receipt.tenders == ()
    again = (Story(after) >> ArticleScanned(MILK) >> ArticleScanned(WATER) >> LARGE).state
    assert due(again) == 0
    assert ("Bleibt auf dem Pfandbon", "1,48 €") in rows(again)
    last, _ = bought(again, 0)
    third = (Story(last) >> LARGE).state
    assert isinstance(third.phase, Shopping)
    assert third.phase.sale.slips[0].worth == Money(148)


def test_a_slip_is_redeemed_once() -> None:
    """Neither twice in a purchase, nor in the next one, nor beside a parked basket."""
    story = Story(shopping(MILK, MILK, WATER)) >> SMALL
    twice = story >> SMALL
    assert told(twice.state) is Told.SLIP_IN_USE
    assert due(twice.state) == due(story.state)
    after, _ = bought(story.state, 2 * 119 + 89 + 25 - 75)
    again = (Story(after) >> SMALL).state
    assert told(again) is Told.SLIP_REDEEMED
    parked = (Story(shopping(MILK)) >> SMALL >> ParkPressed()).state
    elsewhere = (Story(parked) >> SMALL).state
    assert told(elsewhere) is Told.SLIP_IN_USE
    resumed = (Story(parked) >> ResumeAsked(parked.parked[0].number)).state
    assert due(resumed) == 119 - 75
    other = (Story(after) >> DepositSlipScanned("00007", Money(80))).state
    assert told(other) is Told.SLIP_TAKEN  # the machine's numbers come round again


def test_a_slip_alone_pays_nothing_out() -> None:
    """It wakes the kiosk up and waits for goods."""
    idle = replace(shopping(), phase=Attract())
    state = (Story(idle) >> SMALL).ends_in(Shopping)
    assert due(state) == 0
    story = Story(state) >> PayPressed(1, Money(0))
    assert isinstance(story.state.phase, Shopping)
    assert story.state.redeemed == ()


def test_a_restart_in_the_payment_redeems_once() -> None:
    """What is paid counts, whatever happened in between; what was not paid leaves the slip whole."""
    story = Story(shopping(MILK)) >> SMALL >> PayPressed(1, Money(44)) << Authorize
    restarted = replace(Restarted(SHOP), at=NOW)
    assert decide(story.state, restarted).state.redeemed == ()
    done = (story >> CardApproved(P1, card(44))) >> PaymentClosed(P1)
    assert len(done.state.redeemed) == 1
    assert decide(done.state, restarted).state.redeemed == done.state.redeemed


def test_so_many_slips_are_known() -> None:
    """The state does not grow without end."""
    known = tuple(Redeemed(f"{n:05d}", Money(1), Money(0), NOW) for n in range(SLIPS_MOST))
    state = replace(shopping(MILK), redeemed=known)
    after, _ = bought((Story(state) >> DepositSlipScanned("99999", Money(19))).state, 100)
    assert len(after.redeemed) == SLIPS_MOST
    assert after.redeemed[-1].number == "99999"


def test_slips_are_part_of_what_is_kept() -> None:
    """In the digest, and nothing changes in journals that have none."""
    state = (Story(shopping(MILK)) >> SMALL).state
    assert digest_of(state) != digest_of(shopping(MILK))


@pytest.mark.parametrize("started", [datetime(1970, 1, 1, tzinfo=UTC), NOW])
def test_a_clock_that_was_never_set_ends_no_sale(started: datetime) -> None:
    """The rate is then today's."""
    basket = shopping(MILK).phase
    assert isinstance(basket, Shopping)
    sale = Sale(SaleId("s"), started, basket.sale.basket, slips=(DepositSlip("1", Money(20)),))
    assert bill_of(sale).rate == 1900


@given(
    st.lists(st.sampled_from([MILK, WATER]), max_size=6),
    st.lists(st.integers(1, 900), max_size=4),
)
def test_the_bill_adds_up(goods: list[object], slips: list[int]) -> None:
    """Total = goods less slips = tax table; no slip gives more than it is worth, none less than due."""
    phase = shopping(*goods).phase  # type: ignore[arg-type]
    assert isinstance(phase, Shopping)
    taken = tuple(DepositSlip(str(place), Money(worth)) for place, worth in enumerate(slips))
    plain, sale = phase.sale, replace(phase.sale, slips=taken)
    bill = bill_of(sale)
    before = total_of(plain).minor
    assert bill.total == total_of(sale)
    assert bill.total.minor == max(0, before - sum(slips))
    assert before - sum(each.minor for each in bill.amounts) == bill.total.minor
    assert sum(row.gross.minor for row in bill.vat) == bill.total.minor
    assert all(0 <= u.minor <= s.worth.minor for u, s in zip(bill.amounts, taken, strict=True))
