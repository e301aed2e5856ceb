"""Goods by the kilogram, weighed here: conversations with the machine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.basket import Article
from kiosk.checkout.commands import Authorize, RequestCancel, StartTimer, Weigh
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    AgeReleased,
    ArticleScanned,
    CodeFault,
    CodeRefused,
    Device,
    DeviceFault,
    DeviceOnline,
    Event,
    FaultKind,
    LanguageChosen,
    PayPressed,
    Restarted,
    StartPressed,
    Timer,
    TimerFired,
)
from kiosk.checkout.floor_events import MoreTimePressed, ParkPressed
from kiosk.checkout.front import Sheet
from kiosk.checkout.front_events import SheetOpened
from kiosk.checkout.regions.weighing import WEIGHING_SECONDS
from kiosk.checkout.states import Attract, Link, Paying, Shopping, State, Thanks, Told
from kiosk.checkout.weigh_events import (
    GoodsWeighed,
    ScaleSays,
    ScaleShown,
    TareChosen,
    WeighingAsked,
    WeighingCancelled,
    WeighingEnded,
)
from kiosk.ids import NOTHING_WEIGHED, WeighingId
from kiosk.money import Money
from kiosk.screens.present import present
from kiosk.screens.values import ScanView
from kiosk.weighing import Weighed
from kiosk.words import Language
from tests.checkout_walk import APPLES, PEARS, TERMS
from tests.story import MILK, NOW, SHOP, WINE, Story, shopping

W1, W2, W3 = (WeighingId(f"K1-abc-w{number:06d}") for number in (1, 2, 3))
ASK = WeighingAsked(APPLES, TERMS)
STOP = RequestCancel(Device.SCALE)
GONE = DeviceFault(Device.SCALE, FaultKind.SILENT, False)


def weigh(weighing: WeighingId, tare: int = 0) -> Weigh:
    return Weigh(weighing, APPLES.price, tare, APPLES.name)


def asked(*basket: Article) -> Story:
    """Apples are to be put on the scale; `basket` is in the basket already."""
    return Story(shopping(*basket)) >> ASK << weigh(W1)


def on_scale(state: State) -> WeighingId | None:
    assert isinstance(state.phase, Shopping)
    return state.phase.weighing.id if state.phase.weighing else None


def lines(state: State) -> list[tuple[str, int | None, int]]:
    assert isinstance(state.phase, Shopping)
    return [(x.article.name, x.grams, x.amount.minor) for x in state.phase.sale.basket.lines]


def told(state: State) -> Told | None:
    return state.notice.told if state.notice else None


def test_apples_are_weighed_and_become_a_line() -> None:
    """At the price that the sealed module says; nothing is left at the scale."""
    state = (asked() >> GoodsWeighed(W1, 742, 0)).ends_in(Shopping)
    assert lines(state) == [("Äpfel", 742, 185)]
    assert (on_scale(state), state.at_scale) == (None, NOTHING_WEIGHED)
    assert isinstance(state.phase, Shopping)
    (line,) = state.phase.sale.basket.lines
    assert line.weighed == Weighed(742, 0, False)
    assert state.undo == line.id


def test_the_code_wakes_the_kiosk_up() -> None:
    """As any other scan does."""
    for phase in (Attract(), Thanks(1, printed=True)):
        story = Story(replace(shopping(), phase=phase)) >> ASK << Weigh
        assert on_scale(story.ends_in(Shopping))


def test_goods_picked_by_their_picture_are_weighed() -> None:
    """The sheet they were picked from has its answer, and makes room."""
    for sheet in (Sheet.GOODS, Sheet.DIGITS):
        story = Story(shopping()) >> SheetOpened(sheet) >> ASK << weigh(W1)
        assert story.ends_in(Shopping).front.sheet is None


def test_a_bag_is_taken_off() -> None:
    """Chosen on the sheet: the weighing before ends first, then the scale is told the new tare."""
    story = asked() >> TareChosen(5) << STOP >> WeighingEnded(W1) << weigh(W2, 5)
    state = (story >> GoodsWeighed(W2, 747, 5)).ends_in(Shopping)
    assert lines(state) == [("Äpfel", 742, 185)]
    assert isinstance(state.phase, Shopping)
    assert state.phase.sale.basket.lines[0].weighed == Weighed(747, 5, False)


@pytest.mark.parametrize("tare", [0, 7, -5])
def test_only_a_tare_that_the_shop_offers_is_taken(tare: int) -> None:
    """And the one that holds changes nothing."""
    assert on_scale((asked() >> TareChosen(tare)).ends_in(Shopping)) == W1


@pytest.mark.parametrize(
    ("grams", "why"), [(19, Told.TOO_LIGHT), (0, Told.TOO_LIGHT), (15_001, Told.TOO_HEAVY)]
)
def test_what_may_not_be_sold_by_is_weighed_again(grams: int, why: Told) -> None:
    """With a word; nothing is in the basket."""
    state = (asked() >> GoodsWeighed(W1, grams, 0) << weigh(W2)).ends_in(Shopping)
    assert lines(state) == []
    assert told(state) is why


def test_cancelling_stops_the_scale_and_keeps_the_basket() -> None:
    """And whatever it still says is for nobody."""
    story = asked(MILK) >> WeighingCancelled() << STOP >> GoodsWeighed(W1, 742, 0)
    state = story.ends_in(Shopping)
    assert lines(state) == [("Bio-Vollmilch", None, 119)]
    assert state.at_scale == NOTHING_WEIGHED


def test_a_scan_while_weighing_counts_and_ends_it() -> None:
    """Told, not silently; the apples' weight that comes late is not sold."""
    story = asked() >> ArticleScanned(MILK) << STOP
    assert told(story.state) is Told.NOT_WEIGHED
    state = (story >> GoodsWeighed(W1, 742, 0)).ends_in(Shopping)
    assert lines(state) == [("Bio-Vollmilch", None, 119)]


