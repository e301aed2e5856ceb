"""Devices that fail, go away, come back or hang, over real threads."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import kiosk.engine
import kiosk.journal
import kiosk.runtime
from kiosk.checkout.commands import Authorize
from kiosk.checkout.events import (
    CardApproved,
    Device,
    DeviceFault,
    DeviceOnline,
    FaultKind,
    PaymentClosed,
    PaymentDeclined,
    PayPressed,
    Restarted,
    StartPressed,
)
from kiosk.checkout.states import InDoubt, Link, Shopping, State
from kiosk.checkout.step import Verdict
from kiosk.ports import Cancel, RemoteProtocolError, Run, Silent, Unavailable
from tests.devices import PATIENCE, ScriptedDriver, Stand
from tests.story import MILK, P1, SHOP, card, shopping

PAY = PayPressed(1, MILK.price)
T, P, S = Device.TERMINAL, Device.PRINTER, Device.SCANNER
STOPPED = PaymentDeclined(P1, 0x6C)


def raising(error: Exception) -> Run:
    """A run that fails before its first word."""
    for each in (error,):
        raise each
    yield StartPressed()


def in_phase(kind: type) -> Callable[[State], bool]:
    return lambda state: isinstance(state.phase, kind)


@pytest.mark.parametrize(
    ("error", "kind", "known"),
    [
        (Unavailable("busy"), FaultKind.UNAVAILABLE, True),
        (Silent("no answer"), FaultKind.SILENT, False),
        (RemoteProtocolError("nonsense"), FaultKind.PROTOCOL, False),
        (ZeroDivisionError("secret"), FaultKind.BROKEN, False),
    ],
)
def test_a_drivers_failure_becomes_a_fault(
    stand: Callable[..., Stand],
    error: Exception,
    kind: FaultKind,
    known: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its kind, its payment, and whether the outcome is known; our own bug tells no text."""

    def pay(driver: ScriptedDriver, command: object, cancel: Cancel) -> Run:
        if isinstance(command, Authorize):
            raise error
        yield from ()

    with caplog.at_level(logging.CRITICAL):
        it = stand(ScriptedDriver(T, (), pay), state=shopping(MILK))
        it.runtime.start(PAY)
        it.until(lambda state: isinstance(state.phase, Shopping if known else InDoubt) and bool(
            state.devices.terminal is Link.LOST))  # fmt: skip
    it.stop()
    [fault] = [e for e in it.events()[DeviceFault] if isinstance(e, DeviceFault) and e.payment]
    assert (fault.device, fault.kind, fault.outcome_known, fault.payment) == (T, kind, known, P1)
    assert "secret" not in fault.detail


class Flaky(ScriptedDriver):
    """Watching fails a number of times, comes up twice in a row, then stays."""

    def __init__(self, device: Device, plan: list[str]) -> None:
        super().__init__(device)
        self.plan = plan
        self.watches = 0
        self.done = threading.Event()

    def watch(self, wanted: Cancel) -> Run:
        self.watches += 1
        if not self.plan:
            self.done.set()
            wanted.wait(PATIENCE)
            return
        step = self.plan.pop(0)
        if step == "away":
            raise Unavailable("not there")
        yield DeviceOnline(self.device)
        if step == "lost":
            raise Silent("pulled")


def test_an_outage_is_told_once_and_so_is_its_end(stand: Callable[..., Stand]) -> None:
    """However often a driver looks in vain, or says again that its device is there."""
    plan = ["away", "away", "away", "online", "online", "lost", "away", "online", "online"]
    scanner = Flaky(S, plan)
    it = stand(scanner)
    it.runtime.start(Restarted(SHOP))
    assert scanner.done.wait(PATIENCE)
    it.stop()
    told = [
        type(each.event).__name__
        for each in it.journal.records()
        if isinstance(each.event, DeviceOnline | DeviceFault)
    ]
    assert told == ["DeviceFault", "DeviceOnline", "DeviceFault", "DeviceOnline"]


def test_the_pause_grows_with_every_failure(
    stand: Callable[..., Stand], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Back off, but never for good; once it was there the pause starts anew."""
    pauses: list[float] = []
    real = Cancel.wait

    def wait(self: Cancel, seconds: float) -> bool:
        if seconds < 1:
            pauses.append(seconds)
        return real(self, min(seconds, PATIENCE) if seconds >= 1 else 0)

    monkeypatch.setattr(kiosk.runtime, "BACKOFF_SECONDS", (0.1, 0.2, 0.4))
    monkeypatch.setattr(Cancel, "wait", wait)
    scanner = Flaky(S, ["away"] * 5 + ["lost", "away"])
    it = stand(scanner)
    it.runtime.start(Restarted(SHOP))
    assert scanner.done.wait(PATIENCE)
    assert pauses == [0.1, 0.2, 0.4, 0.4, 0.4, 0.1, 0.2]


def test_a_hung_worker_is_replaced_and_its_late_words_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """In a payment that is doubt; what the lost thread says afterwards reaches nobody."""
    monkeypatch.setattr(kiosk.runtime, "HANG_SECONDS", 0.05)
    wake, spoken = threading.Event(), threading.Event()
    heard: list[Verdict] = []

    def hang(driver: ScriptedDriver, command: object, cancel: Cancel) -> Run:
        assert wake.wait(PATIENCE)
        heard.append((yield CardApproved(P1, card())))
        heard.append((yield PaymentClosed(P1)))
        spoken.set()

    def silent(driver: ScriptedDriver, command: object, cancel: Cancel) -> Run:
        yield from raising(Silent("still dead"))

    drivers = [ScriptedDriver(T, (), hang), ScriptedDriver(T, (), silent)]
    hired = list(drivers)
    with caplog.at_level(logging.CRITICAL):
        it = Stand(tmp_path, {T: lambda: drivers.pop(0)}, state=shopping(MILK))
        it.runtime.start(PAY)
        asking = lambda state: isinstance(state.phase, InDoubt) and state.phase.failures > 0  # noqa: E731
        it.until(asking)
        wake.set()
        assert spoken.wait(PATIENCE)
        hired[0].closed.wait(PATIENCE)
        it.stop()
    assert heard == [Verdict.REFUSE] * 2
    kinds = [e.kind for e in it.events()[DeviceFault] if isinstance(e, DeviceFault)]
    assert kinds[:2] == [FaultKind.HUNG, FaultKind.SILENT]
    assert not it.events()[CardApproved]
    it.journal.close()


def test_words_of_a_worker_given_up_that_were_on_their_way_are_refused(
    stand: Callable[..., Stand],
) -> None:
    """A question already in the inbox belongs to a device that is lost."""
    it = stand(ScriptedDriver(T), state=shopping(MILK))
    worker = it.runtime._workers[T]
    question = kiosk.runtime.Question(CardApproved(P1, card()), worker)
    worker.give_up()
    it.runtime._handle(question)
    assert question.verdict is Verdict.REFUSE
    assert question.answered.is_set()
    assert it.journal.fresh
    it.runtime.start(Restarted(SHOP))
