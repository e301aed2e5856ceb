"""`./run drivers scale ...`: its words, and what they do."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from drivers.tools.words import Tools, seconds, verbs

if TYPE_CHECKING:
    from drivers.scale.checksums import Keys
    from drivers.tools.scale import ScaleTool

EXAMPLES = """examples:
  ./run drivers scale diagnose --at serial:///dev/kiosk/ftdi-A50285BI --protocol 8217
  ./run drivers scale weigh --at tcp://127.0.0.1:20011 --protocol dialog06 --price 249 --tare 5 --json
  ./run drivers scale watch --at pty:///tmp/scale --protocol 8217 --seconds 30

A serial address needs no bits and parity: the protocol has its own (8217: 7E1, dialog06: 7O1).
Exit codes: 0 weighed, 1 no weight, 69 no scale, 78 a wrong address.
"""
PROTOCOLS = ("8217", "dialog06")
MOST_CENTS, MOST_TARE = 999_999, 9_999


def add(tools: Tools) -> None:
    """`scale weigh`, `watch` and `diagnose`."""
    scale = verbs(tools, "scale", "a checkout scale", EXAMPLES)
    weigh = scale.add_parser("weigh", help="one weighing as in a sale, with its price")
    weigh.add_argument("--price", type=_cents, default=100, help="cents a kilogram (default 100)")
    weigh.add_argument("--tare", type=_tare, default=0, help="grams it lies in (default 0)")
    weigh.add_argument("--seconds", type=seconds, default=60.0, help="give up after (default 60)")
    weigh.set_defaults(run=_weigh)
    watch = scale.add_parser("watch", help="a line for each change")
    watch.add_argument("--seconds", type=seconds, help="end after so long (else Ctrl-C)")
    watch.set_defaults(run=_watch)
    diagnose = scale.add_parser("diagnose", help="does it answer, what does it tell; code's seal")
    diagnose.set_defaults(run=_diagnose)
    for parser in (weigh, watch, diagnose):
        parser.add_argument(
            "--at", required=True, metavar="ADDRESS", help="serial://, tcp://, pty://"
        )
        parser.add_argument("--protocol", required=True, choices=PROTOCOLS, help="what it speaks")
        add_polynomial(parser)
        parser.add_argument("--json", action="store_true", help="JSON, an object a line")


def add_polynomial(parser: argparse.ArgumentParser) -> None:
    """The word, for the tool and the simulator."""
    parser.add_argument(
        "--polynomial",
        type=_hex16,
        metavar="HEX",
        help="dialog06 with checksums: four hex digits that its maker tells",
    )


def keys_of(polynomial: int | None) -> Keys | None:
    """What answers a scale that wants checksums."""
    from drivers.scale.checksums import Keys
    from kiosk import seal

    return None if polynomial is None else Keys(seal.crc16(), polynomial)


def _cents(text: str) -> int:
    return _whole(text, 1, MOST_CENTS)


def _tare(text: str) -> int:
    return _whole(text, 0, MOST_TARE)


def _whole(text: str, least: int, most: int) -> int:
    if not re.fullmatch("[0-9]{1,6}", text) or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f'"{text}" is no number from {least} to {most}')
    return int(text)


def _hex16(text: str) -> int:
    if not re.fullmatch("[0-9A-Fa-f]{4}", text):
        raise argparse.ArgumentTypeError(f'"{text}" is not four hex digits')
    return int(text, 16)


def _tool(options: argparse.Namespace) -> ScaleTool:
    from drivers.line import check_address
    from drivers.scale.scales import Protocols
    from drivers.tools.saying import teller
    from drivers.tools.scale import ScaleTool
    from kiosk.clock import SystemClock

    check_address(options.at)
    clock = SystemClock()
    say = teller(clock, as_json=options.json)
    protocol = Protocols(options.protocol)
    return ScaleTool(options.at, protocol, say, clock, keys_of(options.polynomial))


def _weigh(options: argparse.Namespace) -> int:
    from drivers.tools.ending import ending

    tool = _tool(options)
    with ending(options.seconds) as cancel:
        return tool.weigh(options.price, options.tare, cancel)


def _watch(options: argparse.Namespace) -> int:
    from drivers.tools.ending import ending

    tool = _tool(options)
    with ending(options.seconds) as cancel:
        tool.watch(cancel)
    return 0


def _diagnose(options: argparse.Namespace) -> int:
    return _tool(options).diagnose()
