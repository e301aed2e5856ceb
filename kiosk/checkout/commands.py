"""What the machine wants done. Imperative, frozen; a device command names its device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kiosk.checkout.events import Device, Timer
from kiosk.ids import JobId, PaymentId
from kiosk.money import Money
from kiosk.receipt import Receipt
from kiosk.words import Language


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Fire `TimerFired(timer)` after `seconds`; an earlier one of this name is forgotten."""

    timer: Timer
    seconds: float


@dataclass(frozen=True, slots=True)
class StopTimer:
    """Forget the timer of this name."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class RequestCancel:
    """Set the cancel of the command under way at this device. It asks; it ends nothing by itself."""

    device: Device


@dataclass(frozen=True, slots=True)
class ReadyTerminal:
    """Register with the terminal and read its last transaction -> `TerminalReady`."""

    device: ClassVar[Device] = Device.TERMINAL


@dataclass(frozen=True, slots=True)
class Authorize:
    """Take this amount from a card. The only command that charges."""

    device: ClassVar[Device] = Device.TERMINAL
    payment: PaymentId
    amount: Money
    language: Language = Language.DE


@dataclass(frozen=True, slots=True)
class AskLastOutcome:
    """Wait until the terminal is ready, then read its last transaction -> `LastOutcome`."""

    device: ClassVar[Device] = Device.TERMINAL
    payment: PaymentId


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """Print, and yield `ReceiptPrinted` on the printer's word only, else `ReceiptFailed`."""

    device: ClassVar[Device] = Device.PRINTER
    job: JobId
    receipt: Receipt


DeviceCommand = ReadyTerminal | Authorize | AskLastOutcome | PrintReceipt
Command = DeviceCommand | StartTimer | StopTimer | RequestCancel
