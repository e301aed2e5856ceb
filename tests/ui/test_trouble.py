"""A fault of the window's own: words in its place, staff called, the sale untouched, and on it goes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.checkout.commands import Authorize, Command
from kiosk.checkout.events import ArticleScanned, Event
from kiosk.checkout.floor_events import HelpPressed, ScreenFailed
from kiosk.checkout.states import Paying, Shopping, State
from kiosk.clock import SystemClock
from kiosk.engine import Engine
from kiosk.journal import Journal
from kiosk.screens.present import present
from kiosk.screens.standing import troubled
from kiosk.words import Language
from tests.story import MILK, WATER, Story, shopping
from tests.ui.conftest import PROFILES, spin
from tests.ui.test_screens import texts
from ui.app import KioskWindow, report_faults
from ui.strikes import Strikes
from ui.trouble import Trouble
from ui.viewmodels.scan import ScanModel

RETRY = 0.03


class Shop:
    """A real window on a real engine and journal; devices only hear what they are told."""

    def __init__(self, folder: Path) -> None:
        self.commands: list[Command] = []
        self.events: list[Event] = []
        self.version = 0
        start = replace(shopping(MILK), language=Language.EN)
        self.window = KioskWindow(
            PROFILES["portrait"],
            self.post,
            motion=False,
            strikes=Strikes(view_seconds=0, same_seconds=0),
            retry_seconds=RETRY,
        )
        self.journal = Journal(folder / "journal.db", "K1")
        self.engine = Engine(
            start,
            self.journal,
            clock=SystemClock(),
            resolve=lambda _: pytest.fail("nothing to resolve"),
            dispatch=self.commands.append,
            show=self.show,
            halted=pytest.fail,
        )
        self.window.show()
        self.show(start)
        spin()

    def show(self, state: State) -> None:
        self.version += 1
        self.window.bridge.publish(present(state, self.version))

    def post(self, event: Event) -> None:
        self.events.append(event)
        self.engine.carry_out(self.engine.accept(event))

    def said(self) -> list[str]:
        self.window.grab()
        every = texts(self.window.stage.view.contentItem())
        return [str(each.property("text")) for each in every if each.isVisible()]

    def until(self, wanted: Callable[[], bool]) -> None:
        for _ in range(200):
            if wanted():
                return
            spin(10)
        pytest.fail("it never came to that")

    def close(self) -> None:
        self.window.close()
        self.journal.close()


@pytest.fixture
def shop(qapp: QGuiApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A kiosk with milk in its basket."""
    made = Shop(tmp_path)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    report_faults(made.window.trouble.report)
    yield made
    made.close()


def broken(self: object, *_: object) -> None:
    raise ValueError("Frau Mustermann")


WORDS = troubled(Language.EN)


