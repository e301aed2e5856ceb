"""`drivers scanner watch`: what each code means, and what of it is told."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.__main__ import main
from drivers.line import listen
from drivers.scanner.code import Framer
from drivers.scanner.simulator import ScannerSimulator
from drivers.tools.scanner_watch import ScannerWatch, reading_fields
from kiosk.clock import SystemClock
from kiosk.ports import Cancel
from tests.drivers.tools.processes import simulated, started

SIGNED = "RRQ" + "A" * 77


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "]E04006381333931",
            {"symbology": "E0", "length": 13, "meaning": "article", "text": "4006381333931"}
            | {"check_digit": "ok"},
        ),
        ("4006381333931", {"symbology": None, "meaning": "article", "check_digit": "ok"}),
        ("]E04006381333930", {"meaning": "article", "check_digit": "wrong"}),
        ("]Q1CARD:4711", {"symbology": "Q1", "length": 9, "meaning": "customer number"}),
        ("]E0CARD:4711", {"meaning": "customer number", "whole": False}),
        (f"]Q1OK1:{SIGNED}", {"length": 84, "meaning": "signed code", "whole": True}),
        ("]Q1STAFF:geheim", {"length": 12, "meaning": "staff code"}),
        ("]Q1https://x.example/4711", {"meaning": "other"}),
        ("\x01", {"meaning": "torn", "whole": False}),
    ],
)
def test_what_a_code_means(code: str, expected: dict[str, Any]) -> None:
    """Only the text of an article is told unasked."""
    [reading] = Framer().feed(code.encode() + b"\r", 0.0)
    found = reading_fields(reading, show=False)
    assert found.items() >= expected.items()
    assert ("text" in found) == (found.get("check_digit") == "ok")
    [reading] = Framer().feed(code.encode() + b"\r", 0.0)
    shown = reading_fields(reading, show=True)
    assert ("text" in shown) == shown.get("whole", True)


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[ScannerSimulator]:
    """A scanner on a line."""
    simulator = ScannerSimulator(listen(f"pty://{tmp_path / 'scanner'}"))
    simulator.start()
    yield simulator
    simulator.stop()


def test_a_scanner_that_is_lost_is_told_once_and_comes_back(scanner: ScannerSimulator) -> None:
    """With what to do; codes go on."""
    events: queue.SimpleQueue[tuple[str, dict[str, Any]]] = queue.SimpleQueue()
    watch = ScannerWatch(
        scanner.address, False, lambda event, **facts: events.put((event, facts)), SystemClock()
    )
    cancel = Cancel()
    thread = threading.Thread(target=watch.run, args=(cancel,), daemon=True)
    thread.start()
    assert events.get(timeout=20)[0] == "ready"
    scanner.fault("unplug")
    event, facts = events.get(timeout=20)
    assert (event, facts["remedy"]) == ("lost", "look at its cable and its address")
    scanner.fault("plug")
    assert events.get(timeout=20)[0] == "ready"
    while not scanner.scan("4006381333931"):
        cancel.wait(0.05)
    assert events.get(timeout=20)[1]["text"] == "4006381333931"
    cancel.set()
    thread.join(10)
    assert not thread.is_alive()


def test_the_watch_as_a_process() -> None:
    """A JSON object a line, and a good end by a signal."""
    with simulated("scanner", "--listen", "tcp://127.0.0.1:0") as sim:
        watch = started("scanner", "watch", "--at", sim.address, "--json")
        assert watch.stdout
        assert json.loads(watch.stdout.readline())["event"] == "ready"
        assert sim.play("CARD:4711") == "done"
        said = watch.stdout.readline()
        assert json.loads(said)["meaning"] == "customer number"
        assert "4711" not in said
        watch.terminate()
        watch.communicate(timeout=90)
        assert watch.returncode == 0


def test_an_address_that_cannot_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 78."""
    assert main(["scanner", "watch", "--at", "nonsense"]) == 78
    assert "nonsense" in capsys.readouterr().err
