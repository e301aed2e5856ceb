"""A technician as a till: a registered client for one verb, and how its result is told."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from drivers.line import connect
from drivers.tools.saying import printable
from drivers.tools.traced import traced
from drivers.zvt.client import Client
from drivers.zvt.link import Link, Settings
from drivers.zvt.results import Booked, Refused
from kiosk.clock import SystemClock, local_zone
from kiosk.ports import DeviceError, ProtocolError, Silent
from kiosk.receipt import Slip

EX_UNAVAILABLE, EX_TEMPFAIL = 69, 75
REFUSED = 1
Facts = dict[str, Any]


@contextmanager
def till(options: argparse.Namespace) -> Iterator[Client]:
    """A client of the terminal at `--at`; the line is let go of at the end. Raises DeviceError.

    What stands on the terminal's display meanwhile is said on standard error.
    """
    with traced(options.trace) as trace:
        link = Link(
            options.at,
            clock=SystemClock(),
            settings=Settings(options.password, local_zone()),
            connect=trace.connect if trace else connect,
            tap=trace,
        )
        try:
            yield Client(link, show=show)
        except (Silent, ProtocolError) as error:
            raise DeviceError(
                f"{error}; whether it was done is not known: look at the terminal, then ask it with"
                " `drivers terminal status`"
            ) from error
        finally:
            link.close()


def show(lines: tuple[str, ...]) -> None:
    """Progress: what the customer reads at the terminal."""
    print(f"terminal: {printable(' | '.join(lines))}", file=sys.stderr, flush=True)


def tell(options: argparse.Namespace, facts: Mapping[str, Any]) -> None:
    """The result: one JSON object, or a line a fact, with slips as they would be printed."""
    if options.json:
        print(json.dumps(facts), flush=True)
        return
    for name, value in facts.items():
        if name == "slips":
            for slip in value:
                _tell_slip(slip)
        elif value not in (None, "", []):
            print(f"{name:14} {printable(_in_words(value))}", flush=True)


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return " ".join(f"{name} {each}" for name, each in value.items())
    return ", ".join(map(_in_words, value)) if isinstance(value, list) else str(value)


def _tell_slip(slip: Mapping[str, Any]) -> None:
    print(f"--- slip ({slip['kind'] or 'kind not told'}) ---")
    for line in slip["lines"]:
        print(printable(line))
    print("---", flush=True)


# --- facts --------------------------------------------------------------------------------------


def refusal(refused: Refused) -> Facts:
    """Why not, and what helps."""
    facts: Facts = {
        "outcome": "refused",
        "code": f"{refused.code:02X}",
        "reason": refused.english,
        "remedy": refused.next.value,
    }
    if refused.text:
        facts["text"] = refused.text
    if refused.receipts:
        facts["receipts"] = list(refused.receipts)
    return facts | slips_of(refused.slips)


def slips_of(slips: tuple[Slip, ...]) -> Facts:
    """What the terminal wanted printed; nothing where it printed nothing."""
    rows = [{"kind": slip.kind, "lines": list(slip.lines)} for slip in slips]
    return {"slips": rows} if rows else {}


def booking(booked: Booked) -> Facts:
    """Money that moved, or is held. Amounts are minor units; numbers that were not told are None."""
    return {
        "amount": booked.amount,
        "receipt": booked.receipt or None,
        "trace": booked.trace or None,
        "original_trace": booked.original_trace or None,
        "terminal_id": booked.terminal_id,
        "scheme": booked.scheme,
        "card": booked.card,
        "approval": booked.approval,
        "at": booked.at.isoformat() if booked.at else None,
        **slips_of(booked.slips),
    }
