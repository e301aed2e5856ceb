"""A record of what crosses the line to a terminal: one JSON object an APDU, card data masked first.

    {"time": …, "monotonic": …, "direction": "till>terminal", "message": …, "apdu": "0601…"}

`opaque` marks an APDU that could not be read: its header stands, all behind it is `EE`. Bytes that
are no whole APDU when the line ends are told by their number only.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from drivers.line import Line, connect
from drivers.zvt import codec
from drivers.zvt.framing import Deframer, frame
from drivers.zvt.redaction import redacted, redaction
from kiosk.clock import Clock
from kiosk.errors import Unavailable

__all__ = ["DIRECTIONS", "Trace", "name_of", "redacted"]

DIRECTIONS = {"tx": "till>terminal", "rx": "terminal>till"}
MODE = 0o600


class Trace:
    """A `Tap` of a till's line that writes a file, line by line, for its owner's eyes only.

    A file that is there already is added to. A trace never costs a payment: when it cannot be
    written any more it stops, and `trouble` says why.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """Open the file. Raises Unavailable."""
        self.trouble = ""
        self._path = path
        self._clock = clock
        self._fd = _opened(path)
        self._gate = threading.Lock()
        """A tool that gives up closes the file beside the thread that uses the line."""
        self._lines = {way: _Reassembly() for way in DIRECTIONS}

    def __call__(self, way: str, data: bytes) -> None:
        """What a line tells its tap: `rx` or `tx`, and bytes."""
        for control, content in self._lines[way].feed(data):
            self._write(way, apdu_line(control, content))

    def connect(self, address: str) -> Line:
        """As `drivers.line.connect`; what the line before left unfinished is not continued."""
        self.line_ended()
        return connect(address)

    def close(self) -> None:
        """Write what is left to say, and let go of the file; safe to call twice."""
        self.line_ended()
        with self._gate:
            fd, self._fd = self._fd, -1
            if fd >= 0:
                with contextlib.suppress(OSError):
                    os.close(fd)

    def line_ended(self) -> None:
        """Nothing more comes on this line: tell how many bytes are no whole APDU."""
        for way, line in self._lines.items():
            if line.rest:
                self._write(way, {"message": "Unframed", "bytes": line.rest})
            self._lines[way] = _Reassembly()

    def _write(self, way: str, what: dict[str, Any]) -> None:
        row = {
            "time": self._clock.now().isoformat(timespec="microseconds"),
            "monotonic": round(self._clock.monotonic(), 6),
            "direction": DIRECTIONS[way],
            **what,
        }
        with self._gate:
            if self._fd < 0 or self.trouble:
                return
            try:
                os.write(self._fd, json.dumps(row).encode() + b"\n")
            except OSError as error:
                self.trouble = f"{self._path}: {error.strerror}; the trace ends early"


class _Reassembly:
    """APDUs of one direction, and how many bytes are no whole one yet."""

    def __init__(self) -> None:
        self.rest = 0
        self._deframer = Deframer()

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        self.rest += len(data)
        for control, content in self._deframer.feed(data):
            # A short length may be spelled the long way, which `frame` does not do.
            self.rest = max(self.rest - len(frame(control, content)), 0)
            yield control, content


def _opened(path: Path) -> int:
    """A file of ours, 0600, whatever it was before; no link, and no pipe. Raises Unavailable."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        fd = os.open(path, flags, MODE)
    except OSError as error:
        raise Unavailable(f"{path}: {error.strerror}") from error
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise Unavailable(f"{path}: a trace is kept in a regular file")
        os.fchmod(fd, MODE)
    except OSError as error:
        os.close(fd)
        raise Unavailable(f"{path}: {error.strerror}") from error
    except Unavailable:
        os.close(fd)
        raise
    return fd


def apdu_line(control: int, data: bytes) -> dict[str, Any]:
    """What a trace keeps of one APDU, but for its time and direction."""
    kept, opaque = redaction(control, data)
    row = {"message": name_of(control, data), "apdu": frame(control, kept).hex().upper()}
    return row | ({"opaque": True} if opaque else {})


def name_of(control: int, data: bytes) -> str:
    """The message's name; `Unknown` by its control field, `Unreadable` by its data."""
    try:
        return type(codec.decode(control, data, strict=False)).__name__
    except ValueError:  # a DecodeError, or what a table's encoding made of odd content
        return "Unreadable"
