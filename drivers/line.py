"""Byte lines by address: `tcp://HOST:PORT`, `serial:///dev/ttyS0?baud=9600`, `pty:///tmp/name`,
`usb:///dev/usb/lp0` (a printer under Linux's usblp).

All are equal to a driver. A `pty://` address names a link to the slave side of a pseudo terminal
that a simulator made; a simulator listens on the same addresses (`listen`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import termios
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from kiosk.errors import ConfigError, Silent, Unavailable

Tap = Callable[[str, bytes], None]
"""Told of traffic as (`"rx"` | `"tx"`, bytes). Who keeps it masks card data first."""

CHUNK = 4096


class Line(Protocol):
    """Bytes both ways with one device. Not safe for two threads."""

    def read(self, seconds: float) -> bytes:
        """What arrived, waiting up to `seconds`; empty if nothing did. Raises Silent when lost."""
        ...

    def write(self, data: bytes) -> None:
        """Send all of it. Raises Silent when the line is lost or stays full for WRITE_SECONDS."""
        ...

    def close(self) -> None:
        """Let go; safe to call twice."""
        ...


class PrivateLine(Line, Protocol):
    """A line that reads into the caller's buffer, so that the caller can wipe what it read."""

    def read_into(self, buffer: bytearray, seconds: float) -> int:
        """How many bytes arrived, at most the buffer's size. As `read` in all else."""
        ...


WRITE_SECONDS = 10.0


class EndOfLine(Silent):
    """The other side hung up."""


class DescriptorLine:
    """A line over a file descriptor: socket, pty or serial port alike."""

    def __init__(self, fd: int, name: str, close: Callable[[], None]) -> None:
        self._fd = fd
        self._name = name
        self._close: Callable[[], None] | None = close

    def read(self, seconds: float) -> bytes:
        buffer = bytearray(CHUNK)
        return bytes(memoryview(buffer)[: self.read_into(buffer, seconds)])

    def read_into(self, buffer: bytearray, seconds: float) -> int:
        """How many bytes arrived; none of them is kept here. Raises Silent when lost."""
        readable, _, _ = select.select([self._live()], [], [], max(seconds, 0))
        if not readable:
            return 0
        try:
            count = os.readv(self._fd, [buffer])
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EINTR):
                return 0
            raise Silent(f"{self._name}: {error.strerror}") from error
        if not count:
            raise EndOfLine(f"{self._name}: closed by the other side")
        return count

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            _, writable, _ = select.select([], [self._live()], [], WRITE_SECONDS)
            if not writable:
                raise Silent(f"{self._name}: takes no bytes for {WRITE_SECONDS:.0f} s")
            try:
                rest = rest[os.write(self._fd, rest) :]
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EINTR):
                    raise Silent(f"{self._name}: {error.strerror}") from error

    def close(self) -> None:
        close, self._close = self._close, None
        if close:
            with contextlib.suppress(OSError):
                close()

    def _live(self) -> int:
        if self._close is None:
            raise Silent(f"{self._name}: closed")
        return self._fd


class TappedLine:
    """A line whose traffic is shown to a tap."""

    def __init__(self, line: Line, tap: Tap) -> None:
        self._line = line
        self._tap = tap

    def read(self, seconds: float) -> bytes:
        data = self._line.read(seconds)
        if data:
            self._tap("rx", data)
        return data

    def write(self, data: bytes) -> None:
        self._tap("tx", data)
        self._line.write(data)

    def close(self) -> None:
        self._line.close()


def connect(address: str, seconds: float = 5.0) -> DescriptorLine:
    """Open a line to a device. Raises Unavailable (nothing was sent) or ConfigError."""
    scheme, rest = _split(address)
    if scheme == "tcp":
        return _tcp(address, seconds)
    if scheme == "pty":
        return _pty(rest)
    if scheme == "usb":
        return _usb(rest)
    return _serial(address, rest)


def check_address(address: str) -> None:
    """Whether `connect` could try it; nothing is opened. Raises ConfigError."""
    if not address.isprintable():
        raise ConfigError("the address holds a character that cannot be printed")
    scheme, rest = _split(address)
    if scheme == "tcp" and not tcp_endpoint(address)[1]:
        raise ConfigError(f'"{address}": port 0 is none to connect to')
    if scheme == "serial":
        _serial_settings(address, rest)


