"""`drivers reader diagnose`: every finding once, on machines made of files."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.cards.pcsc import NoLibrary, NoService, NotPermitted, Seen
from drivers.cards.simulator import ReaderSimulator
from drivers.line import listen
from drivers.tools import diagnose
from drivers.tools.diagnose import ALL_WELL, Check, diagnosis, next_step
from drivers.tools.machine import Machine, known_devices
from kiosk.ports import DeviceError, RemoteProtocolError
from tests.drivers.cards.daemons import pcsc_desk
from tests.drivers.tools.processes import ran

EXAMPLE = Path(__file__).parents[3] / "docs" / "kiosk.example.toml"
READERS = (Seen("ACS ACR1252 00 00", occupied=False, in_use=False),)
NOBODY = 65_000


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """One on which all is well: a reader, a daemon, a group, a serial adapter."""
    for folder in ("proc/7/fd", "run/pcscd", "dev/kiosk", "etc/udev/rules.d"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "proc/modules").write_text("usbcore 1 0 - Live 0x0\n")
    (tmp_path / "proc/7/comm").write_text("pcscd\n")
    (tmp_path / "etc/group").write_text("root:x:0:\nkiosk:x:4711:\n")
    (tmp_path / "etc/udev/rules.d/70-kiosk.rules").write_text("")
    (tmp_path / "dev/kiosk/ch340-1").write_text("")
    plug_in(tmp_path, "072f", "2200")
    before = Path.cwd()
    os.chdir(tmp_path)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as daemon:
        daemon.bind("run/pcscd/pcscd.comm")
        daemon.listen()
        yield Machine(tmp_path, NOBODY, "run/pcscd/pcscd.comm", frozenset((4711,)))
    os.chdir(before)


def plug_in(root: Path, vendor: str, product: str, driver: str = "", usb_class: str = "0b") -> Path:
    """A USB device; where it is in the tree."""
    folder = root / f"sys/bus/usb/devices/1-{vendor}{product}"
    port = folder / "1-1:1.0"
    port.mkdir(parents=True)
    (port / "bInterfaceClass").write_text(usb_class + "\n")
    for name, value in (("idVendor", vendor), ("idProduct", product)):
        (folder / name).write_text(value + "\n")
    (folder / "busnum").write_text("1\n")
    (folder / "devnum").write_text("9\n")
    if driver:
        (port / "driver").symlink_to(f"../../../bus/usb/drivers/{driver}")
    node = root / "dev/bus/usb/001/009"
    node.parent.mkdir(parents=True, exist_ok=True)
    node.write_text("")
    return folder


def unplug_all(root: Path) -> None:
    """No USB device is left."""
    (root / "sys/bus/usb").rename(root / "sys/bus/none")


def checks(machine: Machine, driver: str = "pcsc", config: Path | None = None) -> list[Check]:
    """With a daemon that has a reader."""
    return diagnosis(driver, config, machine=machine, look=lambda: READERS)


def the(found: list[Check], name: str) -> Check:
    """The one check of this name."""
    [check] = [each for each in found if each.name == name]
    return check


@pytest.mark.parametrize("driver", ["pcsc", "pn532", "nfcpy"])
def test_all_is_well(machine: Machine, driver: str) -> None:
    """Nothing to be done."""
    found = checks(machine, driver)
    assert all(check.ok is not False for check in found), found
    assert next_step(found) == ALL_WELL
    assert [check.name for check in found] == [
        "usb",
        "kernel",
        "library",
        "daemon",
        "permission",
        "readers",
        "group",
        "serial",
    ]


def test_a_machine_without_anything(tmp_path: Path) -> None:
    """Neither /proc nor /sys nor a daemon: it is said what to begin with."""

    def nobody() -> tuple[Seen, ...]:
        raise NoService("the PC/SC daemon does not run; try: systemctl start pcscd.socket")

    machine = Machine(tmp_path, NOBODY, "", frozenset())
    found = diagnosis("pcsc", machine=machine, look=nobody)
    assert [check.name for check in found if check.ok is False] == ["usb", "daemon"]
    assert next_step(found).startswith("plug it in")
    assert "apt-get install pcscd" in the(found, "daemon").remedy
    assert all(check.ok is not False for check in found if check.name in ("group", "serial"))
    for driver, wrong in (("pn532", ["group", "serial"]), ("nfcpy", ["usb", "group"])):
        found = diagnosis(driver, machine=machine, look=nobody)
        assert [check.name for check in found if check.ok is False] == wrong


# --- USB and the kernel ---------------------------------------------------------------------------


def test_a_reader_that_the_kernel_has_taken(machine: Machine) -> None:
    """Told at the device, and by the module."""
    unplug_all(machine.root)
    plug_in(machine.root, "04cc", "2533", "pn533_usb", "ff")
    (machine.root / "proc/modules").write_text(
        "nfc 1 1 pn533\npn533 1 1 pn533_usb\npn533_usb 1 0\n"
    )
    found = checks(machine)
    usb, kernel = the(found, "usb"), the(found, "kernel")
    assert usb.ok is False
    assert "NXP PN533" in usb.detail
    assert "modprobe --remove pn533_usb" in usb.remedy
    assert kernel.ok is False
    assert "modprobe --remove pn533_usb pn533 nfc" in kernel.remedy


def test_a_reader_that_this_user_may_not_use(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It matters to nfcpy; behind PC/SC the daemon owns it."""
    monkeypatch.setattr(os, "access", lambda path, _: "bus" not in Path(path).parts)
    usb = the(checks(machine, "nfcpy"), "usb")
    assert (usb.ok, "70-kiosk.rules" in usb.remedy) == (False, True)
    assert the(checks(machine), "usb").ok


