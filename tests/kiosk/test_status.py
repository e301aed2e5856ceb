"""The verb `status`: what a running kiosk does, and what somebody must see to; never whose it is."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import kiosk.engine
import kiosk.journal
from kiosk.assembly import Checkout
from kiosk.checkout.events import (
    Device,
    DeviceFault,
    DeviceOnline,
    Event,
    FaultKind,
    LanguageChosen,
    PrinterStatus,
    PrintFault,
    StorageLow,
)
from kiosk.checkout.floor import Help
from kiosk.checkout.member_events import CustomerFound, CustomerShown
from kiosk.checkout.states import State
from kiosk.checkout.step import Step
from kiosk.ids import Handle
from kiosk.ports import Cancel
from kiosk.status import status_of
from kiosk.status_tool import lines_of, todo_of
from kiosk.words import Language
from tests.devices import PATIENCE
from tests.kiosk.test_assembly import configured
from tests.kiosk.test_exporting import kiosk_run
from tests.life import Life
from tests.story import MILK, WATER


@pytest.fixture(autouse=True)
def _small_reserve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kiosk.journal, "RESERVE_BYTES", 512)


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = Life(tmp_path / "journal.db")
    yield made
    made.journal.close()


def told(state: State, stopped: str = "") -> dict[str, Any]:
    """As the tool has it, over a line of JSON."""
    status: dict[str, Any] = json.loads(json.dumps(status_of(state, stopped)))
    status["todo"] = todo_of(status)
    return status


def head(state: State) -> str:
    """What it says first."""
    return lines_of(told(state))[0]


def test_each_phase_is_told_with_its_amounts(life: Life) -> None:
    assert head(life.state) == "kiosk       K1: waits for a customer"
    life.scan(MILK, WATER)
    assert head(life.state) == "kiosk       K1: a customer scans"
    cents = told(life.state)["purchase"]["cents"]
    assert told(life.state)["purchase"] == {"lines": 2, "cents": cents}
    assert lines_of(told(life.state))[1].endswith(f"2 lines, {cents / 100:.2f} EUR")
    life.pay()
    assert head(life.state) == "kiosk       K1: a customer pays"
    payment = told(life.state)["payment"]
    assert (payment["id"], payment["cents"], payment["doubt"]) == (life.payment, cents, False)
    life.approve()
    assert head(life.state) == "kiosk       K1: prints a receipt"
    assert told(life.state)["todo"] == []


def test_a_payment_in_doubt_comes_before_all_else(life: Life) -> None:
    life.scan(MILK).pay()
    life.feed(DeviceFault(Device.SCANNER, FaultKind.UNAVAILABLE, True))
    life.silence()
    todo = told(life.state)["todo"]
    assert todo[0] == f"payment {life.payment} is in doubt: staff decide it at the screen"
    assert "scanner: lost; look at its cable and power" in todo


@pytest.mark.parametrize("fault", PrintFault)
def test_each_fault_of_the_printer_comes_with_what_helps(life: Life, fault: PrintFault) -> None:
    life.feed(DeviceOnline(Device.PRINTER), PrinterStatus(fault, paper_low=True))
    status = told(life.state)
    assert status["devices"]["printer"]["fault"] == fault.value
    [first, second] = status["todo"]
    assert first.startswith("printer: ")
    assert len(first.split(". ", 1)[1]) > 10
    assert "new roll" in second


def test_what_else_somebody_must_see_to(life: Life) -> None:
    life.feed(StorageLow())
    called = replace(life.state, help=Help(datetime.fromisoformat("2026-11-21T10:00:00+00:00")))
    todo = told(called)["todo"]
    assert any("disk is full" in each for each in todo)
    assert any("called for staff at 2026-11-21T10:00:00" in each for each in todo)
    assert "restart the kiosk" in told(life.state, "decide failed")["todo"][0]
    assert lines_of(told(life.state, "decide failed"))[0].endswith("has stopped")


def test_every_phase_has_words() -> None:
    from tests.kiosk.screens.test_present import states

    for state in states().values():
        assert lines_of(told(state))


def test_nothing_of_a_customer_is_told(life: Life) -> None:
    """Not even that there is one."""
    life.scan(MILK)
    before = told(life.state)
    life.feed(CustomerShown(Handle("h-planted"), by=Device.SCANNER))
    life.feed(CustomerFound(Handle("h-planted"), "group-planted"))
    assert told(life.state) == before


# --- of a kiosk that runs -----------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    made = Checkout(configured(tmp_path))
    made.start(lambda screen: None)
    yield made
    made.stop()


def until(holds: Callable[[], bool]) -> None:
    """Devices are looked for on their own threads."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        Cancel().wait(0.02)


def asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Exit code and what it printed."""
    code = kiosk_run(folder, "status", "--json")
    return code, json.loads(capsys.readouterr().out)


def test_a_lost_device_is_told_with_its_drivers_last_word(
    checkout: Checkout, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """When it failed, and what a technician does."""

    def lost() -> bool:
        devices = asked(tmp_path, capsys)[1]["devices"]
        return all(devices[name]["link"] == "lost" for name in ("terminal", "scanner"))

    until(lost)
    code, status = asked(tmp_path, capsys)
    assert code == 1
    assert status["phase"] == "OutOfService"
    scanner = status["devices"]["scanner"]
    assert scanner["detail"]
    assert datetime.fromisoformat(scanner["lost_at"]).tzinfo
    assert any(each.startswith("scanner: lost; ") for each in status["todo"])
    assert kiosk_run(tmp_path, "status") == 1
    out = capsys.readouterr().out
    assert "K1: does not sell (terminal)" in out
    assert f"scanner     lost since {scanner['lost_at']}" in out
    assert scanner["detail"] in out


def test_a_stopped_checkout_still_says_so(
    checkout: Checkout,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(state: State, event: Event) -> Step:
        raise ZeroDivisionError

    monkeypatch.setattr(kiosk.engine, "decide", broken)
    checkout.post(LanguageChosen(Language.EN))
    assert checkout.stopped.wait(PATIENCE)
    code, status = asked(tmp_path, capsys)
    assert code == 1
    assert "ZeroDivisionError" in status["stopped"]


def test_where_no_kiosk_runs_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configured(tmp_path)
    assert kiosk_run(tmp_path, "status") == 69
    assert "no kiosk answers" in capsys.readouterr().err
