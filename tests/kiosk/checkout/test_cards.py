"""Cards at the reader: what the customer is told, and whose prices count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.checkout.commands import Authorize, DropLink, Forget, Identify, SealLink
from kiosk.checkout.events import Device, DeviceFault, DeviceOnline, FaultKind, PayPressed
from kiosk.checkout.member_events import (
    CardFault,
    CardRefused,
    CustomerFound,
    CustomerShown,
    LinkSealed,
    NotMePressed,
)
from kiosk.checkout.states import Attract, Link, Notice, Paying, Shopping, Told
from kiosk.ids import Handle, SaleId
from kiosk.money import Money
from kiosk.screens.present import present
from kiosk.screens.values import MemberState, ScanView
from tests.story import MILK, P1, Story, shopping

H1, H2 = Handle("f00d"), Handle("beef")
S0 = SaleId("K1-abc-s000000")
AWAY = DeviceFault(Device.READER, FaultKind.UNAVAILABLE, True)


def greeted() -> Story:
    """A member with milk, found and linked."""
    return (
        Story(replace(shopping(MILK), service=True))
        >> CustomerShown(H1, Device.READER) << SealLink(S0, H1) << Identify(S0, H1)
        >> LinkSealed(H1)
        >> CustomerFound(H1)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (CardFault.TORN, Told.CARD_TORN),
        (CardFault.SEVERAL, Told.CARD_SEVERAL),
        (CardFault.UNREADABLE, Told.CARD_UNREADABLE),
        (CardFault.CHANGING, Told.CARD_CHANGING),
    ],
)
def test_a_card_that_told_nothing_changes_nothing(fault: CardFault, told: Told) -> None:
    """The customer is told what to do; basket and whoever is known stay."""
    before = greeted().state
    after = (Story(before) >> CardRefused(fault)).ends_in(Shopping)
    assert after.notice == Notice(told)
    assert (after.phase, after.member) == (before.phase, before.member)
    woken = (
        Story(replace(shopping(), service=True, phase=Attract())) >> CardRefused(fault)
    ).ends_in(Shopping)
    assert woken.notice == Notice(told)


def test_who_pays_at_the_wrong_reader_is_told_where() -> None:
    """And nobody is asked about, as nobody is while a payment is under way."""
    paying = (greeted() >> PayPressed(1, Money(119)) << Authorize(P1, Money(119))).state
    for event, told in (
        (CustomerShown(H2, Device.READER), Told.CARD_AT_TERMINAL),
        (CardRefused(CardFault.CHANGING), Told.CARD_AT_TERMINAL),
        (CustomerShown(H2), Told.NOT_NOW),
    ):
        story = Story(paying) >> event
        story = story << Forget(H2) if isinstance(event, CustomerShown) else story
        after = story.ends_in(Paying)
        assert after.notice == Notice(told)
        assert after.member == paying.member


def test_the_price_group_is_of_the_purchase_and_goes_with_the_customer() -> None:
    """Prices are made by it; "not me" takes it away."""
    story = (
        Story(replace(shopping(MILK), service=True))
        >> CustomerShown(H1, Device.READER)
        << SealLink(S0, H1)
        << Identify(S0, H1)
    )
    found = (story >> CustomerFound(H1, "gold")).ends_in(Shopping)
    assert found.member is not None
    assert found.member.group == "gold"
    story = Story(found) >> NotMePressed() << Forget(H1) << DropLink(S0)
    assert story.ends_in(Shopping).member is None


def test_a_card_that_anybody_can_copy_collects_points_and_greets_nobody() -> None:
    """The strip says that it counts; there is no name to draw, and none is waited for."""
    story = Story(replace(shopping(MILK), service=True)) >> CustomerShown(H1, Device.READER)
    story = (
        story << SealLink(S0, H1) << Identify(S0, H1) >> CustomerFound(H1, "member", shown=False)
    )
    view = present(story.state, 1).view
    assert isinstance(view, ScanView)
    assert view.member is not None
    assert view.member.state is MemberState.COUNTED
    assert view.member.greeting == "Ihre Karte zählt: Sie sammeln Punkte"


@pytest.mark.parametrize("online", [True, False])
def test_a_reader_that_comes_or_goes_stops_nothing(online: bool) -> None:
    """Only its own standing changes."""
    before = greeted().state
    event = DeviceOnline(Device.READER) if online else AWAY
    after = (Story(before) >> event).ends_in(Shopping)
    assert after.devices.reader is (Link.READY if online else Link.LOST)
    assert replace(after, devices=before.devices) == before