def test_the_customer_reads_words_staff_are_called_and_the_sale_is_paid(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A view model raises; nothing but words is shown, the basket grows on, and then it is paid."""
    with monkeypatch.context() as fault:
        fault.setattr(ScanModel, "renew", broken)
        shop.post(ArticleScanned(WATER))
        shop.until(lambda: shop.window.trouble.covered)
        assert set(shop.said()) == {WORDS.reason, WORDS.remedy}
        with pytest.raises(LookupError):
            shop.window.tap("pay")
        state = shop.engine.state
        assert state.help is not None
        assert state.help.screen
        assert isinstance(state.phase, Shopping)
        assert [line.article for line in state.phase.sale.basket.lines] == [MILK, WATER]
        spin(150)  # several tries fail
        assert set(shop.said()) == {WORDS.reason, WORDS.remedy}
        assert [type(each) for each in shop.events] == [ArticleScanned, ScreenFailed]
        assert "Mustermann" not in str(shop.events)
    shop.until(lambda: not shop.window.trouble.covered)
    assert WATER.name in shop.said()
    shop.window.tap("pay")
    spin()
    assert isinstance(shop.engine.state.phase, Paying)
    assert [type(each) for each in shop.commands if isinstance(each, Authorize)] == [Authorize]
    spin()
    assert WORDS.reason not in shop.said()


def failed(shop: Shop) -> bool:
    return any(isinstance(each, ScreenFailed) for each in shop.events)


@pytest.mark.qt_log_ignore("libpyside: An error", "Error: Frau Mustermann")
def test_a_property_that_raises_is_noticed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Qt would draw nothing in its place, and go on."""
    with monkeypatch.context() as fault:
        fault.setattr("ui.viewmodels.scan.plain", broken)
        shop.post(ArticleScanned(WATER))
        shop.until(lambda: failed(shop) and shop.window.trouble.covered)
        assert set(shop.said()) == {WORDS.reason, WORDS.remedy}
    shop.until(lambda: not shop.window.trouble.covered)
    assert WATER.name in shop.said()


@pytest.mark.qt_log_ignore("Error: Frau Mustermann")
def test_a_touch_that_raises_is_noticed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is paid by it, staff come, and the next touch counts."""
    with monkeypatch.context() as fault:
        fault.setattr("ui.viewmodels.kiosk.offered", broken)
        shop.window.stage.tap("pay")
        shop.until(lambda: failed(shop))
    shop.until(lambda: not shop.window.trouble.covered)
    assert isinstance(shop.engine.state.phase, Shopping)
    shop.window.tap("pay")
    shop.until(lambda: isinstance(shop.engine.state.phase, Paying))


def test_a_fault_that_passed_is_over_and_the_next_is_told_again(qapp: QGuiApplication) -> None:
    """More of the same while words stand are not; a trial without a fault ends it."""
    done: list[str] = []
    trouble = Trouble(
        lambda: done.append("cover"), lambda: done.append("uncover"), done.append, 0.01
    )
    for where in ("one", "two"):
        trouble.report(where)
        trouble.report("more of the same")
        spin(60)
        assert done == ["cover", where, "uncover"]
        done.clear()
    trouble.close()


def test_a_fault_at_every_try_is_told_each_time_and_tried_less_and_less(
    qapp: QGuiApplication,
) -> None:
    """The words stay; whoever ended the call without looking is called again."""
    done: list[str] = []

    def uncover() -> None:
        done.append("uncover")
        raise RuntimeError

    trouble = Trouble(lambda: done.append("cover"), uncover, done.append, 0.01)
    trouble.report("here")
    spin(120)
    assert done[:2] == ["cover", "here"]
    assert done[2:5] == ["uncover", "cover", "RuntimeError"]
    assert set(done[5:]) <= {"uncover", "cover", "RuntimeError"}
    assert 2 <= done.count("uncover") <= 4
    assert trouble.covered
    trouble.close()


def test_tries_become_rarer_though_each_call_makes_a_screen(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call's own screen is no reason for a try; who ended it without looking is called again."""
    tries: list[int] = []

    def counted(self: object, *_: object) -> None:
        tries.append(len(shop.events))
        raise ValueError

    with monkeypatch.context() as fault:
        fault.setattr(ScanModel, "renew", counted)
        shop.post(ArticleScanned(WATER))
        spin(20 * int(1000 * RETRY))  # after 1, 3, 7 and 15 times that
        assert 3 <= len(tries) <= 6
        assert [type(each) for each in shop.events] == [ArticleScanned, ScreenFailed]
        shop.show(replace(shop.engine.state, help=None))
        shop.until(lambda: len(shop.events) == 3)
        assert isinstance(shop.events[2], ScreenFailed)
    shop.until(lambda: not shop.window.trouble.covered)


def test_the_machine_keeps_the_sale_and_calls_once() -> None:
    """Called already: nothing is called off, but staff learn that it is the screen."""
    state = (Story(shopping(MILK)) >> ScreenFailed("ValueError in points, line 7")).state
    assert state.phase == shopping(MILK).phase
    assert state.help is not None
    again = (Story(state) >> ScreenFailed("ValueError in points, line 7")).state
    assert again == state
    called = (Story(shopping(MILK)) >> HelpPressed() >> ScreenFailed("x")).state
    assert called.help is not None
    assert called.help.screen
