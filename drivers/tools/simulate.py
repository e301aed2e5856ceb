"""`drivers sim ...`: one simulator alone, played by lines on standard input."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from drivers.line import listen
from kiosk.clock import SystemClock
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


def terminal(
    address: str, auto: str, memory: Path | None, unacknowledged: str, faults: list[str]
) -> int:
    """A card terminal. Lines: approve, decline [CODE], stop, fault NAME, clear NAME, turnover,
    waiting."""
    from drivers.zvt.memory import Memory
    from drivers.zvt.scenes import Fault, Unacknowledged
    from drivers.zvt.server import TerminalServer
    from drivers.zvt.simulator import TerminalSimulator

    customers: dict[str, str | int | None] = {"decline": 0x05, "ask": None}
    try:
        kept = Memory.at(memory)
        if memory and not memory.resolve().parent.is_dir():
            raise Unavailable(f"{memory}: there is no such folder")
    except OSError as error:
        raise Unavailable(f"{memory}: {error.strerror}") from error
    except (ValueError, TypeError, KeyError) as error:
        raise Unusable(f"{memory} is no terminal's memory ({error})") from error
    simulator = TerminalSimulator(
        SystemClock(),
        kept,
        automatic=customers.get(auto, auto),
        unacknowledged=Unacknowledged(unacknowledged),
        faults={Fault(fault) for fault in faults},
    )
    server = TerminalServer(listen(address), simulator)
    server.start()

    def play(line: str) -> str:
        verb, _, word = line.partition(" ")
        match verb:
            case "approve" | "stop":
                return "done" if server.press(verb) else "nobody waits for a card"
            case "decline":
                try:
                    pressed = server.press(int(word or "05", 16))
                except ValueError as error:
                    return str(error)
                return "done" if pressed else "nobody waits for a card"
            case "fault" | "clear" if word in tuple(Fault):
                server.fault(Fault(word), on=verb == "fault")
                return "done"
            case "turnover":
                return str(simulator.memory.turnover())
            case "waiting":
                return "yes" if server.view()[1] else "no"
            case _:
                return f"unknown; faults are {', '.join(Fault)}"

    return serve("terminal", server.address, play, server.stop)


def printer(address: str, out: Path, speed: float, *, process_id: bool) -> int:
    """A receipt printer. Lines: fault names, or `view`."""
    from drivers.printer.simulator import PrinterSimulator

    listener = listen(address)
    simulator = PrinterSimulator(listener, out, speed_mm_s=speed, process_id=process_id)
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
