"""The verb `status`: what a running kiosk does, and what somebody must see to; never whose it is."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

import kiosk.answering
import kiosk.engine
from kiosk.assembly import Checkout
from kiosk.checkout.decide import decide
from kiosk.checkout.delivery import Delivery
from kiosk.checkout.events import (
    Device,
    DeviceFault,
    DeviceOnline,
    Event,
    FaultKind,
    LanguageChosen,
    PrinterStatus,
    PrintFault,
    StartPressed,
    StorageLow,
)
from kiosk.checkout.floor import Help
from kiosk.checkout.member_events import CustomerFound, CustomerShown
from kiosk.checkout.regions.prices import total_of
from kiosk.checkout.staff_events import MoneyKind
from kiosk.checkout.states import Closed, InDoubt, OutOfService, Paying, Phase, State
from kiosk.checkout.step import Step
from kiosk.codec import encode
from kiosk.ids import Handle, SaleId
from kiosk.ports import Cancel
from kiosk.status import status_of
from kiosk.status_tool import DOING, lines_of, status_over, todo_of
from kiosk.words import Language
from tests.devices import PATIENCE
from tests.kiosk.screens.test_present import states
from tests.kiosk.test_assembly import configured
from tests.kiosk.test_exporting import kiosk_run
from tests.life import Life
from tests.story import MILK, NOW, WATER


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    made = Life(tmp_path / "journal.db")
    yield made
    made.journal.close()


def told(state: State, stopped: str = "", *, answers: bool = True) -> dict[str, Any]:
    """As the tool has it, over a line of JSON."""
    status: dict[str, Any] = json.loads(json.dumps(status_of(state, NOW, stopped)))
    status["answers"] = answers and not stopped
    return status | {"todo": todo_of(status)}


def head(state: State) -> str:
    """What it says first."""
    return lines_of(told(state))[0].removeprefix("kiosk       K1: ")


def test_each_phase_is_told_with_its_amounts(life: Life) -> None:
    assert head(life.state) == "waits for a customer"
    life.scan(MILK, WATER)
    assert head(life.state) == "a customer scans"
    cents = told(life.state)["purchase"]["cents"]
    assert cents == total_of(life.shopping.sale).minor
    assert lines_of(told(life.state))[1] == f"purchase    lines: 2, {cents / 100:.2f} EUR"
    life.pay()
    assert head(life.state) == "a customer pays"
    payment = told(life.state)["payment"]
    assert (payment["id"], payment["cents"], payment["doubt"]) == (life.payment, cents, False)
    life.approve()
    assert head(life.state) == "prints a receipt"
    assert told(life.state)["purchase"]["cents"] == cents
    assert told(life.state)["todo"] == []


def test_a_payment_in_doubt_calls_people_only_when_it_must(life: Life) -> None:
    """First the kiosk asks the terminal by itself; what staff do then is in the first line."""
    life.scan(MILK).pay()
    payment = life.payment
    life.silence()
    assert head(life.state) == "does not know whether it was paid; asks the terminal"
    assert not [each for each in told(life.state)["todo"] if "payment" in each]
    phase = life.state.phase
    assert isinstance(phase, InDoubt)
    called = replace(life.state, phase=replace(phase, staff=True, unclear=True))
    assert told(called)["todo"][0].endswith(f"./run kiosk resolve --payment {payment}")
    assert head(called).endswith("the terminal cannot tell")


def test_money_given_back_is_no_purchase(life: Life) -> None:
    life.scan(MILK).pay()
    phase = life.state.phase
    assert isinstance(phase, Paying)
    back = replace(phase, payment=replace(phase.payment, kind=MoneyKind.REFUND))
    status = told(replace(life.state, phase=back))
    assert status["purchase"] is None
    assert lines_of(status)[0].endswith("money is given back")
    assert lines_of(status)[1].startswith(f"refund      {phase.payment.id}, ")


@pytest.mark.parametrize("fault", PrintFault)
def test_each_fault_of_the_printer_comes_with_what_helps(life: Life, fault: PrintFault) -> None:
    life.feed(DeviceOnline(Device.PRINTER), PrinterStatus(fault, paper_low=True))
    status = told(life.state)
    assert status["devices"]["printer"]["fault"] == fault.value
    [first, second] = status["todo"]
    assert first.startswith("printer: ")
    assert len(first.split(". ", 1)[1]) > 10
    assert "new roll" in second
    life.feed(DeviceFault(Device.PRINTER, FaultKind.UNAVAILABLE, True))
    assert told(life.state)["todo"] == ["printer: lost; look at its cable and power"]


def test_what_else_somebody_must_see_to(life: Life) -> None:
    life.feed(StorageLow())
    called = replace(life.state, help=Help(datetime.fromisoformat("2026-11-21T10:00:00+00:00")))
    todo = told(called)["todo"]
    assert any("disk is full" in each for each in todo)
    assert any("called for staff at 2026-11-21T10:00:00" in each for each in todo)
    assert "restart the kiosk" in told(life.state, "decide failed")["todo"][0]
    assert "does not answer" in told(life.state, answers=False)["todo"][0]
    assert lines_of(told(life.state, "decide failed"))[0].endswith("has stopped")


def test_a_kiosk_that_does_not_sell_is_never_well() -> None:
    """Whatever its devices say; but that staff paused it is their wish."""
    state = State("K1", "e")
    for reason in (Closed.STARTING, Closed.TERMINAL):
        assert told(replace(state, phase=OutOfService(reason)))["todo"]
    assert not told(replace(state, phase=OutOfService(Closed.PAUSED)))["todo"]


def test_a_sale_may_take_a_moment_to_reach_the_outbox(life: Life) -> None:
    def late(seconds: float) -> list[str]:
        one = Delivery(SaleId("s"), NOW - timedelta(seconds=seconds), MILK.price, 1, 17, "")
        return told(replace(life.state, undelivered=(one,)))["todo"]  # type: ignore[no-any-return]

    assert late(1) == []
    assert late(60) == ["not in the outbox, look at its disk: sales 17"]


def test_every_phase_has_words() -> None:
    assert set(DOING) == {each.__name__ for each in get_args(Phase)}
    for state in states().values():
        assert lines_of(told(state))


def test_nobody_is_named(life: Life) -> None:
    """Neither who is there nor which group of customers they belong to."""
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


def record(event: Event) -> str:
    """As it stands in the journal."""
    return json.dumps(encode(event))


def fault(device: Device, detail: str) -> str:
    return record(DeviceFault(device, FaultKind.UNAVAILABLE, True, detail=detail))


class FakeLine:
    """A running kiosk's door with these records behind it."""

    def __init__(self, records: list[str]) -> None:
        self.asked: list[int] = []
        self._records = records
        self._lost: tuple[str, ...] = ()

    def lost(self, *names: str) -> FakeLine:
        """With these devices lost."""
        self._lost = names
        self.asked.clear()
        return self

    def ask(self, **request: Any) -> dict[str, Any]:
        if "status" in request:
            status: dict[str, Any] = json.loads(json.dumps(status_of(State("K1", "e"), NOW)))
            for name in self._lost:
                status["devices"][name]["link"] = "lost"
            return status | {"records": len(self._records), "answers": True}
        after = request["records_after"]
        self.asked.append(after)
        rows = [(n, text, "", "") for n, text in enumerate(self._records, 1) if n > after]
        return {"rows": rows[:250]}


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
    assert datetime.fromisoformat(scanner["failed_at"]).tzinfo
    assert any(each.startswith("scanner: lost; ") for each in status["todo"])
    assert kiosk_run(tmp_path, "status") == 1
    out = capsys.readouterr().out
    assert "K1: does not sell (terminal)" in out
    assert f"scanner     lost, failed last {scanner['failed_at']}" in out
    assert "reader" not in out  # there is none
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


