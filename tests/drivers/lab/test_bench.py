"""The bench: every verb, every fault, its state; by itself and over its port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.lab.bench import SimulatedBench
from drivers.lab.client import LabClient, address_in
from drivers.lab.server import LabServer
from drivers.lab.wire import FAULTS, Bench, ShelfItem
from drivers.line import connect
from drivers.zvt.terminal import ZvtTerminal
from kiosk.checkout.events import Event, PaymentClosed, TerminalShows
from kiosk.clock import SystemClock
from kiosk.ports import Cancel, Verdict
from tests.drivers.zvt.bench import PAY, drive

CLOCK = SystemClock()
MILK = ShelfItem("4012345000016", "Milch", "1,19 €", "")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[SimulatedBench]:
    """All simulators."""
    found = SimulatedBench(tmp_path, (MILK,), speed_mm_s=0)
    found.start()
    yield found
    found.stop()


@pytest.fixture
def lab(bench: SimulatedBench, tmp_path: Path) -> Iterator[LabServer]:
    """The bench on a port."""
    server = LabServer(bench, tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def client(lab: LabServer, tmp_path: Path) -> Iterator[LabClient]:
    """The bench seen from afar."""
    found = LabClient(address_in(tmp_path))
    yield found
    found.close()


@pytest.fixture(params=["near", "far"])
def either(request: pytest.FixtureRequest) -> Bench:
    """The bench itself, and through its port: one interface."""
    name = "bench" if request.param == "near" else "client"
    found: Bench = request.getfixturevalue(name)
    return found


def test_a_bench_at_rest(either: Bench) -> None:
    """What it shows before anything happened."""
    state = either.state(0, 0)
    assert state.shelf == (MILK,)
    assert state.terminal_lines == ("Willkommen",)
    assert (state.terminal_waiting, state.terminal_state) == (False, "idle")
    assert (state.faults, state.log, state.paper_count) == ((), (), 0)


@pytest.mark.parametrize("words", [("approve",), ("stop",), ("decline",), ("decline", "9B")])
def test_buttons_nobody_waits_for_say_so(either: Bench, words: tuple[str, ...]) -> None:
    """And stand in the log."""
    assert either.do(*words) == "the terminal does not wait for a card"
    (line,) = either.state(0, 0).log
    assert line.startswith(words[0])


@pytest.mark.parametrize(
    "words",
    [
        ("dance",),
        ("scan",),
        ("scan", ""),
        ("scan", "x" * 4097),
        ("approve", "twice"),
        ("decline", "zz"),
        ("decline", "00"),
        ("decline", "1FF"),
        ("decline", "1", "2"),
        ("fault",),
        ("fault", "toaster-burns"),
        ("clear", "toaster-burns"),
        ("paper-out", "now"),
        ("pay", "dance"),
        ("terminal",),
        ("terminal", "rule", "explode", "040F"),
        ("terminal", "lock", "100"),
        ("weigh",),
        ("weigh", "much"),
        ("weigh", "100000"),
        ("weigh", "--1"),
    ],
)
def test_nonsense_is_refused(either: Bench, words: tuple[str, ...]) -> None:
    """As a ValueError, and nothing happens."""
    with pytest.raises(ValueError, match=r"\w"):
        either.do(*words)
    assert not either.state(0, 0).log


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_offered_can_be_switched(either: Bench, name: str) -> None:
    """On and off; those that pass by themselves are never shown as on."""
    assert either.do("fault", name) == ""
    passing = name in ("scanner-torn", "scanner-garbage")
    assert either.state(0, 0).faults == (() if passing else (name,))
    assert either.do("clear", name) == ""
    assert either.state(0, 0).faults == ()


@pytest.mark.parametrize("verb", ["paper-out", "paper-low", "cover-open", "unplug"])
def test_a_printers_faults_have_short_names(either: Bench, verb: str) -> None:
    """On by the short one, off by either; shown by the long one."""
    assert either.do(verb) == ""
    assert either.state(0, 0).faults == (f"printer-{verb}",)
    assert either.do("clear", verb) == ""
    assert either.do("fault", verb) == ""
    assert either.do("clear", f"printer-{verb}") == ""
    assert either.state(0, 0).faults == ()


def test_a_terminal_takes_every_line_of_its_own_tool(either: Bench) -> None:
    """Customers nobody waits for, faults in time, a restart."""
    assert either.do("pay", "contactless") == "the terminal does not wait for a card"
    assert either.do("terminal", "key", "OK") == "nobody asked for keys"
    assert either.do("terminal", "rule", "drop", "terminal>till", "3") == ""
    assert either.do("terminal", "clear", "rules") == ""
    assert either.do("terminal", "turnover") == "0"
    assert either.do("fault", "terminal-power-loss") == ""
    assert either.state(0, 0).faults == ()


def test_state_comes_at_once_when_something_changed(either: Bench) -> None:
    """A long poll ends with the change; without one, at its time with the same revision."""
    before = either.state(0, 0)
    assert either.state(before.revision, 0.05).revision == before.revision
    either.do("fault", "terminal-slow")
    after = either.state(before.revision, 30)
    assert after.revision > before.revision
    assert after.faults == ("terminal-slow",)


def test_a_waiting_poll_is_woken(bench: SimulatedBench) -> None:
    """By another thread's verb."""
    seen = bench.state(0, 0).revision
    found: list[int] = []
    watcher = threading.Thread(target=lambda: found.append(bench.state(seen, 30).revision))
    watcher.start()
    bench.do("approve")
    watcher.join(20)
    assert found
    assert found[0] > seen


