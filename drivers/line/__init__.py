"""Byte lines by address, all equal to a driver; a simulator listens on the first two (`listen`):

tcp://HOST:PORT              a socket
pty:///PATH                  a link to the slave side of a pseudo terminal that a simulator made
serial:///dev/NAME?baud=9600 a serial port
usb:///dev/usb/lp0           a printer under Linux's usblp
usb://VID:PID[/SERIAL]       a USB printer by its ids in hex; without SERIAL the only one of its kind
cups://QUEUE                 a queue of CUPS, written to as raw jobs; nothing comes back
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import termios
import tty

from drivers.line.addresses import (
    check_queue,
    has_flow_control,
    queue_of,
    serial_settings,
    split,
    spools,
    tcp_endpoint,
    usb_ids,
)
from drivers.line.lines import (
    CHUNK,
    DescriptorLine,
    EndOfLine,
    Line,
    PrivateLine,
    Tap,
    TappedLine,
    socket_line,
    why,
)
from drivers.line.listeners import Listener, PtyListener, TcpListener, listen
from kiosk.errors import ConfigError, Unavailable

__all__ = [
    "CHUNK",
    "DescriptorLine",
    "EndOfLine",
    "Line",
    "Listener",
    "PrivateLine",
    "PtyListener",
    "Tap",
    "TappedLine",
    "TcpListener",
    "check_address",
    "connect",
    "connect_printer",
    "has_flow_control",
    "listen",
    "queue_of",
    "socket_line",
    "spools",
    "tcp_endpoint",
]

OPEN_SECONDS = 5.0


def connect(address: str, seconds: float = OPEN_SECONDS) -> DescriptorLine:
    """Open a line to a device. Raises Unavailable (nothing was sent) or ConfigError."""
    scheme, rest = split(address)
    match scheme:
        case "tcp":
            return _tcp(address, seconds)
        case "pty":
            return _pty(rest)
        case "serial":
            return _serial(address, rest)
        case "usb" if rest.startswith("/"):
            return _usblp(rest)
        case _:
            raise ConfigError(f'"{address}" is a printer\'s address, and this is none')


def connect_printer(address: str) -> Line:
    """As `connect`; a printer may also be at `usb://VID:PID` or `cups://QUEUE`."""
    # Loaded where such a printer is: most kiosks have none, and start the sooner.
    scheme, rest = split(address)
    if spools(address):
        from drivers.line.cups import CupsLine

        return CupsLine(queue_of(address))
    if scheme == "usb" and not rest.startswith("/"):
        from drivers.line.usb import UsbLine

        return UsbLine.open(address)
    return connect(address)


def check_address(address: str) -> None:
    """Whether `connect` could try it; nothing is opened. Raises ConfigError."""
    if not address.isprintable():
        raise ConfigError("the address holds a character that cannot be printed")
    scheme, rest = split(address)
    if scheme == "tcp" and not tcp_endpoint(address)[1]:
        raise ConfigError(f'"{address}": port 0 is none to connect to')
    if scheme == "serial":
        serial_settings(address, rest)
    if scheme == "usb" and not rest.startswith("/"):
        usb_ids(address)
    if spools(address):
        check_queue(queue_of(address))


def _tcp(address: str, seconds: float) -> DescriptorLine:
    host, port = tcp_endpoint(address)
    try:
        sock = socket.create_connection((host, port), timeout=seconds)
    except OSError as error:
        raise Unavailable(f"{address}: {error.strerror or error}") from error
    return socket_line(sock, address)


def _pty(path: str) -> DescriptorLine:
    try:
        fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as error:
        raise Unavailable(f"pty://{path}: {error.strerror}") from error
    with contextlib.suppress(termios.error):
        tty.setraw(fd)
    return DescriptorLine(fd, f"pty://{path}", lambda: os.close(fd))


class UsblpLine(DescriptorLine):
    """A line through usblp, where an empty read means that the printer has nothing to say."""

    def read(self, seconds: float) -> bytes:
        try:
            return super().read(seconds)
        except EndOfLine:
            select.select([], [], [], min(seconds, 0.01))
            return b""


def _usblp(path: str) -> DescriptorLine:
    try:
        fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as error:
        raise Unavailable(f"usb://{path}: {why(error)}") from error
    return UsblpLine(fd, f"usb://{path}", lambda: os.close(fd))


def _serial(address: str, rest: str) -> DescriptorLine:
    import serial  # loaded only where a kiosk has a serial device

    path, baud, bits, parity, stop = serial_settings(address, rest)
    try:
        # No flow control in the kernel: a printer that drops a line would hold a write, and on
        # closing it, for ever. XOFF is heard by who reads (a printer's link), as bytes.
        port = serial.Serial(
            path,
            baud,
            bytesize=bits,
            parity=parity,
            stopbits=stop,
            timeout=0,
            exclusive=True,
            xonxoff=False,
            rtscts=False,
            dsrdtr=False,
        )
    except ValueError as error:
        raise ConfigError(f'"{address}": {error}') from error
    except (serial.SerialException, termios.error) as error:
        raise Unavailable(f"{address}: {why(error)}") from error
    return DescriptorLine(port.fileno(), address, port.close)
