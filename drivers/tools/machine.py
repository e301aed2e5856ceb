"""What a machine shows of its devices, read from /proc, /sys, /dev and /etc; nothing is changed."""

from __future__ import annotations

import os
import pwd
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from drivers.cards.pcscd import SOCKET_VARIABLE

RULES = "70-kiosk.rules"
_OURS = Path(__file__).parents[2] / "udev" / RULES
_ID = re.compile(r'ATTRS?\{idVendor\}=="(\w{4})"(?:, ATTRS?\{idProduct\}=="(\w{4})")?')
_SMART_CARD = "0b"
"""USB class of readers for the PC/SC daemon (CCID)."""


@dataclass(frozen=True, slots=True)
class Known:
    """A device of our udev rules. `product` empty: all of this vendor."""

    vendor: str
    product: str
    name: str
    reader: bool


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """One that is plugged in. `held`: programs that have it open, as far as we may look."""

    id: str
    name: str
    reader: bool
    node: Path
    mode: str
    kernel: tuple[str, ...]
    held: tuple[str, ...]


@dataclass(frozen=True)
class Machine:
    """The machine below `root`."""

    root: Path = Path("/")
    user: int = field(default_factory=os.geteuid)
    socket: str = field(default_factory=lambda: os.environ.get(SOCKET_VARIABLE, ""))
    """Of the PC/SC daemon, where the environment names one."""
    groups: frozenset[int] = field(
        default_factory=lambda: frozenset((os.getegid(), *os.getgroups()))
    )

    @property
    def pcsc_socket(self) -> Path:
        """Where the PC/SC daemon listens."""
        return Path(self.socket) if self.socket else self.root / "run/pcscd/pcscd.comm"

    @property
    def modules(self) -> frozenset[str]:
        """Kernel modules that are loaded."""
        lines = _text(self.root / "proc/modules").splitlines()
        return frozenset(line.split()[0] for line in lines if line.strip())

    @property
    def programs(self) -> dict[str, str]:
        """Names of running programs, by process."""
        return {path.parent.name: _text(path) for path in self.root.glob("proc/[0-9]*/comm")}

    @property
    def serial(self) -> tuple[Path, ...]:
        """Devices that our rules have named."""
        return tuple(sorted((self.root / "dev/kiosk").glob("*")))

    @property
    def rules_installed(self) -> bool:
        """Whether udev has our rules."""
        places = ("etc/udev/rules.d", "usr/lib/udev/rules.d", "lib/udev/rules.d")
        return any((self.root / place / RULES).exists() for place in places)

    @property
    def group(self) -> int | None:
        """The number of the group `kiosk`; None where there is none."""
        found = re.search(r"^kiosk:[^:]*:(\d+):", _text(self.root / "etc/group"), re.MULTILINE)
        return int(found[1]) if found else None

    def usb(self, known: tuple[Known, ...]) -> tuple[UsbDevice, ...]:
        """Readers, and other devices that our rules know."""
        found = []
        for folder in sorted((self.root / "sys/bus/usb/devices").glob("*")):
            vendor, product = _text(folder / "idVendor"), _text(folder / "idProduct")
            match = next(
                (k for k in known if k.vendor == vendor and k.product in ("", product)), None
            )
            classes = [_text(path) for path in folder.glob("*:*/bInterfaceClass")]
            if match or _SMART_CARD in classes:
                found.append(self._device(folder, f"{vendor}:{product}", match))
        return tuple(found)

    def _device(self, folder: Path, number: str, known: Known | None) -> UsbDevice:
        try:
            place = f"{int(_text(folder / 'busnum')):03}/{int(_text(folder / 'devnum')):03}"
        except ValueError:
            place = "none"
        node = Path("dev/bus/usb") / place
        links = [path / "driver" for path in folder.glob("*:*")]
        return UsbDevice(
            id=number,
            name=known.name if known else _text(folder / "product") or "card reader (CCID)",
            reader=known.reader if known else True,
            node=self.root / node,
            mode=_mode(self.root / node),
            kernel=tuple(sorted({link.readlink().name for link in links if link.is_symlink()})),
            held=tuple(sorted(set(self._holders(Path("/") / node)))),
        )

    def _holders(self, node: Path) -> Iterator[str]:
        for process, name in self.programs.items():
            try:
                opened = list((self.root / "proc" / process / "fd").iterdir())
                if any(path.readlink() == node for path in opened):
                    yield name
            except OSError:  # another user's, or it has just ended
                continue


def known_devices() -> tuple[Known, ...]:
    """As our udev rules name them."""
    places = (_OURS, Path(sys.prefix) / "lib/udev/rules.d" / RULES)
    text = next((_text(place) for place in places if place.exists()), "")
    found: list[Known] = []
    for block in text.split("\n\n"):
        match = _ID.search(block)
        if match and not any(each.vendor == match[1] and not each.product for each in found):
            name = re.split(r",? \d{4}:|, |\. ", block.strip().lstrip("# "))[0]
            product = match[2] or ""
            found.append(Known(match[1], product, name, 'SUBSYSTEM=="usb"' in block))
    return tuple(found)


def _text(path: Path) -> str:
    """What stands in a small file; empty where it cannot be read."""
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""


def _mode(node: Path) -> str:
    """Who may use it."""
    try:
        status = node.stat()
        owner = pwd.getpwuid(status.st_uid).pw_name
    except (OSError, KeyError):
        return "not to be seen"
    return f"owner {owner}, group {_group(node)}, mode {status.st_mode & 0o7777:04o}"


def _group(node: Path) -> str:
    try:
        return node.group()
    except KeyError:
        return str(node.stat().st_gid)
