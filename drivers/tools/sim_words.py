"""`./run drivers sim ...`: its words, and what they do."""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from drivers.tools.scale_words import PROTOCOLS, add_polynomial, keys_of
from drivers.tools.words import Tools, verbs

EXAMPLES = """examples:
  ./run drivers sim terminal --listen tcp://127.0.0.1:20007
  ./run drivers sim terminal --listen pty:///tmp/terminal --customer contactless
  ./run drivers sim terminal --listen tcp://127.0.0.1:22000 --profile feig --customer ask
  ./run drivers sim terminal --listen tcp://127.0.0.1:20007 --memory m.json --faults faults.txt
  ./run drivers sim terminal --listen serial:///dev/ttyUSB0?baud=9600 --customer 05
  ./run drivers sim printer --listen tcp://127.0.0.1:9100 --profile tm-t88vi --out /tmp/paper
  ./run drivers sim scanner --listen tcp://127.0.0.1:20009
  ./run drivers sim scale --listen pty:///tmp/scale --protocol 8217
  ./run drivers sim reader --listen pty:///tmp/reader --hold sun
  ./run drivers sim pcsc --hold number
"""

EX_USAGE, EX_DATAERR = 64, 65
MAX_SPEED = 10_000
WORDS = "hold CARD, take, weak, well, unplug, plug"


def add(tools: Tools) -> None:
    """`sim terminal`, `printer`, `scanner`, `scale`, `reader` and `pcsc`."""
    sims = verbs(tools, "sim", "a simulated device on a real line", EXAMPLES, "DEVICE")
    terminal = _add_terminal(sims)
    printer = _add_printer(sims)
    scanner = sims.add_parser("scanner", help="every line on standard input is scanned")
    scanner.set_defaults(run=_sim_scanner)
    scale = _add_scale(sims)
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
    for parser in (terminal, printer, scanner, scale, reader):
        parser.add_argument(
            "--listen",
            required=True,
            metavar="ADDRESS",
            help="tcp://HOST:PORT (0: any) or pty:///PATH; a terminal's may be serial:///dev/NAME",
        )


SCALE_EXAMPLES = """examples:
  ./run drivers sim scale --listen pty:///tmp/scale --protocol 8217
  ./run drivers sim scale --listen tcp://127.0.0.1:20011 --protocol dialog06 --polynomial 1234

each line on standard input is a number of grams to put on the platter (0: nothing), `view`, or a fault:
  moving, still, silent, garbage, well, power-up, unplug, plug
With --polynomial it wants checksums as a certified scale does, made with this one.
"""


