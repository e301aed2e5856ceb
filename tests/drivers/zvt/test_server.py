"""Driver and simulated terminal over real lines: TCP and a pseudo terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.line import connect, listen
from drivers.zvt.faults import parse
from drivers.zvt.memory import Memory
from drivers.zvt.scenes import Fault
from drivers.zvt.server import TerminalServer
from drivers.zvt.simulator import TerminalSimulator
from drivers.zvt.terminal import ZvtTerminal
from kiosk.checkout.events import (
    DeviceOnline,
    Event,
    LastOutcome,
    PaymentClosed,
    PaymentDeclined,
    TerminalShows,
)
from kiosk.clock import SystemClock
from kiosk.ports import Cancel, DeviceError, Silent, Verdict
from tests.drivers.zvt.bench import ALONE, ASK, PAY, READY, Judge, drive

CLOCK = SystemClock()


def served(address: str) -> Iterator[TerminalServer]:
    """A terminal with nobody at its buttons."""
    found = TerminalServer(listen(address), TerminalSimulator(CLOCK, profile=ALONE))
    found.start()
    yield found
    found.stop()


@pytest.fixture(params=["tcp", "pty"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TerminalServer]:
    """A terminal on each kind of line."""
    tcp = request.param == "tcp"
    yield from served("tcp://127.0.0.1:0" if tcp else f"pty://{tmp_path / 'terminal'}")


@pytest.fixture
def tcp() -> Iterator[TerminalServer]:
    """A terminal on a line that can be lost: a pseudo terminal never hangs up."""
    yield from served("tcp://127.0.0.1:0")


@pytest.fixture
def terminal(server: TerminalServer) -> Iterator[ZvtTerminal]:
    """The driver at its other end."""
    driver = ZvtTerminal(server.address, clock=CLOCK)
    yield driver
    driver.close()


def customer(server: TerminalServer, button: str | int) -> Judge:
    """Somebody who presses as soon as a card is asked for, and a checkout that keeps all."""

    def judge(event: Event) -> Verdict:
        if isinstance(event, TerminalShows) and event.code == 0x0A:
            until_waiting(server)
            assert server.press(button)
        return Verdict.KEEP

    return judge


def until_waiting(server: TerminalServer) -> None:
    """The terminal has heard our answer and wants a card."""
    pause, end = Cancel(), CLOCK.monotonic() + 10
    while not server.view()[1]:
        assert CLOCK.monotonic() < end, "the terminal never waited for a card"
        pause.wait(0.01)


@pytest.mark.parametrize(
    ("button", "end"), [("approve", PaymentClosed), ("stop", PaymentDeclined), (5, PaymentDeclined)]
)
def test_a_payment_over_a_real_line(
    server: TerminalServer, terminal: ZvtTerminal, button: str | int, end: type[Event]
) -> None:
    """Approved, stopped, declined; and both books agree afterwards."""
    events = drive(terminal.execute(PAY, Cancel()), customer(server, button))
    assert isinstance(events[-1], end)
    (outcome,) = drive(terminal.execute(ASK, Cancel()))
    assert isinstance(outcome, LastOutcome)
    assert outcome.last is not None
    assert (outcome.last.result == 0) is (button == "approve")
    assert server.simulator.memory.turnover() == (119 if button == "approve" else 0)


def test_a_cancel_over_a_real_line(server: TerminalServer, terminal: ZvtTerminal) -> None:
    """In time: the terminal says stopped."""
    cancel = Cancel()

    def judge(event: Event) -> Verdict:
        if isinstance(event, TerminalShows):
            until_waiting(server)
            cancel.set()
        return Verdict.KEEP

    (declined,) = drive(terminal.execute(PAY, cancel), judge)[1:]
    assert isinstance(declined, PaymentDeclined)
    assert declined.code == 0x6C


def test_a_lost_answer_over_a_real_line(tcp: TerminalServer) -> None:
    """Doubt, then a new connection and an answer."""
    driver = ZvtTerminal(tcp.address, clock=CLOCK)
    tcp.fault(Fault.LOSE_ANSWER)
    with pytest.raises(Silent):
        drive(driver.execute(PAY, Cancel()), customer(tcp, "approve"))
    (outcome,) = drive(driver.execute(ASK, Cancel()))
    assert isinstance(outcome, LastOutcome)
    assert outcome.last is not None
    assert outcome.last.reversal_of == 1
    driver.close()


def test_a_pulled_cable_is_noticed_while_idle(tcp: TerminalServer) -> None:
    """And the terminal is found again when it is back."""
    driver = ZvtTerminal(tcp.address, clock=CLOCK)
    drive(driver.execute(READY, Cancel()))
    tcp.fault(Fault.CABLE_OUT)
    assert tcp.view()[2] == ("cable_out",)
    with pytest.raises(DeviceError):
        ask_until_lost(driver)
    tcp.fault(Fault.CABLE_OUT, on=False)
    assert tcp.view()[2] == ()
    assert drive(driver.execute(READY, Cancel()))
    driver.close()


def ask_until_lost(driver: ZvtTerminal) -> None:
    """The server looks at its cable between two reads, so one question may still be answered."""
    for _ in range(100):
        drive(driver.execute(READY, Cancel()))


def test_watch_ends_when_wanted(terminal: ZvtTerminal) -> None:
    """Online first; then it ends by itself once a command is wanted."""
    wanted = Cancel()
    run = terminal.watch(wanted)
    assert isinstance(next(run), DeviceOnline)
    wanted.set()
    assert list(run) == []


def test_hostile_bytes_end_one_connection_only(tcp: TerminalServer) -> None:
    """The terminal serves the next till."""
    line = connect(tcp.address)
    line.write(b"\x04\x0f\x02\x04\x00" * 3)
    with pytest.raises(DeviceError):
        line.read(5)
    line.close()
    driver = ZvtTerminal(tcp.address, clock=CLOCK)
    assert drive(driver.execute(READY, Cancel()))
    driver.close()


def test_buttons_nobody_asked_for(server: TerminalServer) -> None:
    """Say so."""
    assert not server.press("approve")
    assert server.view() == (("Willkommen",), False, ())


def test_faults_of_a_script_happen_on_a_real_line(tmp_path: Path) -> None:
    """Power goes before the result leaves; the terminal comes back as its file says."""
    memory = Memory.at(tmp_path / "terminal.json")
    simulator = TerminalSimulator(CLOCK, memory, automatic="approve", profile=ALONE)
    found = TerminalServer(listen("tcp://127.0.0.1:0"), simulator, parse("power-loss before 040F"))
    found.start()
    driver = ZvtTerminal(found.address, clock=CLOCK)
    drive(driver.execute(READY, Cancel()))
    with pytest.raises(Silent):
        drive(driver.execute(PAY, Cancel()))
    (outcome,) = drive(driver.execute(ASK, Cancel()))
    assert isinstance(outcome, LastOutcome)
    assert outcome.last is not None
    assert outcome.last.reversal_of == 1
    assert found.simulator is not simulator
    driver.close()
    found.stop()


def test_a_damaged_block_is_repeated_on_a_serial_line(tmp_path: Path) -> None:
    """In both directions; the payment is made once."""
    simulator = TerminalSimulator(CLOCK, automatic="approve")
    script = parse("nak 0601\nnak terminal>till 040F")
    found = TerminalServer(listen(f"pty://{tmp_path / 'terminal'}"), simulator, script)
    found.start()
    driver = ZvtTerminal(found.address, clock=CLOCK)
    events = drive(driver.execute(PAY, Cancel()))
    assert isinstance(events[-1], PaymentClosed)
    assert (simulator.authorisations, simulator.memory.turnover()) == (1, 119)
    driver.close()
    found.stop()


def test_buttons_from_another_thread(tcp: TerminalServer) -> None:
    """Out of order and back, away for a while, rules that come and go."""
    driver = ZvtTerminal(tcp.address, clock=CLOCK)
    tcp.lock(0xDF)
    assert tcp.simulator.status() == 0xDF
    tcp.lock(0)
    tcp.add_rules(*parse("hang-up before 0601")._rules)
    drive(driver.execute(READY, Cancel()))
    with pytest.raises(Silent):
        drive(driver.execute(PAY, Cancel()))
    tcp.clear_rules()
    tcp.lose_power(60)
    with pytest.raises(DeviceError):
        drive(driver.execute(READY, Cancel()))
    assert not tcp.press_keys(b"1")
    driver.close()
