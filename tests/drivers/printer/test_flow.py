"""XON and XOFF: heeded on serial lines, noise on all others, and never the end of printing."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.line import has_flow_control
from drivers.printer.device import EscposPrinter
from drivers.printer.link import Link
from drivers.printer.mechanism import XOFF, Mechanism
from drivers.printer.profiles import PROFILES
from drivers.printer.specimen import specimen
from kiosk.checkout.commands import PrintReceipt
from kiosk.checkout.events import Event, PrintFault, ReceiptFailed, ReceiptPrinted
from kiosk.ids import JobId
from kiosk.ports import Cancel
from tests.wired import FakeClock, PrinterLine

JOB = JobId("job")
SERIAL = "serial:///dev/ttyUSB0?baud=38400"


def driver(
    mechanism: Mechanism,
    address: str,
    sent: list[bytes] | None = None,
    profile: str = "standard",
    memory: Path | None = None,
) -> EscposPrinter:
    """A driver straight at the mechanism, as if that were at this address."""
    clock = FakeClock()
    return EscposPrinter(
        address,
        clock=clock,
        connect=lambda _: PrinterLine(mechanism, clock),
        tap=lambda way, data: sent.append(data) if way == "tx" and sent is not None else None,
        patience=2.0,
        profile=profile,
        memory=memory,
    )


def printed(printer: EscposPrinter) -> Event:
    """How one receipt ends."""
    (event,) = printer.execute(PrintReceipt(JOB, specimen(3)), Cancel())
    return event


@pytest.mark.parametrize(
    ("address", "has"),
    [
        (SERIAL, True),
        ("pty:///tmp/printer", True),
        ("tcp://192.0.2.11:9100", False),
        ("usb:///dev/usb/lp0", False),
        ("usb://04b8:0e28", False),
    ],
)
def test_only_a_line_without_flow_control_of_its_own_has_it_in_bytes(
    address: str, has: bool
) -> None:
    """A socket and USB hold back by themselves."""
    assert has_flow_control(address) is has


@pytest.mark.parametrize("address", ["tcp://printer:9100", "usb:///dev/usb/lp0"])
def test_a_stray_xoff_is_noise_where_the_line_holds_back_by_itself(address: str) -> None:
    """Idle or in the middle: the receipt comes out."""
    mechanism = Mechanism()
    printer = driver(mechanism, address)
    assert printed(printer) == ReceiptPrinted(JOB)
    mechanism.say(XOFF)
    assert printed(printer) == ReceiptPrinted(JOB)


@pytest.mark.parametrize("profile", ["standard", "ct-s310ii", "clone-58"])
def test_a_stray_xoff_on_a_serial_line_costs_one_receipt_and_not_all(profile: str) -> None:
    """It is waited for as long as patience lasts, told, and forgotten with the connection."""
    mechanism = Mechanism(PROFILES[profile])
    printer = driver(mechanism, SERIAL, profile=profile)
    assert isinstance(printed(printer), ReceiptPrinted)
    mechanism.say(XOFF)
    failed = printed(printer)
    assert failed == ReceiptFailed(JOB, PrintFault.UNCONFIRMED, partial=False)
    assert isinstance(printed(printer), ReceiptPrinted)


@pytest.mark.parametrize("profile", ["standard", "ct-s310ii", "clone-58"])
def test_a_stray_xoff_in_the_middle_costs_a_second(profile: str) -> None:
    """What was sent is worked off, so there is room: the rest follows."""
    mechanism, clock, sent = Mechanism(PROFILES[profile]), FakeClock(), 0

    def disturb(way: str, data: bytes) -> None:
        nonlocal sent
        before, sent = sent, sent + (len(data) if way == "tx" else 0)
        if before < 700 <= sent:
            mechanism.say(XOFF)

    printer = EscposPrinter(
        SERIAL,
        clock=clock,
        connect=lambda _: PrinterLine(mechanism, clock),
        tap=disturb,
        profile=profile,
    )
    (event,) = printer.execute(PrintReceipt(JOB, specimen(30)), Cancel())
    assert isinstance(event, ReceiptPrinted)
    assert clock.seconds < 5
    assert len(mechanism.sheets()) == 1


def test_what_was_cleared_flows_again() -> None:
    """An empty buffer takes bytes, whatever was said before."""
    clock, mechanism = FakeClock(), Mechanism()
    link = Link(PrinterLine(mechanism, clock), clock, flow_control=True)
    mechanism.say(XOFF)
    link.receive(0)
    assert not link.flows
    assert link.clear(Cancel())[0]
    assert link.flows


def test_an_unconfirmed_receipt_ends_the_connection() -> None:
    """The next one begins with a new line and a clear."""
    mechanism = Mechanism()
    lines: list[PrinterLine] = []
    clock = FakeClock()

    def connect(_: str) -> PrinterLine:
        lines.append(PrinterLine(mechanism, clock))
        return lines[-1]

    printer = EscposPrinter("tcp://printer:9100", clock=clock, connect=connect, patience=2.0)
    assert printed(printer) == ReceiptPrinted(JOB)
    mechanism.process_id = False
    assert printed(printer) == ReceiptFailed(JOB, PrintFault.UNCONFIRMED, partial=True)
    assert len(lines) == 1
    assert printed(printer) == ReceiptPrinted(JOB, weak=True)
    assert len(lines) == 2
