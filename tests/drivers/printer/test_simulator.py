"""The simulated printer as a device: a line, files, faults and a view."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.line import connect, listen
from drivers.printer.escpos import encode
from drivers.printer.layout import lay_out
from drivers.printer.simulator import PrinterSimulator
from drivers.printer.specimen import specimen
from tests.drivers.printer.bench import until


@pytest.fixture
def simulator(address: str, tmp_path: Path) -> Iterator[PrinterSimulator]:
    """A printer that photographs its receipts."""
    printer = PrinterSimulator(listen(address), tmp_path / "out")
    printer.start()
    yield printer
    printer.stop()


def test_a_receipt_becomes_a_text_and_a_picture(simulator: PrinterSimulator) -> None:
    """Bytes in, files out, and the view points at them."""
    line = connect(simulator.address)
    line.write(encode(lay_out(specimen(3))).data)
    until(lambda: simulator.view().picture is not None)
    line.close()
    view = simulator.view()
    assert view.receipts == 1
    assert view.picture is not None
    assert view.picture.name == "receipt-001.png"
    assert view.picture.with_suffix(".txt").read_text("utf-8") == view.text
    assert "Mineralwasser" in view.text


def test_the_view_names_what_is_wrong(simulator: PrinterSimulator) -> None:
    """State, trouble and low paper, as soon as `fault` returns."""
    assert simulator.view().state == "idle"
    simulator.fault("paper_low")
    simulator.fault("cover_open")
    view = simulator.view()
    assert (view.state, view.fault, view.paper_low) == ("stopped", "cover_open", True)
    simulator.fault("unplug")
    assert simulator.view().state == "unplugged"
    simulator.fault("plug")
    simulator.fault("cover_closed")
    assert (simulator.view().state, simulator.view().fault) == ("idle", None)


def test_a_fault_it_does_not_have_is_refused(simulator: PrinterSimulator) -> None:
    """In the caller's thread, by name."""
    with pytest.raises(ValueError, match="no fault"):
        simulator.fault("fire")


def test_a_fault_may_come_before_the_start(tmp_path: Path) -> None:
    """A printer that is switched on without paper."""
    printer = PrinterSimulator(listen("tcp://127.0.0.1:0"), tmp_path)
    printer.fault("paper_out")
    printer.start()
    assert printer.view().fault == "paper_out"
    printer.stop()
    printer.fault("paper_loaded")


def test_it_stops_twice(simulator: PrinterSimulator) -> None:
    """Stopping is safe to repeat, and the address is free again."""
    simulator.stop()
    simulator.stop()
    listen(simulator.address).close()


def test_data_held_while_the_cable_is_out_is_printed(simulator: PrinterSimulator) -> None:
    """A cable carries no power: the printer goes on with what it has."""
    simulator.fault("cover_open")
    line = connect(simulator.address)
    line.write(encode(lay_out(specimen(2))).data)
    until(lambda: bool(simulator._mechanism._queue))
    simulator.fault("unplug")
    simulator.fault("cover_closed")
    until(lambda: simulator.view().receipts == 1)
    line.close()


def test_a_power_cycle_forgets_what_was_held(simulator: PrinterSimulator) -> None:
    """Buffers do not survive without power."""
    simulator.fault("cover_open")
    line = connect(simulator.address)
    line.write(encode(lay_out(specimen(2))).data)
    until(lambda: bool(simulator._mechanism._queue))
    simulator.fault("power_cycle")
    simulator.fault("cover_closed")
    line.close()
    again = connect(simulator.address)
    again.write(b"danach\n\x1dV\x00")
    until(lambda: simulator.view().receipts == 1)
    again.close()
    assert simulator.view().text == "danach\n"
