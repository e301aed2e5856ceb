"""`drivers sim ...`: one simulator alone, played by lines on standard input."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from drivers.line import listen
from kiosk.ports import KioskError, Unavailable


class Unusable(KioskError):
    """A file given to a simulator is not what it should be."""


def serve(name: str, address: str, play: Callable[[str], str], stop: Callable[[], None]) -> int:
    """Say where it listens, play lines until a signal comes, stop."""
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    print(f"{name} listens on {address}", flush=True)
    threading.Thread(target=_read_lines, args=(play,), daemon=True).start()
    while not over.wait(0.2):
        pass
    stop()
    return 0


def _read_lines(play: Callable[[str], str]) -> None:
    for line in sys.stdin or ():  # there may be none
        if line.strip():
            print(play(line.strip()), flush=True)


def printer(
    address: str, out: Path, profile: str, speed: float | None, *, process_id: bool | None
) -> int:
    """A receipt printer. Lines: fault names, or `view`. `speed` None: the profile's."""
    from drivers.printer.profiles import profile_of
    from drivers.printer.simulator import PrinterSimulator

    kind = profile_of(profile)
    listener = listen(address)
    simulator = PrinterSimulator(
        listener,
        out,
        profile=kind,
        speed_mm_s=kind.speed if speed is None else speed,
        process_id=process_id,
    )
    try:
        simulator.start()
    except OSError as error:
        listener.close()
        raise Unavailable(f"{out}: {error.strerror}") from error

    def play(line: str) -> str:
        if line != "view":
            try:
                simulator.fault(line)
            except ValueError as error:
                return str(error)
        return str(simulator.view())

    return serve("printer", listener.address, play, simulator.stop)


def scanner(address: str) -> int:
    """A barcode scanner. Every line is scanned; `fault NAME` breaks something."""
    from drivers.scanner.simulator import ScannerSimulator

    listener = listen(address)
    simulator = ScannerSimulator(listener)
    simulator.start()

    def play(line: str) -> str:
        verb, _, word = line.partition(" ")
        try:
            if verb == "fault":
                simulator.fault(word)
                return "done"
            return "done" if simulator.scan(line) else "nobody listens"
        except ValueError as error:
            return str(error)

    return serve("scanner", listener.address, play, simulator.stop)
