"""Addresses as they stand in a configuration, taken apart; nothing is opened here."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from kiosk.errors import ConfigError

SCHEMES = ("tcp", "serial", "pty", "usb", "cups")
_SPOOLED = "cups://"
_QUEUE = re.compile(r"[\x21-\x7e]{1,127}")
_USB = re.compile(r"usb://([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})(?:/([\x21-\x7e]{1,126}))?")


def split(address: str) -> tuple[str, str]:
    """Scheme and what stands behind ://. Raises ConfigError."""
    scheme, mark, rest = address.partition("://")
    if not mark or scheme not in SCHEMES or not rest:
        raise ConfigError(
            f'"{address}" is no device address; write tcp://HOST:PORT, serial:///dev/NAME?baud=9600,'
            " usb:///dev/NAME, usb://VID:PID, cups://QUEUE or pty:///PATH"
        )
    return scheme, rest


def tcp_endpoint(address: str) -> tuple[str, int]:
    """Host and port of `tcp://HOST:PORT`. Raises ConfigError."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port is None:
        raise ConfigError(f'"{address}" lacks a host or a port; write tcp://HOST:PORT')
    if parts.path or parts.query or parts.fragment or parts.username is not None:
        raise ConfigError(f'"{address}" says more than tcp://HOST:PORT')
    return host, port


def serial_settings(address: str, rest: str) -> tuple[str, int, int, str, float]:
    """Path, baud, bits, parity and stop bits. Raises ConfigError."""
    path, _, query = rest.partition("?")
    options = {key: values[-1] for key, values in parse_qs(query, keep_blank_values=True).items()}
    try:
        baud = int(options.pop("baud", "9600"))
        bits = int(options.pop("bits", "8"))
        stop = float(options.pop("stop", "1"))
    except ValueError as error:
        raise ConfigError(f'"{address}": {error}') from error
    parity = options.pop("parity", "N")
    if options:
        raise ConfigError(f'"{address}": unknown option {", ".join(sorted(options))}')
    if not path:
        raise ConfigError(f'"{address}" names no port; write serial:///dev/NAME?baud=9600')
    for name, value, fits, wanted in (
        ("baud", baud, 50 <= baud <= 4_000_000, "50 to 4000000"),
        ("bits", bits, 5 <= bits <= 8, "5 to 8"),
        ("stop", stop, stop in (1, 1.5, 2), "1, 1.5 or 2"),
        ("parity", parity, parity in ("N", "E", "O", "M", "S"), "N, E, O, M or S"),
    ):
        if not fits:
            raise ConfigError(f'"{address}": {name} {value} is not {wanted}')
    return path, baud, bits, parity, stop


def usb_ids(address: str) -> tuple[int, int, str]:
    """Vendor, product and serial number (empty: any) of `usb://VID:PID[/SERIAL]`. Raises ConfigError."""
    found = _USB.fullmatch(address)
    if not found:
        raise ConfigError(
            f'"{address}" is no USB address; write usb://04b8:0e28 or usb:///dev/usb/lp0'
        )
    return int(found[1], 16), int(found[2], 16), found[3] or ""


def has_flow_control(address: str) -> bool:
    """Whether XON and XOFF come among the bytes; all other lines hold back by themselves."""
    return address.startswith(("serial://", "pty://"))


def spools(address: str) -> bool:
    """Whether what is written there lies on a disk for a while: nothing of a member goes there."""
    return address.startswith(_SPOOLED)


def queue_of(address: str) -> str:
    """The name in `cups://NAME`. Raises ConfigError where the address is none of a queue."""
    if not spools(address):
        raise ConfigError(f'"{address}" is no queue; write {_SPOOLED}NAME')
    return address.removeprefix(_SPOOLED)


def address_of(queue: str) -> str:
    """`cups://NAME` of a name."""
    return _SPOOLED + queue


def check_queue(name: str) -> None:
    """Whether a queue may be called so. Raises ConfigError."""
    if not _QUEUE.fullmatch(name) or re.search("[/#?]", name) or name.startswith("-"):
        raise ConfigError(
            f'"{address_of(name)}" names no queue; write {address_of("NAME")} as `lpstat -e` shows it'
        )
