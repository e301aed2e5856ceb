"""`drivers terminal reserve`, `book`, `release` and `give-up`: money held back, commanded once."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from drivers.tools.asking import Asked, Became, Memory, ask_again, memory_of
from drivers.tools.ending import ending
from drivers.tools.till import Facts, booking, refusal, tell, till
from drivers.zvt.client import Client
from drivers.zvt.results import Booked, OpenReservations, Refused
from kiosk.checkout.events import Transaction
from kiosk.ports import Cancel, DeviceError, ProtocolError, Silent, Unavailable

Act = Callable[[Client, Cancel], Booked | Refused]
EXIT = {Became.DONE: 0, Became.NOT_DONE: 1, Became.UNKNOWN: 75}
PEOPLE = (
    "do not send it again: look at the terminal's journal or its merchant slip, and at"
    " `drivers terminal reservations`"
)


def reserve(options: argparse.Namespace) -> int:
    """Hold an amount back."""
    amount = options.amount.minor
    return _moved(
        options, Asked(amount), lambda client, cancel: client.reserve(amount, cancel=cancel)
    )


def book(options: argparse.Namespace) -> int:
    """Take this much of a reservation."""
    amount, receipt = options.amount.minor, options.receipt

    def act(client: Client, _: Cancel) -> Booked | Refused:
        return client.book(receipt, amount, trace=options.of_trace, approval=options.approval or "")

    return _moved(options, Asked(amount, receipt), act)


def release(options: argparse.Namespace) -> int:
    """Release this much of a reservation. The result tells what was taken instead (2.10)."""
    amount, receipt = options.amount.minor, options.receipt
    return _moved(options, Asked(None, receipt), lambda client, _: client.release(receipt, amount))


def give_up(options: argparse.Namespace) -> int:
    """Give a whole reservation up."""
    asked = Asked(None, options.receipt, ends=True)
    return _moved(options, asked, lambda client, _: client.give_up(options.receipt))


def reservations(options: argparse.Namespace) -> int:
    """Which are open."""
    with till(options) as client:
        found = client.open_reservations()
    if isinstance(found, OpenReservations):
        receipts = list(found.receipts)
        tell(options, {"outcome": "done", "open": len(receipts), "receipts": receipts})
        return 0
    tell(options, refusal(found))
    return 1


def _moved(options: argparse.Namespace, asked: Asked, act: Act) -> int:
    """Command it once. Ctrl-C asks the terminal to stop where it can; its outcome is waited for."""
    with till(options) as client, ending(None) as cancel:
        before = _memory_before(client)
        try:
            became, facts = _said(act(client, cancel))
        except (Silent, ProtocolError) as error:
            client.link.close()
            became, facts = _asked_again(client, before, asked, options.give_up, str(error))
    tell(options, {"outcome": became.value, **facts})
    return EXIT[became]


def _memory_before(client: Client) -> Memory:
    """What a lost line would be judged by. Raises Unavailable: nothing of the command has left."""
    try:
        return memory_of(client)
    except DeviceError as error:
        raise Unavailable(f"{error}; nothing was sent: try again") from error


def _said(result: Booked | Refused) -> tuple[Became, Facts]:
    if isinstance(result, Booked):
        return Became.DONE, booking(result)
    return Became.NOT_DONE, {**refusal(result), "outcome": Became.NOT_DONE.value}


def _asked_again(
    client: Client, before: Memory, asked: Asked, seconds: float, error: str
) -> tuple[Became, Facts]:
    with ending(None) as cancel:  # a second Ctrl-C ends the asking
        became, last = ask_again(client, before, asked, seconds, cancel)
    if became is Became.DONE and last:
        return became, _remembered(last) | {"reason": f"{error}; the terminal's memory holds it"}
    if became is Became.NOT_DONE:
        reason = f"{error}; the terminal's memory shows that it was not done"
        return became, {"reason": reason, "remedy": "try again"}
    facts = _remembered(last) if last else {}
    return became, {"reason": error, "remedy": PEOPLE, **{f"last_{k}": v for k, v in facts.items()}}


def _remembered(last: Transaction) -> Facts:
    return {
        "amount": last.amount.minor,
        "receipt": last.receipt or None,
        "trace": last.trace or None,
        "terminal_id": last.terminal_id,
        "scheme": last.scheme,
        "card": last.number,
        "at": last.at.isoformat() if last.at else None,
    }
