"""`drivers reader diagnose`: everything a card reader needs, looked at in the order it is needed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from drivers.cards.dialogue import never
from drivers.cards.guarded import within
from drivers.cards.pcsc import NoLibrary, NoService, NotPermitted, Seen, looked_around
from drivers.cards.pcscd import answers
from drivers.tools.machine import Machine, UsbDevice, known_devices
from drivers.tools.reader_words import opener
from kiosk.config import load
from kiosk.ports import ConfigError, DeviceError, Silent

KERNEL_DRIVERS = frozenset(("pn533_usb", "pn533", "port100", "nfc"))
PATIENCE = 5.0
"""For the daemon: one that hangs is a finding, too."""
ALL_WELL = "all is well; try: ./run drivers reader watch"
_README = "see udev/README.md"
_RULES = f"install udev/70-kiosk.rules ({_README}), then plug it in again"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `ok` None: nothing that this driver needs."""

    name: str
    ok: bool | None
    detail: str
    remedy: str = ""

    @property
    def mark(self) -> str:
        """For a table."""
        return {True: "ok", False: "NO", None: "-"}[self.ok]

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return {"name": self.name, "ok": self.ok, "detail": self.detail, "remedy": self.remedy}


def diagnosis(
    driver: str,
    config: Path | None = None,
    *,
    machine: Machine | None = None,
    look: Callable[[], tuple[Seen, ...]] = looked_around,
) -> list[Check]:
    """All checks, in the order in which things are to be mended."""
    machine = machine or Machine()
    configured, checks = _configured(config)
    driver = configured[0] if configured else driver
    pcsc, readers = _pcsc(machine, look)
    if driver != "pcsc":
        pcsc = [_unneeded(check) for check in pcsc]
    found = [*_usb(machine, driver, seen=bool(readers)), _modules(machine), *pcsc]
    found += [*_group(machine, driver), *_programs(machine, driver), _serial(machine, driver)]
    if configured:
        checks = [*checks, _opens(*configured)]
    return found + checks


def next_step(checks: list[Check]) -> str:
    """The one thing to do now."""
    wrong = [check for check in checks if check.ok is False]
    return wrong[0].remedy if wrong else ALL_WELL


def _unneeded(check: Check) -> Check:
    return check if check.ok else Check(check.name, None, check.detail)


# --- USB and the kernel ---------------------------------------------------------------------------


def _usb(machine: Machine, driver: str, *, seen: bool) -> Iterator[Check]:
    devices = machine.usb(known_devices())
    if not any(device.reader for device in devices):
        needed = driver in ("pcsc", "nfcpy") and not seen
        remedy = "plug it in; try another cable, and a port of the machine itself" if needed else ""
        yield Check("usb", False if needed else None, "no card reader is seen on USB", remedy)
    for device in devices:
        wrong, remedy = _wrong(device, driver)
        holders = f"; open in {', '.join(device.held)}" if device.held else ""
        drivers = f"; driven by {', '.join(device.kernel)}" if device.kernel else ""
        detail = f"{device.name} ({device.id}): {wrong or device.mode}{drivers}{holders}"
        yield Check("usb", not wrong if device.reader else None, detail, remedy)


def _wrong(device: UsbDevice, driver: str) -> tuple[str, str]:
    """What keeps us from this reader, and what to do; empty where nothing does."""
    taken = KERNEL_DRIVERS.intersection(device.kernel)
    if not device.reader:
        return "", ""
    if taken:
        return "the kernel has taken it for itself", _free(sorted(taken))
    if driver == "nfcpy" and "pcscd" in device.held:
        return "the PC/SC daemon has it", f"tell pcscd to leave it, or use driver pcsc; {_README}"
    if driver == "nfcpy" and not os.access(device.node, os.R_OK | os.W_OK):
        return f"this user may not use it ({device.mode})", _RULES
    return "", ""


def _modules(machine: Machine) -> Check:
    taken = sorted(KERNEL_DRIVERS & machine.modules)
    if taken:
        return Check("kernel", False, f"loaded: {', '.join(taken)}", _free(taken))
    return Check("kernel", True, "no module that takes card readers for itself is loaded")


def _free(modules: list[str]) -> str:
    ordered = [name for name in ("pn533_usb", "port100", "pn533", "nfc") if name in modules]
    words = " ".join(ordered)
    return f"modprobe --remove {words}, and install udev/kiosk-readers.conf ({_README})"


# --- PC/SC ----------------------------------------------------------------------------------------


