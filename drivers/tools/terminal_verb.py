"""One verb of `drivers terminal`: its words, and what all verbs share."""

from __future__ import annotations

import argparse
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from drivers.tools.words import Tools, add_trace
from kiosk.money import Money

AT = "--at tcp://127.0.0.1:20007"
Add = Callable[[argparse.ArgumentParser], None]


@dataclass(frozen=True, slots=True)
class Verb:
    """A name, what it does, and the examples a technician can paste."""

    name: str
    about: str
    run: Callable[[argparse.Namespace], int]
    """What it does; the exit code tells the outcome. Raises KioskError."""
    more: str = ""
    """Behind `about` in its own help: exit codes and what is to be known."""
    words: tuple[Add, ...] = ()
    """Each adds words of its own."""
    pasted: tuple[str, ...] = ("",)
    """Words of an example, behind its address."""

    @property
    def examples(self) -> tuple[str, ...]:
        """Whole command lines."""
        lines = (f"./run drivers terminal {self.name} {AT} {words}" for words in self.pasted)
        return tuple(line.rstrip() for line in lines)

    def add(self, family: Tools) -> None:
        """The verb's parser."""
        about = f"{self.about[0].upper()}{self.about[1:]}."
        parser = family.add_parser(
            self.name,
            help=self.about,
            description=textwrap.fill(f"{about} {self.more}", 100),
            epilog="examples:\n" + "".join(f"  {line}\n" for line in self.examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for word in self.words:
            word(parser)
        parser.add_argument(
            "--at", required=True, metavar="ADDRESS", help="tcp://HOST:PORT, or serial:///dev/NAME"
        )
        parser.add_argument(
            "--password", type=password, default=0, help="six digits (default 000000)"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object")
        add_trace(parser)
        parser.set_defaults(run=self.run)


# --- words of several verbs ---------------------------------------------------------------------


def add_amount(parser: argparse.ArgumentParser) -> None:
    """`--amount`."""
    parser.add_argument("--amount", required=True, type=amount, help="like 10.10, in EUR")


def add_receipt(parser: argparse.ArgumentParser) -> None:
    """`--receipt`."""
    parser.add_argument(
        "--receipt",
        required=True,
        type=number(9999),
        metavar="N",
        help="the terminal's receipt number of the transaction, 1 to 9999",
    )


def add_journal(parser: argparse.ArgumentParser) -> None:
    """`--journal`."""
    parser.add_argument("--journal", type=Path, help="keep intents and results here (else nowhere)")


def amount(text: str) -> Money:
    """An amount above nothing, in EUR."""
    found = re.fullmatch(r"([0-9]{1,8})(?:[.,]([0-9]{2}))?", text)
    if not found or (minor := int(found[1]) * 100 + int(found[2] or 0)) == 0:
        raise argparse.ArgumentTypeError(f'"{text}" is no amount like 10.10')
    return Money(minor)


def password(text: str) -> int:
    """A terminal's password. What was given is not repeated on the screen."""
    if not re.fullmatch("[0-9]{6}", text):
        raise argparse.ArgumentTypeError("a terminal's password has six digits")
    return int(text)


def number(most: int, least: int = 1) -> Callable[[str], int]:
    """A whole number within these bounds."""

    def read(text: str) -> int:
        found = int(text) if re.fullmatch("[0-9]{1,9}", text) else -1
        if not least <= found <= most:
            raise argparse.ArgumentTypeError(f'"{text}" is no number from {least} to {most}')
        return found

    return read
