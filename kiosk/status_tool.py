"""`./run kiosk status`: what a running kiosk is doing, and what somebody must see to."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.printable import printable

if TYPE_CHECKING:
    from kiosk.control import Running

EX_TROUBLE = 1
LOOKED_AT, AT_ONCE = 5000, 250
"""Records, the newest ones, in which a lost device's last word is looked for; the newest first."""
EXAMPLES = """examples:
  ./run kiosk status --config /etc/kiosk/kiosk.toml
  ./run kiosk status --config /etc/kiosk/kiosk.toml --json

Exit code 0: it sells, or was paused by staff, and nothing waits for anybody. 1: somebody must see to
something; "to do" says to what. 69: no kiosk answers there.
"""
DOING = {
    "OutOfService": "does not sell",
    "Attract": "waits for a customer",
    "Shopping": "a customer scans",
    "Paying": "a customer pays",
    "Settling": "a customer has paid; the terminal closes",
    "InDoubt": "does not know whether it was paid",
    "Paid": "prints a receipt",
    "ReceiptOwed": "owes a receipt",
    "Thanks": "says goodbye",
}
"""By the name of the phase."""


def add_status(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verb."""
    verb = verbs.add_parser(
        "status",
        help="what the running kiosk is doing, and how its devices are",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.add_argument("--json", action="store_true", help="as one JSON object")
    verb.add_argument("--config", type=Path, default=argparse.SUPPRESS)
    verb.set_defaults(run=_run, configured=True)


def _run(options: argparse.Namespace) -> int:
    """Raises Unavailable where no kiosk answers."""
    from kiosk.config import load
    from kiosk.control import Running, door_of
    from kiosk.errors import Unavailable

    config = load(options.config)
    try:
        line = Running(door_of(config.kiosk.journal))
    except Unavailable as error:
        start = f"start it with ./run kiosk --config {options.config}"
        raise Unavailable(f"{error}; {start}") from error
    with closing(line):
        status = status_over(line)
    for name, told in (("reader", config.reader), ("scale", config.scale)):
        if told is None:
            del status["devices"][name]
    if options.json:
        print(json.dumps(status))
    else:
        for text in lines_of(status):
            print(text)
    return EX_TROUBLE if status["todo"] else 0


def status_over(line: Running) -> dict[str, Any]:
    """As `kiosk.status` has it; with `failed_at` and `detail` of lost devices, and `todo`.

    Raises Unavailable.
    """
    from kiosk.errors import Unavailable

    status = line.ask(status=True)
    lost = {name for name, each in status["devices"].items() if each["link"] == "lost"}
    if status["answers"]:
        try:
            words = _last_words(line, status["records"], lost)
        except Unavailable:
            words = {}  # it has stopped since: what is known is told all the same
        for name, (at, detail) in words.items():
            status["devices"][name] |= {"failed_at": at, "detail": detail}
    return status | {"todo": todo_of(status)}


def _last_words(line: Running, records: int, devices: set[str]) -> dict[str, tuple[str, str]]:
    """When each of these devices failed last, and what its driver said then."""
    found: dict[str, tuple[str, str]] = {}
    end = records
    while devices - set(found) and 0 < end > records - LOOKED_AT:
        after = max(0, end - AT_ONCE)
        found = _faults(line, after, end) | found
        end = after
    return {name: found[name] for name in devices if name in found}


def _faults(line: Running, after: int, until: int) -> dict[str, tuple[str, str]]:
    from kiosk.checkout.events import DeviceFault
    from kiosk.journal import read_event

    found: dict[str, tuple[str, str]] = {}
    while after < until and (rows := line.ask(records_after=after)["rows"]):
        for seq, text, _, _ in rows:
            after = seq
            event = read_event(text)
            if isinstance(event, DeviceFault):
                at = event.at.isoformat(timespec="seconds")
                found[event.device.value] = at, event.detail
    return found


def todo_of(status: dict[str, Any]) -> list[str]:
    """What somebody must see to, the worst first, each with what helps; empty where all is well."""
    found = []
    if status["stopped"]:
        found.append(f"the checkout has stopped: {printable(status['stopped'])}; restart the kiosk")
    elif not status["answers"]:
        found.append("the checkout does not answer; restart the kiosk")
    payment = status["payment"]
    if payment and payment["staff"]:
        found.append(
            f"payment {payment['id']} is in doubt: look at the terminal's slip, stop the kiosk, then "
            f"./run kiosk resolve --payment {payment['id']}"
        )
    if status["storage_low"]:
        found.append("the disk is full: make room, then restart the kiosk")
    devices = [each for pair in status["devices"].items() for each in _todo_of_device(*pair)]
    if status["closed"] in ("starting", "terminal") and not devices:
        found.append("it does not sell yet: the card terminal is not ready")
    found += devices
    if numbers := status["receipts_owed"]:
        found.append(f"receipts that did not come out: {', '.join(map(str, numbers))}")
    if numbers := status["not_in_outbox"]:
        found.append(f"not in the outbox, look at its disk: sales {', '.join(map(str, numbers))}")
    if status["help"]:
        found.append(f"a customer called for staff at {status['help']}")
    return found


def _todo_of_device(name: str, device: dict[str, Any]) -> list[str]:
    from kiosk.checkout.events import PrintFault
    from kiosk.screens.printer_remedies import printer_remedy, printer_trouble
    from kiosk.words import Language, words_of

    found = []
    if device["link"] == "lost":
        detail = printable(device.get("detail", ""))
        found.append(
            f"{name}: lost" + (f"; {detail}" if detail else "; look at its cable and power")
        )
    if fault := device.get("fault"):
        words = words_of(Language.EN)
        trouble = printer_trouble(PrintFault(fault), words)
        found.append(f"{name}: {trouble}. {printer_remedy(PrintFault(fault), words)}")
    if device.get("paper_low"):
        found.append(f"{name}: the paper ends soon; have a new roll at hand")
    return found


def lines_of(status: dict[str, Any]) -> list[str]:
    """For people: what it does, each device, what is to be done."""
    lines = [f"kiosk       {status['kiosk']}: {_doing(status)}"]
    if purchase := status["purchase"]:
        lines.append(f"purchase    lines: {purchase['lines']}, {_amount(purchase['cents'])}")
    if payment := status["payment"]:
        kind = f"{payment['kind']:<12}"
        lines.append(
            f"{kind}{payment['id']}, {_amount(payment['cents'])}, since {payment['since']}"
        )
    for name, device in status["devices"].items():
        since = f", failed last {device['failed_at']}" if "failed_at" in device else ""
        link = "not heard of yet" if device["link"] == "unknown" else device["link"]
        lines.append(f"{name:<12}{link}{since}")
    lines.append(f"receipts    {status['receipts']} so far; purchases parked: {status['parked']}")
    if status["catalogue"]:
        lines.append(f"catalogue   {printable(status['catalogue'])}")
    return [*lines, *(f"to do       {each}" for each in status["todo"] or ["nothing"])]


def _doing(status: dict[str, Any]) -> str:
    if status["stopped"]:
        return "has stopped"
    said, payment = DOING[status["phase"]], status["payment"]
    if status["closed"]:
        said += f" ({status['closed']})"
    if payment and payment["doubt"]:
        said += "; asks the terminal" if payment["asking"] else "; the terminal cannot tell"
    if payment and payment["kind"] != "payment" and not payment["doubt"]:
        said = "money is given back"
    return said + (", then pauses" if status["mode"] == "draining" else "")


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02} EUR"
