"""A customer identifies: greeted, linked to the sale before money moves, and forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.basket import Article
from kiosk.checkout.commands import (
    Authorize,
    DropLink,
    Forget,
    Identify,
    KeepLinks,
    PrintReceipt,
    QueueSale,
    SealLink,
    StartTimer,
    StopTimer,
)
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    CardApproved,
    Device,
    DeviceFault,
    DeviceOnline,
    Event,
    FaultKind,
    PaymentClosed,
    PaymentDeclined,
    PayPressed,
    PrintFault,
    QuantitySet,
    ReceiptFailed,
    ReceiptPrinted,
    ReceiptWaived,
    Restarted,
    StartPressed,
    Timer,
    TimerFired,
)
from kiosk.checkout.member_events import (
    CustomerFound,
    CustomerShown,
    CustomerUnavailable,
    CustomerUnknown,
    LinkSealed,
    NotMePressed,
    SaleQueued,
)
from kiosk.checkout.regions.member import MEMBER_SECONDS
from kiosk.checkout.states import (
    Attract,
    InDoubt,
    Known,
    Notice,
    Paid,
    Paying,
    Shopping,
    State,
    Thanks,
    Told,
)
from kiosk.ids import NOBODY, Handle, JobId, SaleId
from kiosk.money import Money
from kiosk.screens.present import present
from kiosk.screens.values import MemberState, ScanView
from tests.story import MILK, NOW, P1, SHOP, WATER, Story, card, shopping

H1, H2 = Handle("f00d"), Handle("beef")
S0 = SaleId("K1-abc-s000000")
J2 = JobId("K1-abc-j000002")
AWAY = DeviceFault(Device.OUTBOX, FaultKind.UNAVAILABLE, True)


def served(*articles: Article) -> State:
    """A kiosk with a central service, and these articles in the basket."""
    return replace(shopping(*articles), service=True)


def greeted() -> Story:
    """A member with milk, found and linked."""
    return (
        Story(served(MILK))
        >> CustomerShown(H1) << SealLink(S0, H1) << Identify(S0, H1)
        >> LinkSealed(H1)
        >> CustomerFound(H1)
    )  # fmt: skip


def test_a_member_buys_and_is_forgotten_when_the_receipt_is_there() -> None:
    """Link, payment, receipt; then the service is told of the sale, and nothing of the customer."""
    story = (
        greeted()
        >> PayPressed(1, Money(119)) << Authorize(P1, Money(119))
        >> CardApproved(P1, card())
        >> PaymentClosed(P1) << PrintReceipt
    )  # fmt: skip
    (Story(story.state) >> DeviceOnline(Device.OUTBOX) << KeepLinks(((S0, H1),))).ends_in(Paid)
    story = story >> ReceiptPrinted(J2) << QueueSale << Forget(H1)
    (record,) = story.state.undelivered
    again = Story(story.state) >> DeviceOnline(Device.OUTBOX)
    (again << KeepLinks(((S0, H1),)) << QueueSale(record, H1)).ends_in(Thanks)
    assert (record.sale, record.total, record.lines, record.receipt) == (S0, Money(119), 1, 1)
    assert len(bytes.fromhex(record.digest)) == 32
    assert (story >> SaleQueued(S0)).ends_in(Thanks).undelivered == ()


def test_identifying_begins_a_purchase() -> None:
    """Somebody who shows a card first is welcome, and is forgotten if nothing follows."""
    state = replace(served(), phase=Attract())
    story = Story(state) >> CustomerShown(H1) << SealLink << Identify
    assert isinstance(story.state.phase, Shopping)
    sale = story.state.phase.sale.id
    (story >> TimerFired(Timer.IDLE) << Forget(H1) << DropLink(sale)).ends_in(Attract)


def test_pay_waits_for_the_seal_and_no_longer_than_a_second() -> None:
    """The link is on disk before money moves, or the money moves without it."""
    shown = Story(served(MILK)) >> CustomerShown(H1) << SealLink << Identify
    (shown >> PayPressed(1, Money(119)) >> PayPressed(1, Money(119))).ends_in(Shopping)
    held = shown.state
    (Story(held) >> LinkSealed(H1) << Authorize(P1, Money(119))).ends_in(Paying)
    (Story(held) >> TimerFired(Timer.LINK) << Authorize(P1, Money(119))).ends_in(Paying)
    (Story(held) >> AWAY << Forget(H1) << DropLink(S0) << Authorize).ends_in(Paying)
    (Story(held) >> CustomerUnknown(H1) << Forget(H1) << DropLink(S0) << Authorize).ends_in(Paying)


def test_a_card_shown_while_pay_waits_keeps_it_waiting() -> None:
    """For the link of whoever is here now, and no longer than before."""
    story = (
        Story(served(MILK))
        >> CustomerShown(H1) << SealLink << Identify
        >> PayPressed(1, Money(119))
        >> CustomerShown(H2) << Forget(H1) << DropLink << SealLink(S0, H2) << Identify
    )  # fmt: skip
    (Story(story.state) >> LinkSealed(H2) << Authorize(P1, Money(119))).ends_in(Paying)
    (story >> TimerFired(Timer.LINK) << Authorize(P1, Money(119))).ends_in(Paying)


def timers(state: State, event: Event) -> list[StartTimer | StopTimer]:
    """What becomes of the time of a customer with a full basket."""
    commands = decide(state, replace(event, at=NOW)).commands
    found = [each for each in commands if isinstance(each, StartTimer | StopTimer)]
    return [each for each in found if each.timer is Timer.MEMBER]


def test_a_customer_who_walked_off_is_forgotten_and_the_basket_stays() -> None:
    """Whoever comes next neither reads a name nor buys in it."""
    before = greeted().state
    story = Story(before) >> TimerFired(Timer.MEMBER) << Forget(H1) << DropLink(S0)
    state = story.ends_in(Shopping)
    assert state.phase == before.phase
    assert (state.member, state.notice) == (None, Notice(Told.CARD_FORGOTTEN))
    assert present(state, 1).view is not None
    (Story(served(MILK)) >> TimerFired(Timer.MEMBER)).ends_in(Shopping)


def test_whoever_does_something_has_not_walked_off() -> None:
    """Each touch and scan starts the time anew; devices do not; nobody is timed in a payment."""
    start, state = [StartTimer(Timer.MEMBER, MEMBER_SECONDS)], greeted().state
    assert timers(served(MILK), CustomerShown(H1)) == start
    acts: tuple[Event, ...] = (ArticleScanned(WATER), PayPressed(1, Money(1)), CustomerShown(H2))
    for event in acts:
        assert timers(state, event) == start
    assert timers(state, Restarted(SHOP, service=True)) == start
    assert timers(state, CustomerFound(H1)) == []
    leaves: tuple[Event, ...] = (NotMePressed(), PayPressed(1, Money(119)))
    for event in leaves:
        assert timers(state, event) == [StopTimer(Timer.MEMBER)]
    paying = (Story(state) >> PayPressed(1, Money(119)) << Authorize).state
    assert timers(paying, PaymentDeclined(P1, 5)) == start


def test_a_card_shown_in_thanks_is_not_the_next_customers_for_long() -> None:
    """With an empty basket it is forgotten as ever; with a full one by its own time."""
    state = replace(served(), phase=Thanks(1, True))
    story = Story(state) >> CustomerShown(H1) << SealLink << Identify
    assert timers(story.state, ArticleScanned(MILK)) == [StartTimer(Timer.MEMBER, MEMBER_SECONDS)]


def test_a_basket_that_changed_while_pay_waited_is_not_paid() -> None:
    """What was on screen when pay was pressed counts."""
    story = (
        Story(served(MILK))
        >> CustomerShown(H1) << SealLink << Identify
        >> PayPressed(1, Money(119))
        >> ArticleScanned(WATER)
        >> LinkSealed(H1)
    )  # fmt: skip
    state = story.ends_in(Shopping)
    assert state.notice is not None
    assert state.notice.told is Told.TOTAL_CHANGED


def test_a_terminal_lost_while_pay_waited_is_told() -> None:
    """The checks are made anew."""
    story = (
        Story(served(MILK))
        >> CustomerShown(H1) << SealLink << Identify
        >> PayPressed(1, Money(119))
        >> DeviceFault(Device.TERMINAL, FaultKind.SILENT, False)
        >> LinkSealed(H1)
    )  # fmt: skip
    state = story.ends_in(Shopping)
    assert state.notice is not None
    assert state.notice.told is Told.TERMINAL_AWAY


def test_an_unknown_card_costs_nothing_but_a_word() -> None:
    """No link, no greeting, the purchase goes on."""
    story = (
        Story(served(MILK))
        >> CustomerShown(H1) << SealLink << Identify
        >> LinkSealed(H1)
        >> CustomerUnknown(H1) << Forget(H1) << DropLink(S0)
    )  # fmt: skip
    state = story.ends_in(Shopping)
    assert state.notice is not None
    assert state.notice.told is Told.CARD_UNKNOWN


def test_not_me_takes_it_all_back() -> None:
    """Name and link are gone; the basket is as it was."""
    before = greeted().state
    state = (Story(before) >> NotMePressed() << Forget(H1) << DropLink(S0)).ends_in(Shopping)
    assert state.phase == before.phase
    assert state.member is None


def test_a_sale_of_somebody_who_withdrew_carries_no_link() -> None:
    """Also where the outbox never heard of it: the state decides, after a restart anew."""
    story = greeted() >> NotMePressed() << Forget(H1) << DropLink(S0)
    (Story(story.state) >> Restarted(SHOP, service=True) << KeepLinks(())).ends_in(Shopping)
    story = story >> PayPressed(1, Money(119)) << Authorize
    story = story >> CardApproved(P1, card()) >> PaymentClosed(P1) << PrintReceipt
    story = story >> ReceiptPrinted(J2)
    (queued,) = story._commands
    assert isinstance(queued, QueueSale)
    assert queued.link == NOBODY


def test_another_customer_takes_the_place_of_the_first() -> None:
    """Nothing of the first is left, neither in memory nor in the outbox."""
    story = (
        greeted()
        >> CustomerShown(H2) << Forget(H1) << DropLink(S0) << SealLink(S0, H2) << Identify(S0, H2)
        >> CustomerFound(H1)
        >> LinkSealed(H1)
    )  # fmt: skip
    member = story.ends_in(Shopping).member
    assert member is not None
    assert (member.handle, member.known, member.sealed) == (H2, Known.ASKING, False)


def test_a_service_that_is_away_means_points_later() -> None:
    """Said by the lookup, or by its loss; the link is kept all the same."""
    for word in (CustomerUnavailable(H1), DeviceFault(Device.LOOKUP, FaultKind.SILENT, False)):
        story = Story(served(MILK)) >> CustomerShown(H1) << SealLink << Identify >> word
        view = present(story.state, 1).view
        assert isinstance(view, ScanView)
        assert view.member is not None
        assert view.member.state is MemberState.LATER


def test_without_an_outbox_nobody_waits_for_points_in_vain() -> None:
    """A card that cannot be linked is not greeted; an alarm about deliveries is another matter."""
    shown = Story(served(MILK)) >> CustomerShown(H1) << SealLink << Identify
    alarm = replace(AWAY, kind=FaultKind.PROTOCOL)
    assert (Story(shown.state) >> alarm).ends_in(Shopping).member is not None
    state = (shown >> AWAY << Forget(H1) << DropLink(S0)).ends_in(Shopping)
    assert state.notice is not None
    assert state.notice.told is Told.CARD_AWAY
    assert (greeted() >> AWAY).ends_in(Shopping).member is not None


def test_a_card_during_the_payment_is_refused_aloud() -> None:
    """As any scan is, and wiped at once."""
    story = Story(served(MILK)) >> PayPressed(1, Money(119)) << Authorize
    state = (story >> CustomerShown(H1) << Forget(H1)).ends_in(Paying)
    assert state.notice is not None
    assert state.notice.told is Told.NOT_NOW


def test_a_card_at_a_kiosk_without_a_service_is_refused_with_a_word() -> None:
    """Also where it would have begun a purchase."""
    for state in (shopping(MILK), replace(shopping(), phase=Attract())):
        after = (Story(state) >> CustomerShown(H1) << Forget(H1)).ends_in(Shopping)
        assert after.notice is not None
        assert after.notice.told is Told.CARD_NOT_TAKEN


def test_a_declined_card_leaves_the_customer_greeted() -> None:
    """Another try, and the same link."""
    story = (
        greeted()
        >> PayPressed(1, Money(119)) << Authorize
        >> PaymentDeclined(P1, 0x05)
    )  # fmt: skip
    story._commands.clear()  # the terminal is read
    assert story.ends_in(Shopping).member == greeted().state.member


def test_after_a_restart_the_name_is_gone_and_the_link_is_not() -> None:
    """Points still come; "not me" still takes them back."""
    story = Story(greeted().state) >> Restarted(SHOP, service=True) << KeepLinks(((S0, H1),))
    state = story.ends_in(Shopping)
    assert state.member is not None
    assert (state.member.known, state.member.sealed) == (Known.LATER, True)
    (Story(state) >> NotMePressed() << Forget(H1) << DropLink(S0)).ends_in(Shopping)


@pytest.mark.parametrize("paying", [False, True])
def test_a_link_that_was_not_confirmed_before_a_crash_is_taken_back(paying: bool) -> None:
    """Nobody knows whether it is there: the sale must not carry what the customer was not told of."""
    story = Story(served(MILK)) >> CustomerShown(H1) << SealLink << Identify
    if paying:
        story = story >> PayPressed(1, Money(119)) >> TimerFired(Timer.LINK) << Authorize
    story = story >> Restarted(SHOP, service=True)
    commands = list(story._commands)
    story._commands.clear()
    assert DropLink(S0) in commands
    assert story.ends_in(InDoubt if paying else Shopping).member is None


def test_every_paid_sale_is_queued_until_the_outbox_has_it() -> None:
    """Printed, waived, or found paid after doubt; again after a restart and when the outbox is back."""
    sold = Story(served(MILK)) >> PayPressed(1, Money(119)) << Authorize
    sold = sold >> CardApproved(P1, card()) >> PaymentClosed(P1) << PrintReceipt
    failed = sold >> ReceiptFailed(J2, PrintFault.PAPER_OUT, False)
    story = failed >> ReceiptWaived() << QueueSale
    (record,) = story.state.undelivered
    story = story >> DeviceOnline(Device.OUTBOX) << KeepLinks(()) << QueueSale(record)
    story = story >> Restarted(SHOP, service=True) << KeepLinks(()) << QueueSale(record)
    assert (story >> SaleQueued(S0)).state.undelivered == ()


def test_a_customer_changes_no_amount() -> None:
    """The same basket, with and without."""
    with_, without = greeted(), Story(served(MILK))
    for story in (with_, without):
        phase = story.state.phase
        assert isinstance(phase, Shopping)
        story = story >> QuantitySet(phase.sale.basket.lines[0].id, 3)
        story = story >> PayPressed(1, Money(357)) << Authorize(P1, Money(357))
        story.ends_in(Paying)


def test_a_kiosk_without_a_service_tells_nobody() -> None:
    """Its sales are its own affair."""
    story = Story(shopping(MILK)) >> PayPressed(1, Money(119)) << Authorize
    story = story >> CardApproved(P1, card()) >> PaymentClosed(P1) << PrintReceipt
    assert isinstance(story.state.phase, Paid)
    assert (story >> ReceiptPrinted(J2)).ends_in(Thanks).undelivered == ()
    (story >> StartPressed()).ends_in(Attract)


def test_no_screen_holds_a_name() -> None:
    """Words around it, a slot, and a button: in every language the same."""
    view = present(greeted().state, 1).view
    assert isinstance(view, ScanView)
    member = view.member
    assert member is not None
    assert (member.state, member.slot, member.greeting, member.points) == (
        MemberState.FOUND, H1, "Hallo", "Punkte",
    )  # fmt: skip
    assert member.not_me.event == NotMePressed()
