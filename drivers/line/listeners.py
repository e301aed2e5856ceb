"""Where a simulator waits for its kiosk: a TCP port, or a pseudo terminal behind a link."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import tty
from pathlib import Path
from typing import Protocol

from drivers.line.addresses import split, tcp_endpoint
from drivers.line.lines import DescriptorLine, Line, socket_line
from kiosk.errors import ConfigError, Unavailable


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
    scheme, rest = split(address)
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
