"""ESC/POS as a printer reads it: bytes to commands, for the simulated printer and for tests.

The table gives each command the length of its arguments, after Epson's ESC/POS reference. What it
does not know is passed on as `Unknown` with its offset, and reading goes on behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

LONGEST = 1 << 20
"""Bytes of arguments that are waited for; a longer block is taken for a misread one."""


@dataclass(frozen=True, slots=True)
class Characters:
    """Bytes to print, in the code page chosen before."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its bytes, `ESC !` written as b"\\x1b!", and its arguments."""

    code: bytes
    arguments: bytes = b""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Bytes that are no command we know, `offset` bytes after the start of the stream."""

    offset: int
    data: bytes


Read = Characters | Command | Unknown


@dataclass(frozen=True, slots=True)
class Placed:
    """Something read, and which bytes of the stream it was."""

    offset: int
    length: int
    read: Read


Measure = Callable[[bytes], int]
"""Arguments seen so far -> how long they are in all; more than given means: wait for more."""


def _until_nul(data: bytes) -> int:
    end = data.find(0)
    return end + 1 if end >= 0 else len(data) + 1


def _cut(data: bytes) -> int:
    return 1 if data and data[0] in b"\x00\x0101" else 2


def _barcode(data: bytes) -> int:
    if not data:
        return 1
    if data[0] <= 6:
        return 1 + _until_nul(data[1:])
    return 2 + data[1] if len(data) > 1 else 2


def _columns(data: bytes) -> int:
    if len(data) < 3:
        return 3
    return 3 + int.from_bytes(data[1:3], "little") * (3 if data[0] >= 32 else 1)


def _raster(data: bytes) -> int:
    if len(data) < 6:
        return 6
    wide, high = (int.from_bytes(data[at : at + 2], "little") for at in (2, 4))
    return 6 + wide * high


def _block(data: bytes) -> int:
    return 3 + int.from_bytes(data[1:3], "little") if len(data) >= 3 else 3


def _long_block(data: bytes) -> int:
    return 5 + int.from_bytes(data[1:5], "little") if len(data) >= 5 else 5


def _characters(data: bytes) -> int:
    """ESC & y c1 c2, then x and x columns of y bytes for each character."""
    if len(data) < 3:
        return 3
    length = 3
    for _ in range(max(data[2] - data[1] + 1, 0)):
        if len(data) <= length:
            return length + 1
        length += 1 + data[0] * data[length]
    return length


def _images(data: bytes) -> int:
    """FS q n, then xL xH yL yH and x times y times 8 bytes for each image."""
    if not data:
        return 1
    length = 1
    for _ in range(data[0]):
        if len(data) < length + 4:
            return length + 4
        wide, high = (
            int.from_bytes(data[length + at : length + at + 2], "little") for at in (0, 2)
        )
        length += 4 + wide * high * 8
    return length


def _user_memory(data: bytes) -> int:
    """FS g 1 m a1 a2 a3 a4 nL nH and n bytes to write; FS g 2 the same without them to read."""
    if len(data) < 8:
        return 8
    return 8 + (int.from_bytes(data[6:8], "little") if data[0] in (1, 49) else 0)


def _downloaded(data: bytes) -> int:
    return 2 + data[0] * data[1] * 8 if len(data) >= 2 else 2


_ESC: dict[int, int | Measure] = {
    **dict.fromkeys(b"@2LSimv<\x0c", 0),
    **dict.fromkeys(b"! -3AEGKMadJetRV{ru=%?TU", 1),
    **dict.fromkeys(b"$\\cB", 2),
    **dict.fromkeys(b"p", 3),
    **dict.fromkeys(b"W", 8),
    ord("D"): _until_nul,
    ord("*"): _columns,
    ord("&"): _characters,
    ord("("): _block,
}
_GS: dict[int, int | Measure] = {
    **dict.fromkeys(b":", 0),
    **dict.fromkeys(b"!BbEHhwf/IraT", 1),
    **dict.fromkeys(b"LWP$\\", 2),
    **dict.fromkeys(b"^", 3),
    **dict.fromkeys(b"g", 4),
    ord("Q"): _raster,
    ord("V"): _cut,
    ord("k"): _barcode,
    ord("v"): _raster,
    ord("("): _block,
    ord("8"): _long_block,
    ord("*"): _downloaded,
}
_FS: dict[int, int | Measure] = {
    **dict.fromkeys(b".&", 0),
    **dict.fromkeys(b"!C-W", 1),
    **dict.fromkeys(b"pS", 2),
    ord("g"): _user_memory,
    ord("q"): _images,
    ord("("): _block,
}
_FAMILIES = {0x1B: _ESC, 0x1D: _GS, 0x1C: _FS}
_SINGLE = b"\t\n\r\x0c\x18"


class Reader:
    """Turns the byte stream of one connection into commands, however it is cut up."""

    def __init__(self) -> None:
        self._pending = b""
        self._offset = 0

    @property
    def pending(self) -> int:
        """Bytes of a command begun."""
        return len(self._pending)

    def feed(self, data: bytes) -> list[Read]:
        """What these bytes complete."""
        return [placed.read for placed in self.located(data)]

    def located(self, data: bytes) -> list[Placed]:
        """The same with its place in the stream."""
        self._pending += data
        found: list[Placed] = []
        at = 0
        while at < len(self._pending):
            length, read = self._next(at)
            if not length:
                break
            if read is not None:
                found.append(Placed(self._offset + at, length, read))
            at += length
        self._offset += at
        self._pending = self._pending[at:]
        return found

    def clear(self) -> None:
        """Forget a command begun."""
        self._offset += len(self._pending)
        self._pending = b""

    def _next(self, at: int) -> tuple[int, Read | None]:
        """Length and meaning of what stands at `at`; length 0: not all of it is here."""
        first = self._pending[at]
        if first >= 0x20:
            end = at
            while end < len(self._pending) and self._pending[end] >= 0x20:
                end += 1
            return end - at, Characters(self._pending[at:end])
        if first in _SINGLE:
            return 1, Command(self._pending[at : at + 1])
        if first == 0:  # padding; printers pass over it
            return 1, None
        if first not in _FAMILIES:
            return 1, self._unknown(at, 1)
        return self._command(at, _FAMILIES[first])

    def _command(self, at: int, family: dict[int, int | Measure]) -> tuple[int, Read | None]:
        code = self._pending[at : at + 2]
        if len(code) < 2:
            return 0, None
        if code[1] not in family:
            return 2, self._unknown(at, 2)
        measure = family[code[1]]
        have = self._pending[at + 2 :] if not isinstance(measure, int) else b""
        length = measure if isinstance(measure, int) else measure(have)
        if length > LONGEST:
            return 2, self._unknown(at, 2)
        arguments = self._pending[at + 2 : at + 2 + length]
        if len(arguments) < length:
            return 0, None
        return 2 + length, Command(code, arguments)

    def _unknown(self, at: int, length: int) -> Unknown:
        return Unknown(self._offset + at, self._pending[at : at + length])
