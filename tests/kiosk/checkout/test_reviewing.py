"""The step between the basket and the card: where a shop wants it, or there is a choice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.checkout.commands import Authorize
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    CodeFault,
    CodeRefused,
    DeviceFault,
    Event,
    FaultKind,
    LanguageChosen,
    PayPressed,
    Restarted,
    Timer,
    TimerFired,
)
from kiosk.checkout.events import Device as Dev
from kiosk.checkout.floor import Tenders
from kiosk.checkout.floor_events import ResumeAsked, TillChosen
from kiosk.checkout.front import Sheet
from kiosk.checkout.front_events import SheetClosed, SheetOpened
from kiosk.checkout.goods_events import DepositSlipScanned
from kiosk.checkout.member_events import LinkSealed
from kiosk.checkout.states import (
    Attract,
    Known,
    Link,
    Member,
    OutOfService,
    Paying,
    Shopping,
    State,
    Told,
)
from kiosk.ids import Gtin, LineId
from kiosk.journal import digest_of
from kiosk.money import Money
from kiosk.screens.present import present
from kiosk.screens.sheet_values import ReviewSheet
from kiosk.screens.values import AttractView, ScanView
from kiosk.words import Language
from tests.event_samples import H1
from tests.kiosk.checkout.test_prices import LOADED
from tests.kiosk.screens.test_present import whole
from tests.story import MILK, NOW, SHOP, WATER, WINE, Story, shopping

TILL = Tenders(till="Kasse 1")
CHECKED = Tenders(review=True)
OPEN = SheetOpened(Sheet.REVIEW)
FOREIGN = CodeRefused("Q3", 12, CodeFault.FOREIGN)


def basket(tenders: Tenders = TILL, *, lost: bool = False) -> State:
    """Milk and two bottles of water, and these ways to pay."""
    state = replace(shopping(MILK, WATER, WATER), tenders=tenders)
    away = replace(state.devices, terminal=Link.LOST)
    return replace(state, devices=away) if lost else state


def review(state: State) -> ReviewSheet:
    """The sheet as a customer sees it."""
    sheet = present(state, 7).sheet
    assert isinstance(sheet, ReviewSheet)
    return sheet


def opened(state: State) -> State:
    """After "pay" was touched, as the screen offers it."""
    view = present(state, 7).view
    assert isinstance(view, ScanView)
    assert view.pay.event == OPEN
    return (Story(state) >> OPEN).state


def test_where_nothing_is_configured_pay_is_the_card() -> None:
    """One touch, and no sheet can be had."""
    state = basket(Tenders())
    view = present(state, 7).view
    assert isinstance(view, ScanView)
    assert view.pay.event == PayPressed(7, Money(347))
    assert (Story(state) >> OPEN).state.front.sheet is None
    stays = (Story(state) >> TillChosen()).ends_in(Shopping)
    assert stays.parked == ()


@pytest.mark.parametrize("tenders", [TILL, CHECKED])
def test_what_was_bought_is_shown_once_more(tenders: Tenders) -> None:
    """All of it, to the cent, in every language."""
    state = opened(basket(tenders))
    sheet = review(state)
    assert [row.label for row in sheet.rows] == ["Bio-Vollmilch", "2 × Wasser"]
    assert [row.label for row in sheet.sums] == ["Pfand enthalten"]
    assert [row.amount for row in sheet.rows] == ["1,19 €", "2,28 €"]
    assert sheet.total == "3,47 €"
    for language in Language:
        whole(present(replace(state, language=language), 1), language)


def test_what_is_not_read_out_is_counted() -> None:
    """Who hears the first eight knows that there are more."""
    assert review(opened(basket())).further == ""
    goods = tuple(
        replace(MILK, gtin=Gtin(MILK.gtin + 1000 * n), name=f"Milch {n}") for n in range(11)
    )
    many = opened(replace(shopping(*goods), tenders=TILL))
    assert review(many).further == "Weitere Zeilen: 3"
    speech = present(many, 1).speech
    assert "Milch 7: 1,19" in speech
    assert "Milch 8" not in speech
    assert "Weitere Zeilen: 3." in speech


def test_one_way_to_pay_is_no_question() -> None:
    """And two are, the card first, with the filled colour."""
    alone, both = review(opened(basket(CHECKED))), review(opened(basket(TILL)))
    assert alone.question == ""
    assert [each.action.event for each in alone.tenders] == [PayPressed(7, Money(347))]
    assert both.question
    assert [each.action.event for each in both.tenders] == [
        PayPressed(7, Money(347)), TillChosen(),
    ]  # fmt: skip
    assert [each.primary for each in both.tenders] == [True, False]


def test_the_card_is_asked_for_when_it_was_chosen() -> None:
    """Not before: looking charges nothing."""
    state = opened(basket())
    assert isinstance(state.phase, Shopping)
    paying = (Story(state) >> PayPressed(7, Money(347)) << Authorize).ends_in(Paying)
    assert paying.front.sheet is None


def test_another_total_than_was_seen_charges_nothing() -> None:
    """A slip taken off while somebody looked: they see what it comes to now."""
    closed = (Story(opened(basket())) >> DepositSlipScanned("00007", Money(75))).state
    assert closed.front.sheet is None
    state = opened(closed)
    assert review(state).total == "2,72 €"
    assert any("0,75" in row.amount for row in review(state).sums)
    refused = (Story(state) >> PayPressed(7, Money(347))).ends_in(Shopping)
    assert refused.notice is not None
    assert refused.notice.told is Told.TOTAL_CHANGED


@pytest.mark.parametrize("event", [ArticleScanned(WATER), FOREIGN, SheetClosed()])
def test_who_scans_on_sees_the_list(event: Event) -> None:
    """What was scanned, or why not, is seen there."""
    assert (Story(opened(basket())) >> event).state.front.sheet is None


def test_another_language_leaves_it_open() -> None:
    """In the new words."""
    state = (Story(opened(basket())) >> LanguageChosen(Language.EN)).state
    assert review(state).title == "Is everything there?"


def test_it_waits_for_staff_as_paying_does() -> None:
    """Wine is released first, whichever way it is paid."""
    state = replace(shopping(MILK, WINE), tenders=TILL)
    view = present(state, 7).view
    assert isinstance(view, ScanView)
    assert view.pay.event is None
    assert (Story(state) >> OPEN).state.front.sheet is None
    assert (Story(state) >> TillChosen()).ends_in(Shopping).parked == ()


def test_it_closes_when_the_only_way_to_pay_has_gone() -> None:
    """With the word why, over the list; with a till beside it stays, and offers that."""
    gone = replace(DeviceFault(Dev.TERMINAL, FaultKind.UNAVAILABLE, True), at=NOW)
    assert decide(opened(basket(CHECKED)), gone).state.front.sheet is None
    state = decide(opened(basket(TILL)), gone).state
    card, till = review(state).tenders
    assert (card.action.event, card.primary) == (None, False)
    assert (till.action.event, till.primary) == (TillChosen(), True)


def test_without_a_terminal_the_till_takes_the_purchase() -> None:
    """Nothing is lost here: told where to go, and the basket waits under its number."""
    state = opened(basket(lost=True))
    parked = (Story(state) >> TillChosen()).ends_in(OutOfService)  # it cannot sell to the next one
    (waiting,) = parked.parked
    assert waiting.sale.basket == state.phase.sale.basket  # type: ignore[union-attr]
    assert parked.notice is not None
    assert (parked.notice.told, parked.notice.code) == (Told.AT_TILL, waiting.number)
    notice = present(parked, 8).notice
    assert notice is not None
    assert notice.text == "Bitte bezahlen Sie an Kasse 1."
    assert f"{waiting.number:04d}" in notice.remedy
    mended = replace(parked, phase=Attract(), devices=basket().devices)
    back = (Story(mended) >> ResumeAsked(waiting.number)).ends_in(Shopping)
    assert back.phase.sale.basket == waiting.sale.basket  # type: ignore[union-attr]


def test_a_purchase_for_nothing_goes_to_no_till() -> None:
    """A slip took it all: one way, and no card."""
    state = (Story(basket()) >> DepositSlipScanned("00007", Money(900))).state
    (only,) = review(opened(state)).tenders
    assert only.action.event == PayPressed(7, Money(0))


def test_the_moment_a_link_is_kept_shows_the_sheet_still() -> None:
    """Nothing can be pressed twice meanwhile."""
    known = replace(basket(), service=True, member=Member(H1, Known.FOUND))
    waiting = (Story(opened(known)) >> PayPressed(7, Money(347))).state
    assert review(waiting).tenders[0].action.event is None
    assert isinstance((Story(waiting) >> LinkSealed(H1)).state.phase, Paying)


def test_nobody_there_is_asked_over_it() -> None:
    """The question is in front of everything."""
    assert (Story(opened(basket())) >> TimerFired(Timer.IDLE)).state.front.sheet is None


def test_ways_to_pay_come_from_the_configuration() -> None:
    """At every start; what older journals hold replays as it was."""
    started = replace(Restarted(SHOP, tenders=TILL), at=NOW)
    state = decide(replace(basket(Tenders()), phase=Attract()), started).state
    assert state.tenders == TILL
    view = present(replace(state, phase=Attract()), 1).view
    assert isinstance(view, AttractView)
    assert "Kasse 1" in view.tenders
    assert digest_of(shopping(MILK)) == digest_of(replace(shopping(MILK), tenders=Tenders()))
    assert digest_of(state) != digest_of(replace(state, tenders=Tenders()))


def test_many_of_one_article_are_one_row() -> None:
    """With how many they are."""
    state = basket(CHECKED)
    assert isinstance(state.phase, Shopping)
    more = state.phase.sale.basket.set_quantity(LineId(101), 3)
    sale = replace(state.phase.sale, basket=more)
    sheet = review(opened(replace(state, phase=replace(state.phase, sale=sale))))
    assert (sheet.rows[0].label, sheet.rows[0].amount) == ("3 × Bio-Vollmilch", "3,57 €")


def test_discounts_are_in_the_amounts() -> None:
    """And named once, as what is saved: the amounts make the total."""
    sheet = review(opened((Story(basket()) >> LOADED).state))
    assert [row.amount for row in sheet.rows] == [
        "0,99\N{NO-BREAK SPACE}€",
        "2,28\N{NO-BREAK SPACE}€",
    ]
    assert [row.label for row in sheet.sums] == ["Sie sparen", "Pfand enthalten"]
    assert sheet.total == "3,27\N{NO-BREAK SPACE}€"
