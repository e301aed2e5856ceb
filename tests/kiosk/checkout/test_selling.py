"""Articles come and go until the customer pays: conversations with the machine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.basket import MAX_QUANTITY, Article, Unit
from kiosk.checkout.commands import Authorize, Command, ReadyTerminal, StartTimer, StopTimer
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    AgeReleased,
    ArticleScanned,
    CodeFault,
    CodeRead,
    CodeRefused,
    Event,
    LanguageChosen,
    PaymentDeclined,
    PayPressed,
    QuantitySet,
    Restarted,
    StartPressed,
    TerminalShows,
    Timer,
    TimerFired,
    UndoPressed,
)
from kiosk.checkout.regions.idle import BASKET_SECONDS
from kiosk.checkout.regions.idle import EMPTY_SECONDS as IDLE_SECONDS
from kiosk.checkout.regions.selling import UNDO_SECONDS
from kiosk.checkout.states import (
    Attract,
    Closed,
    InDoubt,
    Link,
    OutOfService,
    Paying,
    Shopping,
    State,
    Thanks,
    Told,
)
from kiosk.checkout.step import NOTICE_SECONDS
from kiosk.ids import Gtin, LineId, PaymentId
from kiosk.money import Money
from kiosk.words import Language
from tests.story import MILK, NOW, P1, P2, SHOP, WATER, WINE, Story, shopping, silence

APPLES = Article(Gtin(2812345000007), "Äpfel", Money(299), 700, Unit.KILOGRAM)
FIRST = LineId(101)
PAY = PayPressed(1, MILK.price)
SCAN = ArticleScanned(MILK)
IDLE = TimerFired(Timer.IDLE)


def attract() -> State:
    return replace(shopping(), phase=Attract())


def thanks() -> State:
    return replace(shopping(), phase=Thanks(7, printed=True))


def lines(state: State) -> list[tuple[str, int]]:
    assert isinstance(state.phase, Shopping | Paying | InDoubt)
    return [(line.article.name, line.quantity) for line in state.phase.sale.basket.lines]


def told(state: State) -> Told | None:
    return state.notice.told if state.notice else None


def timers(state: State, event: Event) -> dict[Timer, float | None]:
    """What the event does to the timers: seconds, or None for stopped."""
    found: dict[Timer, float | None] = {}
    for command in decide(state, replace(event, at=NOW)).commands:
        if isinstance(command, StartTimer):
            found[command.timer] = command.seconds
        elif isinstance(command, StopTimer):
            found[command.timer] = None
    return found


def commands(state: State, event: Event) -> tuple[Command, ...]:
    """What is to be done, but for the idle time (test_idle)."""
    found = decide(state, replace(event, at=NOW)).commands
    return tuple(
        each for each in found if not isinstance(each, StartTimer) or each.timer is not Timer.IDLE
    )


@pytest.mark.parametrize("start", [attract(), thanks()], ids=["attract", "thanks"])
def test_a_scan_opens_a_sale(start: State) -> None:
    """Who begins by scanning need not touch anything."""
    state = (Story(start) >> SCAN).ends_in(Shopping)
    assert lines(state) == [("Bio-Vollmilch", 1)]
    assert timers(start, SCAN) == {
        Timer.THANKS: None, Timer.IDLE: BASKET_SECONDS, Timer.NOTICE: None, Timer.UNDO: UNDO_SECONDS,
    }  # fmt: skip


@pytest.mark.parametrize("start", [attract(), thanks()], ids=["attract", "thanks"])
def test_a_refused_code_opens_a_sale_too_and_says_why(start: State) -> None:
    """The customer has begun; the empty sale goes away by itself."""
    refused = CodeRefused("E0", 13, CodeFault.UNKNOWN)
    state = (Story(start) >> refused).ends_in(Shopping)
    assert told(state) is Told.CODE_UNKNOWN
    assert timers(start, refused)[Timer.IDLE] == IDLE_SECONDS
    (Story(state) >> IDLE).ends_in(Attract)


def test_start_opens_a_sale_of_its_own_id() -> None:
    """No two sales share one."""
    one = (Story(attract()) >> StartPressed()).ends_in(Shopping)
    two = (Story(one) >> IDLE >> StartPressed()).ends_in(Shopping)
    assert isinstance(one.phase, Shopping)
    assert isinstance(two.phase, Shopping)
    assert one.phase.sale.id != two.phase.sale.id


def test_start_at_thanks_goes_home() -> None:
    """Touching the goodbye ends it."""
    (Story(thanks()) >> StartPressed()).ends_in(Attract)


def test_scans_gather_in_lines() -> None:
    """The same article again raises its line; each weighing is a line."""
    story = Story(shopping()) >> SCAN >> ArticleScanned(WATER) >> SCAN
    story = story >> ArticleScanned(APPLES, 500) >> ArticleScanned(APPLES, 500)
    assert lines(story.ends_in(Shopping)) == [
        ("Bio-Vollmilch", 2), ("Wasser", 1), ("Äpfel", 1), ("Äpfel", 1),
    ]  # fmt: skip


def test_more_than_the_largest_quantity_is_refused_aloud() -> None:
    """By scanning and by touching alike; the line stays as it is."""
    full = (Story(shopping(MILK)) >> QuantitySet(FIRST, MAX_QUANTITY)).ends_in(Shopping)
    for event in (SCAN, QuantitySet(FIRST, MAX_QUANTITY + 1)):
        state = (Story(full) >> event).ends_in(Shopping)
        assert lines(state) == [("Bio-Vollmilch", MAX_QUANTITY)]
        assert told(state) is Told.QUANTITY_LIMIT


def test_an_article_with_a_limit_is_sold_up_to_it() -> None:
    """By a code that counts, by scanning and by touching."""
    limited = replace(MILK, limit=3)
    two = (Story(shopping()) >> ArticleScanned(limited, quantity=2)).ends_in(Shopping)
    assert lines(two) == [("Bio-Vollmilch", 2)]
    three = (Story(two) >> ArticleScanned(limited)).ends_in(Shopping)
    assert isinstance(three.phase, Shopping)
    line = three.phase.sale.basket.lines[0]
    for event in (
        ArticleScanned(limited),
        QuantitySet(line.id, 4),
        ArticleScanned(limited, None, 2),
    ):
        state = (Story(three) >> event).ends_in(Shopping)
        assert lines(state) == [("Bio-Vollmilch", 3)]
        assert told(state) is Told.QUANTITY_LIMIT


def test_a_quantity_of_nothing_removes_the_line() -> None:
    """And so does less than nothing; an unknown line changes nothing."""
    start = shopping(MILK, WATER)
    assert lines((Story(start) >> QuantitySet(FIRST, 0)).ends_in(Shopping)) == [("Wasser", 1)]
    assert lines((Story(start) >> QuantitySet(FIRST, -5)).ends_in(Shopping)) == [("Wasser", 1)]
    assert (Story(start) >> QuantitySet(LineId(9), 3)).state == start


def test_what_was_weighed_is_not_multiplied() -> None:
    """It can only be removed."""
    start = (Story(shopping()) >> ArticleScanned(APPLES, 742)).ends_in(Shopping)
    assert isinstance(start.phase, Shopping)
    line = start.phase.sale.basket.lines[0].id
    assert (Story(start) >> QuantitySet(line, 2)).state == start
    assert lines((Story(start) >> QuantitySet(line, 0)).ends_in(Shopping)) == []


def test_undo_takes_back_one_of_the_line_touched_last() -> None:
    """Once: then it is no longer offered."""
    scanned = (Story(shopping(MILK, WATER)) >> SCAN).ends_in(Shopping)
    assert scanned.undo == FIRST
    undone = (Story(scanned) >> UndoPressed(FIRST)).ends_in(Shopping)
    assert lines(undone) == [("Bio-Vollmilch", 1), ("Wasser", 1)]
    assert undone.undo is None
    assert lines((Story(undone) >> UndoPressed(FIRST)).state) == lines(undone)
    assert timers(scanned, UndoPressed(FIRST))[Timer.UNDO] is None


def test_undo_of_the_last_article_starts_the_idle_time() -> None:
    """An empty basket does not keep the kiosk for ever."""
    scanned = (Story(shopping()) >> SCAN).ends_in(Shopping)
    assert isinstance(scanned.phase, Shopping)
    undo = UndoPressed(scanned.phase.sale.basket.lines[0].id)
    assert timers(scanned, SCAN)[Timer.IDLE] == BASKET_SECONDS
    assert timers(scanned, undo)[Timer.IDLE] == IDLE_SECONDS
    assert lines((Story(scanned) >> undo).ends_in(Shopping)) == []


def test_undo_has_its_time_and_its_line() -> None:
    """Not after the window, not for another line, not for one that is gone."""
    scanned = (Story(shopping(MILK, WATER)) >> SCAN).ends_in(Shopping)
    late = (Story(scanned) >> TimerFired(Timer.UNDO)).ends_in(Shopping)
    assert lines((Story(late) >> UndoPressed(FIRST)).state) == lines(scanned)
    assert (Story(scanned) >> UndoPressed(LineId(102))).state == scanned
    gone = (Story(scanned) >> QuantitySet(FIRST, 0)).ends_in(Shopping)
    assert (Story(gone) >> UndoPressed(FIRST)).state == gone


def test_nobody_there_means_home_only_with_an_empty_basket() -> None:
    """Goods on the scale of a customer who looks for the purse stay."""
    (Story(shopping()) >> IDLE).ends_in(Attract)
    (Story(shopping(MILK)) >> IDLE).ends_in(Shopping)
    (Story(shopping(MILK)) >> PAY << Authorize >> IDLE).ends_in(Paying)


def test_the_language_is_kept_over_everything_and_is_home_again_at_home() -> None:
    """Chosen at any moment, used on the receipt, forgotten with the customer."""
    english = LanguageChosen(Language.EN)
    story = Story(attract()) >> StartPressed() >> english >> SCAN >> PAY << Authorize
    declined = PaymentDeclined(PaymentId("K1-abc-p000003"), 5)
    state = (story >> declined << ReadyTerminal()).ends_in(Shopping)
    assert state.language is Language.EN
    home = (Story(state) >> QuantitySet(LineId(2), 0) >> IDLE).ends_in(Attract)
    assert home.language is Language.DE
    restarted = (Story(state) >> Restarted(SHOP)).ends_in(Shopping)
    assert restarted.language is Language.EN
    elsewhere = Restarted(SHOP, Language.EN)
    assert (Story(home) >> elsewhere).ends_in(OutOfService).language is Language.EN


@pytest.mark.parametrize("reason", list(CodeFault))
def test_every_refused_code_says_something(reason: CodeFault) -> None:
    """And leaves the basket alone; the message goes away by itself."""
    refused = CodeRefused("E0", 13, reason)
    state = (Story(shopping(MILK)) >> refused).ends_in(Shopping)
    assert told(state) is Told(f"code_{reason}")
    assert lines(state) == [("Bio-Vollmilch", 1)]
    assert timers(state, refused) == {Timer.NOTICE: NOTICE_SECONDS, Timer.IDLE: BASKET_SECONDS}
    assert told((Story(state) >> TimerFired(Timer.NOTICE)).state) is None
    assert told((Story(state) >> SCAN).state) is None


@pytest.mark.parametrize("event", [SCAN, CodeRefused("E0", 13, CodeFault.UNKNOWN)])
@pytest.mark.parametrize("phase", [Paying, InDoubt, OutOfService])
def test_a_scan_at_the_wrong_moment_is_refused_aloud(event: Event, phase: type) -> None:
    """The basket is frozen while money moves, and a closed kiosk sells nothing."""
    story = Story(shopping(MILK)) >> PAY << Authorize
    if phase is InDoubt:
        story = story >> silence() << object
    if phase is OutOfService:
        story = Story(replace(shopping(), phase=OutOfService(Closed.TERMINAL)))
    before = story.state
    after = (story >> event).state
    assert told(after) is Told.NOT_NOW
    assert after.phase == before.phase


def test_staff_release_what_is_restricted() -> None:
    """Up to the age they looked for, for this sale only, also for what comes later."""
    pay = PayPressed(1, WINE.price)
    waiting = (Story(shopping(WINE)) >> pay).ends_in(Shopping)
    assert told(waiting) is None
    low = (Story(waiting) >> AgeReleased(12) >> pay).ends_in(Shopping)
    released = (Story(low) >> AgeReleased(18)).ends_in(Shopping)
    assert told(released) is Told.AGE_RELEASED
    both = PayPressed(1, WINE.price * 2)
    (Story(released) >> AgeReleased(12) >> ArticleScanned(WINE) >> both << Authorize).ends_in(
        Paying
    )


def test_a_release_without_need_is_no_release() -> None:
    """Nothing opens ahead of the article, nor outside of a sale."""
    for start in (shopping(MILK), attract(), thanks()):
        assert (Story(start) >> AgeReleased(18)).state == start


def test_nothing_is_paid_that_costs_nothing() -> None:
    """An empty basket has no total to take."""
    assert not any(
        isinstance(each, Authorize) for each in commands(shopping(), PayPressed(1, Money(0)))
    )


@pytest.mark.parametrize("link", [Link.UNKNOWN, Link.READYING, Link.LOST])
def test_pay_waits_for_the_terminal(link: Link) -> None:
    """Said aloud; nothing is sent to a terminal that is not ready."""
    start = shopping(MILK)
    start = replace(start, devices=replace(start.devices, terminal=link, baseline=None))
    assert told((Story(start) >> PAY).ends_in(Shopping)) is Told.TERMINAL_AWAY


def test_pay_without_a_baseline_sends_nothing() -> None:
    """Without it an unchanged terminal could not be told from a charged one."""
    start = shopping(MILK)
    start = replace(start, devices=replace(start.devices, baseline=None))
    assert (Story(start) >> PAY).ends_in(Shopping) == start


@pytest.mark.parametrize(
    "event", [PAY, QuantitySet(FIRST, 0), UndoPressed(FIRST), StartPressed()], ids=str
)
@pytest.mark.parametrize("start", [attract(), thanks()], ids=["attract", "thanks"])
def test_buttons_of_another_screen_do_nothing(start: State, event: Event) -> None:
    """A touch that was on its way when the screen changed."""
    if not isinstance(event, StartPressed):
        assert (Story(start) >> event).state == start


def test_start_while_shopping_does_nothing() -> None:
    """The sale is open already."""
    start = shopping(MILK)
    assert (Story(start) >> StartPressed()).state == start


def test_what_the_machine_never_sees_is_refused() -> None:
    """A code goes through the engine's hands only; an event nobody knows approves nothing."""
    (Story(shopping()) >> CodeRead("E0", "4012345000016")).refused()
    (Story(shopping()) >> Event()).refused()


def test_the_terminals_text_is_shown_in_its_payment_only() -> None:
    """Not that of an older one, and not while nobody pays."""
    shows = TerminalShows(P1, 10, ("Karte einstecken",))
    paying = (Story(shopping(MILK)) >> PAY << Authorize).ends_in(Paying)
    assert (Story(paying) >> shows).state.live.terminal_lines == ("Karte einstecken",)
    assert (Story(paying) >> replace(shows, payment=P2)).state.live == paying.live
    assert (Story(shopping(MILK)) >> shows).state.live == shopping().live