def _pcsc(
    machine: Machine, look: Callable[[], tuple[Seen, ...]]
) -> tuple[list[Check], tuple[Seen, ...]]:
    path = machine.pcsc_socket
    listens = answers(path, PATIENCE)
    start = "apt-get install pcscd libccid; systemctl enable --now pcscd.socket"
    daemon = Check("daemon", True, f"{path} answers")
    if not listens:
        daemon = Check("daemon", False, f"nothing answers at {path}", start)
    try:
        readers = _in_time(look)
    except NoLibrary as error:
        text, _, remedy = str(error).partition("; ")
        return [Check("library", False, text, remedy), daemon], ()
    except DeviceError as error:
        found = [Check("library", True, "libpcsclite is there"), daemon]
        if isinstance(error, NotPermitted | Silent) or (
            listens and not isinstance(error, NoService)
        ):
            text, _, remedy = str(error).partition("; ")
            found.append(Check("permission", False, text, remedy))
        elif listens:
            text = "its socket answers, the daemon does not"
            found.append(Check("permission", False, text, "systemctl restart pcscd"))
        return found, ()
    found = [Check("library", True, "libpcsclite is there"), daemon]
    found.append(Check("permission", True, "the daemon serves this user"))
    return found + list(_readers(readers)), readers


def _readers(readers: tuple[Seen, ...]) -> Iterator[Check]:
    if not readers:
        remedy = "plug it in; if USB shows it, apt-get install libccid and restart pcscd"
        yield Check("readers", False, "the PC/SC daemon has no reader", remedy)
    for reader in readers:
        if reader.in_use:
            detail = f"{reader.name}: another program keeps its card for itself"
            yield Check("readers", False, detail, "end that program")
        else:
            card = "a card lies there" if reader.occupied else "no card"
            yield Check("readers", True, f"{reader.name}: {card}")


def _in_time(look: Callable[[], tuple[Seen, ...]]) -> tuple[Seen, ...]:
    """What `look` finds. Raises DeviceError, Silent where the daemon hangs."""
    found = within(look, PATIENCE)
    if found is None:
        raise Silent("the PC/SC daemon hangs; systemctl restart pcscd")
    return found


# --- users, other programs, serial devices ---------------------------------------------------------


def _group(machine: Machine, driver: str) -> Iterator[Check]:
    wanted = None if driver == "pcsc" else False
    number = machine.group
    if number is None:
        remedy = "groupadd --system kiosk, then usermod --append --groups kiosk USER"
        yield Check("group", wanted, "there is no group kiosk", f"{remedy} ({_README})")
    elif machine.user and number not in machine.groups:
        remedy = "usermod --append --groups kiosk USER, then log in anew"
        yield Check("group", wanted, "this user is not in the group kiosk", remedy)
    else:
        who = "this user is in the group kiosk" if machine.user else "root needs no group"
        yield Check("group", True, who)


def _programs(machine: Machine, driver: str) -> Iterator[Check]:
    running = set(machine.programs.values())
    wanted = False if driver == "pn532" else None
    if "brltty" in running:
        remedy = "apt-get remove brltty"
        yield Check("brltty", wanted, "brltty takes CH340 adapters for braille displays", remedy)
    if "ModemManager" in running and not machine.rules_installed:
        detail = "ModemManager writes to new serial ports, and no rule of ours stops it"
        yield Check("modems", wanted, detail, _RULES)


def _serial(machine: Machine, driver: str) -> Check:
    wanted = False if driver == "pn532" else None
    devices = machine.serial
    if not devices:
        return Check("serial", wanted, "there is nothing below /dev/kiosk", _RULES)
    closed = [path for path in devices if not os.access(path, os.R_OK | os.W_OK)]
    if closed:
        names = ", ".join(path.name for path in closed)
        remedy = "usermod --append --groups kiosk USER, then log in anew"
        return Check("serial", wanted, f"this user may not use /dev/kiosk: {names}", remedy)
    names = ", ".join(path.name for path in devices)
    return Check("serial", True, f"/dev/kiosk: {names}")


# --- the configured reader ------------------------------------------------------------------------


def _configured(path: Path | None) -> tuple[tuple[str, str] | None, list[Check]]:
    """Driver and address, and what is to be said of the configuration."""
    if path is None:
        return None, []
    try:
        reader = load(path).reader
    except ConfigError as error:
        return None, [Check("config", False, str(error), f"mend {path}")]
    if reader is None:
        remedy = f'write [reader], driver = "pcsc" and address = "pcsc:" into {path}'
        return None, [Check("config", False, f"{path} has no table [reader]", remedy)]
    hosts = ", ".join(reader.card_hosts) or "none: links are no proofs"
    said = f"driver {reader.driver}, address {reader.address}, card_hosts {hosts}"
    return (reader.driver, reader.address), [Check("config", True, said)]


def _opens(driver: str, address: str) -> Check:
    """Whether the reader can be had, as the kiosk would take it; given back at once."""
    try:
        field = opener(driver, address)(never)
    except (ConfigError, DeviceError) as error:
        detail, _, remedy = str(error).partition("; ")
        known = (
            "is another program, or the kiosk itself, using it? end it, look at cable and address"
        )
        return Check("opens", False, detail, remedy or known)
    name = field.name
    field.close()
    return Check("opens", True, f"{name} can be used")
