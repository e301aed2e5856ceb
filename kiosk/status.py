"""What the machine is doing and how its devices are, for people who look after a kiosk.

No name, number or handle of a customer is in it. The total is what they pay, member prices and all.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kiosk.checkout.events import Device
from kiosk.checkout.regions.prices import total_of
from kiosk.checkout.sale import Sale
from kiosk.checkout.staff_events import MoneyKind
from kiosk.checkout.states import (
    InDoubt,
    Link,
    OutOfService,
    Paid,
    Paying,
    Payment,
    Phase,
    ReceiptOwed,
    Settling,
    Shopping,
    Sold,
    State,
)

LINKED = (Device.TERMINAL, Device.PRINTER, Device.SCANNER, Device.READER, Device.SCALE)
"""Devices whose health the machine keeps, in the order they are told."""
QUEUING_SECONDS = 30
"""So long an outbox may take to keep a sale before anybody is told."""


def status_of(state: State, now: datetime, stopped: str = "") -> dict[str, Any]:
    """As JSON can hold it; amounts in cents. `stopped`: why the machine decides nothing any more."""
    phase, late = state.phase, now - timedelta(seconds=QUEUING_SECONDS)
    sale, payment = _under_way(phase)
    return {
        "kiosk": state.kiosk,
        "stopped": stopped,
        "phase": type(phase).__name__,
        "closed": phase.reason.value if isinstance(phase, OutOfService) else "",
        "mode": state.mode.value,
        "purchase": _purchase(sale, payment),
        "payment": _payment(payment, phase),
        "devices": _devices(state),
        "help": state.help.called.isoformat(timespec="seconds") if state.help else "",
        "storage_low": state.storage_low,
        "service": state.service,
        "not_in_outbox": [each.receipt for each in state.undelivered if each.ended < late],
        "receipts": state.receipts,
        "receipts_owed": [sold.number for sold in _owed(state)],
        "parked": len(state.parked),
        "catalogue": state.catalogue,
    }


def _under_way(phase: Phase) -> tuple[Sale | None, Payment | None]:
    """What is being sold, and the money that is asked for or was taken."""
    match phase:
        case Shopping():
            return phase.sale, None
        case Paying() | Settling() | InDoubt():
            return phase.sale, phase.payment
        case Paid() | ReceiptOwed():
            return phase.sold.sale, phase.sold.payment
        case _:
            return None, None


def _purchase(sale: Sale | None, payment: Payment | None) -> dict[str, int] | None:
    """None also for money that is given back."""
    if sale is None or (payment and payment.kind is not MoneyKind.PAYMENT):
        return None
    return {"lines": len(sale.basket.lines), "cents": total_of(sale).minor}


def _payment(payment: Payment | None, phase: Phase) -> dict[str, Any] | None:
    if payment is None:
        return None
    doubt = phase if isinstance(phase, InDoubt) else None
    return {
        "id": payment.id,
        "kind": payment.kind.value,
        "cents": payment.amount.minor,
        "since": payment.intent.isoformat(timespec="seconds"),
        "doubt": doubt is not None,
        "staff": bool(doubt and doubt.staff),
        "asking": bool(doubt and not doubt.unclear),
    }


def _devices(state: State) -> dict[str, dict[str, Any]]:
    devices = state.devices
    found: dict[str, dict[str, Any]] = {
        device.value: {"link": getattr(devices, device.value).value} for device in LINKED
    }
    if devices.printer is Link.READY:  # of one that is lost nobody knows more than that
        fault = devices.printer_fault
        paper = {"fault": fault.value if fault else "", "paper_low": devices.paper_low}
        found[Device.PRINTER.value] |= paper
    return found


def _owed(state: State) -> list[Sold]:
    now = [state.phase.sold] if isinstance(state.phase, ReceiptOwed) else []
    return [*state.owed, *(sold for sold in now if sold not in state.owed)]
