"""`./run drivers`: device tools for technicians."""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
from pathlib import Path

from drivers.tools import (
    decode_words,
    probe_words,
    reader_words,
    scanner_words,
    sim_words,
    trace_words,
)
from drivers.tools.words import Tools, add_trace, seconds
from kiosk.money import Money
from kiosk.ports import ConfigError, KioskError

EXAMPLES = """examples:
  ./run drivers list
  ./run drivers sim terminal --listen tcp://127.0.0.1:20007
  ./run drivers terminal probe 127.0.0.1
  ./run drivers terminal status --at tcp://127.0.0.1:20007 --trace wire.jsonl
  ./run drivers trace show wire.jsonl
  ./run drivers terminal pay --at tcp://127.0.0.1:20007 --amount 10.10 --json --journal pay.db
  ./run drivers reader diagnose
  ./run drivers reader watch --host cards.example
  ./run drivers scanner watch --at serial:///dev/kiosk/ftdi-A50285BI
  echo 06010a04000000001010490978 | ./run drivers decode zvt
"""

EX_IOERR = 74
EXIT = {"paid": 0, "not_paid": 1, "unknown": 75}


def main(arguments: list[str] | None = None) -> int:
    """Run one tool; the exit code tells the outcome."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        if words[:1] == ["lab"]:
            from drivers.lab.command import play

            return play(words[1:])
        options = _parser().parse_args(words)
        code: int = options.run(options)
    except ConfigError as error:
        print(f"drivers: {error}", file=sys.stderr)
        return 78
    except KioskError as error:
        print(f"drivers: {error}", file=sys.stderr)
        return 69
    except BrokenPipeError:
        return EX_IOERR
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run drivers",
        description="Test, decode and simulate the devices of a kiosk.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    tools = parser.add_subparsers(required=True, metavar="TOOL")
    listing = tools.add_parser("list", help="the drivers by name")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=_list)
    _add_terminal(tools)
    for family in (reader_words, scanner_words, sim_words, decode_words, trace_words):
        family.add(tools)
    tools.add_parser("lab", help="play the customer in a running demo (./run lab)")
    return parser


def _add_terminal(tools: Tools) -> None:
    terminal = tools.add_parser("terminal", help="a card terminal").add_subparsers(
        required=True, metavar="VERB"
    )
    pay = terminal.add_parser(
        "pay",
        help="take one payment",
        description="Take one payment. Exit code: 0 paid, 1 not paid, 75 unknown. An intent that an"
        " earlier run left open in the journal is resolved first; if it had been paid with the same"
        " amount, that payment is the answer and nothing is charged again.",
    )
    pay.add_argument("--amount", required=True, type=_amount, help="like 10.10, in EUR")
    pay.add_argument("--journal", type=Path, help="keep intents and results here (else nowhere)")
    pay.add_argument(
        "--give-up",
        type=seconds,
        default=60.0,
        metavar="SECONDS",
        help="say unknown after so long in doubt (default 60)",
    )
    pay.set_defaults(run=_pay)
    status = terminal.add_parser("status", help="register, and tell its last transaction")
    status.set_defaults(run=_status)
    probe_words.add(terminal)
    for parser in (pay, status):
        parser.add_argument("--at", required=True, metavar="ADDRESS", help="tcp://HOST:PORT")
        parser.add_argument(
            "--password", type=_password, default=0, help="six digits (default 000000)"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object")
        add_trace(parser)


def _amount(text: str) -> Money:
    found = re.fullmatch(r"(\d{1,8})(?:[.,](\d{2}))?", text)
    if not found or (minor := int(found[1]) * 100 + int(found[2] or 0)) == 0:
        raise argparse.ArgumentTypeError(f'"{text}" is no amount like 10.10')
    return Money(minor)


def _password(text: str) -> int:
    if not re.fullmatch("[0-9]{6}", text):
        raise argparse.ArgumentTypeError("a terminal's password has six digits")
    return int(text)


def _list(options: argparse.Namespace) -> int:
    from drivers.registry import DRIVERS

    if options.json:
        rows = [{"driver": n, "device": e.device, "about": e.about} for n, e in DRIVERS.items()]
        print(json.dumps(rows))
        return 0
    for name, entry in DRIVERS.items():
        print(f"{name:10} {entry.device:10} {entry.about}")
    return 0


def _pay(options: argparse.Namespace) -> int:
    from drivers.tools.pay import Payer
    from drivers.tools.traced import traced

    with traced(options.trace) as trace:
        payer = Payer(options.at, options.amount, options.journal, options.password, trace)
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # both ask the terminal to stop
        outcome = payer.pay(options.give_up)
    if options.json:
        print(json.dumps(outcome.as_json()), flush=True)
    else:
        shown = {name: value for name, value in outcome.as_json().items() if value is not None}
        print(" ".join(f"{name}={value}" for name, value in shown.items()), flush=True)
    payer.reported()
    return EXIT[outcome.outcome]


def _status(options: argparse.Namespace) -> int:
    from drivers.tools.status import status_of
    from drivers.tools.traced import traced

    with traced(options.trace) as trace:
        found = status_of(options.at, options.password, trace)
    if options.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:12} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
