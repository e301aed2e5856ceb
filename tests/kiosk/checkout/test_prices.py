"""Promotions at the checkout: the screen, the payment and the receipt say one price."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.checkout.commands import Authorize, PrintReceipt
from kiosk.checkout.events import (
    ArticleScanned,
    CardApproved,
    PaymentClosed,
    PayPressed,
    QuantitySet,
    Restarted,
)
from kiosk.checkout.floor_events import PromotionsLoaded
from kiosk.checkout.member_events import CustomerFound, NotMePressed
from kiosk.checkout.regions.prices import total_of
from kiosk.checkout.states import Known, Member, Paid, Paying, Shopping, State, Told
from kiosk.ids import Handle, LineId
from kiosk.money import Money
from kiosk.offers.document import read_promotions, version_of
from kiosk.receipt import Kind
from kiosk.screens.present import present
from kiosk.screens.values import ScanView
from tests.story import MILK, P1, SHOP, WATER, Story, card, shopping

H1 = Handle("f00d")
TWENTY = read_promotions(
    """{"format": 1, "currency": "EUR", "goods": {}, "promotions": [
    {"id": "milk", "name": {"de": "Milchwoche", "en": "Milk week"},
     "terms": {"kind": "amount_off", "cents": 20}, "goods": [4012345000016]},
    {"id": "gold", "name": {"de": "Goldpreis"}, "group": "gold", "priority": -1,
     "terms": {"kind": "fixed_price", "cents": 50}, "goods": [4012345000016]}]}"""
)
FREE = read_promotions(
    """{"format": 1, "currency": "EUR", "goods": {}, "promotions": [
    {"id": "free", "name": {"de": "Geschenkt"}, "everything": true,
     "terms": {"kind": "percent", "hundredths": 10000}}]}"""
)
LOADED = PromotionsLoaded(TWENTY)


def offered(state: State) -> State:
    return (Story(state) >> LOADED).state


def due(state: State) -> int:
    """What is to be paid, in cents."""
    assert isinstance(state.phase, Shopping | Paying)
    return total_of(state.phase.sale).minor


def test_a_basket_is_priced_as_it_grows() -> None:
    """Also one that was there before; every discount is a child of its goods."""
    state = offered(shopping(MILK, WATER))
    assert due(state) == 119 - 20 + 89 + 25
    more = (Story(state) >> ArticleScanned(MILK)).state
    assert due(more) == 2 * (119 - 20) + 89 + 25
    assert due((Story(more) >> QuantitySet(LineId(101), 0)).state) == 89 + 25
    view = present(more, 1).view
    assert isinstance(view, ScanView)
    assert [child.label for child in view.lines[0].children] == ["Milchwoche"]
    assert [child.label for child in view.lines[1].children] == ["Pfand"]
    assert [row.label for row in view.sums] == ["Sie sparen", "Pfand enthalten"]
    assert "3,12" in view.total


def test_without_promotions_nothing_is_kept_of_prices() -> None:
    """So that older journals replay to the same state."""
    state = shopping(MILK)
    assert isinstance(state.phase, Shopping)
    assert state.phase.sale.priced is None
    gone = (Story(offered(state)) >> PromotionsLoaded(read_promotions(EMPTY))).state
    assert isinstance(gone.phase, Shopping)
    assert gone.phase.sale.priced is None
    assert due(gone) == 119


EMPTY = '{"format": 1, "currency": "EUR", "goods": {}, "promotions": []}'


def test_a_member_has_the_price_of_their_group_while_they_are_known() -> None:
    """And the common one before and after."""
    state = replace(offered(shopping(MILK)), service=True, member=Member(H1))
    assert due(state) == 99
    known = (Story(state) >> CustomerFound(H1, "gold")).state
    assert due(known) == 50
    assert due((Story(known) >> NotMePressed()).state) == 99


def test_promotions_in_another_currency_end_no_sale() -> None:
    """The goods cost what stands on the shelf."""
    swiss = replace(FREE, currency="CHF")
    state = (Story(shopping(MILK)) >> PromotionsLoaded(swiss)).state
    assert isinstance(state.phase, Shopping)
    assert state.phase.sale.priced is None
    assert due(state) == 119


def test_what_was_seen_is_what_is_charged() -> None:
    """The discounted total, and no other."""
    state = offered(shopping(MILK))
    refused = (Story(state) >> PayPressed(1, Money(119))).state
    assert refused.notice is not None
    assert refused.notice.told is Told.TOTAL_CHANGED
    (Story(state) >> PayPressed(1, Money(99)) << Authorize(P1, Money(99))).ends_in(Paying)


def test_a_pay_that_waited_for_a_member_who_is_gone_is_refused() -> None:
    """Their price is not charged to somebody unknown."""
    member = Member(H1, Known.FOUND, pay=Money(50), group="gold")
    state = replace(offered(shopping(MILK)), service=True, member=member)
    after = (Story(state) >> NotMePressed()).state
    assert isinstance(after.phase, Shopping)
    assert due(after) == 99


def test_the_receipt_says_the_same() -> None:
    """Discount under its goods; total and payment agree, or it could not be made."""
    story = Story(offered(shopping(MILK))) >> PayPressed(1, Money(99)) << Authorize
    story = story >> CardApproved(P1, card(99)) >> PaymentClosed(P1)
    [command] = [each for each in story._commands if isinstance(each, PrintReceipt)]
    assert [item.kind for item in command.receipt.items] == [Kind.GOODS, Kind.DISCOUNT]
    assert command.receipt.items[1].name == "Milchwoche"
    assert command.receipt.total == Money(99)


def test_a_total_of_nothing_needs_no_card() -> None:
    """Paid at once, with a receipt of no payment; also while the terminal is away."""
    state = (Story(shopping(MILK)) >> PromotionsLoaded(FREE)).state
    assert due(state) == 0
    story = Story(state) >> PayPressed(1, Money(0))
    assert isinstance(story.state.phase, Paid)
    [command] = [each for each in story._commands if isinstance(each, PrintReceipt)]
    assert command.receipt.tenders == ()
    assert not [each for each in story._commands if isinstance(each, Authorize)]
    assert story.state.devices.baseline == state.devices.baseline
    assert story.state.accepted == state.accepted


def test_promotions_survive_a_restart_and_a_payment_keeps_its_amount() -> None:
    """Another set changes baskets, not what is being paid."""
    state = offered(shopping(MILK))
    assert state.offers_version == version_of(TWENTY)
    assert due((Story(state) >> Restarted(SHOP)).state) == 99
    paying = (Story(state) >> PayPressed(1, Money(99)) << Authorize).ends_in(Paying)
    assert due((Story(paying) >> PromotionsLoaded(FREE)).state) == 99


@pytest.mark.parametrize("promotions", [TWENTY, FREE])
def test_an_empty_basket_cannot_be_paid(promotions: object) -> None:
    """Nothing for nothing."""
    state = (Story(shopping()) >> PromotionsLoaded(promotions)).state  # type: ignore[arg-type]
    assert isinstance((Story(state) >> PayPressed(1, Money(0))).state.phase, Shopping)
