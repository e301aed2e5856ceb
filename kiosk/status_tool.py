"""`./run kiosk status`: what a running kiosk is doing, and what somebody must see to."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.control import Running

EX_TROUBLE = 1
LOOKED_AT = 5000
"""Records, the newest ones, in which a device's last word is looked for."""
EXAMPLES = """examples:
  ./run kiosk status --config /etc/kiosk/kiosk.toml
  ./run kiosk status --config /etc/kiosk/kiosk.toml --json

Exit code 0: all is well. 1: somebody must see to something; it says to what. 69: no kiosk runs there.
"""


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

    config = load(options.config)
    with closing(Running(door_of(config.kiosk.journal))) as line:
        status = status_over(line)
    if options.json:
        print(json.dumps(status))
    else:
        for text in lines_of(status):
            print(text)
    return EX_TROUBLE if status["todo"] else 0


def status_over(line: Running) -> dict[str, Any]:
    """As `kiosk.status` has it; with `lost_at` and `detail` of lost devices, and `todo`.

    Raises Unavailable.
    """
    status = line.ask(status=True)
    if not status["stopped"]:  # then nobody reads its journal either
        lost = {name for name, each in status["devices"].items() if each["link"] == "lost"}
        for name, (at, detail) in _last_words(line, status["records"], lost).items():
            status["devices"][name] |= {"lost_at": at, "detail": detail}
    return status | {"todo": todo_of(status)}


def _last_words(line: Running, records: int, devices: set[str]) -> dict[str, tuple[str, str]]:
    """When each of these devices failed last, and what its driver said then."""
    found: dict[str, tuple[str, str]] = {}
    for at, device, detail in _faults(line, max(0, records - LOOKED_AT), records):
        if device in devices:
            found[device] = at, detail
    return found


def _faults(line: Running, after: int, until: int) -> Iterator[tuple[str, str, str]]:
    from kiosk.checkout.events import DeviceFault
    from kiosk.journal import read_event

    while after < until and (rows := line.ask(records_after=after)["rows"]):
        for seq, text, _, _ in rows:
            after = seq
            event = read_event(text)
            if isinstance(event, DeviceFault):
                yield event.at.isoformat(timespec="seconds"), event.device.value, event.detail


def todo_of(status: dict[str, Any]) -> list[str]:
    """What somebody must see to, the worst first, each with what helps; empty where all is well."""
    found = []
    if status["stopped"]:
        found.append(f"the checkout has stopped: {_shown(status['stopped'])}; restart the kiosk")
    payment = status["payment"]
    if payment and payment["doubt"]:
        found.append(f"payment {payment['id']} is in doubt: staff decide it at the screen")
    if status["storage_low"]:
        found.append("the disk is full: make room, then restart the kiosk")
    for name, device in status["devices"].items():
        found += _todo_of_device(name, device)
    if numbers := status["receipts_owed"]:
        found.append(f"receipts that did not come out: {', '.join(map(str, numbers))}")
    if status["undelivered"]:
        found.append(f"{status['undelivered']} sales are not in the outbox: look at its disk")
    if status["help"]:
        found.append(f"a customer called for staff at {status['help']}")
    return found


def _todo_of_device(name: str, device: dict[str, Any]) -> list[str]:
    from kiosk.checkout.events import PrintFault
    from kiosk.screens.printer_remedies import printer_remedy, printer_trouble
    from kiosk.words import Language, words_of

    found = []
    if device["link"] == "lost":
        detail = _shown(device.get("detail", ""))
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
        lines.append(f"purchase    {purchase['lines']} lines, {_amount(purchase['cents'])}")
    if payment := status["payment"]:
        lines.append(
            f"payment     {payment['id']}, {_amount(payment['cents'])}, since {payment['since']}"
        )
    for name, device in status["devices"].items():
        since = f" since {device['lost_at']}" if "lost_at" in device else ""
        if device["link"] != "unknown":
            lines.append(f"{name:<12}{device['link']}{since}")
    service = "none" if not status["service"] else f"{status['undelivered']} sales wait for it"
    lines.append(f"service     {service}")
    lines.append(f"receipts    {status['receipts']} so far, {status['parked']} purchases parked")
    if status["catalogue"]:
        lines.append(f"catalogue   {_shown(status['catalogue'])}")
    return [*lines, *(f"to do       {each}" for each in status["todo"] or ["nothing"])]


def _doing(status: dict[str, Any]) -> str:
    if status["stopped"]:
        return "has stopped"
    said = {
        "OutOfService": f"does not sell ({status['closed']})",
        "Attract": "waits for a customer",
        "Shopping": "a customer scans",
        "Paying": "a customer pays",
        "Settling": "a customer has paid; the terminal closes",
        "InDoubt": "asks the terminal whether it was paid",
        "Paid": "prints a receipt",
        "ReceiptOwed": "owes a receipt",
        "Thanks": "says goodbye",
    }
    return said[status["phase"]]


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02} EUR"


def _shown(text: str) -> str:
    """What came from elsewhere moves no cursor and rings no bell."""
    return "".join(each if each.isprintable() else "?" for each in text)
