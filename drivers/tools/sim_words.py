"""`./run drivers sim ...`: its words, and what they do."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from drivers.tools.words import Tools, verbs

EXAMPLES = """examples:
  ./run drivers sim terminal --listen tcp://127.0.0.1:20007
  ./run drivers sim printer --listen tcp://127.0.0.1:9100 --speed 0
  ./run drivers sim scanner --listen tcp://127.0.0.1:20009
  ./run drivers sim reader --listen pty:///tmp/reader --hold sun
  ./run drivers sim pcsc --hold number
"""

EX_USAGE, EX_DATAERR = 64, 65
MAX_SPEED = 10_000
WORDS = "hold CARD, take, weak, well, unplug, plug"


def add(tools: Tools) -> None:
    """`sim terminal`, `printer`, `scanner`, `reader` and `pcsc`."""
    sims = verbs(tools, "sim", "a simulated device on a real line", EXAMPLES, "DEVICE")
    terminal = sims.add_parser("terminal", help="lines: approve, decline, stop, fault NAME")
    terminal.add_argument(
        "--auto",
        choices=["approve", "decline", "stop", "ask"],
        default="approve",
        help="what the customer does; ask: wait for a line on standard input (default approve)",
    )
    terminal.add_argument("--memory", type=Path, help="keep the turnover memory here")
    terminal.add_argument(
        "--unacknowledged",
        choices=["reverse", "later", "keep"],
        default="reverse",
        help="what becomes of a payment whose result was not acknowledged (default reverse)",
    )
    terminal.add_argument(
        "--fault",
        action="append",
        default=[],
        choices=_Faults(),
        metavar="NAME",
        help="begin with this fault, may be given again: %(choices)s",
    )
    terminal.set_defaults(run=_sim_terminal)
    printer = sims.add_parser("printer", help="lines: a fault's name, or view")
    printer.add_argument(
        "--out", type=Path, default=Path("printed"), help="folder for the receipts"
    )
    printer.add_argument(
        "--speed", type=float, default=150.0, help="millimetres a second; 0: at once"
    )
    printer.add_argument("--no-process-id", action="store_true", help="be a cheap clone")
    printer.set_defaults(run=_sim_printer)
    scanner = sims.add_parser("scanner", help="every line on standard input is scanned")
    scanner.set_defaults(run=_sim_scanner)
    reader = sims.add_parser("reader", help=f"a PN532 chip; lines: {WORDS}")
    reader.set_defaults(run=_sim_reader)
    pcsc = sims.add_parser("pcsc", help="a PC/SC daemon of its own with one reader; the same lines")
    pcsc.set_defaults(run=_sim_pcsc)
    for parser in (reader, pcsc):
        parser.add_argument(
            "--hold",
            choices=_Cards(),
            metavar="CARD",
            help="begin with this card: %(choices)s",
        )
    for parser in (terminal, printer, scanner, reader):
        parser.add_argument(
            "--listen",
            required=True,
            metavar="ADDRESS",
            help="tcp://HOST:PORT (0: any) or pty:///PATH",
        )


class _Faults:
    """The terminal simulator's faults, imported when somebody asks for them."""

    def __iter__(self) -> Iterator[str]:
        from drivers.zvt.scenes import Fault

        return (fault.value for fault in Fault)

    def __contains__(self, name: object) -> bool:
        return name in tuple(self)


class _Cards:
    """The cards there are, imported when somebody asks for them."""

    def __iter__(self) -> Iterator[str]:
        from drivers.tools.simulated_cards import CARDS

        return iter(CARDS)

    def __contains__(self, name: object) -> bool:
        return name in tuple(self)


def _sim_terminal(options: argparse.Namespace) -> int:
    from drivers.tools import simulate

    try:
        return simulate.terminal(
            options.listen, options.auto, options.memory, options.unacknowledged, options.fault
        )
    except simulate.Unusable as error:
        print(f"drivers: {error}", file=sys.stderr)
        return EX_DATAERR


def _sim_printer(options: argparse.Namespace) -> int:
    from drivers.tools import simulate

    if not 0 <= options.speed <= MAX_SPEED:
        wanted = f"write 0 to {MAX_SPEED} millimetres a second"
        print(f"drivers: --speed {options.speed}: {wanted}", file=sys.stderr)
        return EX_USAGE
    return simulate.printer(
        options.listen, options.out, options.speed, process_id=not options.no_process_id
    )


def _sim_scanner(options: argparse.Namespace) -> int:
    from drivers.tools import simulate

    return simulate.scanner(options.listen)


def _sim_reader(options: argparse.Namespace) -> int:
    from drivers.tools import simulate_cards

    return simulate_cards.reader(options.listen, options.hold)


def _sim_pcsc(options: argparse.Namespace) -> int:
    from drivers.tools import simulate_cards

    return simulate_cards.pcsc(options.hold)
