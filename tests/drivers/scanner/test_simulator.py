"""The simulated scanner by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.line import connect, listen
from drivers.scanner.simulator import FAULTS, ScannerSimulator
from kiosk.ports import Cancel


@pytest.fixture
def scanner() -> Iterator[ScannerSimulator]:
    """A scanner nobody listens to yet."""
    simulator = ScannerSimulator(listen("tcp://127.0.0.1:0"))
    simulator.start()
    yield simulator
    simulator.stop()


def test_a_scan_nobody_hears_is_lost_and_says_so(scanner: ScannerSimulator) -> None:
    """It is not kept for whoever comes next."""
    assert not scanner.scan("4006381333931")
    assert scanner.view().scans == 0
    line = connect(scanner.address)
    assert line.read(0.1) == b""
    line.close()


def test_it_sends_what_a_scanner_sends(scanner: ScannerSimulator) -> None:
    """AIM identifier, code, carriage return."""
    line = connect(scanner.address)
    pause = Cancel()
    while scanner.view().state != "connected":
        pause.wait(0.01)
    assert scanner.scan("04012345678901")
    assert line.read(5) == b"]I104012345678901\r"
    line.close()


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_can_happen(scanner: ScannerSimulator, name: str) -> None:
    """With nobody listening too."""
    scanner.fault(name)
    assert scanner.view().state == ("unplugged" if name == "unplug" else "waiting")


def test_a_fault_it_does_not_have_is_refused(scanner: ScannerSimulator) -> None:
    """By name."""
    with pytest.raises(ValueError, match="no fault"):
        scanner.fault("fire")
