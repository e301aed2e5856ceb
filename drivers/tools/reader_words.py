"""`./run drivers reader ...`: its words, and what they do."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drivers.tools.words import Tools, seconds, verbs
from kiosk.ports import ConfigError, DeviceError

if TYPE_CHECKING:
    from drivers.cards.reader import OpenField

EXAMPLES = """examples:
  ./run drivers reader diagnose
  ./run drivers reader watch
  ./run drivers reader watch --at pcsc:ACR1252 --host cards.example --seconds 60 --json
  ./run drivers reader read --driver pn532 --at serial:///dev/kiosk/ftdi-A50285BI
  ./run drivers reader read --driver nfcpy --at usb:054c:06c3 --show
"""

EX_NO_CARD, EX_REFUSED, EX_UNAVAILABLE = 1, 2, 69
READ_SECONDS = 20.0
_USUAL = {"pcsc": "pcsc:", "nfcpy": "usb"}


def add(tools: Tools) -> None:
    """`reader watch`, `reader read`, `reader diagnose`."""
    reader = verbs(tools, "reader", "a reader of customer cards", EXAMPLES)
    watch = reader.add_parser("watch", help="a line for each card that comes, is refused, or goes")
    watch.add_argument("--seconds", type=seconds, help="end after so long (else Ctrl-C)")
    watch.set_defaults(run=_watch)
    read = reader.add_parser(
        "read",
        help="one card: what it is, holds and proves",
        description="Read one card. Exit code: 0 read, 1 none came, 2 the kiosk would refuse it,"
        " 69 the reader is not available. Links are never opened.",
    )
    read.add_argument(
        "--seconds", type=seconds, default=READ_SECONDS, help="wait so long (default 20)"
    )
    read.set_defaults(run=_read)
    for parser in (watch, read):
        parser.add_argument(
            "--host",
            action="append",
            default=[],
            help="links to it are proofs, as by card_hosts; may be given again",
        )
        parser.add_argument(
            "--show", action="store_true", help="print numbers of cards and what they hold"
        )
    diagnose = reader.add_parser(
        "diagnose",
        help="why is there no reader? what to do next",
        description="Look at everything a card reader needs. Exit code: 0 all is well, 1 not.",
    )
    diagnose.add_argument("--config", type=Path, help="try the reader of this configuration")
    diagnose.set_defaults(run=_diagnose)
    for parser in (watch, read, diagnose):
        parser.add_argument(
            "--driver", choices=["pcsc", "pn532", "nfcpy"], default="pcsc", help="default pcsc"
        )
        parser.add_argument("--json", action="store_true", help="JSON, an object a line")
    for parser in (watch, read):
        parser.add_argument("--at", metavar="ADDRESS", help="where it is (default pcsc:)")


def opener(driver: str, address: str | None) -> OpenField:
    """How the reader is opened. Raises ConfigError."""
    from drivers.cards.readers import FIELDS
    from kiosk.clock import SystemClock

    found = address or _USUAL.get(driver)
    if found is None:
        raise ConfigError(f"{driver} needs --at ADDRESS, like serial:///dev/kiosk/ftdi-A50285BI")
    return FIELDS[driver](found, SystemClock())


def _watch(options: argparse.Namespace) -> int:
    from drivers.tools.ending import ending
    from drivers.tools.reader_watch import ReaderWatch
    from drivers.tools.saying import teller
    from kiosk.clock import SystemClock

    clock = SystemClock()
    say = teller(clock, as_json=options.json)
    hosts = frozenset(options.host)
    watch = ReaderWatch(opener(options.driver, options.at), hosts, options.show, say, clock)
    with ending(options.seconds) as cancel:
        watch.run(cancel)
    return 0


def _read(options: argparse.Namespace) -> int:
    from drivers.tools.ending import ending
    from drivers.tools.reader_read import CardRead
    from drivers.tools.reader_watch import REMEDY
    from drivers.tools.saying import trouble
    from kiosk.clock import SystemClock

    hosts = frozenset(host.lower() for host in options.host)
    read = CardRead(opener(options.driver, options.at), hosts, options.show, SystemClock())
    try:
        with ending(options.seconds) as cancel:
            card = read.run(cancel)
    except DeviceError as error:
        if not options.json:
            raise
        print(json.dumps({"error": "unavailable", **trouble(error, REMEDY)}))
        return EX_UNAVAILABLE
    if card is None:
        _print({"error": "no card", "seconds": options.seconds}, as_json=options.json)
        return EX_NO_CARD
    _print(card.facts, as_json=options.json)
    return EX_REFUSED if card.refused else 0


def _print(facts: dict[str, Any], *, as_json: bool) -> None:
    from drivers.tools.saying import in_line, printable

    if as_json:
        print(json.dumps(facts))
        return
    for name, value in facts.items():
        records = value if isinstance(value, list) else [value]
        for record in records or ["an empty message"]:
            text = in_line(record) if isinstance(record, dict) else printable(str(record))
            print(f"{name:12} {'none' if record is None else text}")


def _diagnose(options: argparse.Namespace) -> int:
    from drivers.tools.diagnose import diagnosis, next_step

    checks = diagnosis(options.driver, options.config)
    step = next_step(checks)
    if options.json:
        print(json.dumps({"checks": [each.as_json() for each in checks], "next": step}))
    else:
        from drivers.tools.saying import printable

        for each in checks:
            print(f"{each.mark:4} {each.name:12} {printable(each.detail)}")
            if each.remedy:
                print(f"{'':17} -> {each.remedy}")
        print(f"\nnext: {step}")
    return 1 if any(each.ok is False for each in checks) else 0