def test_other_goods_for_the_scale_take_their_place_when_it_is_free() -> None:
    """One weighing at a time is under way."""
    story = asked() >> WeighingAsked(PEARS, TERMS) << STOP
    story = story >> WeighingEnded(W1) << Weigh(W2, PEARS.price, 0, PEARS.name)
    state = (story >> GoodsWeighed(W2, 500, 0)).ends_in(Shopping)
    assert lines(state) == [("Birnen", 500, 140)]


def test_a_weight_that_comes_too_late_is_not_that_of_the_next_goods() -> None:
    """The apples' answer was under way when pears were scanned."""
    story = asked() >> WeighingAsked(PEARS, TERMS) << STOP >> GoodsWeighed(W1, 742, 0)
    state = (story << Weigh(W2, PEARS.price, 0, PEARS.name)).ends_in(Shopping)
    assert lines(state) == []
    assert on_scale(state) == W2


def test_the_same_code_again_changes_nothing() -> None:
    """It is on the scale already."""
    assert on_scale((asked() >> ASK).ends_in(Shopping)) == W1


@pytest.mark.parametrize(
    "event",
    [
        CodeRefused("E0", 13, CodeFault.UNKNOWN),
        LanguageChosen(Language.EN),
        MoreTimePressed(),
        StartPressed(),
    ],
)
def test_what_has_nothing_to_do_with_it_leaves_it_alone(event: Event) -> None:
    """The sheet stays."""
    assert on_scale((asked(MILK) >> event).ends_in(Shopping))


def test_a_release_by_staff_leaves_it_alone() -> None:
    """They looked at the customer, not at the scale."""
    assert on_scale((asked(WINE) >> AgeReleased(18)).ends_in(Shopping))


def test_paying_ends_it() -> None:
    """Nobody is held up; what was weighed late is not in the sale that is paid."""
    (asked(MILK) >> PayPressed(1, Money(119)) << Authorize << STOP).ends_in(Paying)


def test_parking_ends_it() -> None:
    """The basket waits without the apples."""
    state = (asked(MILK) >> ParkPressed() << STOP).ends_in(Attract)
    assert state.parked[0].sale.basket.count == 1


def test_time_ends_it() -> None:
    """Told; the scale is asked to stop; the next article can be weighed as soon as it has."""
    story = asked() >> TimerFired(Timer.WEIGHING) << STOP
    assert told(story.state) is Told.NOT_WEIGHED
    story = story >> ASK
    assert on_scale(story.state)
    (story >> WeighingEnded(W1) << weigh(W2)).ends_in(Shopping)


def test_a_scale_that_gives_up_ends_it() -> None:
    """Its own time was over first."""
    state = (asked() >> WeighingEnded(W1)).ends_in(Shopping)
    assert (on_scale(state), told(state)) == (None, Told.NOT_WEIGHED)


def test_a_broken_scale_is_told_and_selling_goes_on() -> None:
    """Now, and for the next article; other goods are scanned meanwhile; it comes back by itself."""
    story = asked(MILK) >> GONE
    assert (on_scale(story.state), told(story.state)) == (None, Told.SCALE_AWAY)
    story = story >> ArticleScanned(MILK) >> ASK
    assert (on_scale(story.state), told(story.state)) == (None, Told.SCALE_AWAY)
    assert "Waage ist im Moment gestört" in present(story.state, 1).speech
    state = (story >> DeviceOnline(Device.SCALE) >> ASK << Weigh).ends_in(Shopping)
    assert state.devices.scale is Link.READY


