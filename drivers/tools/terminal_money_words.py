"""`drivers terminal pay`, `reverse` and `refund`: their words, and what they do."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from drivers.tools.terminal_verb import Add, Verb, add_amount, add_journal, add_receipt
from drivers.tools.words import seconds

if TYPE_CHECKING:
    from drivers.tools.money import Mover
    from drivers.zvt.trace import Trace

EXIT = {"paid": 0, "not_paid": 1, "done": 0, "not_done": 1, "unknown": 75}


def _add_give_up(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--give-up",
        type=seconds,
        default=60.0,
        metavar="SECONDS",
        help="say unknown after so long in doubt (default 60)",
    )


def _run(options: argparse.Namespace) -> int:
    from drivers.tools.traced import traced

    with traced(options.trace) as trace:
        mover = _mover(options, trace)
        outcome = mover.run(options.give_up)
    if options.json:
        print(json.dumps(outcome.as_json()), flush=True)
    else:
        shown = replace(outcome, slip=()).as_json()
        words = [f"{name}={value}" for name, value in shown.items() if value is not None]
        print("\n".join((" ".join(words), *outcome.slip)), flush=True)
    mover.reported()
    return EXIT[outcome.outcome]


def _mover(options: argparse.Namespace, trace: Trace | None) -> Mover:
    from drivers.tools.correct import Corrector
    from drivers.tools.pay import Payer

    given = (options.at, options.amount, options.journal, options.password, trace)
    if options.moves == "payment":
        return Payer(*given)
    return Corrector(*given, receipt=getattr(options, "receipt", 0))


def _moves(kind: str) -> Add:
    def add(parser: argparse.ArgumentParser) -> None:
        parser.set_defaults(moves=kind)

    return add


_OPEN = (
    "An intent that an earlier run left open in the journal is resolved first; if it had been {} with"
    " the same amount, that is the answer and nothing is {} again."
)
_BACK = f"Exit code: 0 done, 1 not done, 75 unknown. {_OPEN.format('done', 'sent')}"

VERBS = (
    Verb(
        "pay",
        "take one payment",
        _run,
        more=f"Exit code: 0 paid, 1 not paid, 75 unknown. {_OPEN.format('paid', 'charged')}",
        words=(add_amount, add_journal, _add_give_up, _moves("payment")),
        pasted=("--amount 10.10 --journal pay.db --json",),
    ),
    Verb(
        "reverse",
        "take one payment back, as if it had not been",
        _run,
        more=f"{_BACK} Many terminals reverse only before the end of day, some only the last payment:"
        " refund instead where it says so.",
        words=(add_receipt, add_amount, add_journal, _add_give_up, _moves("correction")),
        pasted=("--receipt 1 --amount 10.10 --journal pay.db",),
    ),
    Verb(
        "refund",
        "pay an amount back to a card",
        _run,
        more=_BACK,
        words=(add_amount, add_journal, _add_give_up, _moves("correction")),
        pasted=("--amount 10.10 --journal pay.db --json",),
    ),
)
