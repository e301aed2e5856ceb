"""The device rules: each line is one udev would take, says where it is from, and opens nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

RULES = Path(__file__).parents[2] / "udev"
TERM = re.compile(r'([A-Z_]+)(?:\{([^}]+)\})?(==|!=|\+=|:=|=)"([^"]*)"')
MATCHES = {"SUBSYSTEM", "SUBSYSTEMS", "KERNEL", "KERNELS", "ATTR", "ATTRS", "ENV", "ACTION"}
ASSIGNS = {"GROUP", "MODE", "SYMLINK", "ENV", "TAG"}
SUBSTITUTES = re.compile(r"\$(?:attr|env)\{[A-Za-z_]+\}|%n")


@dataclass(frozen=True)
class Rule:
    """One line and the comment above it."""

    comment: str
    line: str

    @property
    def terms(self) -> list[tuple[str, str, str, str]]:
        """(key, attribute, operator, value) of each part."""
        return [match.groups(default="") for match in TERM.finditer(self.line)]  # type: ignore[misc]

    def value(self, key: str, operator: str) -> str | None:
        """What the line gives a key."""
        found = [value for name, _, sign, value in self.terms if (name, sign) == (key, operator)]
        return found[0] if found else None


def rules(text: str) -> list[Rule]:
    """All rules of a file, with what stands right above each."""
    found, comment = list[Rule](), ""
    for line in text.splitlines():
        if line.startswith("#"):
            comment += line[1:]
        elif line.strip():
            found.append(Rule(comment.strip(), line))
            comment = ""
        else:
            comment = ""
    return found


ALL = [rule for path in sorted(RULES.glob("*.rules")) for rule in rules(path.read_text("utf-8"))]
every = pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.comment[:40])


def test_there_are_rules() -> None:
    """An empty folder proves nothing."""
    assert len(ALL) >= 6


@every
def test_a_line_is_made_of_known_terms(rule: Rule) -> None:
    """Keys, operators and balanced quotes; nothing is left over between the terms."""
    assert TERM.sub("", rule.line).strip(" ,") == ""
    assert rule.line.count('"') % 2 == 0
    for key, _, operator, value in rule.terms:
        assert key in (MATCHES if operator in ("==", "!=") else ASSIGNS)
        assert value
        assert re.search(r"[$%]", SUBSTITUTES.sub("", value)) is None


@every
def test_a_line_says_what_it_is_for_and_where_its_id_is_from(rule: Rule) -> None:
    """The comment names the device and the origin; the id in it is the id in the line."""
    assert "Origin: " in rule.comment
    vendor = next(value for _, name, sign, value in rule.terms if name == "idVendor")
    assert re.fullmatch(r"[0-9a-f]{4}", vendor)
    assert vendor in rule.comment or "The same" in rule.comment


@every
def test_a_line_opens_to_the_kiosk_only(rule: Rule) -> None:
    """Group kiosk, no rights for others, and one device, not all of a kind."""
    assert rule.value("GROUP", "=") == "kiosk"
    assert rule.value("MODE", "=") == "0660"
    assert rule.value("SUBSYSTEM", "==")


@every
def test_a_name_is_one_of_ours_and_serial_ports_are_left_alone(rule: Rule) -> None:
    """Links live under /dev/kiosk, and ModemManager keeps off every tty."""
    link = rule.value("SYMLINK", "+=")
    assert link is None or link.startswith("kiosk/")
    if rule.value("SUBSYSTEM", "==") == "tty":
        assert link
        assert ("ENV", "ID_MM_DEVICE_IGNORE", "=", "1") in rule.terms


@pytest.mark.parametrize(
    "line",
    ['GROUP="kiosk', 'COLOUR="red"', 'GROUP=="kiosk"', 'MODE="0660" and more', 'RUN+="/bin/sh"'],
)
def test_the_checker_notices_what_is_wrong(line: str) -> None:
    """A check that cannot fail proves nothing."""
    with pytest.raises(AssertionError):
        test_a_line_is_made_of_known_terms(Rule("", line))
