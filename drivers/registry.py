"""Drivers by name: one line each. Nothing is imported before it is wanted."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

from kiosk.checkout.events import Device
from kiosk.ports import ConfigError, Driver


@dataclass(frozen=True, slots=True)
class Entry:
    """What a driver is for, and where its class is."""

    device: Device
    path: str
    about: str


DRIVERS: dict[str, Entry] = {
    "zvt": Entry(
        Device.TERMINAL, "drivers.zvt.terminal:ZvtTerminal", "card terminal, ZVT over TCP or serial"
    ),
    "escpos": Entry(
        Device.PRINTER, "drivers.printer.device:EscposPrinter", "receipt printer, ESC/POS"
    ),
    "cups": Entry(
        Device.PRINTER, "drivers.printer.spooled:SpooledPrinter", "receipt printer behind CUPS"
    ),
    "serial": Entry(
        Device.SCANNER, "drivers.scanner.device:SerialScanner", "barcode scanner, serial"
    ),
    "toledo8217": Entry(
        Device.SCALE, "drivers.scale.device:toledo8217", "checkout scale, Toledo 8217"
    ),
    "dialog06": Entry(Device.SCALE, "drivers.scale.device:dialog06", "checkout scale, Dialog 06"),
    "pcsc": Entry(Device.READER, "drivers.cards.readers:pcsc", "card reader behind PC/SC"),
    "pn532": Entry(Device.READER, "drivers.cards.readers:pn532", "PN532 chip on a serial line"),
    "nfcpy": Entry(Device.READER, "drivers.cards.readers:nfcpy", "the chips nfcpy drives"),
}


def make(name: str, device: Device, key: str, **options: Any) -> Driver:
    """A driver by its name. Raises ConfigError naming `key` if there is none for this device."""
    entry = DRIVERS.get(name)
    if entry is None or entry.device is not device:
        fitting = ", ".join(known for known, each in DRIVERS.items() if each.device is device)
        raise ConfigError(f'{key}: no {device} driver "{name}"; known are {fitting}')
    module, _, cls = entry.path.partition(":")
    driver: Driver = getattr(importlib.import_module(module), cls)(**options)
    return driver
