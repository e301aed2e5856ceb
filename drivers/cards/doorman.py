"""Stands in the virtual reader's own network and hands out connections into it. A script of its own.

    python doorman.py SOCKET PORT

Whoever connects to the Unix socket gets a TCP connection to PORT of this network, as a descriptor:
bytes then flow without anybody in between. It ends with the process that started it.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import signal
import socket
import struct
import sys

_PR_SET_PDEATHSIG = 1
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 0x1


def serve(path: str, port: int) -> None:
    """Until killed. Raises OSError."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tool:
        fcntl.ioctl(tool, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen()
        while True:
            guest, _ = door.accept()
            with guest, contextlib.suppress(OSError):
                _let_in(guest, port)


def _let_in(guest: socket.socket, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=2) as inside:
        inside.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        inside.setblocking(True)
        socket.send_fds(guest, [b"."], [inside.fileno()])


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
