"""Devices that are not there, shown to the real udev in namespaces of its own."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

NODES = ("null", "zero", "full", "random", "urandom")
KIOSK_GROUP = 4711
_SCRIPT = r"""
set -e
cd "$1"
mount -t tmpfs none /run
mkdir dev; mount -t tmpfs none dev
for node in $3; do touch "dev/$node"; mount --bind "/dev/$node" "dev/$node"; done
mount --rbind dev /dev
mount --bind rules "$2"
mount --bind group /etc/group
while read -r path; do
    echo "@device $path"
    udevadm test "/sys$path" </dev/null || :
done <paths
"""


@dataclass(frozen=True)
class Device:
    """One node: where it hangs, what its parent says of itself, what udev knows of it already."""

    name: str
    subsystem: str
    attributes: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)

    def path(self, number: int) -> str:
        """Below /sys."""
        port = f"/devices/pci0000:00/0000:00:14.0/usb1/1-{number}"
        return port if self.subsystem == "usb" else f"{port}/1-{number}:1.0/{self.name}"

    def recorded(self, number: int) -> str:
        """As umockdev wants it, with the USB device it is part of."""
        port = f"/devices/pci0000:00/0000:00:14.0/usb1/1-{number}"
        usb = [f"P: {port}", f"N: bus/usb/001/{number:03}", "E: DEVTYPE=usb_device"]
        usb += ["E: SUBSYSTEM=usb", "E: MAJOR=189", f"E: MINOR={number}"]
        usb += [f"E: DEVNAME=/dev/bus/usb/001/{number:03}"]
        usb += [f"A: {name}={value}\\n" for name, value in self.attributes.items()]
        if self.subsystem == "usb":
            usb += [f"E: {name}={value}" for name, value in self.known.items()]
            return "\n".join(usb) + "\n\n"
        node = [f"P: {self.path(number)}", f"N: {self.name}", f"E: DEVNAME=/dev/{self.name}"]
        node += [f"E: SUBSYSTEM={self.subsystem}", "E: MAJOR=188", f"E: MINOR={number}"]
        node += [f"E: {name}={value}" for name, value in self.known.items()]
        return "\n".join(usb) + "\n\n" + "\n".join(node) + "\n\n"


def said(folder: Path, rules: str, devices: list[Device]) -> list[str]:
    """What udev says of each device under these rules.

    Where it cannot run, as without namespaces, the test says so; in CI it fails.
    """
    (folder / "rules").mkdir()
    (folder / "rules" / "70-kiosk.rules").write_text(rules)
    (folder / "group").write_text(f"root:x:0:\nkiosk:x:{KIOSK_GROUP}:\n")
    numbered = list(enumerate(devices, 1))
    (folder / "devices").write_text("".join(each.recorded(number) for number, each in numbered))
    (folder / "paths").write_text("".join(f"{each.path(number)}\n" for number, each in numbered))
    flags = ["-m"] if os.geteuid() == 0 else ["-Urm"]
    command = ["unshare", *flags, "umockdev-run", "-d", str(folder / "devices"), "--"]
    command += ["sh", "-c", _SCRIPT, "sh", str(folder), str(_rules_folder()), " ".join(NODES)]
    told = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "debug"},
    )
    parts = re.split(r"^@device .*\n", told.stdout, flags=re.MULTILINE)[1:]
    if len(parts) != len(devices):  # its exit code says nothing of the rules
        why = f"not run: {told.stdout.strip()[-300:]}"
        if os.environ.get("CI"):
            raise RuntimeError(why)
        pytest.skip(why)
    return parts


def _rules_folder() -> Path:
    return next(p for p in (Path("/usr/lib/udev/rules.d"), Path("/lib/udev/rules.d")) if p.is_dir())
