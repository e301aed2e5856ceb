"""Every rule before the real udev, with a device that is not there: the group, the mode, the name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.udev.mockdev import KIOSK_GROUP, Device, said
from tests.udev.test_rules import ALL, RULES, Rule

TEXT = (RULES / "70-kiosk.rules").read_text("utf-8")
BROKEN = {
    'SUBSYSTEM=="tty", GROUP=="kiosk"': "GROUP",
    'SUBSYSTEM=="tty", COLOUR="red"': "COLOUR",
    'SUBSYSTEM=="tty", GOTO="nowhere"': "nowhere",
    'SUBSYSTEM=="tty", GROUP="nobody-knows"': "nobody-knows",
    'SUBSYSTEM="tty", MODE="0660"': "SUBSYSTEM",
}


def device_for(rule: Rule, number: int = 0) -> Device:
    """A device that the rule is about; `number` tells it from others of its kind."""
    terms = {(key, name): value for key, name, sign, value in rule.terms if sign == "=="}
    attributes = {name: value for (key, name), value in terms.items() if key in ("ATTR", "ATTRS")}
    attributes["serial"] = "X7XE000123"
    known = {name: value for (key, name), value in terms.items() if key == "ENV"}
    known = {name: value.replace("*", "") for name, value in known.items() if name != "DEVTYPE"}
    known["ID_PATH_TAG"] = "pci-0000_00_14_0-usb-0_3_1_0"
    kernel = terms.get(("KERNEL", ""), "ttyUSB[0-9]*").replace("[0-9]*", str(number))
    return Device(kernel, terms["SUBSYSTEM", ""], attributes, known)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What udev says of the device of each rule."""
    return said(
        tmp_path_factory.mktemp("udev"), TEXT, [device_for(rule, n) for n, rule in enumerate(ALL)]
    )


@pytest.mark.parametrize("number", range(len(ALL)), ids=lambda n: ALL[n].comment[:40])
def test_udev_gives_the_device_to_the_kiosk(verdicts: list[str], number: int) -> None:
    """Group and mode as written, the link by serial number or port, ModemManager kept away."""
    rule, verdict = ALL[number], verdicts[number]
    assert f"GROUP {KIOSK_GROUP}" in verdict
    assert "MODE 0660" in verdict
    link = rule.value("SYMLINK", "+=")
    if link:
        wanted = link.replace("$attr{serial}", "X7XE000123")
        wanted = wanted.replace("$env{ID_PATH_TAG}", "pci-0000_00_14_0-usb-0_3_1_0")
        assert f"LINK '{wanted}'" in verdict
    assert ("ID_MM_DEVICE_IGNORE=1" in verdict) == (rule.value("SUBSYSTEM", "==") == "tty")


def test_other_devices_are_left_alone(tmp_path: Path) -> None:
    """A disk, a keyboard, and a serial adapter of somebody else get nothing."""
    strangers = [
        Device("sda", "usbmisc", {"idVendor": "0781", "idProduct": "5567"}),
        Device("hub", "usb", {"idVendor": "046d", "idProduct": "c31c"}),
        Device("ttyACM0", "tty", {"idVendor": "2341", "idProduct": "0043"}),
    ]
    for verdict in said(tmp_path, TEXT, strangers):
        assert "kiosk" not in verdict.replace("70-kiosk.rules", "")
        assert str(KIOSK_GROUP) not in verdict


def complaints(verdict: str) -> list[str]:
    """Lines in which udev finds fault with our rules; its exit code stays 0."""
    found = re.findall(
        r"^.*70-kiosk\.rules:\d+:? (?!GROUP |MODE |LINK |Importing).*$", verdict, re.MULTILINE
    )
    return [line for line in found if not re.search(r"Skipping empty|Running in test mode", line)]


def test_udev_finds_no_fault_with_the_rules(verdicts: list[str]) -> None:
    """Not a word about unknown keys, operators, groups or labels."""
    assert complaints("".join(verdicts)) == []


@pytest.mark.parametrize("line", BROKEN)
def test_a_broken_rule_is_noticed(tmp_path: Path, line: str) -> None:
    """The same look finds each of these: so silence above means something."""
    (verdict,) = said(tmp_path, TEXT + line + "\n", [device_for(ALL[2])])
    assert any(BROKEN[line] in each for each in complaints(verdict)), verdict[-2000:]