def _split(address: str) -> tuple[str, str]:
    scheme, mark, rest = address.partition("://")
    if not mark or scheme not in ("tcp", "serial", "pty", "usb") or not rest:
        raise ConfigError(
            f'"{address}" is no device address; write tcp://HOST:PORT, serial:///dev/NAME?baud=9600,'
            " usb:///dev/NAME or pty:///PATH"
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


def _tcp(address: str, seconds: float) -> DescriptorLine:
    host, port = tcp_endpoint(address)
    try:
        sock = socket.create_connection((host, port), timeout=seconds)
    except OSError as error:
        raise Unavailable(f"{address}: {error.strerror or error}") from error
    return socket_line(sock, address)


def socket_line(sock: socket.socket, name: str) -> DescriptorLine:
    """A line over a connected TCP socket."""
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return DescriptorLine(sock.fileno(), name, sock.close)


def _pty(path: str) -> DescriptorLine:
    try:
        fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as error:
        raise Unavailable(f"pty://{path}: {error.strerror}") from error
    with contextlib.suppress(termios.error):
        tty.setraw(fd)
    return DescriptorLine(fd, f"pty://{path}", lambda: os.close(fd))


class UsbPrinterLine(DescriptorLine):
    """A line through usblp, where an empty read means that the printer has nothing to say."""

    def read(self, seconds: float) -> bytes:
        try:
            return super().read(seconds)
        except EndOfLine:
            select.select([], [], [], min(seconds, 0.01))
            return b""


def _usb(path: str) -> DescriptorLine:
    try:
        fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as error:
        raise Unavailable(f"usb://{path}: {_why(error)}") from error
    return UsbPrinterLine(fd, f"usb://{path}", lambda: os.close(fd))


def _serial(address: str, rest: str) -> DescriptorLine:
    import serial  # loaded only where a kiosk has a serial device

    path, baud, bits, parity, stop = _serial_settings(address, rest)
    try:
        port = serial.Serial(
            path, baud, bytesize=bits, parity=parity, stopbits=stop, timeout=0, exclusive=True
        )
    except ValueError as error:
        raise ConfigError(f'"{address}": {error}') from error
    except (serial.SerialException, termios.error) as error:
        raise Unavailable(f"{address}: {_why(error)}") from error
    return DescriptorLine(port.fileno(), address, port.close)


def _serial_settings(address: str, rest: str) -> tuple[str, int, int, str, float]:
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


def _why(error: Exception) -> str:
    if getattr(error, "errno", None) == errno.EACCES:
        return "not permitted; add the kiosk's user to the group kiosk (see udev/README.md)"
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


class Listener(Protocol):
    """Where a simulator waits for its kiosk."""

    address: str
    """What to give the other side; the port is filled in where 0 was asked for."""

    def accept(self, seconds: float) -> Line | None:
        """The next connection, waiting up to `seconds`."""
        ...

    def unplug(self) -> None:
        """Be gone, as if the cable were pulled; lines given out are the caller's to close."""
        ...

    def plug(self) -> None:
        """Be back at the same address."""
        ...

    def close(self) -> None:
        """Stop waiting."""
        ...


def listen(address: str) -> Listener:
    """Wait on a `tcp://` address (port 0: any free one) or make a pty behind a `pty://` link."""
    scheme, rest = _split(address)
    if scheme == "tcp":
        return TcpListener(address)
    if scheme == "pty":
        return PtyListener(rest)
    raise ConfigError(f'"{address}": a simulator listens on tcp:// or pty://')


class TcpListener:
    """Accepts TCP connections, one at a time."""

    def __init__(self, address: str) -> None:
        host, port = tcp_endpoint(address)
        try:
            self._sock = socket.create_server((host, port))
        except OSError as error:
            raise Unavailable(f"{address}: {error.strerror or error}") from error
        self._endpoint = (host, self._sock.getsockname()[1])
        self.address = f"tcp://{host}:{self._endpoint[1]}"
        self._plugged = True

    def accept(self, seconds: float) -> Line | None:
        if not self._plugged:
            select.select([], [], [], seconds)
            return None
        self._sock.settimeout(seconds)
        try:
            sock, _ = self._sock.accept()
        except TimeoutError:
            return None
        except OSError as error:
            raise Unavailable(f"{self.address}: {error.strerror or error}") from error
        return socket_line(sock, self.address)

    def unplug(self) -> None:
        self._plugged = False
        self._sock.close()

    def plug(self) -> None:
        if not self._plugged:
            self._sock = socket.create_server(self._endpoint)
            self._plugged = True

    def close(self) -> None:
        self._plugged = False
        self._sock.close()


class PtyListener:
    """A pseudo terminal with a link to its slave side; the one connection is always there."""

    def __init__(self, path: str) -> None:
        self._link = Path(path)
        self.address = f"pty://{path}"
        self._ends: tuple[int, ...] = ()
        self.plug()

    def plug(self) -> None:
        if self._ends:
            return
        master, slave = os.openpty()
        tty.setraw(master)
        tty.setraw(slave)
        # The slave stays open here, so that the kiosk may come and go without a hang-up.
        self._ends = (master, slave)
        os.set_blocking(master, False)
        self._target = os.ttyname(slave)
        try:
            if self._link.is_symlink():
                self._link.unlink()
            self._link.symlink_to(self._target)
        except OSError as error:
            self._close_ends()
            why = "something is there that is no link of a simulator"
            if not isinstance(error, FileExistsError):
                why = error.strerror or str(error)
            raise Unavailable(f"{self.address}: {why}") from error
        self._given = False

    def accept(self, seconds: float) -> Line | None:
        if self._given or not self._ends:
            select.select([], [], [], seconds)
            return None
        self._given = True
        return DescriptorLine(self._ends[0], self.address, self._released)

    def _released(self) -> None:
        self._given = False

    def unplug(self) -> None:
        with contextlib.suppress(OSError):  # gone, or no link any more
            if self._ends and str(self._link.readlink()) == self._target:  # not another one's
                self._link.unlink()
        self._close_ends()

    def _close_ends(self) -> None:
        ends, self._ends = self._ends, ()
        for fd in ends:
            with contextlib.suppress(OSError):
                os.close(fd)

    def close(self) -> None:
        self.unplug()
