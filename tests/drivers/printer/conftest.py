"""A simulated printer on a real line, and the driver at its other end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.line import listen
from drivers.printer.device import EscposPrinter
from drivers.printer.simulator import PrinterSimulator
from tests.drivers.printer.bench import CLOCK, PATIENCE, Bench


@pytest.fixture(params=["tcp", "pty"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A free address, over TCP and over a pseudo terminal."""
    return "tcp://127.0.0.1:0" if request.param == "tcp" else f"pty://{tmp_path / 'printer'}"


@pytest.fixture
def bench(address: str, tmp_path: Path) -> Iterator[Bench]:
    """An instant printer with paper."""
    simulator = PrinterSimulator(listen(address), tmp_path / "out", render=False)
    simulator.start()
    driver = EscposPrinter(simulator.address, clock=CLOCK, patience=PATIENCE)
    yield Bench(simulator, driver, tmp_path / "out")
    driver.close()
    simulator.stop()
