"""Real threads, small drivers: the verdict follows the disk, and nobody hangs the kiosk."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import kiosk.engine
import kiosk.journal
import kiosk.runtime
from kiosk.checkout.commands import Authorize, PrintReceipt, ReadyTerminal, RequestCancel
from kiosk.checkout.decide import decide as decide_by_the_book
from kiosk.checkout.events import (
    CardApproved,
    Device,
    DeviceOnline,
    Event,
    LanguageChosen,
    PaymentCancelPressed,
    PaymentClosed,
    PaymentDeclined,
    PayPressed,
    PrinterStatus,
    ReceiptPrinted,
    Restarted,
    TerminalReady,
    Timer,
    TimerFired,
)
from kiosk.checkout.states import Link, Paying, Shopping, State, Thanks
from kiosk.checkout.step import Step, Verdict
from kiosk.journal import Journal
from kiosk.ports import Cancel, Run
from kiosk.words import Language
from tests.devices import PATIENCE, ScriptedDriver, Stand
from tests.story import MILK, P1, SHOP, TID, card, shopping, transaction

PAY = PayPressed(1, MILK.price)
T, P, S = Device.TERMINAL, Device.PRINTER, Device.SCANNER
STOPPED = PaymentDeclined(P1, 0x6C)


def in_phase(kind: type) -> Callable[[State], bool]:
    return lambda state: isinstance(state.phase, kind)


def test_a_whole_purchase_over_threads(stand: Callable[..., Stand]) -> None:
    """Terminal and printer each on a thread; the verdicts are KEEP, one command at most."""

    def pay(driver: ScriptedDriver, command: object, cancel: Cancel) -> Run:
        if isinstance(command, ReadyTerminal):
            yield TerminalReady(TID, transaction(trace=6))
        elif isinstance(command, Authorize):
            driver.heard.append((yield CardApproved(command.payment, card())))
            driver.heard.append((yield PaymentClosed(command.payment)))

    def printing(driver: ScriptedDriver, command: object, cancel: Cancel) -> Run:
        assert isinstance(command, PrintReceipt)
        driver.heard.append((yield ReceiptPrinted(command.job)))

    terminal = ScriptedDriver(T, (DeviceOnline(T),), pay)
    printer = ScriptedDriver(P, (DeviceOnline(P), PrinterStatus(None)), printing)
    it = stand(terminal, printer, state=shopping(MILK))
    it.runtime.start(Restarted(SHOP))
    it.until(lambda state: state.devices.terminal is Link.READY)
    it.runtime.post(PAY)
    assert it.until(in_phase(Thanks)).receipts == 1
    assert it.stop() == []
    assert terminal.heard == [Verdict.KEEP] * 3
    assert (terminal.most_running, printer.most_running) == (1, 1)
    assert terminal.closed.is_set()
    assert printer.closed.is_set()


class SlowJournal(Journal):
    """A disk that takes its time when told to."""

    slow_on: type[Event] | None = None

    def __init__(self, path: Path, kiosk: str) -> None:
        super().__init__(path, kiosk)
        self.reached = threading.Event()
        self.go_on = threading.Event()

    def append(self, event: Event, digest: str) -> int:
        if self.slow_on and isinstance(event, self.slow_on):
            self.reached.set()
            self.go_on.wait(PATIENCE)
        return super().append(event, digest)


def test_keep_is_said_only_when_the_record_is_on_disk(
    stand: Callable[..., Stand], tmp_path: Path
) -> None:
    """The driver looks into the journal at the moment it hears KEEP."""
    journal = Journal(tmp_path / "journal.db", "K1")
    on_disk: list[int] = []

    def pay(driver: ScriptedDriver, command: object, cancel: Cancel) -> Run:
        verdict = yield CardApproved(P1, card())
        driver.heard.append(verdict)
        on_disk.append(sum(isinstance(each.event, CardApproved) for each in journal.records()))
        yield PaymentClosed(P1)

    terminal = ScriptedDriver(T, (), pay)
    it = stand(terminal, state=shopping(MILK), journal=journal)
    it.runtime.start(PAY)
    it.until(lambda state: state.receipts == 1)
    assert terminal.heard == [Verdict.KEEP]
    assert on_disk == [1]


def test_a_slow_disk_makes_the_driver_wait_and_yield_again(
    stand: Callable[..., Stand], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WAIT approves nothing; the same approval again is kept once, and paid once."""
    monkeypatch.setattr(kiosk.runtime, "VERDICT_SECONDS", 0.01)
    journal = SlowJournal(tmp_path / "journal.db", "K1")
    journal.slow_on = CardApproved

    def pay(driver: ScriptedDriver, command: object, cancel: Cancel) -> Run:
        driver.heard.append((yield CardApproved(P1, card())))
        assert journal.reached.wait(PATIENCE)
        journal.go_on.set()
        monkeypatch.setattr(kiosk.runtime, "VERDICT_SECONDS", PATIENCE)
        driver.heard.append((yield CardApproved(P1, card())))
        driver.heard.append((yield PaymentClosed(P1)))

    terminal = ScriptedDriver(T, (), pay)
    it = stand(terminal, state=shopping(MILK), journal=journal)
    it.runtime.start(PAY)
    it.until(lambda state: state.receipts == 1)
    it.stop()
    assert terminal.heard == [Verdict.WAIT, Verdict.KEEP, Verdict.KEEP]
    assert len(it.events()[PaymentClosed]) == 1