def test_a_reader_that_the_daemon_holds(machine: Machine) -> None:
    """nfcpy cannot have it."""
    (machine.root / "proc/7/fd/5").symlink_to("/dev/bus/usb/001/009")
    usb = the(checks(machine, "nfcpy"), "usb")
    assert usb.ok is False
    assert "tell pcscd to leave it" in usb.remedy
    assert "open in pcscd" in the(checks(machine), "usb").detail


def test_other_devices_of_ours_are_told(machine: Machine) -> None:
    """A reader of a class that PC/SC knows, an adapter, and nothing that is a stranger's."""
    plug_in(machine.root, "1a86", "7523", "ch341", "ff")
    (plug_in(machine.root, "1234", "0001") / "product").write_text("Some Reader\n")
    plug_in(machine.root, "1d6b", "0002", "hub", "09")
    details = [check.detail for check in checks(machine) if check.name == "usb"]
    assert len(details) == 3
    assert any("WCH CH340 (1a86:7523)" in each and "driven by ch341" in each for each in details)
    assert any("Some Reader (1234:0001)" in each for each in details)


def test_every_reader_of_the_rules_is_known() -> None:
    """The list is the rules' own."""
    known = known_devices()
    assert {each.vendor + each.product for each in known if each.reader} >= {"072f2200", "054c06c3"}
    assert not any(each.reader for each in known if each.vendor in ("0403", "04b8"))


# --- PC/SC ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "name", "remedy"),
    [
        (NoLibrary("the library is missing; install libpcsclite1"), "library", "libpcsclite1"),
        (NotPermitted("refused; install udev/50-kiosk-pcsc.rules.js"), "permission", "50-kiosk"),
        (NoService("does not run; try: systemctl start"), "permission", "restart pcscd"),
        (RemoteProtocolError("odd; do this"), "permission", "do this"),
    ],
)
def test_a_daemon_that_does_not_serve(
    machine: Machine, error: DeviceError, name: str, remedy: str
) -> None:
    """Each with what to do."""

    def look() -> tuple[Seen, ...]:
        raise error

    found = diagnosis("pcsc", machine=machine, look=look)
    assert the(found, name).ok is False
    assert remedy in next_step(found)


