"""The engine on one thread: the same order of things, for tools and crash tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import kiosk.journal
from kiosk.checkout.commands import Authorize
from kiosk.checkout.events import (
    CodeRead,
    Device,
    LanguageChosen,
    PaymentCancelPressed,
    PaymentDeclined,
    PayPressed,
    StartPressed,
    TerminalReady,
)
from kiosk.checkout.states import InDoubt, Link, Shopping, State
from kiosk.journal import Journal
from kiosk.ports import Cancel, JournalError, Run, Silent
from kiosk.sequential import Sequential
from kiosk.words import Language
from tests.devices import ScriptedDriver, refuse_codes
from tests.story import MILK, TID, shopping, transaction
from tests.wired import FakeClock


def raising(error: Exception) -> Run:
    """A run that fails before its first word."""
    for each in (error,):
        raise each
    yield StartPressed()


PAY = PayPressed(1, MILK.price)


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    monkeypatch.setattr(kiosk.journal, "RESERVE_BYTES", 512)
    made = Journal(tmp_path / "journal.db", "K1")
    yield made
    made.close()


def made(
    journal: Journal, driver: ScriptedDriver | None = None, state: State | None = None
) -> Sequential:
    drivers = {driver.device: driver} if driver else {}
    start = state or shopping(MILK)
    return Sequential(start, journal, drivers, clock=FakeClock(), resolve=refuse_codes)


def test_a_wish_to_stop_is_for_one_command(journal: Journal) -> None:
    """The next payment has a fresh cancel."""
    wished: list[bool] = []

    def pay(driver: ScriptedDriver, command: object, cancel: Cancel) -> Run:
        if isinstance(command, Authorize):
            if not wished:
                it.engine.carry_out(it.engine.accept(PaymentCancelPressed()))
            wished.append(bool(cancel))
            yield PaymentDeclined(command.payment, 0x6C)
        else:
            yield TerminalReady(TID, transaction(trace=6))

    it = made(journal, ScriptedDriver(Device.TERMINAL, (), pay))
    it.post(PAY)
    it.post(PAY)
    assert wished == [True, False]


def test_a_device_that_fails_and_one_that_is_missing_are_faults(journal: Journal) -> None:
    """As on threads: unknown where something was sent, known where nothing was."""

    def pay(driver: ScriptedDriver, command: object, cancel: Cancel) -> Run:
        yield from raising(Silent("gone"))

    it = made(journal, ScriptedDriver(Device.TERMINAL, (), pay))
    it.post(PAY)
    assert isinstance(it.state.phase, InDoubt)
    alone = made(journal)
    alone.post(PAY)
    assert isinstance(alone.state.phase, Shopping)
    assert alone.state.devices.terminal is Link.LOST


def test_timers_fire_when_they_are_due(journal: Journal) -> None:
    """Not before."""
    it = made(journal, state=shopping())
    it.post(CodeRead("Q1", "x"))
    clock = it._clock
    assert isinstance(clock, FakeClock)
    assert not it.fire_due()
    clock.seconds += 6
    assert it.timers.next_due() == 6
    assert it.fire_due()
    assert it.state.notice is None
    assert it.timers.take_due() is None


def test_a_halt_is_an_exception(journal: Journal) -> None:
    """Nobody looks at a screen here."""
    it = made(journal)
    journal.close()
    with pytest.raises(JournalError):
        it.post(LanguageChosen(Language.EN))
    assert it.engine.stopped
    it.post(StartPressed())