def test_an_engine_that_halted_refuses(
    stand: Callable[..., Stand], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An exception in decide: the approval is refused, nothing is written, nothing more is shown."""

    def broken(state: State, event: Event) -> Step:
        if isinstance(event, CardApproved):
            raise ZeroDivisionError
        return decide_by_the_book(state, event)

    monkeypatch.setattr(kiosk.engine, "decide", broken)

    def pay(driver: ScriptedDriver, command: object, cancel: Cancel) -> Run:
        for event in (CardApproved(P1, card()), CardApproved(P1, card()), STOPPED):
            driver.heard.append((yield event))
        driver.closed.set()

    terminal = ScriptedDriver(T, (), pay)
    with caplog.at_level(logging.CRITICAL):
        it = stand(terminal, state=shopping(MILK))
        it.runtime.start(PAY)
        assert it.halted.wait(PATIENCE)
        assert terminal.closed.wait(PATIENCE)
    it.stop()
    assert terminal.heard == [Verdict.REFUSE] * 3
    assert it.halts == ["ZeroDivisionError in the checkout"]
    assert set(it.events()) == {PayPressed}
    assert isinstance(it.state.phase, Paying)


def test_after_the_stop_every_yield_is_refused_at_once(stand: Callable[..., Stand]) -> None:
    """A driver in the middle of a dialogue hears no, not silence."""
    stopped = threading.Event()

    def pay(driver: ScriptedDriver, command: object, cancel: Cancel) -> Run:
        assert stopped.wait(PATIENCE)
        driver.heard.append((yield CardApproved(P1, card())))
        driver.heard.append((yield STOPPED))
        driver.closed.set()

    terminal = ScriptedDriver(T, (), pay)
    it = stand(terminal, state=shopping(MILK))
    it.runtime.start(PAY)
    it.until(in_phase(Paying))
    assert terminal.began.wait(PATIENCE)
    assert it.stop(0.01) == [T]
    stopped.set()
    assert terminal.closed.wait(PATIENCE)
    assert terminal.heard == [Verdict.REFUSE] * 2
    assert set(it.events()) == {PayPressed}


def test_the_customers_wish_reaches_the_command_under_way(stand: Callable[..., Stand]) -> None:
    """The one cancel of this command, set at once; the next command has a fresh one."""
    wished: list[bool] = []

    def pay(driver: ScriptedDriver, command: object, cancel: Cancel) -> Run:
        if isinstance(command, ReadyTerminal):
            yield TerminalReady(TID, transaction(trace=6))
        elif isinstance(command, Authorize):
            if wished:
                wished.append(bool(cancel))
                yield PaymentDeclined(command.payment, 5)
            else:
                wished.append(cancel.wait(PATIENCE))
                yield PaymentDeclined(command.payment, 0x6C)

    it = stand(ScriptedDriver(T, (), pay), state=shopping(MILK))
    it.runtime.start(PAY)
    it.until(in_phase(Paying))
    it.runtime.post(PaymentCancelPressed())
    it.until(lambda state: in_phase(Shopping)(state) and state.devices.terminal is Link.READY)
    it.states.clear()
    it.runtime.post(PAY)
    it.until(lambda state: in_phase(Shopping)(state) and state.devices.terminal is Link.READY)
    assert wished == [True, False]


def test_a_command_for_a_device_nobody_configured_is_a_fault(stand: Callable[..., Stand]) -> None:
    """Nothing was sent, so nothing was charged."""
    it = stand(state=shopping(MILK))
    it.runtime.start(PAY)
    state = it.until(lambda state: state.devices.terminal is Link.LOST)
    assert isinstance(state.phase, Shopping)


def test_a_wish_at_a_device_nobody_configured_is_no_error(stand: Callable[..., Stand]) -> None:
    """Its fault is on the way already."""
    it = stand(state=shopping(MILK))
    it.runtime._dispatch(RequestCancel(P))
    it.runtime.start(Restarted(SHOP))


def test_stop_names_the_devices_that_hang(stand: Callable[..., Stand]) -> None:
    """And ends all others."""
    release = threading.Event()

    def hang(driver: ScriptedDriver, command: object, cancel: Cancel) -> Run:
        release.wait(PATIENCE)
        yield from ()

    terminal, printer = ScriptedDriver(T, (), hang), ScriptedDriver(P)
    it = stand(terminal, printer, state=shopping(MILK))
    it.runtime.start(PAY)
    it.until(in_phase(Paying))
    assert terminal.began.wait(PATIENCE)
    assert it.stop(0.05) == [T]
    assert printer.closed.wait(PATIENCE)
    release.set()
    assert it.stop() == []


def test_events_from_any_thread_are_all_kept_in_one_order(stand: Callable[..., Stand]) -> None:
    """Posted by four threads at once."""
    it = stand()
    it.runtime.start(Restarted(SHOP))

    def post() -> None:
        for _ in range(25):
            it.runtime.post(LanguageChosen(Language.EN))

    threads = [threading.Thread(target=post) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    it.until(lambda state: len(it.states) > 100)
    it.stop()
    assert len(it.events()[LanguageChosen]) == 100


def test_timers_fire_through_the_engine(stand: Callable[..., Stand]) -> None:
    """Due ones at once, each as an event like any other."""
    it = stand(state=shopping())
    it.runtime._timers.start(Timer.NOTICE, 0.0)
    it.runtime._timers.start(Timer.UNDO, 0.001)
    it.runtime.start(Restarted(SHOP))
    it.until(lambda state: len(it.states) >= 3)
    it.stop()
    assert {e.timer for e in it.events()[TimerFired] if isinstance(e, TimerFired)} == {
        Timer.NOTICE, Timer.UNDO,
    }  # fmt: skip
