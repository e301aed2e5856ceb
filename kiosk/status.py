"""What a kiosk is doing and how its devices are, for people who look after it. Nobody's data.

Made of the machine's state alone, so that it says what the kiosk acts on and nothing else.
"""

from __future__ import annotations

from typing import Any

from kiosk.checkout.events import Device
from kiosk.checkout.regions.prices import total_of
from kiosk.checkout.states import (
    InDoubt,
    OutOfService,
    Paid,
    Paying,
    Payment,
    Phase,
    ReceiptOwed,
    Settling,
    State,
)

LINKED = (Device.TERMINAL, Device.PRINTER, Device.SCANNER, Device.READER, Device.SCALE)
"""Devices whose health the machine keeps, in the order they are told."""


def status_of(state: State, stopped: str = "") -> dict[str, Any]:
    """As JSON can hold it; amounts in cents. `stopped`: why the machine decides nothing any more."""
    phase = state.phase
    return {
        "kiosk": state.kiosk,
        "stopped": stopped,
        "phase": type(phase).__name__,
        "closed": phase.reason.value if isinstance(phase, OutOfService) else "",
        "mode": state.mode.value,
        "purchase": _purchase(phase),
        "payment": _payment(phase),
        "devices": _devices(state),
        "help": state.help.called.isoformat() if state.help else "",
        "storage_low": state.storage_low,
        "service": state.service,
        "undelivered": len(state.undelivered),
        "receipts": state.receipts,
        "receipts_owed": [sold.number for sold in _owed(state)],
        "parked": len(state.parked),
        "catalogue": state.catalogue,
    }


def _purchase(phase: Phase) -> dict[str, int] | None:
    sale = getattr(phase, "sale", None) or getattr(getattr(phase, "sold", None), "sale", None)
    if sale is None:
        return None
    return {"lines": len(sale.basket.lines), "cents": total_of(sale).minor}


def _payment(phase: Phase) -> dict[str, Any] | None:
    payment: Payment
    match phase:
        case Paying() | Settling() | InDoubt():
            payment = phase.payment
        case Paid() | ReceiptOwed():
            payment = phase.sold.payment
        case _:
            return None
    return {
        "id": payment.id,
        "cents": payment.amount.minor,
        "since": payment.intent.isoformat(),
        "doubt": isinstance(phase, InDoubt),
    }


def _devices(state: State) -> dict[str, dict[str, Any]]:
    devices = state.devices
    found: dict[str, dict[str, Any]] = {
        device.value: {"link": getattr(devices, device.value).value} for device in LINKED
    }
    fault = devices.printer_fault
    printer = {"fault": fault.value if fault else "", "paper_low": devices.paper_low}
    found[Device.PRINTER.value] |= printer
    return found


def _owed(state: State) -> list[Any]:
    now = [state.phase.sold] if isinstance(state.phase, ReceiptOwed) else []
    return [*state.owed, *(sold for sold in now if sold not in state.owed)]