def _add_scale(sims: Tools) -> argparse.ArgumentParser:
    scale = sims.add_parser(
        "scale",
        help="a checkout scale; lines: grams, or a fault's name",
        epilog=SCALE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    scale.add_argument("--protocol", required=True, choices=PROTOCOLS, help="what it speaks")
    add_polynomial(scale)
    scale.set_defaults(run=_sim_scale)
    return scale


PRINTER_EXAMPLES = """examples:
  ./run drivers sim printer --listen tcp://127.0.0.1:9100 --profile tm-t88vi
  ./run drivers sim printer --listen pty:///tmp/printer --profile clone-58 --out /tmp/paper
  ./run drivers sim printer --listen tcp://127.0.0.1:9100 --speed 0 --no-process-id

--out gets receipt-NNN.png and .txt for each piece cut off, torn-NNN for each piece torn off, and
events.jsonl: every byte, command, line, cut, answer and fault, and what was not understood.

each line on standard input is `view` or a fault, those with a number as NAME=NUMBER:
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Adds the faults there are, looked up when somebody asks for help."""

    def format_help(self) -> str:
        from drivers.printer.faults import NAMES, WITH_AMOUNT

        names = ", ".join(f"{name}=N" if name in WITH_AMOUNT else name for name in NAMES)
        listed = textwrap.fill(names, 98, initial_indent="  ", subsequent_indent="  ")
        return f"{super().format_help()}{listed}\n"


def _add_printer(sims: Tools) -> argparse.ArgumentParser:
    printer = sims.add_parser(
        "printer",
        help="lines: a fault's name, or view",
        epilog=PRINTER_EXAMPLES,
        formatter_class=_Help,
    )
    printer.add_argument(
        "--out", type=Path, default=Path("printed"), metavar="DIR", help="folder for the receipts"
    )
    printer.add_argument(
        "--profile",
        default="standard",
        choices=_Printers(),
        metavar="NAME",
        help="which printer: %(choices)s (default standard)",
    )
    printer.add_argument(
        "--speed", type=float, help="millimetres a second; 0: at once (default: the profile's)"
    )
    printer.add_argument("--no-process-id", action="store_true", help="be a cheap clone")
    printer.set_defaults(run=_sim_printer)
    return printer


class _Printers:
    """The kinds of printers, imported when somebody asks."""

    def __iter__(self) -> Iterator[str]:
        from drivers.printer.profiles import PROFILES

        return iter(PROFILES)

    def __contains__(self, name: object) -> bool:
        return name in tuple(self)


TERMINAL_EXAMPLES = """examples:
  ./run drivers sim terminal --listen tcp://127.0.0.1:20007 --customer ask
  ./run drivers sim terminal --listen tcp://127.0.0.1:20007 --profile card-complete --customer pin-wrong
  ./run drivers sim terminal --listen pty:///tmp/terminal --faults faults.txt --memory terminal.json

a faults file has one rule a line:
  drop MESSAGE | delay S MESSAGE | duplicate MESSAGE | garble MESSAGE | late S
  cut MESSAGE after BYTES | nak MESSAGE | hang-up before|after MESSAGE
  power-loss before|after MESSAGE [for S]
where MESSAGE is till>terminal or terminal>till, a control field, a number or every:
  power-loss before 040F
  drop terminal>till 3
  cut till>terminal 5 after 2
"""


def _add_terminal(sims: Tools) -> argparse.ArgumentParser:
    terminal = sims.add_parser(
        "terminal",
        help="lines: approve, decline, stop, fault NAME and more",
        epilog=TERMINAL_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    terminal.add_argument(
        "--customer",
        "--auto",
        default="approve",
        choices=_Customers(),
        metavar="WHO",
        help="who pays: %(choices)s, a code that declines in hex, or ask: wait for a line on"
        " standard input (default approve)",
    )
    terminal.add_argument(
        "--profile",
        default="standard",
        choices=_Profiles(),
        metavar="NAME",
        help="whose terminal: %(choices)s (default standard)",
    )
    terminal.add_argument("--memory", type=Path, help="keep the turnover memory here")
    terminal.add_argument(
        "--unacknowledged",
        choices=["reverse", "later", "keep", "decline"],
        help="what becomes of a payment whose result was not acknowledged (default: the profile's)",
    )
    terminal.add_argument(
        "--fault",
        action="append",
        default=[],
        choices=_Faults(),
        metavar="NAME",
        help="begin with this fault, may be given again: %(choices)s",
    )
    terminal.add_argument("--faults", type=Path, metavar="FILE", help="faults in time, see below")
    terminal.add_argument(
        "--password", type=int, metavar="DIGITS", help="the only one taken (default: any)"
    )
    terminal.add_argument(
        "--lock", type=_hex_byte, default=0, metavar="STATE", help="begin out of order: DF"
    )
    terminal.set_defaults(run=_sim_terminal)
    return terminal


def _hex_byte(text: str) -> int:
    if not re.fullmatch("[0-9A-Fa-f]{2}", text):
        raise argparse.ArgumentTypeError(f"{text} is no byte in hex; write DF")
    return int(text, 16)


class _Customers:
    """Who can come to the terminal, imported when somebody asks."""

    def __iter__(self) -> Iterator[str]:
        from drivers.zvt.simulator import BUTTONS

        return iter(("decline", *BUTTONS, "ask"))

    def __contains__(self, name: object) -> bool:
        code = isinstance(name, str) and re.fullmatch("[0-9A-Fa-f]{2}", name) and name != "00"
        return bool(code) or name in tuple(self)


class _Profiles:
    """The vendors' terminals, imported when somebody asks."""

    def __iter__(self) -> Iterator[str]:
        from drivers.zvt.profiles import PROFILES

        return iter(PROFILES)

    def __contains__(self, name: object) -> bool:
        return name in tuple(self)


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
    from drivers.tools.simulate import Unusable
    from drivers.tools.simulate_terminal import Wished, terminal

    try:
        return terminal(
            Wished(
                options.listen,
                options.customer,
                options.memory,
                options.unacknowledged,
                options.profile,
                tuple(options.fault),
                options.faults,
                options.password,
                options.lock,
            )
        )
    except Unusable as error:
        print(f"drivers: {error}", file=sys.stderr)
        return EX_DATAERR


def _sim_printer(options: argparse.Namespace) -> int:
    from drivers.tools import simulate

    if options.speed is not None and not 0 <= options.speed <= MAX_SPEED:
        wanted = f"write 0 to {MAX_SPEED} millimetres a second"
        print(f"drivers: --speed {options.speed}: {wanted}", file=sys.stderr)
        return EX_USAGE
    process_id = False if options.no_process_id else None
    return simulate.printer(
        options.listen, options.out, options.profile, options.speed, process_id=process_id
    )


def _sim_scanner(options: argparse.Namespace) -> int:
    from drivers.tools import simulate

    return simulate.scanner(options.listen)


def _sim_scale(options: argparse.Namespace) -> int:
    from drivers.tools import simulate_scale

    return simulate_scale.scale(options.listen, options.protocol, keys_of(options.polynomial))


def _sim_reader(options: argparse.Namespace) -> int:
    from drivers.tools import simulate_cards

    return simulate_cards.reader(options.listen, options.hold)


def _sim_pcsc(options: argparse.Namespace) -> int:
    from drivers.tools import simulate_cards

    return simulate_cards.pcsc(options.hold)
