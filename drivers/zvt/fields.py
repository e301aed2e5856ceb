"""Lengths and encodings of ZVT data (PA00P015 13.08 chapters 9 and 13). Pure.

Bitmaps are listed in `bitmaps`, tags of containers in `tags`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from drivers.zvt.bitmaps import BITMAPS, CONTAINER

LENGTHS: dict[int, int] = {number: bitmap.length for number, bitmap in BITMAPS.items()}
"""By bitmap: a number of bytes, or the rule for it."""


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
    checked: bool = False
    """What it writes has this size, or it raises ValueError."""


def bcd(size: int) -> Encoding:
    """An unsigned number in packed decimal digits, two a byte."""
    limit, digits = 100**size, f"%0{2 * size}d"

    def write(value: int) -> bytes:
        if not 0 <= value < limit:
            raise ValueError(f"{value} does not fit {size} bytes of digits")
        return bytes.fromhex(digits % value)

    return Encoding(_digits, write, size, checked=True)


def _digits(data: bytes) -> int:
    return int(data.hex())


ALL_RECEIPTS = 0xFFFF
"""The receipt number that asks for, or denies, any (2.10.1)."""


def receipt_number() -> Encoding:
    """Four digits, or FFFF."""

    def read(data: bytes) -> int:
        return ALL_RECEIPTS if data == b"\xff\xff" else int(data.hex())

    def write(value: int) -> bytes:
        if value != ALL_RECEIPTS and not 0 <= value <= 9999:
            raise ValueError(f"{value} is no receipt number")
        return bytes.fromhex("ffff" if value == ALL_RECEIPTS else f"{value:04d}")

    return Encoding(read, write, 2, checked=True)


def integer(size: int) -> Encoding:
    """An unsigned number, high byte first."""
    return Encoding(
        lambda data: int.from_bytes(data, "big"),
        lambda value: value.to_bytes(size, "big"),
        size,
        checked=True,
    )


def byte() -> Encoding:
    """One byte as a number."""
    return Encoding(lambda data: data[0], lambda value: bytes((value,)), 1, checked=True)


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


_IDS = [bytes((bmp,)) for bmp in range(256)]


def bitmap(bmp: int, content: bytes) -> bytes:
    """A bitmap with its id and length. Raises ValueError if it takes no such content."""
    rule = LENGTHS[bmp]
    if rule > 0:
        if len(content) != rule:
            raise ValueError(f"bitmap {bmp:02X} takes {rule} bytes, not {len(content)}")
        return _IDS[bmp] + content
    if rule == CONTAINER:
        return _IDS[bmp] + write_length(len(content)) + content
    return _IDS[bmp] + spelled(len(content), -rule) + content


def bitmap_writer(bmp: int, encoding: Encoding) -> Callable[[Any], bytes]:
    """What writes a value of this field as a bitmap, with as few steps as can be."""
    write, rule, id_ = encoding.write, LENGTHS[bmp], _IDS[bmp]
    if encoding.checked and encoding.size == rule:
        return lambda value: id_ + write(value)
    return lambda value: bitmap(bmp, write(value))


# --- TLV (chapter 9.3) ------------------------------------------------------------------------


class Tag(NamedTuple):
    """One TLV object. A constructed one holds further tags instead of bytes."""

    number: int
    value: bytes | tuple[Tag, ...]

    @property
    def data(self) -> bytes:
        """The content as bytes."""
        return self.value if isinstance(self.value, bytes) else b"".join(map(write_tag, self.value))

    def __repr__(self) -> str:
        """Without its bytes, which may be a card's: a repr gets into logs."""
        told = f"{len(self.value)} bytes" if isinstance(self.value, bytes) else repr(self.value)
        return f"Tag({self.number:02X}, {told})"


@dataclass(frozen=True, slots=True)
class Container:
    """A TLV container, kept as it came; `tags` is what it holds."""

    raw: bytes = field(repr=False)
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
