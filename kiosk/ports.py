"""What a device is to the checkout. Its errors: `kiosk/errors.py`."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import Protocol

from kiosk.checkout.commands import DeviceCommand
from kiosk.checkout.events import Event
from kiosk.checkout.step import Verdict
from kiosk.errors import (
    ConfigError,
    DeviceError,
    DiskFull,
    Forged,
    JournalError,
    KioskError,
    LocalProtocolError,
    LookupFailed,
    ProtocolError,
    Refused,
    RemoteProtocolError,
    Silent,
    Unavailable,
    Unreachable,
)

__all__ = [
    "Cancel",
    "ConfigError",
    "DeviceError",
    "DiskFull",
    "Driver",
    "Forged",
    "JournalError",
    "KioskError",
    "LocalProtocolError",
    "LookupFailed",
    "ProtocolError",
    "Refused",
    "RemoteProtocolError",
    "Run",
    "Silent",
    "Unavailable",
    "Unreachable",
    "Verdict",
]


class Cancel:
    """A wish to stop, set once by another thread. It asks and never ends a money dialogue itself."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        self._event.set()

    def __bool__(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleep up to `seconds`, less if it is set meanwhile; whether it is set."""
        return self._event.wait(seconds)


Run = Generator[Event, Verdict, None]
"""Events out, verdicts in. After `verdict = yield event` the event is on disk and judged."""


class Driver(Protocol):
    """One device handle, used by one thread only."""

    def execute(self, command: DeviceCommand, cancel: Cancel) -> Run:
        """Carry out one command. Raises `DeviceError`; what was refused is an event, not an error."""
        ...

    def watch(self, wanted: Cancel) -> Run:
        """What comes by itself while idle. Returns at most 100 ms after `wanted` is set.

        Raises `DeviceError` when the device is lost; the worker reports it and calls again later.
        The first event of a watch that reached its device is `DeviceOnline`.
        """
        ...

    def close(self) -> None:
        """Let go of the handle; safe to call twice, and before the first use."""
        ...
