"""Every phase in every language is a whole screen: words, speech, buttons that may be pressed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings

from kiosk.basket import Article, Measure, Unit
from kiosk.checkout.events import (
    ArticleScanned,
    LanguageChosen,
    PaymentCancelPressed,
    PayPressed,
    PrintFault,
    TerminalShows,
)
from kiosk.checkout.floor_events import AttendantArrived, HelpPressed
from kiosk.checkout.front import Front, Sheet, Shelf, Tile
from kiosk.checkout.front_events import LettersTyped, SheetOpened
from kiosk.checkout.regions.selling import may_pay
from kiosk.checkout.states import (
    Attract,
    Closed,
    Devices,
    InDoubt,
    Known,
    Link,
    Member,
    Notice,
    OutOfService,
    ReceiptOwed,
    Shopping,
    State,
    Thanks,
    Told,
)
from kiosk.ids import Gtin, Handle
from kiosk.money import Money
from kiosk.offers.promotions import Name
from kiosk.pricing import total
from kiosk.screens.notices import notice_of, print_fault_text
from kiosk.screens.present import present
from kiosk.screens.standing import halted
from kiosk.screens.values import (
    Action,
    AttractView,
    ClosedView,
    DoubtView,
    PayingView,
    ReceiptView,
    ScanView,
    Screen,
    ThanksView,
)
from kiosk.words import NBSP, OWN_NAMES, Language, words_of
from tests.story import MILK, P1, WATER, WINE, Story, shopping, silence
from tests.strategies import history, seeds

APPLES = Article(Gtin(2812345000007), "Äpfel", Money(299), 700, Unit.KILOGRAM)
PAY = PayPressed(1, MILK.price)
MAY_BE_EMPTY = {
    "slot", "fetch", "fetch_hint", "letters", "none", "glyph", "picture", "heading", "question", "further",
    "subtitle", "remedy", "nearest", "others", "exit", "tender", "spoken", "badge", "quantity", "age_banner", "reference", "terminal",
}  # fmt: skip


def values(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every field of a screen, however deep, with its name."""
    if isinstance(value, tuple):
        for each in value:
            yield from values(each, name)
    elif is_dataclass(value):
        yield name, value
        if not isinstance(value, LanguageChosen | PayPressed):
            for each in fields(value):
                yield from values(getattr(value, each.name), each.name)
    else:
        yield name, value


def actions(screen: Screen) -> list[Action]:
    return [value for _, value in values(screen) if isinstance(value, Action)]


def sheets() -> dict[str, State]:
    """One state of every sheet in front."""
    tile = Tile(MILK.gtin, (Name("de", "Milch"),), 0, (5,), "bottle", 7)
    buying = replace(shopping(MILK, WINE), shelf=Shelf(((Name("de", "Kühlregal"),),), (tile,)))
    idle = replace(buying, phase=Attract())
    found = {f"sheet-{each}": replace(buying, front=Front(each, month=11)) for each in Sheet}
    joins = replace(buying, service=True, joins=True)
    known = replace(joins, member=Member(Handle("9a5e"), Known.FOUND))
    for each in (Sheet.DATA, Sheet.JOIN, Sheet.WITHDRAW):
        at = known if each is Sheet.WITHDRAW else joins
        found[f"sheet-{each}"] = replace(at, front=Front(each))
    return found | {
        "sheet-resume": (Story(idle) >> SheetOpened(Sheet.RESUME)).state,
        "sheet-called": (Story(buying) >> HelpPressed() >> SheetOpened(Sheet.HELP)).state,
        "sheet-staff": (Story(buying) >> AttendantArrived("staff")).state,
        "sheet-nothing": (Story(buying) >> SheetOpened(Sheet.GOODS) >> LettersTyped("Q")).state,
    }


def states() -> dict[str, State]:
    """One state of every look."""
    paying = (Story(shopping(MILK)) >> PAY << object).state
    doubt = (Story(paying) >> silence() << object).state
    assert isinstance(doubt.phase, InDoubt)
    owed = [state for _, state in history(3, 4000) if isinstance(state.phase, ReceiptOwed)]
    paid = [
        s for seed in range(9) for _, s in history(seed, 200) if type(s.phase).__name__ == "Paid"
    ]
    settling = [s for _, s in history(3, 4000) if type(s.phase).__name__ == "Settling"]
    full = Story(shopping(MILK, WATER, WINE)) >> ArticleScanned(APPLES, 742)
    base = shopping(MILK)
    return {
        **{f"closed-{r}": replace(base, phase=OutOfService(r)) for r in Closed},
        "attract": replace(base, phase=Attract()),
        "empty": shopping(),
        "shopping": full.state,
        "paying": paying,
        "stopping": (Story(paying) >> PaymentCancelPressed() << object).state,
        "mirrored": (Story(paying) >> TerminalShows(P1, 1, ("Karte",))).state,
        "settling": settling[0],
        "doubt": doubt,
        "staff": replace(doubt, phase=replace(doubt.phase, staff=True)),
        "paid": paid[0],
        "owed": owed[0],
        **sheets(),
        "thanks": replace(base, phase=Thanks(7, printed=True)),
        "thanks-unprinted": replace(base, phase=Thanks(7, printed=False)),
    }


