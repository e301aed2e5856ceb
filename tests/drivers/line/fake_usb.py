"""libusb as python-libusb1 shows it, with devices made of descriptors and endpoints that can fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


class USBError(Exception):
    """The family."""


class USBErrorTimeout(USBError):
    """In time only a part passed."""

    received = b""
    transferred = 0


class USBErrorNoDevice(USBError):
    """Unplugged."""


class USBErrorNotFound(USBError):
    """No such thing."""


class USBErrorNotSupported(USBError):
    """Not on this system."""


class USBErrorAccess(USBError):
    """Not permitted."""


class USBErrorBusy(USBError):
    """Another program has it."""


@dataclass(frozen=True)
class Endpoint:
    """Address (0x80: in) and attributes (2: bulk)."""

    address: int
    attributes: int = 2

    def getAddress(self) -> int:
        return self.address

    def getAttributes(self) -> int:
        return self.attributes


@dataclass(frozen=True)
class Setting:
    """An alternate setting of an interface."""

    number: int
    endpoints: tuple[Endpoint, ...]
    kind: int = 7
    protocol: int = 2
    alternate: int = 0

    def getNumber(self) -> int:
        return self.number

    def getAlternateSetting(self) -> int:
        return self.alternate

    def getClass(self) -> int:
        return self.kind

    def getProtocol(self) -> int:
        return self.protocol

    def iterEndpoints(self) -> Iterator[Endpoint]:
        return iter(self.endpoints)


@dataclass
class Device:
    """A device, and what was done to it."""

    vendor: int
    product: int
    settings: tuple[Setting, ...]
    serial: str = "X1"
    kernel: bool = True
    fails: dict[str, USBError] = field(default_factory=dict)
    """By method, what it raises."""
    done: list[tuple[str, int]] = field(default_factory=list)
    sent: bytearray = field(default_factory=bytearray)
    timeouts: list[int] = field(default_factory=list)
    says: bytes = b""
    takes: int = 1 << 30

    def getVendorID(self) -> int:
        return self.vendor

    def getProductID(self) -> int:
        return self.product

    def getSerialNumber(self) -> str:
        self._may("getSerialNumber")
        return self.serial

    def iterConfigurations(self) -> Iterator[Device]:
        return iter((self,))

    iterInterfaces = iterConfigurations

    def iterSettings(self) -> Iterator[Setting]:
        return iter(self.settings)

    def open(self) -> Device:
        self._may("open")
        return self

    def kernelDriverActive(self, interface: int) -> bool:
        self._may("kernelDriverActive")
        return self.kernel

    def detachKernelDriver(self, interface: int) -> None:
        self._did("detach", interface)

    def attachKernelDriver(self, interface: int) -> None:
        self._may("attachKernelDriver")
        self._did("attach", interface)

    def claimInterface(self, interface: int) -> None:
        self._may("claimInterface")
        self._did("claim", interface)

    def setInterfaceAltSetting(self, interface: int, alternate: int) -> None:
        self._did("alternate", alternate)

    def releaseInterface(self, interface: int) -> None:
        self._may("releaseInterface")
        self._did("release", interface)

    def bulkRead(self, endpoint: int, length: int, timeout: int) -> bytes:
        self._may("bulkRead")
        self.timeouts.append(timeout)
        said, self.says = self.says[:length], b""
        if not said:
            raise USBErrorTimeout
        return said

    def bulkWrite(self, endpoint: int, data: bytes, timeout: int) -> int:
        self._may("bulkWrite")
        self.timeouts.append(timeout)
        self.done.append(("write", endpoint))
        self.sent += data[: self.takes]
        return min(len(data), self.takes)

    def close(self) -> None:
        self._did("close", 0)

    def _may(self, name: str) -> None:
        if name in self.fails:
            raise self.fails[name]

    def _did(self, name: str, number: int) -> None:
        self.done.append((name, number))


@dataclass
class Usb:
    """The module `usb1`, with these devices plugged in."""

    devices: list[Device]
    closed: int = 0
    USBError = USBError
    USBErrorTimeout = USBErrorTimeout
    USBErrorNoDevice = USBErrorNoDevice
    USBErrorNotFound = USBErrorNotFound
    USBErrorNotSupported = USBErrorNotSupported
    USBErrorAccess = USBErrorAccess
    USBErrorBusy = USBErrorBusy

    def USBContext(self) -> Usb:
        return self

    def open(self) -> Usb:
        return self

    def close(self) -> None:
        self.closed += 1

    def getDeviceIterator(self, *, skip_on_error: bool) -> Iterator[Device]:
        assert skip_on_error
        return iter(self.devices)