def test_the_engine_is_asked_for_records_only_where_something_is_lost() -> None:
    """A customer waits for each question; and the newest words are looked at first."""
    nothing, old, new = record(StartPressed()), *(fault(Device.SCANNER, w) for w in ("old", "new"))
    line = FakeLine([old, *[nothing] * 600, new, nothing])
    assert status_over(line.lost()).keys() >= {"todo"}  # type: ignore[arg-type]
    assert line.asked == []
    status = status_over(line.lost("scanner"))  # type: ignore[arg-type]
    assert status["devices"]["scanner"]["detail"] == "new"
    assert len(line.asked) == 1
    status = status_over(line.lost("scanner", "printer"))  # type: ignore[arg-type]
    assert "detail" not in status["devices"]["printer"]
    assert status["devices"]["scanner"]["detail"] == "new"  # also where older ones are looked at


def test_an_engine_that_hangs_is_told(
    checkout: Checkout,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From what it showed last, since it tells nothing any more."""
    monkeypatch.setattr(kiosk.answering, "PATIENCE", 0.2)
    go_on = threading.Event()

    def hangs(state: State, event: Event) -> Step:
        go_on.wait(PATIENCE)
        return decide(state, event)

    monkeypatch.setattr(kiosk.engine, "decide", hangs)
    checkout.post(LanguageChosen(Language.EN))
    try:
        code, status = asked(tmp_path, capsys)
        assert (code, status["answers"], status["stopped"]) == (1, False, "")
        assert status["todo"][0] == "the checkout does not answer; restart the kiosk"
    finally:
        go_on.set()


def test_where_no_kiosk_runs_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configured(tmp_path)
    assert kiosk_run(tmp_path, "status") == 69
    said = capsys.readouterr().err
    assert "no kiosk answers" in said
    assert f"start it with ./run kiosk --config {tmp_path / 'kiosk.toml'}" in said
