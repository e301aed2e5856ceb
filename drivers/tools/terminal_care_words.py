"""`drivers terminal register`, `status`, `diagnose` and so on: their words."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime

from drivers.tools.terminal_day_words import add_wait
from drivers.tools.terminal_verb import Verb

_DONE = "Exit code: 0 done, 1 refused (with what helps), 69 no answer."
_KINDS = ("line", "extended", "configuration", "emv")


def _of(name: str) -> Callable[[argparse.Namespace], int]:
    """A verb of `care`, imported when it is run."""

    def run(options: argparse.Namespace) -> int:
        from drivers.tools import care

        code: int = getattr(care, name)(options)
        return code

    return run


def _add_kind(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kind", choices=_KINDS, help="how thorough (default: the terminal's)")


def _add_when(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "when",
        nargs="?",
        type=_when,
        metavar="WHEN",
        help="now (this machine's clock; the default), or like 2026-11-22T07:30:00",
    )


def _when(text: str) -> datetime | None:
    if text == "now":
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None:
        raise argparse.ArgumentTypeError(f'"{text}" is no time like 2026-11-22T07:30:00, nor "now"')
    return found


VERBS = (
    Verb(
        "register",
        "register, and tell what was agreed on",
        _of("register"),
        more="Terminal id, character set, known commands (tag 26) and what the status byte asks for.",
        pasted=("", "--password 123456 --json"),
    ),
    Verb(
        "status",
        "whether it is ready, what helps, and its last transaction",
        _of("status"),
        more="Exit code: 0 ready, 69 not.",
        pasted=("--trace wire.jsonl", "--json"),
    ),
    Verb(
        "abort",
        "make it give a card back, or take a text from its display",
        _of("abort"),
        more=f"It stops no payment of another till. {_DONE}",
    ),
    Verb(
        "diagnose",
        "let it call its host",
        _of("diagnose"),
        more=_DONE,
        words=(_add_kind,),
        pasted=("", "--kind extended"),
    ),
    Verb("initialise", "send an initialisation to the host", _of("initialise"), more=_DONE),
    Verb(
        "set-clock",
        "set its date and time",
        _of("set_clock"),
        more=_DONE,
        words=(_add_when,),
        pasted=("now", "2026-11-22T07:30:00"),
    ),
    Verb(
        "update",
        "let it fetch new software, and wait until it is ready again",
        _of("update"),
        more="Exit code: 0 ready, 1 refused, 75 not ready within --wait.",
        words=(add_wait,),
        pasted=("--wait 1800",),
    ),
    Verb("self-test", "let it test itself and print the result", _of("self_test"), more=_DONE),
    Verb("log-off", "leave it; the next command registers anew", _of("log_off"), more=_DONE),
)
