"""`drivers decode escpos`: printer bytes as commands with offsets, as text and as pictures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from drivers.printer.commands import Characters, Command, Reader, Unknown
from drivers.printer.paper import develop, save_dots
from drivers.printer.profiles import Profile
from drivers.printer.realtime import split

SHOWN = 32
"""Bytes of arguments that are shown."""
_FAMILIES = {0x1B: "ESC", 0x1D: "GS", 0x1C: "FS"}
_SINGLE = {0x09: "HT", 0x0A: "LF", 0x0C: "FF", 0x0D: "CR", 0x18: "CAN"}
_REAL_TIME = {0x04: "DLE EOT", 0x05: "DLE ENQ", 0x14: "DLE DC4"}


@dataclass(frozen=True, slots=True)
class Line:
    """One command, run of characters or unknown bytes, so many bytes after the beginning."""

    offset: int
    what: str
    data: bytes
    length: int
    known: bool = True

    @property
    def text(self) -> str:
        """For a person."""
        more = " ..." if self.length > len(self.data) else ""
        shown = f"{self.data.hex(' ')}{more}" if self.what != "text" else repr(self.data)[1:]
        return f"{self.offset:6} {self.what:8} {shown}".rstrip()

    @property
    def as_json(self) -> str:
        """For a program; data is hex."""
        found = {"offset": self.offset, "what": self.what, "data": self.data.hex()}
        return json.dumps({**found, "bytes": self.length, "known": self.known})


def lines(data: bytes) -> Iterator[Line]:
    """What a printer reads in these bytes, in order; a command that never ends is unknown."""
    reader, offset, buffered = Reader(), 0, 0
    places: list[tuple[int, int]] = []  # (offset in the buffer, offset in the file)
    pieces, rest = split(data)
    for piece, real_time in (*pieces, (rest, False)):
        if real_time and not reader.pending:
            name = _REAL_TIME[piece[1]]
            yield Line(offset, name, piece[2:], len(piece) - 2)
        else:
            places.append((buffered, offset))
            for placed in reader.located(piece):
                at = _place(places, placed.offset)
                yield _line(at, placed.length, placed.read)
            buffered += len(piece)
        offset += len(piece)
    if reader.pending:
        left = data[len(data) - reader.pending :]
        yield Line(len(data) - len(left), "unended", left[:SHOWN], len(left), known=False)


def _place(places: list[tuple[int, int]], buffered: int) -> int:
    """Where a byte of the buffer stood in the file."""
    begin, offset = next(place for place in reversed(places) if place[0] <= buffered)
    return offset + buffered - begin


def _line(offset: int, length: int, read: Characters | Command | Unknown) -> Line:
    match read:
        case Characters(data):
            return Line(offset, "text", data, length)
        case Unknown(_, data):
            return Line(offset, "unknown", data, length, known=False)
        case Command(code, arguments):
            return Line(offset, _name(code), arguments[:SHOWN], len(arguments))


def _name(code: bytes) -> str:
    if len(code) == 1:
        return _SINGLE[code[0]]
    letter = chr(code[1]) if 0x20 < code[1] < 0x7F else {0x20: "SP", 0x0C: "FF"}[code[1]]
    return f"{_FAMILIES[code[0]]} {letter}"


def pictures(data: bytes, profile: Profile, path: Path) -> list[Path]:
    """Each piece of paper as PNG at printer dots: PATH, PATH-2, PATH-3 and so on. Raises OSError."""
    written = []
    sheets = develop(data, profile.dots, profile.dots_per_mm)
    for number, sheet in enumerate(sheets, start=1):
        name = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        save_dots(sheet, name, profile.dots_per_mm)
        written.append(name)
    return written


def text(data: bytes, profile: Profile) -> str:
    """What can be read on the paper, a line of dashes where it is cut."""
    sheets = develop(data, profile.dots, profile.dots_per_mm)
    return ("-" * profile.columns + "\n").join(sheet.told for sheet in sheets)
