"""Kill the power at any step of a sale with interventions and voids: the books agree all the same.

People come back to the kiosk after each kill and go on with what is not done yet, as the screen shows
it. Wherever the power went, the same is paid in the end: by journal, receipt, slip and terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.zvt.memory import Memory
from drivers.zvt.scenes import Unacknowledged
from drivers.zvt.simulator import TerminalSimulator
from kiosk.basket import Article
from kiosk.books.entries import SaleEntry
from kiosk.books.reading import read
from kiosk.checkout.events import (
    ArticleScanned,
    Device,
    DeviceOnline,
    Event,
    PayPressed,
    QuantitySet,
    Restarted,
)
from kiosk.checkout.floor import Act, Limits, Reason
from kiosk.checkout.floor_events import (
    Acted,
    AttendantArrived,
    AttendantLeft,
    HelpPressed,
    ParkPressed,
    PromotionsLoaded,
    ResumeAsked,
)
from kiosk.checkout.goods_events import CouponShown, DepositSlipScanned
from kiosk.checkout.regions.interventions import interventions
from kiosk.checkout.regions.prices import total_of
from kiosk.checkout.states import Attract, InDoubt, OutOfService, Sale, Shopping, State, Thanks
from kiosk.ids import LineId
from kiosk.money import Money
from kiosk.offers.document import read_promotions
from tests.story import MILK, SHOP, WATER, WINE
from tests.system.lean import lean
from tests.system.test_crash_points import DONE, Shop
from tests.wired import FakeClock, Wired

OFFERS = read_promotions(
    """{"format": 1, "promotions": [
    {"id": "wine", "name": {"de": "Wein"}, "goods": [4012345000047], "coupon": "wine",
     "terms": {"kind": "amount_off", "cents": 100}}]}"""
)
SLIP = DepositSlipScanned("00042", Money(75))
WANTED = 2 * 119 + 699 - 100 - 75
"""Milk twice and the wine, less coupon and slip; water was taken out, the third milk voided."""


def on(state: State) -> Sale | None:
    return state.phase.sale if isinstance(state.phase, Shopping) else None


def line_of(sale: Sale, article: Article) -> LineId | None:
    return next((line.id for line in sale.basket.lines if line.article == article), None)


def pieces(sale: Sale, article: Article) -> int:
    return sum(line.quantity for line in sale.basket.lines if line.article == article)


def has(kiosk: Wired, kind: type[Event]) -> bool:
    """Whether this happened before, in any life."""
    return any(isinstance(record.event, kind) for record in kiosk.journal.records())


def power_on(kiosk: Wired) -> None:
    kiosk.kiosk.post(Restarted(SHOP, limits=Limits(Money(50))))
    kiosk.kiosk.post(DeviceOnline(Device.TERMINAL))
    if not has(kiosk, PromotionsLoaded):
        kiosk.kiosk.post(PromotionsLoaded(OFFERS))
    kiosk.let_pass(120, while_in=InDoubt)
    kiosk.let_pass(10, while_in=OutOfService)


def staffed(kiosk: Wired, act: Act, reason: Reason, line: LineId | None = None) -> None:
    kiosk.kiosk.post(AttendantArrived("staff"))
    kiosk.kiosk.post(Acted(act, reason, line))
    kiosk.kiosk.post(AttendantLeft())


def shop(kiosk: Wired) -> None:
    """Everything up to paying, each step only if it is not done: an earlier life may have done it."""
    post = kiosk.kiosk.post
    if kiosk.state.parked and on(kiosk.state) is None:
        post(ResumeAsked(kiosk.state.parked[-1].number))
    if not has(kiosk, QuantitySet):
        for article, wanted in ((MILK, 3), (WINE, 1), (WATER, 1)):
            while (sale := on(kiosk.state)) is None or pieces(sale, article) < wanted:
                post(ArticleScanned(article))
    sale = on(kiosk.state)
    assert sale is not None
    if not sale.coupons:
        post(CouponShown("wine"))
    if not sale.slips:
        post(SLIP)
    if (water := line_of(sale, WATER)) is not None:
        post(QuantitySet(water, 0))
    if not has(kiosk, HelpPressed):
        post(HelpPressed())
    if not has(kiosk, ParkPressed):
        post(ParkPressed())
        post(ResumeAsked(kiosk.state.parked[-1].number))
    settle(kiosk)


def settle(kiosk: Wired) -> None:
    """Staff do what waits for them, and take one milk out."""
    if kiosk.state.help:
        staffed(kiosk, Act.END_HELP, Reason.CHECKED)
    sale = on(kiosk.state)
    assert sale is not None
    if pieces(sale, MILK) == 3:
        milk = line_of(sale, MILK)
        staffed(kiosk, Act.VOID_LINE, Reason.MISTAKE, milk)
        for _ in range(2):
            kiosk.kiosk.post(ArticleScanned(MILK))
    while pieces(on(kiosk.state) or sale, MILK) < 2:
        kiosk.kiosk.post(ArticleScanned(MILK))
    staffed(kiosk, Act.RELEASE_AGE, Reason.CHECKED)
    staffed(kiosk, Act.ACCEPT_VOIDS, Reason.CHECKED)


def buy(kiosk: Wired) -> None:
    power_on(kiosk)
    if kiosk.state.receipts or isinstance(kiosk.state.phase, Thanks):
        return
    shop(kiosk)
    assert interventions(kiosk.state) == ()
    sale = on(kiosk.state)
    assert sale is not None
    kiosk.kiosk.post(PayPressed(0, total_of(sale)))
    kiosk.let_pass(120, while_in=InDoubt)


def give_up(kiosk: Wired) -> None:
    """Staff void the whole purchase; a basket that was parked by time is fetched first."""
    power_on(kiosk)
    if has(kiosk, Acted) and on(kiosk.state) is None and not kiosk.state.parked:
        acts = [r.event for r in kiosk.journal.records() if isinstance(r.event, Acted)]
        if any(act.act is Act.VOID_SALE for act in acts):
            return
    shop(kiosk)
    staffed(kiosk, Act.VOID_SALE, Reason.CUSTOMER_ASKED)


def every_kill(tmp_path: Path, act: Callable[[Wired], None], check: Callable[[Shop], None]) -> int:
    """Kill after each record, let people go on, look at all books; how often.

    Calls come in pairs, before and after a record; in a payment each call has its own test.
    """
    kill = 0
    while True:
        kill += 2
        place = Shop(tmp_path / str(kill), Unacknowledged.KEEP)
        place.folder.mkdir()
        ended = place.run(act, kill_at=kill)
        if ended != DONE:
            assert place.run(act) == DONE
        check(place)
        if ended == DONE:
            return kill // 2 - 1


def final(place: Shop) -> tuple[State, list[int], list[tuple[str, int]]]:
    """The state, what the terminal holds, and outcome and total of each sale in the export."""
    clock = FakeClock(9_000_000)
    kiosk = Wired(place.folder / "journal.db", TerminalSimulator(clock, Memory()), clock)
    state = kiosk.state
    journal = kiosk.journal
    entries = list(read("K1", journal.epoch, journal.records()))
    kiosk.close()
    held = [each.amount for each in place.memory.standing()]
    sales = [each for each in entries if isinstance(each, SaleEntry)]
    return state, held, [(each.outcome.value, each.total.minor) for each in sales]


def paid_once(place: Shop) -> None:
    state, held, books = final(place)
    assert held == [WANTED]
    assert [total for outcome, total in books if outcome == "sold"] == [WANTED]
    assert state.receipts == 1
    assert [(each.number, each.left.minor) for each in state.redeemed] == [("00042", 0)]
    assert state.parked == ()


def nothing_left(place: Shop) -> None:
    state, held, books = final(place)
    assert held == []
    assert [outcome for outcome, _ in books if outcome in ("sold", "open", "parked")] == []
    assert (state.receipts, state.redeemed, state.parked) == (0, (), ())
    assert isinstance(state.phase, Attract | OutOfService)


SWEEPS = {"buy": (buy, paid_once), "give_up": (give_up, nothing_left)}


def swept(tmp_path: Path, name: str) -> int:
    """The sweep of that name, for a process of its own."""
    act, check = SWEEPS[name]
    return every_kill(tmp_path, act, check)


@pytest.mark.parametrize("name", SWEEPS)
def test_wherever_the_power_goes_the_books_agree(name: str) -> None:
    """Nothing is paid that was voided, no slip counts twice, nothing waits for staff for ever."""
    assert lean(__name__, "swept", name) > 25
