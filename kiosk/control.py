"""The running kiosk's own door: a socket beside its journal, for tools of the same user.

One line of JSON asks, one answers. The journal has one reader, the engine's thread; whoever wants its
records asks for them here, some at a time, and customers are served in between.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kiosk.errors import KioskError, Unavailable

MOST_REQUEST = 4096
"""Bytes of a question."""
SECONDS = 20.0
"""For one answer; an engine that is busy longer has stopped."""
_PATIENCE = 5.0
"""For the next question of somebody who has the line."""
Answer = Callable[[dict[str, Any]], dict[str, Any]]
log = logging.getLogger("kiosk.control")


def door_of(journal: Path) -> Path:
    """Where the kiosk of this journal listens."""
    return journal.with_suffix(".door")  # not journal.db*: those are what a backup takes


class Control:
    """Listens on a thread of its own, one caller at a time."""

    def __init__(self, path: Path, answer: Answer) -> None:
        """Raises Unavailable. The journal is locked by us: a socket that lies there is nobody's."""
        self._path = path
        self._answer = answer
        self._guest: socket.socket | None = None
        self._door = socket.socket(socket.AF_UNIX)
        try:
            os.fchmod(self._door.fileno(), 0o600)  # before it has a name, so never open to others
            path.unlink(missing_ok=True)
            with _short(path) as name:
                self._door.bind(name)
            self._door.listen(4)
        except OSError as error:
            self._door.close()
            raise Unavailable(f"{path}: {error.strerror}") from error
        self._thread = threading.Thread(target=self._run, name="control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Nobody is answered any more."""
        for end in (self._door, self._guest):
            with suppress(OSError):
                if end:
                    end.shutdown(socket.SHUT_RDWR)
        self._thread.join(_PATIENCE)
        self._door.close()
        self._path.unlink(missing_ok=True)

    def _run(self) -> None:
        while True:
            try:
                guest, _ = self._door.accept()
            except OSError:  # closed
                return
            with guest:
                self._guest = guest
                self._serve(guest)
                self._guest = None

    def _serve(self, guest: socket.socket) -> None:
        if _user_of(guest) not in (0, os.geteuid()):
            log.warning("somebody else's question was not answered")
            return
        guest.settimeout(_PATIENCE)
        with guest.makefile("rb") as line, suppress(OSError):
            while asked := line.readline(MOST_REQUEST):
                guest.sendall(json.dumps(self._answered(asked)).encode() + b"\n")
                if not asked.endswith(b"\n"):  # too long: what else comes is no question
                    return

    def _answered(self, asked: bytes) -> dict[str, Any]:
        try:
            request = json.loads(asked)
            if not isinstance(request, dict):
                raise TypeError("an object is wanted")
            return self._answer(request)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            return {"error": f"not understood: {error}"}
        except KioskError as error:
            return {"error": str(error)}


class Running:
    """A line to a running kiosk. For one thread."""

    def __init__(self, path: Path) -> None:
        """Raises Unavailable where nobody listens."""
        self._sock = socket.socket(socket.AF_UNIX)
        self._sock.settimeout(SECONDS)
        try:
            with _short(path) as name:
                self._sock.connect(name)
        except OSError as error:
            self._sock.close()
            raise Unavailable(f"{path}: no kiosk answers ({error.strerror or error})") from error
        self._file = self._sock.makefile("rb")

    def ask(self, **request: Any) -> dict[str, Any]:
        """Its answer. Raises Unavailable if none comes, or it cannot."""
        try:
            self._sock.sendall(json.dumps(request).encode() + b"\n")
            said = json.loads(self._file.readline() or b'{"error": "it has ended"}')
        except (OSError, ValueError) as error:
            raise Unavailable(f"the running kiosk does not answer ({error})") from error
        if not isinstance(said, dict) or "error" in said:
            why = said["error"] if isinstance(said, dict) else "no object"
            raise Unavailable(f"the running kiosk does not answer: {why}")
        return said

    def close(self) -> None:
        """Let go of the line."""
        self._file.close()
        self._sock.close()


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """A name of this socket that fits: addresses have 107 bytes at most (unix(7))."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _user_of(guest: socket.socket) -> int:
    packed = guest.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    user: int = struct.unpack("3i", packed)[1]
    return user
