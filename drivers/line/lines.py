"""What a line is, and the line over a file descriptor: socket, pty and serial port alike."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
from collections.abc import Callable
from typing import Protocol

from kiosk.clock import SystemClock
from kiosk.errors import Silent

Tap = Callable[[str, bytes], None]
"""Told of traffic as (`"rx"` | `"tx"`, bytes). Who keeps it masks card data first."""

CHUNK = 4096


class Line(Protocol):
    """Bytes both ways with one device. Not safe for two threads."""

    def read(self, seconds: float) -> bytes:
        """What arrived, waiting up to `seconds`; empty if nothing did. Raises Silent when lost."""
        ...

    def write(self, data: bytes) -> None:
        """Send all of it, within WRITE_SECONDS and what a slow line needs. Raises Silent when lost."""
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
"""Without a byte taken."""
SLOWEST = 100.0
"""Bytes a second: a peer that takes less on the whole is given up as well, so every write ends."""


_CLOCK = SystemClock()


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
        end = _CLOCK.monotonic() + WRITE_SECONDS + len(data) / SLOWEST
        while rest:
            _, writable, _ = select.select([], [self._live()], [], WRITE_SECONDS)
            if not writable:
                raise Silent(f"{self._name}: takes no bytes for {WRITE_SECONDS:.0f} s")
            if _CLOCK.monotonic() > end:
                raise Silent(f"{self._name}: takes its bytes too slowly")
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


def socket_line(sock: socket.socket, name: str) -> DescriptorLine:
    """A line over a connected TCP socket."""
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return DescriptorLine(sock.fileno(), name, sock.close)


def why(error: Exception) -> str:
    """What the system says, and for what is not permitted what to do."""
    if getattr(error, "errno", None) == errno.EACCES:
        return "not permitted; add the kiosk's user to the group kiosk (see udev/README.md)"
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
