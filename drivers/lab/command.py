"""`./run lab ...`: the bench by words."""

from __future__ import annotations

import argparse
import csv
import json
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from drivers.lab.client import LabClient, address_in
from drivers.lab.folder import DEFAULT, OCCUPIED_EXIT, Occupied, claimed
from drivers.lab.shelf import shelf_of
from drivers.lab.wire import FAULTS

MAX_SPEED = 10_000
OBJECTED = 1

EXAMPLES = f"""verbs:
  scan CODE             hold a code before the scanner
  card NUMBER           a customer shows a card, as a code before the scanner
  code                  a customer shows the signed code of an app
  tap CARD              hold a card before the reader for a moment: loyalty, sun, lrp, number,
                        foreign, felica, phone, torn, several, hostile
  hold CARD, take       hold it until it is taken away
  weigh GRAMS           put so much on the scale; weigh 0 takes it off
  approve, stop         what the customer does at the terminal
  decline [CODE]        the card is refused, with a result code in hex (default 05)
  pay CUSTOMER          how the customer pays: contactless, signature, pin-wrong, host-slow, loyalty ...
  terminal LINE         any line of ./run drivers sim terminal: key OK, lock DF, power-loss 10,
                        rule drop 040F, rule power-loss before 040F, clear rules
  release               staff release age-restricted articles
  paper-out, paper-low, cover-open, unplug      break the printer
  fault NAME            switch on one of {", ".join(FAULTS)}
  clear NAME            switch it off again
  status                what the devices show, as JSON
  serve                 only the simulators, without a kiosk

examples:
  ./run lab scan 4012345000016
  ./run lab tap loyalty
  ./run lab weigh 742
  ./run lab approve
  ./run lab fault printer-cover-open
  ./run lab pay contactless
  ./run lab terminal rule "drop terminal>till 3"
"""


def play(words: list[str]) -> int:
    """One verb at the running demo's bench, or the simulators alone."""
    parser = argparse.ArgumentParser(
        prog="./run lab", epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--state", type=Path, default=DEFAULT, help="the demo's folder")
    parser.add_argument("--shelf", type=Path, help="catalogue CSV whose articles can be scanned")
    parser.add_argument("--speed", type=float, default=120.0, help="printer, millimetres a second")
    parser.add_argument("--cards", type=Path, help="file with a member's cards (of the demo)")
    parser.add_argument("--with-parent", action="store_true", help="serve: end with standard input")
    parser.add_argument("verb")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args(words)
    if options.verb == "serve":
        return _claimed(options)
    client = LabClient(address_in(options.state))
    try:
        if options.verb == "status":
            print(json.dumps(asdict(client.state(0, 0)), ensure_ascii=False))
        else:
            said = client.do(options.verb, *options.words)
            print(said or "done")
            return OBJECTED if said else 0
    except ValueError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 64
    finally:
        client.close()
    return 0


def _claimed(options: argparse.Namespace) -> int:
    if options.with_parent:  # the demo that started us has claimed the folder
        return _serve(options)
    try:
        with claimed(options.state):
            return _serve(options)
    except Occupied as error:
        return _complain(OCCUPIED_EXIT, str(error))


def _complain(code: int, text: str) -> int:
    print(f"lab: {text}", file=sys.stderr)
    return code


def _serve(options: argparse.Namespace) -> int:
    from drivers.lab.bench import SimulatedBench
    from drivers.lab.server import LabServer

    if not 0 <= options.speed <= MAX_SPEED:
        return _complain(
            64, f"--speed {options.speed}: write 0 to {MAX_SPEED} millimetres a second"
        )
    try:
        shelf = shelf_of(options.shelf) if options.shelf else ()
    except (OSError, ValueError, TypeError, KeyError, OverflowError, csv.Error) as error:
        return _complain(65, f"{options.shelf} is no catalogue CSV ({error})")
    try:
        bench = SimulatedBench(options.state, shelf, speed_mm_s=options.speed, cards=options.cards)
    except (OSError, ValueError, TypeError, KeyError) as error:
        return _complain(65, f"{options.state}: what an earlier demo kept is not usable ({error})")
    server = LabServer(bench, options.state)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    bench.start()
    server.start()
    print(json.dumps({"lab": server.address, **bench.addresses}), flush=True)
    if options.with_parent:
        threading.Thread(target=_end_with_input, args=(over,), daemon=True).start()
    over.wait()
    server.stop()
    bench.stop()
    return 0


def _end_with_input(over: threading.Event) -> None:
    """The one who started the lab holds its input open; when it dies, the lab ends too."""
    if sys.stdin:
        sys.stdin.read()
    over.set()
