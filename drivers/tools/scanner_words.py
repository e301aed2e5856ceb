"""`./run drivers scanner ...`: its words, and what they do."""

from __future__ import annotations

import argparse

from drivers.tools.words import Tools, seconds, verbs

EXAMPLES = """examples:
  ./run drivers scanner watch --at serial:///dev/kiosk/ftdi-A50285BI
  ./run drivers scanner watch --at tcp://127.0.0.1:20009 --json --seconds 30
"""


def add(tools: Tools) -> None:
    """`scanner watch`."""
    scanner = verbs(tools, "scanner", "a barcode scanner", EXAMPLES)
    watch = scanner.add_parser("watch", help="a line for each code: what it is, and what it means")
    watch.add_argument("--at", required=True, metavar="ADDRESS", help="serial://, tcp://, pty://")
    watch.add_argument("--seconds", type=seconds, help="end after so long (else Ctrl-C)")
    watch.add_argument("--json", action="store_true", help="JSON, an object a line")
    watch.add_argument(
        "--show", action="store_true", help="print what customers' and staff's codes hold"
    )
    watch.set_defaults(run=_watch)


def _watch(options: argparse.Namespace) -> int:
    from drivers.line import check_address
    from drivers.tools.ending import ending
    from drivers.tools.saying import teller
    from drivers.tools.scanner_watch import ScannerWatch
    from kiosk.clock import SystemClock

    check_address(options.at)
    clock = SystemClock()
    watch = ScannerWatch(options.at, options.show, teller(clock, as_json=options.json), clock)
    with ending(options.seconds) as cancel:
        watch.run(cancel)
    return 0
