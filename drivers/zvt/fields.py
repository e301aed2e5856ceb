"""Bitmaps, lengths and encodings of ZVT data (PA00P015 13.08 chapters 9 and 13). Pure.

A bitmap (BMP) is an id byte, a length by the rule of that id, and content by an encoding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

LL, LLL, CONTAINER = -2, -3, -6
"""Length rules beside a fixed number of bytes: two or three digit bytes `F0`-`F9`, or BER."""

LENGTHS: dict[int, int] = {
    0x01: 1, 0x02: 1, 0x03: 1, 0x04: 6, 0x05: 1, 0x06: CONTAINER,
    0x0B: 3, 0x0C: 3, 0x0D: 2, 0x0E: 2, 0x17: 2, 0x19: 1,
    0x22: LL, 0x23: LL, 0x24: LLL, 0x27: 1, 0x29: 4, 0x2A: 15, 0x2D: LL, 0x2E: LLL,
    0x37: 3, 0x3A: 2, 0x3B: 8, 0x3C: LLL, 0x3D: 3, 0x49: 2, 0x4C: LL,
    0x60: LLL, 0x70: 4, 0x71: 4, 0x72: 1, 0x73: 1, 0x74: 1, 0x75: 1,
    0x87: 2, 0x88: 3, 0x8A: 1, 0x8B: LL, 0x8C: 1, 0x92: LLL, 0x9A: LLL,
    0xA0: 1, 0xA7: LL, 0xAA: 3, 0xAF: LLL, 0xBA: 5,
    0xD0: 1, 0xD1: LL, 0xD2: 1, 0xD3: 1,
    0xE0: 1, 0xE1: LL, 0xE2: LL, 0xE3: LL, 0xE4: LL, 0xE5: LL, 0xE6: LL, 0xE7: LL, 0xE8: LL,
    0xE9: 1, 0xEA: 1, 0xEB: 8,
    0xF0: 1, 0xF1: LL, 0xF2: LL, 0xF3: LL, 0xF4: LL, 0xF5: LL, 0xF6: LL, 0xF7: LL, 0xF8: LL,
    0xF9: 1, 0xFA: 1, 0xFB: 1, 0xFC: 1, 0xFD: 1,
}  # fmt: skip

SECRET = frozenset({0x22, 0x23, 0x24, 0x2D, 0x3A, 0x3D})
"""Card number, tracks, check value, password: never shown or kept unmasked."""


class DecodeError(ValueError):
    """Bytes that are no ZVT. `offset` counts from the first byte of the APDU."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Encoding:
    """One kind of content, both ways. `size` is fixed, or None where the bitmap's rule decides."""

    read: Callable[[bytes], Any]
    write: Callable[[Any], bytes]
    size: int | None = None


def bcd(size: int) -> Encoding:
    """An unsigned number in packed decimal digits, two a byte."""
    limit, digits = 100**size, f"%0{2 * size}d"

    def write(value: int) -> bytes:
        if not 0 <= value < limit:
            raise ValueError(f"{value} does not fit {size} bytes of digits")
        return bytes.fromhex(digits % value)

    return Encoding(_digits, write, size)


def _digits(data: bytes) -> int:
    return int(data.hex())


def byte() -> Encoding:
    """One byte as a number."""
    return Encoding(lambda data: data[0], lambda value: bytes((value,)), 1)


def raw(size: int | None = None) -> Encoding:
    """Bytes as they are."""
    return Encoding(bytes, bytes, size)


def nibbles() -> Encoding:
    """A card number as hex digits: masked nibbles stay `e`, the separator `d`, padding `f`."""
    return Encoding(bytes.hex, bytes.fromhex)


def text(charset: str = "cp437") -> Encoding:
    """Text, padding and closing NUL included, so that it goes back as it came."""
    # All charsets of a terminal agree on ASCII, which Python converts ten times as fast.
    return Encoding(
        lambda data: data.decode("ascii" if data.isascii() else charset),
        lambda value: value.encode("ascii" if value.isascii() else charset),
    )


# --- lengths ------------------------------------------------------------------------------------


