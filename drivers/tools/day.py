"""`drivers terminal end-of-day`, `totals` and `repeat`: what was taken."""

from __future__ import annotations

import argparse

from drivers.tools.ending import ending
from drivers.tools.till import (
    EX_TEMPFAIL,
    REFUSED,
    Facts,
    booking,
    refusal,
    slips_of,
    tell,
    till,
)
from drivers.tools.waiting import wait_until_ready
from drivers.zvt.results import Booked, DayTotals, Refused
from kiosk.ports import ProtocolError, Silent

FOLLOWS = {0xE0: "update", 0xFC: "restart"}
"""What a terminal does behind an end of day (2.16), by the result of its completion."""
LOOK = (
    "whether the day was closed is not known: ask `drivers terminal repeat` for the last transaction;"
    " run end-of-day again only where `drivers terminal totals` still tells turnover"
)


def end_of_day(options: argparse.Namespace) -> int:
    """Hand the turnover to the host. Ctrl-C does not stop it: its end is waited for."""
    with till(options) as client:
        try:
            with ending(None):
                found = client.end_of_day()
        except (Silent, ProtocolError) as error:
            tell(options, {"outcome": "unknown", "reason": str(error), "remedy": LOOK})
            return EX_TEMPFAIL
        if isinstance(found, Refused):
            tell(options, _open_first(found))
            return REFUSED
        facts = _totals(found)
        if found.follows:
            follows = FOLLOWS.get(found.follows, f"{found.follows:02X}")
            facts |= {"follows": follows, **wait_until_ready(client, options.wait)}
    tell(options, facts)
    return 0


def totals(options: argparse.Namespace) -> int:
    """The turnover so far; nothing is closed."""
    with till(options) as client:
        found = client.totals()
    tell(options, refusal(found) if isinstance(found, Refused) else _totals(found))
    return REFUSED if isinstance(found, Refused) else 0


def repeat(options: argparse.Namespace) -> int:
    """The last transaction, and its slips where they are asked for."""
    with till(options) as client:
        found, heard = client.repeat(printing=options.print)
    day = heard.last and heard.last.totals
    if heard.last is not None and day:  # an end of day is repeated, too
        tell(options, {"outcome": "done", "what": "end of day", "amount": heard.last.amount or 0})
        return 0
    facts: Facts = {"outcome": "done", "last": None} if found is None else {}
    if isinstance(found, Booked):
        facts = {"outcome": "done", **booking(found)}
    elif isinstance(found, Refused):
        facts = refusal(found)
    tell(options, facts)
    return REFUSED if isinstance(found, Refused) else 0


def _open_first(found: Refused) -> Facts:
    facts = refusal(found)
    if found.receipts:
        numbers = ", ".join(map(str, found.receipts))
        facts["remedy"] = f"book them or give them up first: receipts {numbers}"
    return facts


def _totals(found: DayTotals) -> Facts:
    cards = [{"kind": kind, "count": count, "amount": sum_} for kind, count, sum_ in found.cards]
    return {
        "outcome": "done",
        "amount": found.amount,
        "trace": found.trace or None,
        "first_receipt": found.first_receipt or None,
        "last_receipt": found.last_receipt or None,
        "cards": cards,
        **slips_of(found.slips),
    }
