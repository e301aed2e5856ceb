"""`drivers terminal end-of-day`, `totals` and `repeat`: their words."""

from __future__ import annotations

import argparse

from drivers.tools.terminal_verb import Verb
from drivers.tools.words import seconds


def add_wait(parser: argparse.ArgumentParser) -> None:
    """`--wait`."""
    parser.add_argument(
        "--wait",
        type=seconds,
        default=600.0,
        metavar="SECONDS",
        help="for a terminal that updates or restarts afterwards (default 600)",
    )


def _add_print(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--print", action="store_true", help="with its slips, as text")


def _end_of_day(options: argparse.Namespace) -> int:
    from drivers.tools.day import end_of_day

    return end_of_day(options)


def _totals(options: argparse.Namespace) -> int:
    from drivers.tools.day import totals

    return totals(options)


def _repeat(options: argparse.Namespace) -> int:
    from drivers.tools.day import repeat

    return repeat(options)


VERBS = (
    Verb(
        "end-of-day",
        "hand the day's turnover to the host",
        _end_of_day,
        more="Refused while reservations are open. If the terminal updates or restarts afterwards, its"
        " status is asked for until it is ready. Exit code: 0 done, 1 refused, 75 unknown.",
        words=(add_wait,),
        pasted=("", "--wait 900 --json"),
    ),
    Verb(
        "totals",
        "the turnover so far; nothing is closed",
        _totals,
        more="Amounts are in cents. Exit code: 0 told, 1 refused.",
        pasted=("", "--json"),
    ),
    Verb(
        "repeat",
        "tell the last transaction again",
        _repeat,
        more="Exit code: 0 a success, or none yet; 1 it was declined, or the terminal refused.",
        words=(_add_print,),
        pasted=("", "--print"),
    ),
)
