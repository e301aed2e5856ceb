"""A kiosk and a simulated scale on a real line, with its threads and its journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from drivers.line import listen
from drivers.scale.scales import Protocols, scale_of
from drivers.scale.simulator import ScaleSimulator
from drivers.tools.scale import FACTORIES
from kiosk.checkout.decide import decide
from kiosk.checkout.events import ArticleScanned, Device, Restarted
from kiosk.checkout.states import Link, Shopping, State, Told
from kiosk.checkout.weigh_events import (
    GoodsWeighed,
    ScaleSays,
    TareChosen,
    WeighingAsked,
    WeighingCancelled,
)
from kiosk.clock import SystemClock
from kiosk.journal import Journal
from kiosk.ports import Driver
from tests.checkout_walk import APPLES, PEARS, TERMS
from tests.devices import Stand
from tests.story import MILK, SHOP, shopping

ASK = WeighingAsked(APPLES, TERMS)


@dataclass
class Shop:
    """A kiosk whose only device is its scale."""

    stand: Stand
    scale: ScaleSimulator
    hire: dict[Device, Callable[[], Driver]]

    def said(self, says: ScaleSays) -> None:
        """Wait until the screen shows this."""
        self.stand.until(lambda state: bool(state.live.scale and state.live.scale.says is says))

    def sold(self, *expected: tuple[str, int | None]) -> State:
        """Wait for a basket of these names and grams."""
        return self.stand.until(lambda state: basket(state) == list(expected))


def basket(state: State) -> list[tuple[str, int | None]]:
    if not isinstance(state.phase, Shopping):
        return []
    return [(line.article.name, line.grams) for line in state.phase.sale.basket.lines]


@pytest.fixture(params=list(Protocols))
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """With both protocols, on a pseudo terminal."""
    scale = ScaleSimulator(listen(f"pty://{tmp_path / 'scale'}"), scale_of(request.param))
    scale.start()
    clock = SystemClock()
    factory = FACTORIES[request.param]
    hire: dict[Device, Callable[[], Driver]] = {
        Device.SCALE: lambda: factory(address=scale.address, clock=clock)
    }
    journal = Journal(tmp_path / "journal.db", "K1")
    start = replace(shopping(), epoch=journal.epoch)
    stand = Stand(tmp_path, hire, state=start, journal=journal)
    stand.runtime.start(Restarted(SHOP))
    stand.until(lambda state: state.devices.scale is Link.READY)
    yield Shop(stand, scale, hire)
    stand.stop()
    scale.stop()
    journal.close()


def test_goods_are_put_on_and_sold(shop: Shop) -> None:
    """Scanned, put on, weighed; then others, with a bag; nothing is taken twice."""
    shop.stand.runtime.post(ASK)
    shop.scale.put(742)
    shop.sold(("Äpfel", 742))
    shop.stand.runtime.post(WeighingAsked(PEARS, TERMS))
    shop.said(ScaleSays.UNMOVED)
    shop.stand.runtime.post(TareChosen(5))
    shop.scale.put(0)
    shop.scale.put(505)
    state = shop.sold(("Äpfel", 742), ("Birnen", 500))
    assert state.at_scale == ""
    shop.stand.stop()
    kept = shop.stand.events()[GoodsWeighed]
    assert [each.gross for each in kept if isinstance(each, GoodsWeighed)] == [742, 505]


def test_a_customer_who_changes_their_mind_is_not_held(shop: Shop) -> None:
    """Cancelled, scanned on; what lies on the scale then is nobody's."""
    shop.stand.runtime.post(ASK)
    shop.stand.until(lambda state: bool(state.at_scale))
    shop.stand.runtime.post(WeighingCancelled())
    shop.stand.runtime.post(ArticleScanned(MILK))
    shop.scale.put(742)
    state = shop.sold(("Bio-Vollmilch", None))
    assert isinstance(state.phase, Shopping)
    shop.stand.until(lambda state: basket(state) != [] and state.at_scale == "")


def test_a_scale_that_is_unplugged_is_told_and_comes_back(shop: Shop) -> None:
    """Selling goes on meanwhile; afterwards it weighs again."""
    shop.stand.runtime.post(ASK)
    shop.stand.until(lambda state: bool(state.at_scale))
    shop.scale.fault("unplug")
    state = shop.stand.until(lambda state: state.devices.scale is Link.LOST)
    assert state.notice
    assert state.notice.told is Told.SCALE_AWAY
    shop.stand.runtime.post(ArticleScanned(MILK))
    shop.sold(("Bio-Vollmilch", None))
    shop.scale.put(0)
    shop.scale.fault("plug")
    shop.stand.until(lambda state: basket(state) != [] and state.devices.scale is Link.READY)
    shop.stand.runtime.post(ASK)
    shop.stand.until(lambda state: basket(state) != [] and bool(state.at_scale))
    shop.scale.put(300)
    shop.sold(("Bio-Vollmilch", None), ("Äpfel", 300))


def test_a_process_that_dies_while_weighing_forgets_it(shop: Shop) -> None:
    """Replayed from its journal: the basket stays, and what is put on then is sold when it is asked for."""
    shop.stand.runtime.post(ArticleScanned(MILK))
    shop.stand.runtime.post(ASK)
    shop.stand.until(lambda state: bool(state.at_scale))
    shop.stand.stop()
    path, epoch = shop.stand.journal._path, shop.stand.journal.epoch
    shop.stand.journal.close()
    journal = Journal(path, "K1")
    start = replace(shopping(), epoch=epoch)
    events = [record.event for record in journal.records()]
    state = start
    for event in events:
        state = decide(state, event).state
    assert isinstance(state.phase, Shopping)
    assert state.phase.weighing
    again = Stand(path.parent, shop.hire, state=state, journal=journal)
    again.runtime.start(Restarted(SHOP))
    back = again.until(lambda state: state.devices.scale is Link.READY)
    assert basket(back) == [("Bio-Vollmilch", None)]
    assert isinstance(back.phase, Shopping)
    assert back.phase.weighing is None
    again.runtime.post(ASK)
    again.until(lambda state: bool(state.live.scale))
    shop.scale.put(600)
    again.until(lambda state: basket(state) == [("Bio-Vollmilch", None), ("Äpfel", 600)])
    again.stop()
    journal.close()