STATES = states()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", STATES)
def test_every_screen_is_whole(name: str, language: Language) -> None:
    """No empty text, no unfilled placeholder, something to say, buttons of different names."""
    whole(present(replace(STATES[name], language=language), 5), language)


def whole(screen: Screen, language: Language) -> None:
    assert screen.language is language
    for field, value in values(screen):
        if isinstance(value, str):
            assert value or field in MAY_BE_EMPTY, field
            assert "{" not in value
    assert screen.speech.endswith((".", "!", "?", "؟"))
    assert (screen.sheet or screen.header).title in screen.speech
    names = [action.name for action in actions(screen)]
    assert len(names) == len(set(names))
    assert all(action.label for action in actions(screen))


@settings(max_examples=25)
@given(seeds)
def test_every_state_of_a_life_has_its_screen(seed: int) -> None:
    """And pay can be touched exactly where it would be accepted, with the total that is shown."""
    for version, (_, state) in enumerate(history(seed, 50)):
        screen = present(state, version)
        whole(screen, state.language)
        if isinstance(screen.view, ScanView):
            assert isinstance(state.phase, Shopping)
            offered = screen.view.pay.event
            waits = state.member is not None and state.member.pay is not None
            assert (offered is not None) == (may_pay(state, state.phase) and not waits)
            if offered:
                assert offered == PayPressed(version, total(state.phase.sale.basket))
                amount = words_of(state.language).money(total(state.phase.sale.basket))
                assert screen.view.total == amount


@pytest.mark.parametrize("name", STATES)
def test_all_languages_differ_in_nothing_but_words(name: str) -> None:
    """A forgotten translation would look the same; what can be touched and is paid is the same."""
    at_first = STATES[name]
    screens = []
    for language in Language:
        state = (Story(at_first) >> LanguageChosen(language)).state
        assert state.language is language
        assert getattr(state.phase, "sale", None) == getattr(at_first.phase, "sale", None)
        screens.append(present(state, 1))
    assert len({screen.speech for screen in screens}) == len(Language)
    offered = [
        [
            (each.name, each.event)
            for each in actions(screen)
            if not each.name.startswith("language-")
        ]
        for screen in screens
    ]
    if at_first.front.sheet is not Sheet.LANGUAGE:  # a language that is chosen closes it
        assert offered == [offered[0]] * len(Language)


def test_each_phase_has_its_view() -> None:
    """Nobody sees pay while paying."""
    kinds = {name: type(present(state, 1).view) for name, state in STATES.items()}
    assert {kinds[name] for name in kinds if name.startswith("closed")} == {ClosedView}
    assert kinds["attract"] is AttractView
    assert kinds["paying"] is kinds["settling"] is PayingView
    assert kinds["doubt"] is kinds["staff"] is DoubtView
    assert kinds["paid"] is kinds["owed"] is ReceiptView
    assert kinds["thanks"] is ThanksView


@pytest.mark.parametrize(
    "state",
    [
        shopping(),
        shopping(WINE),
        replace(shopping(MILK), storage_low=True),
        *(
            replace(shopping(MILK), devices=Devices(terminal=link))
            for link in Link
            if link != "ready"
        ),
    ],
    ids=["empty", "age", "storage", "unknown", "readying", "lost"],
)
def test_pay_cannot_be_pressed_where_it_would_be_refused(state: State) -> None:
    """The button is there, and off."""
    view = present(state, 1).view
    assert isinstance(view, ScanView)
    assert view.pay.event is None


@pytest.mark.parametrize(
    ("content", "measure", "shown"),
    [
        (500, Measure.GRAM, f"1 × 1,19{NBSP}€ (2,38{NBSP}€/kg)"),
        (750, Measure.MILLILITRE, f"1 × 1,19{NBSP}€ (1,59{NBSP}€/l)"),
        (10, Measure.PIECE, f"1 × 1,19{NBSP}€ (0,12{NBSP}€/Stück)"),
    ],
)
def test_the_list_tells_the_unit_price(content: int, measure: Measure, shown: str) -> None:
    """Where the catalogue knows what is in a pack."""
    article = replace(MILK, content=content, measure=measure)
    view = present(shopping(article), 1).view
    assert isinstance(view, ScanView)
    assert view.lines[0].detail == shown