def test_a_payment_at_the_bench(bench: SimulatedBench) -> None:
    """The terminal waits, the customer approves, the terminal closes."""
    driver = ZvtTerminal(bench.addresses["terminal"], clock=CLOCK)

    def judge(event: Event) -> Verdict:
        if isinstance(event, TerminalShows) and event.code == 0x0A:
            state = bench.state(0, 0)
            while not state.terminal_waiting:
                state = bench.state(state.revision, 5)
            assert state.terminal_state == "waits for a card"
            assert bench.do("approve") == ""
        return Verdict.KEEP

    assert isinstance(drive(driver.execute(PAY, Cancel()), judge)[-1], PaymentClosed)
    driver.close()


def test_a_card_is_shown_and_its_number_stands_nowhere(bench: SimulatedBench) -> None:
    """Neither in the log nor on the bench; a number that is none is refused."""
    line = connect(bench.addresses["scanner"])
    while bench.do("card", "4711-0815"):
        line.read(0.02)
    seen = b""
    while not seen.endswith(b"\r"):
        seen += line.read(1)
    assert seen == b"]Q1CARD:4711-0815\r"
    state = bench.state(0, 0)
    assert not any("4711" in entry for entry in state.log)
    assert "4711" not in bench.scanner.view().last
    for wrong in ("123", "4711 0815", "9" * 33):
        with pytest.raises(ValueError, match="4 to 32"):
            bench.do("card", wrong)
    line.close()


def test_scans_and_releases_reach_the_scanners_line(bench: SimulatedBench) -> None:
    """A code, and what staff hold before it."""
    line = connect(bench.addresses["scanner"])
    for words, expected in ((("scan", MILK.code), MILK.code), (("release",), "STAFF:demo")):
        assert bench.do(*words) == ""
        heard = b""
        while expected.encode() not in heard:
            more = line.read(10)
            assert more
            heard += more
    line.close()


def test_goods_are_put_on_the_scale(either: Bench, bench: SimulatedBench) -> None:
    """Whoever asks gets their weight; nobody asks, and the technician is told."""
    assert either.do("weigh", "742") == "nobody asks the scale" or bench.scale.view().grams == 742
    line = connect(bench.scale.address)
    line.write(b"W")
    assert line.read(5) == b"\x0200.742\r"
    assert either.do("weigh", "0") == ""
    assert either.state(0, 0).scale_grams == 0
    assert either.do("fault", "scale-power-up") == ""
    line.close()
