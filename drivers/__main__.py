"""`./run drivers`: device tools for technicians."""

from __future__ import annotations

import argparse
import json
import sys

from drivers.tools import (
    decode_words,
    printer_words,
    reader_words,
    receipt_words,
    scale_words,
    scanner_words,
    sim_words,
    terminal_words,
    trace_words,
)
from kiosk.ports import ConfigError, KioskError

EXAMPLES = """examples:
  ./run drivers list
  ./run drivers sim terminal --listen tcp://127.0.0.1:20007
  ./run drivers terminal probe 127.0.0.1
  ./run drivers terminal status --at tcp://127.0.0.1:20007 --trace wire.jsonl
  ./run drivers trace show wire.jsonl
  ./run drivers terminal pay --at tcp://127.0.0.1:20007 --amount 10.10 --json --journal pay.db
  ./run drivers terminal reverse --at tcp://127.0.0.1:20007 --receipt 1 --amount 10.10 --journal pay.db
  ./run drivers terminal end-of-day --at tcp://127.0.0.1:20007
  ./run drivers printer status --at tcp://127.0.0.1:9100
  ./run drivers printer test-page --at usb:///dev/usb/lp0 --profile tm-t20iii
  ./run drivers reader diagnose
  ./run drivers reader watch --host cards.example
  ./run drivers scanner watch --at serial:///dev/kiosk/ftdi-A50285BI
  ./run drivers scale diagnose --at serial:///dev/kiosk/ftdi-A50285BI --protocol 8217
  echo 06010a04000000001010490978 | ./run drivers decode zvt
"""

EX_IOERR = 74
INTERRUPTED = 130


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
    except KeyboardInterrupt:
        print("drivers: stopped", file=sys.stderr)
        return INTERRUPTED
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
    families = (
        terminal_words,
        printer_words,
        receipt_words,
        reader_words,
        scanner_words,
        scale_words,
        sim_words,
        decode_words,
        trace_words,
    )
    for family in families:
        family.add(tools)
    tools.add_parser("lab", help="play the customer in a running demo (./run lab)")
    return parser


def _list(options: argparse.Namespace) -> int:
    from drivers.registry import DRIVERS

    if options.json:
        rows = [{"driver": n, "device": e.device, "about": e.about} for n, e in DRIVERS.items()]
        print(json.dumps(rows))
        return 0
    for name, entry in DRIVERS.items():
        print(f"{name:10} {entry.device:10} {entry.about}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
