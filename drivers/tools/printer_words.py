"""`./run drivers printer ...`: its words."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

from drivers.tools.words import Tools, verbs

AT = "--at tcp://127.0.0.1:9100"
EXAMPLES = f"""examples:
  ./run drivers printer status {AT}
  ./run drivers printer identify --at usb://04b8:0e28 --json
  ./run drivers printer test-page --at usb:///dev/kiosk/printer-X7XE000123 --profile tm-t20iii
  ./run drivers printer print notice.txt --at serial:///dev/kiosk/ftdi-A50285BI?baud=38400
  ./run drivers printer print receipt.json {AT}
  ./run drivers printer clear {AT}
"""
PRINTS = (
    "Exit code: 0 printed, by the printer's word; 69 nothing is on paper, with what helps;"
    " 75 some of it may be on paper."
)


def add(tools: Tools) -> None:
    """`printer VERB`."""
    family = verbs(tools, "printer", "a receipt printer", EXAMPLES)
    _verb(
        family,
        "status",
        "whether it can print, and what helps",
        "Asks only (DLE EOT): nothing is printed and nothing that it holds is dropped."
        " Exit code: 0 it can print, 69 it cannot.",
    )
    _verb(
        family,
        "identify",
        "what it says it is, and how far its word goes",
        "Asks for maker, model and serial number (GS I), process ids (GS ( H) and whether it can"
        " drop what it holds (DLE DC4); the last drops what it holds. Exit code: 0 it answered, 69 not.",
    )
    _verb(family, "test-page", "print width, characters and styles, and cut", PRINTS)
    printing = _verb(
        family,
        "print",
        "print a text file, or a receipt's record",
        "A text's lines wrap at the paper's edge; FILE.json is a receipt (docs/receipt-v1.schema.json)"
        f" and comes out as a copy. {PRINTS} 65: it is neither.",
    )
    printing.add_argument("file", type=Path, metavar="FILE", help="a text in UTF-8, or FILE.json")
    _verb(
        family,
        "clear",
        "drop what it holds, or say that it holds nothing",
        "For a printer without a command for it: switch it off and on first, take away all paper"
        " that hangs out, then say so by this. Exit code: 0 cleared, 69 nobody answers.",
    )


class _Profiles:
    """The printers there are, imported when somebody asks."""

    def __iter__(self) -> Iterator[str]:
        from drivers.printer.profiles import PROFILES

        return iter(PROFILES)

    def __contains__(self, name: object) -> bool:
        return name in tuple(self)


def _verb(family: Tools, name: str, about: str, more: str) -> argparse.ArgumentParser:
    parser = family.add_parser(
        name,
        help=about,
        description=textwrap.fill(f"{about[0].upper()}{about[1:]}. {more}", 100),
        epilog="\n".join(
            line
            for line in EXAMPLES.splitlines()
            if f" {name} " in line or line.startswith("examples")
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--at",
        required=True,
        metavar="ADDRESS",
        help="tcp://HOST:PORT, serial:///dev/NAME?baud=9600, usb:///dev/usb/lp0, usb://VID:PID[/SERIAL]"
        " or cups://QUEUE",
    )
    parser.add_argument(
        "--profile",
        default="standard",
        choices=_Profiles(),
        metavar="NAME",
        help="what its maker says it can: %(choices)s (default standard)",
    )
    parser.add_argument(
        "--memory",
        type=Path,
        metavar="FILE",
        help="the kiosk's file of what was learnt of printers, and which are locked; without it the"
        " kiosk's lock is not seen",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=_of(name.replace("-", "_")))
    return parser


def _of(name: str) -> Callable[[argparse.Namespace], int]:
    """A verb of `drivers.tools.printer`, imported when it is run."""

    def run(options: argparse.Namespace) -> int:
        from drivers.tools import printer

        code: int = getattr(printer, f"{name}_verb")(options)
        return code

    return run
