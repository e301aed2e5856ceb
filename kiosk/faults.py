"""How a driver's failure becomes an event: exceptions never cross a thread."""

from __future__ import annotations

from kiosk.checkout.commands import AskLastOutcome, DeviceCommand, MoneyCommand, PrintReceipt
from kiosk.checkout.events import Device, DeviceFault, FaultKind
from kiosk.ids import JobId, PaymentId
from kiosk.ports import ProtocolError, Silent, Unavailable


def fault_of(error: Exception, device: Device, command: DeviceCommand | None) -> DeviceFault:
    """The fault of a driver's error; the outcome is known only where nothing was sent."""
    kind, known = FaultKind.BROKEN, False
    if isinstance(error, Unavailable):
        kind, known = FaultKind.UNAVAILABLE, True
    elif isinstance(error, Silent):
        kind = FaultKind.SILENT
    elif isinstance(error, ProtocolError):
        kind = FaultKind.PROTOCOL
    detail = (
        f"{type(error).__name__}: {error}" if kind is not FaultKind.BROKEN else type(error).__name__
    )
    return DeviceFault(device, kind, known, _payment(command), _job(command), detail[:200])


def hung(device: Device, command: DeviceCommand) -> DeviceFault:
    """The worker came back neither with an answer nor with an error."""
    return DeviceFault(device, FaultKind.HUNG, False, _payment(command), _job(command))


def _payment(command: DeviceCommand | None) -> PaymentId | None:
    return command.payment if isinstance(command, MoneyCommand | AskLastOutcome) else None


def _job(command: DeviceCommand | None) -> JobId | None:
    return command.job if isinstance(command, PrintReceipt) else None