@lru_cache(maxsize=1100)
def spelled(size: int, digits: int) -> bytes:
    """A length as `F0`-`F9` digit bytes."""
    if size >= 10**digits:
        raise ValueError(f"{size} bytes are too long for this field")
    return bytes(0xF0 | int(digit) for digit in f"{size:0{digits}d}")


def read_spelled(data: bytes, at: int, digits: int) -> int:
    """The length in `digits` digit bytes at `at`. Raises DecodeError."""
    size = 0
    for position in range(at, at + digits):
        if position >= len(data):
            raise DecodeError("the data ends within a length", position)
        low = data[position] - 0xF0
        if not 0 <= low <= 9:
            raise DecodeError(f"{data[position]:02X} is no length digit", position)
        size = size * 10 + low
    return size


# --- TLV (chapter 9.3) ------------------------------------------------------------------------


class Tag(NamedTuple):
    """One TLV object. A constructed one holds further tags instead of bytes."""

    number: int
    value: bytes | tuple[Tag, ...]

    @property
    def data(self) -> bytes:
        """The content as bytes."""
        return self.value if isinstance(self.value, bytes) else b"".join(map(write_tag, self.value))


@dataclass(frozen=True, slots=True)
class Container:
    """A TLV container, kept as it came; `tags` is what it holds."""

    raw: bytes
    tags: tuple[Tag, ...]

    @staticmethod
    def of(*tags: Tag) -> Container:
        """A container of these tags."""
        return Container(b"".join(map(write_tag, tags)), tags)

    def find(self, *path: int) -> Tag | None:
        """The first tag at this path of tag numbers, if there is one."""
        level: bytes | tuple[Tag, ...] = self.tags
        found: Tag | None = None
        for number in path:
            if isinstance(level, bytes):
                return None
            found = next((tag for tag in level if tag.number == number), None)
            if found is None:
                return None
            level = found.value
        return found


MAX_DEPTH = 8


def read_container(data: bytes, depth: int = 0) -> Container:
    """Parse the content of a container. Raises DecodeError with offsets into `data`."""
    return Container(data, _tags(data, 0, len(data), depth))


def _tags(data: bytes, at: int, end: int, depth: int) -> tuple[Tag, ...]:
    if depth > MAX_DEPTH:
        raise DecodeError("containers are nested too deep", at)
    found = []
    while at < end:
        first = number = data[at]
        start = at
        at += 1
        if first & 0x1F == 0x1F:
            while True:
                if at >= end or at - start > 3:
                    raise DecodeError("the data ends within a tag", start)
                number = number << 8 | data[at]
                at += 1
                if not data[at - 1] & 0x80:
                    break
        at, size = read_length(data, at, end)
        stop = at + size
        if stop > end:
            raise DecodeError("the data ends within a tag's content", at)
        found.append(
            Tag(number, _tags(data, at, stop, depth + 1) if first & 0x20 else data[at:stop])
        )
        at = stop
    return tuple(found)


def read_length(data: bytes, at: int, end: int) -> tuple[int, int]:
    """A BER length of one to three bytes: where it ends, and its value. Raises DecodeError."""
    if at >= end:
        raise DecodeError("the data ends before a length", at)
    first = data[at]
    if first < 0x80:
        return at + 1, first
    count = first & 0x7F
    if count not in (1, 2):
        raise DecodeError(f"{first:02X} is no TLV length", at)
    if at + 1 + count > end:
        raise DecodeError("the data ends within a length", at)
    return at + 1 + count, int.from_bytes(data[at + 1 : at + 1 + count], "big")


def write_length(size: int) -> bytes:
    """The shortest BER length."""
    if size < 0x80:
        return bytes((size,))
    if size < 0x100:
        return bytes((0x81, size))
    if size < 0x10000:
        return bytes((0x82,)) + size.to_bytes(2, "big")
    raise ValueError(f"{size} bytes are too long for a container")


def write_tag(tag: Tag) -> bytes:
    """A tag with its length and content."""
    number = tag.number.to_bytes((tag.number.bit_length() + 7) // 8 or 1, "big")
    data = tag.data
    return number + write_length(len(data)) + data


def masked(number: str) -> str:
    """A card number for people and records: the last four digits, stars before them."""
    digits = number.rstrip("f").split("d")[0].replace("e", "*")
    return "*" * max(len(digits) - 4, 0) + digits[-4:] if digits else ""