def test_the_list_tells_quantity_weight_deposit_and_age() -> None:
    """What was weighed has no plus and no minus; one piece has no minus that works."""
    view = present(STATES["shopping"], 1).view
    assert isinstance(view, ScanView)
    milk, water, wine, apples = view.lines
    assert (milk.quantity, milk.detail) == ("1", f"1 × 1,19{NBSP}€")
    assert milk.less is not None
    assert milk.less.event is None
    assert [child.amount for child in water.children] == [f"0,25{NBSP}€"]
    assert wine.badge == "ab 16"
    assert apples.detail == f"0,742{NBSP}kg × 2,99{NBSP}€/kg"
    assert (apples.quantity, apples.less, apples.more) == ("", None, None)
    assert apples.remove.event is not None
    assert view.hero is not None
    assert view.hero.name == "Äpfel"
    assert view.hero.undo is not None
    assert view.sums
    assert "16" in view.age_banner
    late = present(replace(STATES["shopping"], undo=None), 1).view
    assert isinstance(late, ScanView)
    assert late.hero is not None
    assert late.hero.undo is None
    released = present(shopping(WINE, released=16), 1).view
    assert isinstance(released, ScanView)
    assert released.age_banner == ""
    assert released.lines[0].badge == "ab 16 ✓"


def test_stopping_is_offered_once() -> None:
    """The second touch has nothing to send; after the approval there is nothing to stop."""
    paying, stopping, settling = (
        present(STATES[name], 1).view for name in ("paying", "stopping", "settling")
    )
    for view in (paying, stopping, settling):
        assert isinstance(view, PayingView)
    assert paying.cancel.event == PaymentCancelPressed()  # type: ignore[union-attr]
    assert stopping.cancel.event is None  # type: ignore[union-attr]
    assert settling.cancel is None  # type: ignore[union-attr]


def test_staff_read_the_payments_reference() -> None:
    """Only where they have to come."""
    doubt, staff = (present(STATES[name], 1).view for name in ("doubt", "staff"))
    assert isinstance(doubt, DoubtView)
    assert isinstance(staff, DoubtView)
    assert (doubt.reference, staff.reference) == ("", P1)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("told", list(Told))
def test_everything_the_customer_is_told_has_words_and_a_remedy(
    told: Told, language: Language
) -> None:
    """Said first when the screen is read aloud."""
    state = replace(shopping(MILK), notice=Notice(told, 0x6F), language=language)
    notice = notice_of(state, words_of(language))
    assert notice is not None
    assert notice.text
    assert notice.remedy
    assert present(state, 1).speech.startswith(notice.text)
    assert ("6F" in notice.text) == (told in (Told.DECLINED, Told.NOT_CORRECTED))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("fault", list(PrintFault))
def test_every_printer_fault_has_words(fault: PrintFault, language: Language) -> None:
    """On the screen of the receipt that is owed."""
    text = print_fault_text(fault, words_of(language))
    owed = STATES["owed"]
    assert isinstance(owed.phase, ReceiptOwed)
    state = replace(owed, phase=replace(owed.phase, fault=fault), language=language)
    assert [banner.text for banner in present(state, 1).banners] == [text]


def test_what_is_broken_is_said_before_the_payment() -> None:
    """Scanner, printer, terminal, disk: to who is buying or about to; a closed kiosk says one thing."""
    lost = Devices(Link.LOST, None, Link.LOST, Link.LOST)
    buying = replace(shopping(MILK), devices=lost)
    assert len(present(buying, 1).banners) == 3
    assert len(present(replace(buying, phase=Attract()), 1).banners) == 2
    assert present(replace(buying, phase=OutOfService(Closed.TERMINAL)), 1).banners == ()
    paper = Devices(Link.READY, None, printer_fault=PrintFault.PAPER_OUT)
    assert len(present(replace(buying, devices=paper), 1).banners) == 1
    full = replace(shopping(MILK), storage_low=True)
    assert len(present(full, 1).banners) == 1
    for banner in present(buying, 1).banners:
        assert banner.text in present(buying, 1).speech
        assert banner.remedy


@pytest.mark.parametrize("language", list(Language))
def test_a_kiosk_that_halted_says_so(language: Language) -> None:
    """And offers nothing but the languages it cannot change either way."""
    screen = halted(language, 9)
    whole(screen, language)
    assert screen.version == 9
    assert isinstance(screen.view, ClosedView)


def test_the_language_in_use_is_marked() -> None:
    """Each language stands by its own name; the one in use is told apart."""
    screen = present(STATES["attract"], 1)
    assert [(each.label, each.current) for each in screen.header.languages] == [
        (OWN_NAMES[each], each is Language.DE) for each in Language
    ]


def test_how_one_can_pay_is_said_before_it_matters() -> None:
    """Idle, while scanning, and on the button; where nothing is to be paid, no card is asked for."""
    buying = shopping(MILK)
    idle, screen = present(replace(buying, phase=Attract()), 1), present(buying, 1)
    assert isinstance(idle.view, AttractView)
    assert isinstance(screen.view, ScanView)
    assert idle.view.tenders == screen.header.tender == "Nur Kartenzahlung"
    assert screen.view.pay.label == "Mit Karte bezahlen"
    assert "mit Karte" in screen.view.pay.spoken
    free = present(shopping(replace(MILK, price=Money(0))), 1).view
    assert isinstance(free, ScanView)
    assert "Karte" not in free.pay.label + free.pay.spoken