def test_a_daemon_that_hangs(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not waited for."""
    monkeypatch.setattr(diagnose, "PATIENCE", 0.1)
    over = threading.Event()

    def look() -> tuple[Seen, ...]:
        over.wait(30)
        return ()

    found = diagnosis("pcsc", machine=machine, look=look)
    over.set()
    assert "hangs" in the(found, "permission").detail


@pytest.mark.parametrize(
    ("readers", "ok", "said"),
    [
        ((), False, "no reader"),
        ((Seen("A", occupied=True, in_use=True),), False, "keeps its card for itself"),
        ((Seen("A", occupied=True, in_use=False),), True, "a card lies there"),
    ],
)
def test_what_the_daemon_has(
    machine: Machine, readers: tuple[Seen, ...], ok: bool, said: str
) -> None:
    """Readers by name."""
    readers_check = the(diagnosis("pcsc", machine=machine, look=lambda: readers), "readers")
    assert readers_check.ok is ok
    assert said in readers_check.detail


# --- users, programs, serial devices ----------------------------------------------------------------


def test_the_group(machine: Machine) -> None:
    """There must be one, and the user in it; PC/SC goes without."""
    stranger = replace(machine, groups=frozenset())
    assert the(checks(stranger, "pn532"), "group").ok is False
    assert the(checks(stranger), "group").ok is None
    assert "root" in the(checks(replace(stranger, user=0), "pn532"), "group").detail
    (machine.root / "etc/group").write_text("root:x:0:\n")
    assert "groupadd" in the(checks(machine, "pn532"), "group").remedy


def test_programs_that_take_serial_lines(machine: Machine) -> None:
    """brltty always; ModemManager where our rules do not stop it."""
    for process, name in (("8", "brltty"), ("9", "ModemManager")):
        (machine.root / "proc" / process).mkdir()
        (machine.root / "proc" / process / "comm").write_text(f"{name}\n")
    found = checks(machine, "pn532")
    assert the(found, "brltty").remedy == "apt-get remove brltty"
    assert "modems" not in [check.name for check in found]
    (machine.root / "etc/udev/rules.d/70-kiosk.rules").unlink()
    assert the(checks(machine, "pn532"), "modems").ok is False
    assert the(checks(machine), "modems").ok is None


def test_serial_devices(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """None, one, and one that this user may not use."""
    assert the(checks(machine, "pn532"), "serial").detail == "/dev/kiosk: ch340-1"
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "may not use" in the(checks(machine, "pn532"), "serial").detail
    (machine.root / "dev/kiosk/ch340-1").unlink()
    assert "70-kiosk.rules" in the(checks(machine, "pn532"), "serial").remedy


# --- the configured reader ------------------------------------------------------------------------


def test_the_configured_reader_is_tried(machine: Machine, tmp_path: Path) -> None:
    """Its driver decides what matters; it is opened, and given back."""
    line = tmp_path / "line"
    simulator = ReaderSimulator(listen(f"pty://{line}"))
    simulator.start()
    config = tmp_path / "kiosk.toml"
    table = f'[reader]\ndriver = "pn532"\naddress = "pty://{line}"\n'
    config.write_text(EXAMPLE.read_text() + table)
    for _ in range(2):
        found = checks(machine, "pcsc", config)
        assert the(found, "config").ok
        assert the(found, "opens").ok, the(found, "opens")
    simulator.stop()
    opens = the(checks(machine, "pcsc", config), "opens")
    assert opens.ok is False
    assert opens.remedy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", "kiosk.toml"),
        (EXAMPLE.read_text(), "has no table [reader]"),
    ],
)
def test_a_configuration_without_a_reader(
    machine: Machine, tmp_path: Path, text: str, said: str
) -> None:
    """Is a finding."""
    config = tmp_path / "kiosk.toml"
    config.write_text(text)
    check = the(checks(machine, "pcsc", config), "config")
    assert check.ok is False
    assert said in check.detail


# --- the tool ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("driver", ["pcsc", "pn532", "nfcpy"])
def test_it_works_on_any_machine(driver: str) -> None:
    """Without a reader, a daemon, or rights; as a table and as JSON.

    In processes of their own: the PC/SC library looks for its daemon once.
    """
    code, out, err = ran("reader", "diagnose", "--driver", driver, "--json")
    told = json.loads(out)
    assert (code, err) == (int(any(check["ok"] is False for check in told["checks"])), "")
    assert told["next"]
    code_of_table, out, _ = ran("reader", "diagnose", "--driver", driver)
    assert code_of_table == code
    assert out.splitlines()[-1] == f"next: {told['next']}"


def test_a_real_daemon_is_looked_at() -> None:
    """With its virtual reader."""
    pcsc_desk()
    found = diagnosis("pcsc")
    for name in ("library", "daemon", "permission"):
        assert the(found, name).ok, the(found, name)
    readers = [check for check in found if check.name == "readers"]
    assert readers
    assert all(check.ok for check in readers)
