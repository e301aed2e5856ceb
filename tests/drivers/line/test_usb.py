"""A USB printer: found by descriptor, claimed alone, given back, and never waited for without end."""

from __future__ import annotations

import sys

import pytest

from drivers.line import check_address
from drivers.line.usb import Ends, UsbLine, libusb, printers
from kiosk.ports import ConfigError, Silent, Unavailable
from tests.drivers.line import fake_usb
from tests.drivers.line.fake_usb import Device, Endpoint, Setting, Usb

BOTH = (Endpoint(0x81), Endpoint(0x02))
ADDRESS = "usb://04b8:0e28"


def printer(*settings: Setting, serial: str = "X1") -> Device:
    """An Epson with these interfaces; without any, one plain printer at number 0."""
    return Device(0x04B8, 0x0E28, settings or (Setting(0, BOTH),), serial)


def opened(device: Device) -> tuple[UsbLine, Usb]:
    """A line to the only device plugged in."""
    world = Usb([device])
    return UsbLine.open(ADDRESS, lambda: world), world


def test_every_byte_both_ways() -> None:
    """Through the endpoints the descriptor names, in pieces, each with a time."""
    device = printer()
    line, _ = opened(device)
    line.write(bytes(range(256)) * 40)
    assert device.sent == bytes(range(256)) * 40
    assert {each for each in device.done if each[0] == "write"} == {("write", 0x02)}
    device.says = b"\x12"
    assert line.read(1) == b"\x12"
    assert line.read(0) == b""
    assert all(timeout > 0 for timeout in device.timeouts)


def test_the_printer_among_other_functions_is_found_and_claimed_alone() -> None:
    """A keyboard at 0, a printer one way at 1, the one both ways at 2 with its endpoints last."""
    keyboard = Setting(0, (Endpoint(0x83, 3),), kind=3, protocol=1)
    one_way = Setting(1, (Endpoint(0x01),), protocol=1)
    framed = Setting(2, BOTH, protocol=3, alternate=1)
    plain = Setting(2, (Endpoint(0x84, 3), Endpoint(0x85), Endpoint(0x06)), alternate=2)
    device = printer(keyboard, one_way, framed, plain)
    assert next(printers(device)) == Ends(2, 2, 0x06, 0x85)
    line, _ = opened(device)
    assert device.done == [("detach", 2), ("claim", 2), ("alternate", 2)]
    line.close()
    assert device.done[3:] == [("release", 2), ("attach", 2), ("close", 0)]


def test_the_kernel_gets_back_only_what_was_its_own() -> None:
    """Without usblp nothing is detached and nothing attached; closing twice is harmless."""
    device = printer()
    device.kernel = False
    line, world = opened(device)
    line.close()
    line.close()
    assert device.done == [("claim", 0), ("release", 0), ("close", 0)]
    assert world.closed == 1
    with pytest.raises(Silent, match="closed"):
        line.read(0)


@pytest.mark.parametrize(("method", "use"), [("bulkRead", "read"), ("bulkWrite", "write")])
def test_unplugged_it_is_silent_and_closes_all_the_same(method: str, use: str) -> None:
    """Whichever way it is noticed."""
    device = printer()
    line, world = opened(device)
    gone = fake_usb.USBErrorNoDevice()
    device.fails = {method: gone, "releaseInterface": gone, "attachKernelDriver": gone}
    with pytest.raises(Silent, match="unplugged"):
        line.read(0.1) if use == "read" else line.write(b"x")
    line.close()
    assert world.closed == 1


def test_a_printer_that_takes_nothing_is_silent() -> None:
    """After its time, and also where libusb says that only a part went."""
    device = printer()
    line, _ = opened(device)
    device.takes = 3
    with pytest.raises(Silent, match="took 3 of 4"):
        line.write(b"four")
    device.fails = {"bulkWrite": fake_usb.USBErrorTimeout()}
    with pytest.raises(Silent, match="takes no bytes"):
        line.write(b"x")


