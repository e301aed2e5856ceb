"""Sheets in front of the screen: opened by a touch, never in the way, never on a disk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.checkout.commands import Authorize, StartTimer
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    CodeFault,
    CodeRefused,
    Event,
    LanguageChosen,
    PayPressed,
    TerminalShows,
    Timer,
    TimerFired,
)
from kiosk.checkout.floor import Comfort
from kiosk.checkout.floor_events import (
    AttendantArrived,
    ComfortChosen,
    HelpPressed,
    ParkPressed,
    PinRefused,
    ResumeAsked,
)
from kiosk.checkout.front import LETTERS_MOST, Front, Sheet, Shelf, Tile, is_own
from kiosk.checkout.front_events import (
    GroupChosen,
    KeyTouched,
    LettersTyped,
    NumberTyped,
    SheetClosed,
    SheetOpened,
    ShelfLoaded,
    TilePicked,
)
from kiosk.checkout.regions.attending import PIN_SECONDS, WRONG_PINS
from kiosk.checkout.regions.ending import PICKED_MOST, paid
from kiosk.checkout.regions.idle import COMFORT_FACTOR, EMPTY_SECONDS
from kiosk.checkout.states import (
    Attract,
    Baseline,
    Closed,
    Link,
    OutOfService,
    Paying,
    Payment,
    Shopping,
    State,
    Thanks,
)
from kiosk.checkout.step import Verdict
from kiosk.ids import Gtin
from kiosk.journal import digest_of
from kiosk.offers.promotions import Name
from kiosk.words import Language
from tests.story import MILK, NOW, P1, WATER, Story, card, shopping

APPLE, PEAR, PLUM = (Gtin(number) for number in (2800017000004, 2800018000003, 2800020000008))


def tile(gtin: Gtin, name: str, *months: int, group: int = 0, number: int = 0) -> Tile:
    return Tile(gtin, (Name("de", name),), group, months, "", number)


SHELF = Shelf(
    ((Name("de", "Obst"),), (Name("de", "Gemüse"),)),
    (
        tile(APPLE, "Äpfel Elstar", 9, 10, 11),
        tile(PEAR, "Williams-Birnen", 8, 9),
        tile(PLUM, "Rote Bete", group=1),
    ),
)
IDLE = replace(shopping(), phase=Attract())


def opened(state: State, sheet: Sheet) -> State:
    return (Story(state) >> SheetOpened(sheet)).state


def after(state: State, event: Event) -> Sheet | None:
    """The sheet that is open then."""
    return (Story(state) >> event).state.front.sheet


@pytest.mark.parametrize("sheet", list(Sheet))
def test_a_sheet_is_no_part_of_what_is_kept(sheet: Sheet) -> None:
    """A restart shows the screen behind it, and the digest knows nothing of it."""
    for state in (shopping(MILK), IDLE):
        front = opened(state, sheet)
        assert digest_of(front) == digest_of(state)
        assert (Story(front) >> SheetClosed()).state == state


def test_goods_are_for_who_buys_and_parked_baskets_for_who_does_not() -> None:
    """Everything else is for everybody."""
    buying, idle = shopping(MILK), IDLE
    # There is no service here, and one way to pay.
    asked = {Sheet.DATA, Sheet.JOIN, Sheet.WITHDRAW, Sheet.REVIEW}
    only_buying = {sheet for sheet in Sheet if opened(idle, sheet).front.sheet is None}
    only_idle = {sheet for sheet in Sheet if opened(buying, sheet).front.sheet is None}
    assert only_buying - asked == {Sheet.GOODS, Sheet.DIGITS}
    assert only_idle - asked == {Sheet.RESUME}


def test_a_sheet_closes_when_it_got_its_answer() -> None:
    """What was refused can be tried again in it."""
    buying = shopping(MILK)
    answers: list[tuple[Sheet, Event, State]] = [
        (Sheet.LANGUAGE, LanguageChosen(Language.EN), buying),
        (Sheet.GOODS, ArticleScanned(WATER), buying),
        (Sheet.DIGITS, ArticleScanned(WATER), buying),
        (Sheet.PIN, AttendantArrived("staff"), buying),
        (Sheet.HELP, HelpPressed(), buying),
    ]
    for sheet, event, state in answers:
        assert after(opened(state, sheet), event) is None, sheet
    tries: list[tuple[Sheet, Event, State]] = [
        (Sheet.DIGITS, CodeRefused("", 4, CodeFault.UNKNOWN), buying),
        (Sheet.PIN, PinRefused(), buying),
        (Sheet.RESUME, ResumeAsked(1234), IDLE),
        (Sheet.COMFORT, ComfortChosen(Comfort.LARGE), buying),
    ]
    for sheet, event, state in tries:
        assert after(opened(state, sheet), event) is sheet, sheet


def test_scanning_goes_on_behind_a_sheet() -> None:
    """Whoever looks for a language does not lose what is scanned meanwhile."""
    state = (Story(opened(shopping(MILK), Sheet.COMFORT)) >> ArticleScanned(WATER)).state
    assert isinstance(state.phase, Shopping)
    assert len(state.phase.sale.basket.lines) == 2
    assert state.front.sheet is Sheet.COMFORT


def test_another_screen_has_nothing_in_front() -> None:
    """Neither paying nor parking leaves a sheet behind."""
    front = opened(shopping(MILK), Sheet.HELP)
    paying = (Story(front) >> PayPressed(1, MILK.price) << Authorize).ends_in(Paying)
    assert paying.front.sheet is None
    assert after(front, ParkPressed()) is None


def test_letters_and_groups_belong_to_goods() -> None:
    """A group ends the search, letters are bounded, and elsewhere both mean nothing."""
    goods = Story(opened(shopping(MILK), Sheet.GOODS)) >> GroupChosen(1) >> LettersTyped("BI")
    assert goods.state.front == Front(Sheet.GOODS, "BI", 1, 11)
    assert (goods >> GroupChosen(None)).state.front == Front(Sheet.GOODS, "", None, 11)
    long = (goods >> LettersTyped("X" * 99)).state.front.letters
    assert len(long) == LETTERS_MOST
    assert (Story(IDLE) >> LettersTyped("X") >> GroupChosen(1)).state.front == Front()


def test_pictures_are_in_season_first_then_as_they_are_bought() -> None:
    """What is out of season is still there, last."""

    def found(
        letters: str = "", group: int | None = None, month: int = 11, *often: Gtin
    ) -> list[Gtin]:
        return [each.gtin for each in SHELF.found(letters, group, month, often, "de")]

    assert found() == [APPLE, PLUM, PEAR]
    assert found("", None, 8) == [PEAR, PLUM, APPLE]
    assert found("", None, 11, PLUM, PLUM, PEAR) == [PLUM, APPLE, PEAR]
    assert found("", 1) == [PLUM]
    assert found("apf") == found("ÄPF") == [APPLE]
    assert found("B", 1) == [PLUM, PEAR]  # any word, in any group
    assert found("X") == []
    assert SHELF.next_letters("B", "de") == {"I", "E"}
    assert SHELF.next_letters("", "de") == {"A", "E", "W", "B", "R"}


def test_what_is_bought_often_is_known_by_the_shop_s_own_numbers() -> None:
    """Of the last sales only, and without a word on a disk."""
    assert is_own(APPLE)
    assert is_own(Gtin(20000004))
    assert not is_own(MILK.gtin)
    state = shopping(replace(MILK, gtin=APPLE), MILK)
    assert isinstance(state.phase, Shopping)
    amount = MILK.price * 2
    payment = Payment(P1, amount, Baseline(""), NOW)
    full = replace(state, picked=(PEAR,) * PICKED_MOST)
    for before, count in ((state, 1), (full, PICKED_MOST)):
        after_sale = paid(before, state.phase.sale, payment, card(amount.minor), (), NOW).state
        assert len(after_sale.picked) == count
        assert after_sale.picked[-1] == APPLE


@pytest.mark.parametrize("closed", [None, Closed.TERMINAL])
def test_who_went_away_is_not_the_next_customer(closed: Closed | None) -> None:
    """Language, layout and sheet are as the shop wants them, some time after the last touch."""
    state = replace(IDLE, phase=OutOfService(closed)) if closed else IDLE
    if closed:
        state = replace(state, devices=replace(state.devices, terminal=Link.LOST))
    story = Story(state) >> LanguageChosen(Language.EN)
    step = decide(story.state, replace(SheetOpened(Sheet.COMFORT), at=NOW))
    assert StartTimer(Timer.IDLE, EMPTY_SECONDS) in step.commands
    large = decide(step.state, replace(ComfortChosen(Comfort.LARGE), at=NOW))
    assert StartTimer(Timer.IDLE, EMPTY_SECONDS * COMFORT_FACTOR) in large.commands
    touched = decide(large.state, replace(KeyTouched(), at=NOW))
    assert StartTimer(Timer.IDLE, EMPTY_SECONDS * COMFORT_FACTOR) in touched.commands
    alone = (Story(large.state) >> TimerFired(Timer.IDLE)).state
    assert (alone.language, alone.comfort, alone.front) == (Language.DE, Comfort.STANDARD, Front())
    assert type(alone.phase) is type(state.phase)


def test_a_touch_behind_the_question_wakes_nobody() -> None:
    """Volatile events leave no trace in the journal, so they change nothing that is in it."""
    warned = (Story(shopping(MILK)) >> TimerFired(Timer.IDLE)).state
    for event in (SheetOpened(Sheet.HELP), KeyTouched(), SheetClosed()):
        step = decide(warned, replace(event, at=NOW))
        assert digest_of(step.state) == digest_of(warned)
        assert not [each for each in step.commands if isinstance(each, StartTimer)]


def test_pictures_and_numbers_are_resolved_by_the_engine() -> None:
    """The machine refuses them: what is journalled is the article."""
    for event in (TilePicked(APPLE), NumberTyped("4011")):
        assert decide(shopping(MILK), replace(event, at=NOW)).verdict is Verdict.REFUSE


def test_the_shelf_is_beside_the_state() -> None:
    """Another shelf is no other state: the journal replays without it."""
    state = (Story(IDLE) >> ShelfLoaded(SHELF)).state
    assert state.shelf == SHELF
    assert state == IDLE


def test_a_lock_that_rests_tells_nobody_which_pin_is_right() -> None:
    """Nor does trying on make it rest longer."""
    story = Story(opened(shopping(MILK), Sheet.PIN))
    for _ in range(WRONG_PINS):
        story = story >> PinRefused()
    wrong = decide(story.state, replace(PinRefused(), at=NOW))
    right = decide(story.state, replace(AttendantArrived("staff"), at=NOW))
    assert wrong.state.front == right.state.front == Front(Sheet.PIN, month=11)
    assert wrong.state.notice == right.state.notice
    assert not [each for each in wrong.commands if each == StartTimer(Timer.PIN, PIN_SECONDS)]


def test_nothing_is_in_front_of_the_question() -> None:
    """Who looks through goods is asked like anybody else."""
    state = (Story(opened(shopping(MILK), Sheet.GOODS)) >> TimerFired(Timer.IDLE)).state
    assert isinstance(state.phase, Shopping)
    assert state.phase.warned
    assert state.front == Front()


def test_a_payment_that_asks_for_the_card_is_seen() -> None:
    """Help can be opened while paying; the terminal's next word closes it."""
    story = Story(shopping(MILK)) >> PayPressed(1, MILK.price) << Authorize
    helped = (story >> SheetOpened(Sheet.HELP)).state
    assert helped.front.sheet is Sheet.HELP
    assert after(helped, TerminalShows(P1, 1, ("Karte",))) is None


def test_thanks_wait_for_who_types() -> None:
    """The next customer may begin with the number of a parked basket."""
    thanks = replace(IDLE, phase=Thanks(7, printed=True))
    for event in (SheetOpened(Sheet.RESUME), KeyTouched()):
        step = decide(thanks, replace(event, at=NOW))
        assert StartTimer(Timer.THANKS, EMPTY_SECONDS) in step.commands
