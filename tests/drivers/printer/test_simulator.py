"""The simulated printer as a device: a line, files, faults and a view."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.line import Line, connect, listen
from drivers.printer.escpos import encode
from drivers.printer.event_log import NAME
from drivers.printer.layout import lay_out
from drivers.printer.profiles import Profile
from drivers.printer.simulator import PrinterSimulator
from drivers.printer.specimen import specimen
from kiosk.errors import Silent, Unavailable
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


STATUS = b"\x10\x04\x01"
RECEIPT = b"Bon\n\x1dV\x00"


def says(line: Line, count: int) -> bytes:
    """So many bytes from the printer."""
    heard = bytearray()
    until(lambda: len(heard.__iadd__(line.read(0.02))) >= count)
    return bytes(heard)


def is_lost(line: Line) -> bool:
    """Whether the host notices that nobody is there."""
    try:
        line.read(0.02)
    except Silent:
        return True
    return False


def is_back(simulator: PrinterSimulator) -> bool:
    """Whether the cable is in again; a pty is away for a moment."""
    try:
        connect(simulator.address).close()
    except Unavailable:
        return False
    return True


@pytest.mark.parametrize("cut_off", ["disconnect_after_bytes=2", "disconnect_at_mm=1"])
def test_a_lost_line_is_noticed_and_paper_goes_on(
    simulator: PrinterSimulator, cut_off: str
) -> None:
    """What had come by then is printed; a new connection finds the printer as it is."""
    simulator.fault(cut_off)
    line = connect(simulator.address)
    line.write(RECEIPT)
    until(lambda: is_lost(line))
    line.close()
    until(lambda: is_back(simulator))
    again = connect(simulator.address)
    again.write(b"\n\x1dV\x00" + STATUS)
    assert says(again, 1) == b"\x12"
    until(lambda: simulator.view().receipts > 0)
    again.close()
    printed = "".join(path.read_text("utf-8") for path in simulator._out.glob("*.txt"))
    assert printed == ("Bo\n" if "bytes" in cut_off else "Bon\n")


def test_a_half_open_line_is_deaf_and_dumb(simulator: PrinterSimulator) -> None:
    """The connection stands, nothing comes of it, until it is revived."""
    line = connect(simulator.address)
    line.write(STATUS)
    assert says(line, 1) == b"\x12"
    simulator.fault("half_open")
    line.write(RECEIPT + STATUS)
    assert [line.read(0.05) for _ in range(3)] == [b"", b"", b""]
    assert simulator.view().receipts == 0
    simulator.fault("revive")
    assert says(line, 1) == b"\x12"
    until(lambda: simulator.view().receipts == 1)
    line.close()


def test_answers_may_come_byte_by_byte(simulator: PrinterSimulator) -> None:
    """Never two at once, and none is lost."""
    line = connect(simulator.address)
    simulator.fault("split_answers")
    line.write(b"\x1dIC")
    pieces: list[bytes] = []
    while sum(map(len, pieces)) < 8:
        until(lambda: len(pieces.__iadd__([line.read(0.001)])[-1]) > 0)
    assert b"".join(pieces) == b"\x5fSIM-80\x00"
    assert max(map(len, pieces)) == 1
    simulator.fault("whole_answers")
    line.close()


def test_what_happened_stands_in_the_log(simulator: PrinterSimulator) -> None:
    """Bytes, commands, lines, cuts, answers, faults and what was not understood."""
    line = connect(simulator.address)
    simulator.fault("paper_low")
    line.write(b"\x1b\x7f" + RECEIPT + b"\x1dr1")
    assert says(line, 1) == b"\x03"
    log = simulator._out / NAME
    until(lambda: "Answered" in log.read_text("utf-8"))
    line.close()
    written = log.read_text("utf-8")
    for event in ("Received", "Obeyed", "LinePrinted", "CutOff", "FaultHappened", "NotKnown"):
        assert f'"event": "{event}"' in written


def test_a_full_buffer_holds_the_host_back(address: str, tmp_path: Path) -> None:
    """TCP stands still with everything in it; a serial line says XOFF and hears real-time."""
    small = Profile("small", "a small buffer", buffer=256)
    printer = PrinterSimulator(listen(address), tmp_path, profile=small, render=False)
    printer.fault("paper_out")
    printer.start()
    line = connect(printer.address)
    line.write(b"x\n" * 150)
    until(lambda: printer._mechanism.room < 16)
    line.write(STATUS)
    if address.startswith("tcp"):
        assert line.read(0.1) == b""
        printer.fault("paper_loaded")
        assert says(line, 1) == b"\x12"
    else:
        assert says(line, 2) == b"\x13\x1a"
        printer.fault("paper_loaded")
        assert says(line, 1) == b"\x11"
    line.close()
    printer.stop()