def test_two_alike_are_told_apart_by_serial_number() -> None:
    """Without one it is not guessed; one that may not be asked is not it."""
    first, second = printer(serial="A"), printer(serial="B")
    world = Usb([Device(0x1D6B, 2, ()), first, second])
    with pytest.raises(Unavailable, match="2 of them; add /SERIAL"):
        UsbLine.open(ADDRESS, lambda: world)
    UsbLine.open(f"{ADDRESS}/B", lambda: world).close()
    assert second.done
    assert not first.done
    first.fails = {"getSerialNumber": fake_usb.USBErrorAccess()}
    with pytest.raises(Unavailable, match="no such device"):
        UsbLine.open(f"{ADDRESS}/A", lambda: world)


@pytest.mark.parametrize(
    ("method", "error", "remedy"),
    [
        ("open", fake_usb.USBErrorAccess(), "group kiosk"),
        ("claimInterface", fake_usb.USBErrorBusy(), "another program has it"),
        ("open", fake_usb.USBError(), "USB failed"),
    ],
)
def test_what_cannot_be_opened_says_what_to_do(
    method: str, error: fake_usb.USBError, remedy: str
) -> None:
    """Nothing was sent, and nothing stays claimed or detached."""
    device = printer()
    device.fails = {method: error}
    world = Usb([device])
    with pytest.raises(Unavailable, match=remedy):
        UsbLine.open(ADDRESS, lambda: world)
    assert world.closed >= 1
    assert [name for name, _ in device.done].count("attach") == [
        name for name, _ in device.done
    ].count("detach")


def test_a_device_without_a_printer_that_answers_is_none() -> None:
    """A vendor's own interface, or one way only."""
    with pytest.raises(Unavailable, match="no printer that answers"):
        opened(printer(Setting(0, BOTH, kind=255), Setting(1, (Endpoint(1),), protocol=1)))


def test_where_the_kernel_cannot_be_asked_it_is_claimed_as_it_is() -> None:
    """As on other systems."""
    device = printer()
    device.fails = {"kernelDriverActive": fake_usb.USBErrorNotSupported()}
    opened(device)[0].close()
    assert ("detach", 0) not in device.done


def test_without_libusb_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the package nor its library can be taken for granted."""
    monkeypatch.setitem(sys.modules, "usb1", None)
    with pytest.raises(Unavailable, match="install libusb"):
        libusb()


def test_the_real_library_is_asked() -> None:
    """Nobody has this device; libusb says so, and the answer is ours."""
    with pytest.raises(Unavailable, match=r"usb://dead:beef|install libusb"):
        UsbLine.open("usb://dead:beef/none")


@pytest.mark.parametrize("address", ["usb://04b8", "usb://04b8:", "usb://4b8:0e28", "usb://x:y/z"])
def test_what_is_no_usb_address_is_a_configuration_error(address: str) -> None:
    """It says how one is written."""
    with pytest.raises(ConfigError, match="usb://04b8:0e28"):
        check_address(address)
    check_address("usb://04b8:0e28/X7XE000123")


def test_the_made_up_library_is_like_the_real_one() -> None:
    """Every name that is used here is one of python-libusb1's."""
    real = libusb()
    handle, device = vars(real.USBDeviceHandle), vars(real.USBDevice)
    for name in (
        name for name in vars(Device) if name[:1].islower() and callable(vars(Device)[name])
    ):
        known = {*handle, *device, *vars(real.USBInterface), *vars(real.USBConfiguration)}
        assert name in known or name == "iterInterfaces", name
    for kind, other in ((Setting, real.USBInterfaceSetting), (Endpoint, real.USBEndpoint)):
        ours = {name for name in vars(kind) if name.startswith(("get", "iter"))}
        assert ours <= vars(other).keys()
    for name in vars(Usb):
        assert not name.startswith("USB") or hasattr(real, name), name
