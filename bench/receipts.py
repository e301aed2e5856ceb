"""Receipts: layout and encoding beside python-escpos alone; the virtual printer; the driver's word."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from bench.rows import Row, seconds_each
from drivers.line import connect, listen
from drivers.printer.device import EscposPrinter
from drivers.printer.document import Cut, Doc, Symbol, SymbolKind, printed
from drivers.printer.document import Row as Sold
from drivers.printer.escpos import encode
from drivers.printer.layout import lay_out
from drivers.printer.paper import develop, dots
from drivers.printer.simulator import PrinterSimulator
from drivers.printer.specimen import specimen
from kiosk.checkout.commands import PrintReceipt
from kiosk.checkout.events import ReceiptPrinted
from kiosk.clock import SystemClock
from kiosk.ids import JobId
from kiosk.ports import Cancel

ALONE = "python-escpos"
CODE = b"V0;K1;" + b"x" * 346
PRINTS = 8
SPEED = 400.0


def receipts() -> list[Row]:
    """All rows; python-escpos writes the same lines and code with its own calls."""
    return [*_encoding(), *_virtual(), *_word(), *_imports()]


def _encoding() -> list[Row]:
    rows = [Sold(f"Käsespätzle überbacken {n:02d}", f"{n},99 € A") for n in range(30)]
    doc = Doc(48, (*rows, Symbol(SymbolKind.QR, CODE, ""), Cut()))
    lines = [line.text for line in printed(doc) if line.text]
    ours, theirs = encode(doc).data, _alone(lines)
    receipt = specimen(30, secured=True)
    whole = lay_out(receipt)
    name = "30 lines and a code of 352 bytes"
    milliseconds = seconds_each(lambda: encode(doc), 200) * 1000
    peer = seconds_each(lambda: _alone(lines), 100) * 1000
    full = seconds_each(lambda: encode(whole), 100) * 1000
    laid = seconds_each(lambda: encode(lay_out(receipt)), 100) * 1000
    size, peer_size = float(len(ours)), float(len(theirs))
    whole_size = float(len(encode(whole).data))
    return [
        Row("receipts", f"encode, {name}", milliseconds, "ms", 1.5, "lower", ALONE, peer),
        Row("receipts", "how many times faster", peer / milliseconds, "times", 2.5, "higher"),
        Row("receipts", f"size, {name}", size, "bytes", 1600, "lower", ALONE, peer_size),
        Row("receipts", "encode, a whole receipt of 30 articles", full, "ms", 1.5, "lower"),
        Row("receipts", "layout and encode, the same", laid, "ms", 3.0, "lower"),
        Row("receipts", "size, the same", whole_size, "bytes", 4000, "lower"),
    ]


def _alone(lines: list[str]) -> bytes:
    """One fixed code page: its own choice would cost it six times as much, and be wrong."""
    from escpos.printer import Dummy  # the peer: its import is not part of the number

    printer = Dummy()
    printer.hw("INIT")
    printer.charcode("CP1252")
    for line in lines:
        printer.set_with_default(bold=False)
        printer.text(f"{line}\n")
    printer.qr(CODE.decode(), native=True, size=4)
    printer.cut()
    return bytes(printer.output)


def _virtual() -> list[Row]:
    data = encode(lay_out(specimen(30, secured=True))).data

    def whole() -> None:
        for sheet in develop(data):
            dots(sheet)

    whole()
    sheets = 1 / seconds_each(lambda: develop(data), 20)
    pictures = 1 / seconds_each(whole, 10)
    return [
        Row("receipts", "virtual printer, bytes to paper", sheets, "/s", 50, "higher"),
        Row("receipts", "virtual printer, bytes to picture", pictures, "/s", 50, "higher"),
    ]


def _word() -> list[Row]:
    """From the moment the virtual paper stops to the driver's event, over TCP, the slowest."""
    clock, slowest = SystemClock(), 0.0
    with tempfile.TemporaryDirectory() as folder:
        listener = listen("tcp://127.0.0.1:0")
        simulator = PrinterSimulator(listener, Path(folder), speed_mm_s=SPEED, render=False)
        simulator.start()
        driver = EscposPrinter(simulator.address, clock=clock, connect=connect)
        try:
            for number in range(PRINTS):
                slowest = max(slowest, _after_the_paper(simulator, driver, number))
        finally:
            driver.close()
            simulator.stop()
    return [Row("receipts", "the word after the paper stops", slowest * 1000, "ms", 50, "lower")]


def _after_the_paper(simulator: PrinterSimulator, driver: EscposPrinter, number: int) -> float:
    clock, stopped = SystemClock(), [0.0]
    before = simulator.view().receipts

    def look() -> None:
        while simulator.view().receipts == before:
            Cancel().wait(0.0005)
        stopped[0] = clock.monotonic()

    watcher = threading.Thread(target=look)
    watcher.start()
    command = PrintReceipt(JobId(f"j{number}"), specimen(3))
    (event,) = driver.execute(command, Cancel())
    told = clock.monotonic()
    watcher.join()
    if not isinstance(event, ReceiptPrinted):
        raise AssertionError(f"not printed: {event}")
    return max(told - stopped[0], 0.0)


def _imports() -> list[Row]:
    """In a fresh interpreter: the package, and the whole driver beyond what every kiosk has loaded."""
    package = _import_ms("", "drivers.printer")
    core = "kiosk.checkout.events,kiosk.checkout.commands,kiosk.ports,kiosk.receipt,kiosk.words"
    whole = _import_ms(core, "drivers.printer.device")
    return [
        Row("receipts", "import drivers.printer", package, "ms", 40, "lower"),
        Row("receipts", "import of the whole driver into a kiosk", whole, "ms", 100, "lower"),
    ]


def _import_ms(before: str, name: str) -> float:
    code = (
        "import importlib, time\n"
        f"[importlib.import_module(each) for each in {before!r}.split(',') if each]\n"
        f"start = time.perf_counter(); importlib.import_module({name!r})\n"
        "print((time.perf_counter() - start) * 1000)"
    )
    found = []
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        found.append(float(done.stdout))
    return sorted(found)[2]
