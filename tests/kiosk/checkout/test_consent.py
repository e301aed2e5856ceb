"""A customer withdraws: asked once, told what came of it, forgotten only when it is done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.checkout.commands import (
    Authorize,
    DropLink,
    Forget,
    Identify,
    MakeInvitation,
    SealLink,
    StartTimer,
    Withdraw,
)
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    Device,
    DeviceFault,
    Event,
    FaultKind,
    PayPressed,
    Restarted,
    Timer,
    TimerFired,
    Volatile,
)
from kiosk.checkout.floor_events import ParkPressed
from kiosk.checkout.front import Sheet
from kiosk.checkout.front_events import InvitationMade, SheetClosed, SheetOpened
from kiosk.checkout.member_events import (
    ConsentKept,
    ConsentWithdrawn,
    CustomerFound,
    CustomerShown,
    CustomerUnavailable,
    LinkSealed,
    NotMePressed,
    WhyKept,
    WithdrawPressed,
)
from kiosk.checkout.regions.idle import JOIN_SECONDS
from kiosk.checkout.states import Attract, Known, Notice, Paying, Shopping, State, Told
from kiosk.ids import NOBODY
from kiosk.money import Money
from kiosk.screens.present import present
from kiosk.screens.sheet_values import NoteSheet
from kiosk.screens.values import AttractView, MemberState, ScanView
from kiosk.words import Language
from tests.kiosk.checkout.test_member import H1, H2, S0, greeted, served
from tests.story import MILK, NOW, P1, SHOP, WATER, Story, shopping

ASK = Withdraw(H1, Language.DE)
SILENT = DeviceFault(Device.LOOKUP, FaultKind.SILENT, False)


def leaving() -> Story:
    """A greeted member who has pressed it."""
    return greeted() >> SheetOpened(Sheet.WITHDRAW) >> WithdrawPressed() << ASK


def told(state: State) -> Told | None:
    return state.notice.told if state.notice else None


def test_whoever_withdraws_is_forgotten_when_the_service_has_it() -> None:
    """Vault, link and greeting go; the basket and its prices for everybody stay."""
    story = leaving()
    assert story.state.front.sheet is None
    story = story >> ConsentWithdrawn(H1) << Forget(H1) << DropLink(S0)
    state = story.ends_in(Shopping)
    assert (state.member, told(state)) == (None, Told.WITHDRAWN)
    (story >> PayPressed(1, Money(119)) << Authorize(P1, Money(119))).ends_in(Paying)


def test_it_is_asked_once_however_often_it_is_pressed() -> None:
    (leaving() >> WithdrawPressed() >> WithdrawPressed()).ends_in(Shopping)


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (ConsentKept(H1, WhyKept.UNSURE), Told.WITHDRAW_UNSURE),
        (ConsentKept(H1, WhyKept.UNKNOWN), Told.WITHDRAW_UNKNOWN),
        (SILENT, Told.WITHDRAW_UNSURE),
    ],
)
def test_where_it_is_not_known_to_be_done_nothing_is_pretended(answer: Event, word: Told) -> None:
    """The customer stays known, is told, and may press again."""
    story = leaving() >> answer
    assert told(story.state) is word
    assert story.state.member
    assert (story.state.member.known, story.state.member.leaving) == (Known.FOUND, False)
    (story >> WithdrawPressed() << ASK).ends_in(Shopping)


def test_nobody_pays_at_prices_that_are_about_to_end() -> None:
    story = leaving() >> PayPressed(1, Money(119))
    view = present(story.ends_in(Shopping), 1).view
    assert isinstance(view, ScanView)
    assert view.pay.event is None
    assert view.member
    assert view.member.state is MemberState.ASKING
    (story >> ArticleScanned(WATER)).ends_in(Shopping)


@pytest.mark.parametrize("other", [NotMePressed(), TimerFired(Timer.MEMBER)])
def test_an_answer_for_somebody_who_is_gone_says_nothing(other: Event) -> None:
    story = leaving() >> other << Forget(H1) << DropLink(S0)
    before = story.state
    assert (story >> ConsentWithdrawn(H1) >> ConsentKept(H1, WhyKept.UNSURE)).state == before


def test_an_answer_is_for_the_one_who_asked() -> None:
    story = leaving() >> CustomerShown(H2) << Forget(H1) << DropLink(S0) << SealLink << Identify
    assert (story >> ConsentWithdrawn(H1)).ends_in(Shopping).member is not None


@pytest.mark.parametrize(
    "story",
    [
        Story(served(MILK)),
        Story(served(MILK)) >> CustomerShown(H1) << SealLink << Identify,
        Story(served(MILK)) >> CustomerShown(H1) << SealLink << Identify
        >> CustomerUnavailable(H1),
        Story(served(MILK)) >> CustomerShown(H1) << SealLink << Identify
        >> CustomerFound(H1) >> PayPressed(1, Money(119)),
    ],
)  # fmt: skip
def test_who_is_not_recognised_or_is_paying_withdraws_nothing(story: Story) -> None:
    (story >> WithdrawPressed() >> SheetOpened(Sheet.WITHDRAW)).ends_in(Shopping)
    assert story.state.front.sheet is None


def test_a_copied_number_is_recognised_enough() -> None:
    """Nothing was shown for it; it can be ended all the same."""
    story = Story(served(MILK)) >> CustomerShown(H1) << SealLink << Identify
    story = story >> LinkSealed(H1) >> CustomerFound(H1, "gold", shown=False)
    (story >> WithdrawPressed() << ASK).ends_in(Shopping)


def test_after_a_crash_nobody_is_linked_and_nobody_is_sure() -> None:
    """What they showed is gone, so it cannot be asked again: they are told."""
    state = (leaving() >> Restarted(SHOP, service=True) << DropLink(S0)).state
    assert state.member is None
    assert state.notice == Notice(Told.WITHDRAW_UNSURE)


def test_the_notice_comes_before_the_card_and_only_where_cards_count() -> None:
    for state in (served(MILK), served()):
        view = present(state, 1).view
        assert isinstance(view, ScanView)
        assert view.briefing
        assert view.briefing.more.event == SheetOpened(Sheet.DATA)
        assert "Markt" in view.briefing.what
    for state in (shopping(MILK), greeted().state):
        view = present(state, 1).view
        assert isinstance(view, ScanView)
        assert view.briefing is None
    assert (Story(shopping(MILK)) >> SheetOpened(Sheet.DATA)).state.front.sheet is None


def test_idle_it_is_there_as_well_and_a_card_needs_no_touch() -> None:
    idle = replace(served(), phase=Attract())
    view = present(idle, 1).view
    assert isinstance(view, AttractView)
    assert view.briefing
    opened = Story(idle) >> SheetOpened(Sheet.DATA)
    assert isinstance(present(opened.state, 1).sheet, NoteSheet)
    shown = opened >> CustomerShown(H1) << SealLink << Identify
    assert shown.ends_in(Shopping).front.sheet is None


def test_the_way_out_is_offered_to_whom_it_concerns() -> None:
    for state, offered in ((served(MILK), 0), (greeted().state, 1), (leaving().state, 0)):
        sheet = present((Story(state) >> SheetOpened(Sheet.DATA)).state, 1).sheet
        assert isinstance(sheet, NoteSheet)
        assert len(sheet.options) == offered


def test_a_sheet_about_somebody_who_is_gone_closes() -> None:
    story = greeted() >> SheetOpened(Sheet.WITHDRAW)
    assert story.state.front.sheet is Sheet.WITHDRAW
    story = story >> TimerFired(Timer.MEMBER) << Forget(H1) << DropLink(S0)
    assert story.state.front.sheet is None


JOINING = replace(served(MILK), joins=True)


def test_a_code_to_join_is_made_shown_and_wiped() -> None:
    """A link is in the vault only while somebody looks at it; and none is in the journal."""
    story = Story(JOINING) >> SheetOpened(Sheet.JOIN) << MakeInvitation()
    sheet = present(story.state, 1).sheet
    assert isinstance(sheet, NoteSheet)
    assert sheet.slot == NOBODY
    story = story >> InvitationMade(H2)
    sheet = present(story.state, 1).sheet
    assert isinstance(sheet, NoteSheet)
    assert sheet.slot == H2
    for gone in (SheetClosed(), SheetOpened(Sheet.DATA), ParkPressed()):
        ended = Story(story.state) >> gone << Forget(H2)
        assert ended.state.front.invitation == NOBODY
    again = Story(story.state) >> SheetOpened(Sheet.JOIN) << MakeInvitation() << Forget(H2)
    assert again.state.front.invitation == NOBODY
    assert issubclass(InvitationMade, Volatile)


def test_a_code_that_comes_too_late_or_twice_is_wiped() -> None:
    closed = Story(JOINING) >> SheetOpened(Sheet.JOIN) << MakeInvitation() >> SheetClosed()
    assert (closed >> InvitationMade(H2) << Forget(H2)).state.front.sheet is None
    shown = Story(JOINING) >> SheetOpened(Sheet.JOIN) << MakeInvitation() >> InvitationMade(H1)
    assert (shown >> InvitationMade(H2) << Forget(H2)).state.front.invitation == H1


def test_where_no_code_can_be_made_it_is_said() -> None:
    story = Story(JOINING) >> SheetOpened(Sheet.JOIN) << MakeInvitation() >> InvitationMade(NOBODY)
    sheet = present(story.state, 1).sheet
    assert isinstance(sheet, NoteSheet)
    assert "Moment nicht" in sheet.paragraphs[-1]


def test_who_shows_the_code_of_the_phone_needs_no_touch() -> None:
    """The sheet closes by itself, and its link is wiped."""
    story = Story(JOINING) >> SheetOpened(Sheet.JOIN) << MakeInvitation() >> InvitationMade(H2)
    story = story >> CustomerShown(H1) << SealLink << Identify << Forget(H2)
    assert story.ends_in(Shopping).front.sheet is None


def test_nobody_is_invited_who_is_known_already_or_where_nobody_joins() -> None:
    known = replace(greeted().state, joins=True)
    for state in (known, served(MILK)):
        assert (Story(state) >> SheetOpened(Sheet.JOIN)).state.front.sheet is None


def test_whoever_reads_on_their_phone_is_not_sent_away() -> None:
    idle = replace(JOINING, phase=Attract())
    for state in (idle, JOINING):
        commands = decide(state, SheetOpened(Sheet.JOIN, at=NOW)).commands
        (timer,) = [each for each in commands if isinstance(each, StartTimer)]
        assert (timer.timer, timer.seconds) == (Timer.IDLE, JOIN_SECONDS)
