"""A USB printer by its ids: class 7, its bulk endpoints found by descriptor (USB Printer Class 1.1).

libusb is reached through python-libusb1, loaded only where a kiosk has such a printer. Only the
printer's interface is claimed, no configuration is set and nothing is reset: other functions of the
device, and the printer's own state, stay as they are. Every transfer has a time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from drivers.line.addresses import usb_ids
from drivers.line.lines import CHUNK, SLOWEST, WRITE_SECONDS
from kiosk.errors import Silent, Unavailable

PRINTER_CLASS = 7
BIDIRECTIONAL = 2
"""Interface protocol: bulk in and out. 1 has no way back; 3 (IEEE 1284.4) frames what it sends."""
_IN, _BULK, _KIND = 0x80, 0x02, 0x03
PIECE = 4096
"""Bytes of one transfer."""
_NOT_ALLOWED = "add the kiosk's user to the group kiosk (see udev/README.md)"


def libusb() -> Any:
    """The module `usb1`. Raises Unavailable where python-libusb1 or libusb itself is missing."""
    try:
        import usb1
    except (ImportError, OSError) as error:  # the package, or the library it loads
        raise Unavailable(
            "USB needs libusb; install libusb-1.0-0, or use usb:///dev/usb/lp0"
        ) from error
    return usb1


@dataclass(frozen=True, slots=True)
class Ends:
    """Where on a device the printer is."""

    interface: int
    alternate: int
    out: int
    back: int


class UsbLine:
    """A claimed printer interface. For one thread."""

    def __init__(self, name: str, usb: Any, context: Any, handle: Any, ends: Ends) -> None:
        self._name = name
        self._usb = usb
        self._context = context
        self._handle = handle
        self._ends = ends
        self._detached = False

    @classmethod
    def open(cls, address: str, load: Callable[[], Any] = libusb) -> UsbLine:
        """Find, open and claim it. Raises Unavailable with what to do, or ConfigError."""
        vendor, product, serial = usb_ids(address)
        usb = load()
        context = usb.USBContext()
        try:
            context.open()
            device, ends = _found(address, usb, context, (vendor, product), serial)
            line = cls(address, usb, context, device.open(), ends)
            line._claim()
        except usb.USBError as error:
            context.close()
            raise Unavailable(f"{address}: {_reason(usb, error)}") from error
        except Unavailable:
            context.close()
            raise
        return line

    def read(self, seconds: float) -> bytes:
        """What arrived, waiting up to `seconds`. Raises Silent when unplugged."""
        handle = self._live()
        try:
            # 0 would wait for ever.
            return bytes(handle.bulkRead(self._ends.back, CHUNK, max(int(seconds * 1000), 1)))
        except self._usb.USBErrorTimeout as error:
            return bytes(error.received)
        except self._usb.USBError as error:
            raise Silent(f"{self._name}: {_reason(self._usb, error)}") from error

    def write(self, data: bytes) -> None:
        """Send all of it, piece by piece. Raises Silent when unplugged or not taken in time."""
        for at in range(0, len(data), PIECE):
            self._write(data[at : at + PIECE])

    def _write(self, piece: bytes) -> None:
        milliseconds = int((WRITE_SECONDS + len(piece) / SLOWEST) * 1000)
        try:
            taken = self._live().bulkWrite(self._ends.out, piece, milliseconds)
        except self._usb.USBErrorTimeout as error:
            raise Silent(f"{self._name}: takes no bytes for {WRITE_SECONDS:.0f} s") from error
        except self._usb.USBError as error:
            raise Silent(f"{self._name}: {_reason(self._usb, error)}") from error
        if taken != len(piece):
            raise Silent(f"{self._name}: took {taken} of {len(piece)} bytes")

    def close(self) -> None:
        """Give the interface back, and to the kernel what was the kernel's."""
        handle, self._handle = self._handle, None
        if handle is None:
            return
        # Unplugged, each of these fails; the next is due all the same.
        with contextlib.suppress(self._usb.USBError):
            handle.releaseInterface(self._ends.interface)
        if self._detached:
            with contextlib.suppress(self._usb.USBError):
                handle.attachKernelDriver(self._ends.interface)
        handle.close()
        self._context.close()

    def _claim(self) -> None:
        interface = self._ends.interface
        with contextlib.suppress(self._usb.USBErrorNotSupported):
            if self._handle.kernelDriverActive(interface):
                self._handle.detachKernelDriver(interface)
                self._detached = True
        try:
            self._handle.claimInterface(interface)
            if self._ends.alternate:
                self._handle.setInterfaceAltSetting(interface, self._ends.alternate)
        except self._usb.USBError as error:
            reason = _reason(self._usb, error)
            self.close()
            raise Unavailable(f"{self._name}: {reason}") from error

    def _live(self) -> Any:
        if self._handle is None:
            raise Silent(f"{self._name}: closed")
        return self._handle


def _found(
    address: str, usb: Any, context: Any, ids: tuple[int, int], serial: str
) -> tuple[Any, Ends]:
    """The one device meant, and its printer. Raises Unavailable."""
    alike = [
        device
        for device in context.getDeviceIterator(skip_on_error=True)
        if (device.getVendorID(), device.getProductID()) == ids
        and (not serial or _serial_of(usb, device) == serial)
    ]
    if not alike:
        raise Unavailable(f"{address}: no such device; is it plugged in and on?")
    if len(alike) > 1:
        raise Unavailable(f"{address}: {len(alike)} of them; add /SERIAL to the address")
    ends = next(printers(alike[0]), None)
    if ends is None:
        raise Unavailable(f"{address}: it has no printer that answers (class 7, bulk both ways)")
    return alike[0], ends


def _serial_of(usb: Any, device: Any) -> str:
    try:
        return str(device.getSerialNumber() or "")
    except usb.USBError:  # it cannot be opened: then it is not the one we can use
        return ""


def printers(device: Any) -> Iterator[Ends]:
    """Its printer interfaces, those that speak plainly both ways first."""
    found = [
        (setting.getProtocol() != BIDIRECTIONAL, ends)
        for configuration in device.iterConfigurations()
        for interface in configuration.iterInterfaces()
        for setting in interface.iterSettings()
        if setting.getClass() == PRINTER_CLASS and (ends := _ends(setting))
    ]
    yield from (ends for _, ends in sorted(found, key=lambda each: each[0]))


def _ends(setting: Any) -> Ends | None:
    bulk = [
        endpoint.getAddress()
        for endpoint in setting.iterEndpoints()
        if endpoint.getAttributes() & _KIND == _BULK
    ]
    out = next((address for address in bulk if not address & _IN), None)
    back = next((address for address in bulk if address & _IN), None)
    if out is None or back is None:
        return None
    return Ends(setting.getNumber(), setting.getAlternateSetting(), out, back)


def _reason(usb: Any, error: Exception) -> str:
    if isinstance(error, usb.USBErrorAccess):
        return f"not permitted; {_NOT_ALLOWED}"
    if isinstance(error, usb.USBErrorBusy):
        return "another program has it; stop that one, or CUPS (systemctl stop cups)"
    if isinstance(error, usb.USBErrorNoDevice | usb.USBErrorNotFound):
        return "it is gone; was it unplugged or switched off?"
    return f"USB failed ({type(error).__name__})"
