"""`drivers terminal reserve`, `book`, `release`, `give-up`, `reservations`: their words."""

from __future__ import annotations

import argparse
import re

from drivers.tools.terminal_verb import Verb, add_amount, add_receipt, number
from drivers.tools.words import seconds

_LOST = (
    "Exit code: 0 done, 1 not done, 75 unknown. It is sent once. If the line is lost on the way, the"
    " terminal's last transaction is compared with the one before."
)


def _add_give_up(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--give-up",
        type=seconds,
        default=90.0,
        metavar="SECONDS",
        help="after a lost line, say unknown after so long (default 90)",
    )


def _add_reservation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--of-trace",
        type=number(999_999),
        default=0,
        metavar="T",
        help="trace number of the reservation, where the terminal wants it",
    )
    parser.add_argument(
        "--approval",
        type=_approval,
        metavar="X",
        help="approval of the reservation, at most 8 letters and digits",
    )


def _approval(text: str) -> str:
    if not re.fullmatch("[0-9A-Za-z ]{1,8}", text):
        raise argparse.ArgumentTypeError(f'"{text}" is no approval of 1 to 8 letters and digits')
    return text


def _reserve(options: argparse.Namespace) -> int:
    from drivers.tools.hold import reserve

    return reserve(options)


def _book(options: argparse.Namespace) -> int:
    from drivers.tools.hold import book

    return book(options)


def _release(options: argparse.Namespace) -> int:
    from drivers.tools.hold import release

    return release(options)


def _give_up(options: argparse.Namespace) -> int:
    from drivers.tools.hold import give_up

    return give_up(options)


def _reservations(options: argparse.Namespace) -> int:
    from drivers.tools.hold import reservations

    return reservations(options)


VERBS = (
    Verb(
        "reserve",
        "hold an amount back on a card",
        _reserve,
        more=_LOST,
        words=(add_amount, _add_give_up),
        pasted=("--amount 50.00", "--amount 50.00 --json"),
    ),
    Verb(
        "book",
        "take this much of a reservation",
        _book,
        more=_LOST,
        words=(add_receipt, add_amount, _add_reservation, _add_give_up),
        pasted=("--receipt 3 --amount 42.00", "--receipt 3 --amount 42.00 --of-trace 17"),
    ),
    Verb(
        "release",
        "release this much of a reservation (partial reversal); the rest is taken",
        _release,
        more=_LOST,
        words=(add_receipt, add_amount, _add_give_up),
        pasted=("--receipt 3 --amount 8.00",),
    ),
    Verb(
        "give-up",
        "give a whole reservation up",
        _give_up,
        more=_LOST,
        words=(add_receipt, _add_give_up),
        pasted=("--receipt 3",),
    ),
    Verb(
        "reservations",
        "which reservations nobody has booked or given up",
        _reservations,
        pasted=("", "--json"),
    ),
)