def test_a_scale_that_breaks_while_nobody_weighs_says_nothing() -> None:
    """But for the banner."""
    state = (Story(shopping(MILK)) >> GONE).ends_in(Shopping)
    assert told(state) is None


def test_no_scale_at_all() -> None:
    """Staff weigh; the words say so."""
    state = (Story(shopping()) >> CodeRefused("E0", 13, CodeFault.UNWEIGHED)).ends_in(Shopping)
    assert told(state) is Told.CODE_UNWEIGHED
    assert "keine Waage" in present(state, 1).speech


def test_a_restart_forgets_the_weighing_and_keeps_the_basket() -> None:
    """What the scale says afterwards is for nobody, and the next one begins at once."""
    story = asked(MILK) >> Restarted(SHOP)
    assert (on_scale(story.state), story.state.at_scale) == (None, NOTHING_WEIGHED)
    story = story >> GoodsWeighed(W1, 742, 0)
    assert lines(story.state) == [("Bio-Vollmilch", None, 119)]
    (story >> ASK << weigh(W2)).ends_in(Shopping)


def test_during_a_payment_nothing_is_weighed() -> None:
    """Told, as for any scan."""
    story = Story(shopping(MILK)) >> PayPressed(1, Money(119)) << object
    state = (story >> ASK).ends_in(Paying)
    assert told(state) is Told.NOT_NOW


def test_a_limit_holds_for_weighed_goods() -> None:
    """Before anything is put on."""
    few = WeighingAsked(replace(APPLES, limit=1), TERMS)
    story = Story(shopping()) >> few << Weigh >> GoodsWeighed(W1, 742, 0) >> few
    assert told(story.ends_in(Shopping)) is Told.QUANTITY_LIMIT


def test_somebody_at_the_scale_is_not_sent_home_as_nobody() -> None:
    """An empty basket has a shorter time; who weighs gets the longer one."""
    step = decide(shopping(), replace(ASK, at=NOW))
    timers = {each.timer: each.seconds for each in step.commands if isinstance(each, StartTimer)}
    assert timers[Timer.IDLE] > timers[Timer.WEIGHING] == WEIGHING_SECONDS


def test_the_sheet_says_what_to_do_and_what_the_scale_says() -> None:
    """Name, price, weight, tares, the way out, and that nobody may trade by it."""
    story = asked() >> ScaleShown(W1, ScaleSays.STEADY, 742)
    view = present(story.state, 1).view
    assert isinstance(view, ScanView)
    sheet = view.weigh
    assert sheet
    assert (sheet.name, sheet.weight, sheet.warns) == ("Äpfel", "0,742\N{NO-BREAK SPACE}kg", False)
    assert sheet.price.endswith("/kg")
    assert "nicht eichfähig" in sheet.legal
    assert [each.event for each in sheet.tares] == [None, TareChosen(5)]
    assert sheet.tares[0].label.endswith("✓")
    assert sheet.cancel.event == WeighingCancelled()


@pytest.mark.parametrize("says", ScaleSays)
def test_whatever_the_scale_says_has_words(says: ScaleSays) -> None:
    """On the sheet and spoken; of another weighing nothing is shown."""
    state = (asked() >> ScaleShown(W1, says)).ends_in(Shopping)
    screen = present(state, 1)
    assert isinstance(screen.view, ScanView)
    assert screen.view.weigh
    assert screen.view.weigh.hint in screen.speech
    other = (asked() >> ScaleShown(W3, says, 99)).ends_in(Shopping)
    view = present(other, 1).view
    assert isinstance(view, ScanView)
    assert view.weigh
    assert view.weigh.weight == ""


@pytest.mark.parametrize("legal", [True, False])
def test_a_weighed_line_says_whether_it_may_be_traded_by(legal: bool) -> None:
    """A label's line says nothing: it is the counter's scale."""
    terms = replace(TERMS, legal=legal)
    story = Story(shopping()) >> WeighingAsked(APPLES, terms) << Weigh >> GoodsWeighed(W1, 742, 0)
    view = present(story.ends_in(Shopping), 1).view
    assert isinstance(view, ScanView)
    assert ("nicht eichfähig" in str(view.lines[0].children)) is not legal
    assert view.hero
    assert (view.hero.badge == "Testgewicht") is not legal
    label = Story(shopping()) >> ArticleScanned(APPLES, 742)
    shown = present(label.ends_in(Shopping), 1).view
    assert isinstance(shown, ScanView)
    assert shown.lines[0].children == ()
    assert shown.hero
    assert shown.hero.badge == ""
