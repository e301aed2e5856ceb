"""An APDU as it may be kept: card data, identities and passwords masked, its length as it was. Pure.

What may be seen is listed, all else is masked (PA00P015 13.08, chapters 2, 9.4 and 13): `EE` for
bytes, nibbles `E` for a card number but its last four digits, stars for long numbers in texts.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from drivers.zvt.bitmaps import CONTAINER
from drivers.zvt.fields import (
    LENGTHS,
    MAX_DEPTH,
    DecodeError,
    read_length,
    read_spelled,
)
from drivers.zvt.masking import LAST, SHORTEST_NUMBER, starred

MASK = 0xEE
SHOWN_MOST = 6
"""Bytes of a tag that are shown as they are, leading zeros aside: an amount fits, a card number does
not."""
TOTALS_SIZE = 53
"""Of bitmap 60: two receipt numbers, seven counts and sums (2.16)."""


class _As(Enum):
    SHOWN = auto()
    DIGITS = auto()
    """Packed decimal. Other content means that we are not where we believe to be."""
    TEXT = auto()
    NUMBER = auto()
    """A card number in nibbles: digits, `D` between its parts, `F` behind them."""
    TAGS = auto()


class _Unsure(DecodeError):
    """The data are not built as we know them."""

    def __init__(self) -> None:
        super().__init__("not built as the specification says", 0)


# --- what may be seen: by control field, bitmap, tag ------------------------------------------

PASSWORD_SIZE = 3
_CHANGE_PASSWORD = 0x0695
_PASSWORD_LED = frozenset(
    {0x0600, 0x0610, 0x0612, 0x061B, 0x0620, 0x0621, 0x0630, 0x0631, 0x0650, 0x0651, 0x0691, 0x0693}
    | {0x0501, 0x0801, 0x0821, 0x0823, _CHANGE_PASSWORD}
)
_LEADS: dict[int, tuple[int, ...]] = {
    0x0600: (3, 1), 0x0609: (3,), 0x0612: (4, 2), 0x0830: (1,), 0x06C0: (1, 0),
    0x04FF: (2, 1), 0x060F: (0, 1), 0x061E: (1,),
    0x849D: (0, 1),
}  # fmt: skip
"""Bytes before the bitmaps and behind a password, in the order in which they are tried."""
_BARE = frozenset(
    {0x0601, 0x0602, 0x0603, 0x0604, 0x0605, 0x060A, 0x060C, 0x0618, 0x061A, 0x0622, 0x0623}
    | {0x0624, 0x0625, 0x0626, 0x0670, 0x0679, 0x06B0, 0x06C5, 0x06D3, 0x06E0, 0x06E1, 0x06E2}
    | {0x06E6, 0x06F0, 0x0810, 0x0811, 0x0812, 0x0820, 0x0822, 0x0824, 0x0850}
    | {0x0401, 0x040C, 0x040D, 0x040F}
)
"""Messages of bitmaps only."""
_LINE = 0x06D1
_STATUS, _RESULT, _TLV = 0x040F, 0x27, 0x06
_FIRST = {0x04FF: 1, 0x061E: 1}


def _kinds(shown: str, digits: str, text: str, number: str, tags: str) -> dict[int, _As]:
    table = {_As.SHOWN: shown, _As.DIGITS: digits, _As.TEXT: text}
    table |= {_As.NUMBER: number, _As.TAGS: tags}
    return {int(word, 16): kind for kind, words in table.items() for word in words.split()}


_BITMAPS = _kinds(
    shown="01 02 03 05 19 27 2A 3B 60 70 71 72 73 74 75 8A 8C A0 BA D0 D2 D3 E0 E9 EA"
    " F0 F9 FA FB FC FD",
    digits="04 0B 0C 0D 17 29 37 49 87 88 AA",
    text="3C 8B E1 E2 E3 E4 E5 E6 E7 E8 F1 F2 F3 F4 F5 F6 F7 F8",
    number="22",
    tags="06",
)
_TAGS = _kinds(
    shown="08 09 0A 10 11 12 14 15 16 17 18 19 1A 1B 1D 1E 40 41 43 45 48 49 4B 50 84 85"
    " C1 C2 C3 C4 C5 1F00 1F01 1F02 1F03 1F04 1F05 1F06 1F07 1F0E 1F0F 1F10 1F11 1F12 1F13 1F15"
    " 1F16 1F18 1F19 1F1B 1F1D 1F1E 1F1F 1F20 1F21 1F22 1F25 1F26 1F28 1F29 1F2B 1F2D 1F2E 1F30"
    " 1F35 1F36 1F37 1F38 1F39 1F3B 1F3F 1F43 1F44 1F47 1F4C 1F4D 1F4F 1F50 1F55 1F58 1F59 1F5B"
    " 1F60 1F65 1F6A 1F6B 1F6C 1F6D 1F70 1F71 1F72 1F73 1F76 1F77 1F78 1F79",
    digits="",
    text="07 0B 0C 13 42 44 46 47 4A 82 83 1F17 1F1C 1F23 1F24 1F27 1F2C 1F40 1F41 1F42",
    number="1F1A",
    tags="21 22 23 24 25 26 27 28 29 2A 2B 2C 2E 2F 30 31 33 34 35 60 61 62 64 65 66 67 68 69 6A"
    " E1 E2 E4 E6",
)
_APPLICATION, _TOTALS = 0x43, 0x60
_PRINTED = frozenset({0x2A, 0x3B})
"""Merchant and authorisation: shown where they are text."""


# --- an APDU ------------------------------------------------------------------------------------


def redacted(control: int, data: bytes) -> bytes:
    """The data of an APDU without what nobody may keep; as many bytes. Never raises."""
    return redaction(control, data)[0]


def redaction(control: int, data: bytes) -> tuple[bytes, bool]:
    """As `redacted`, and whether that is opaque: it could not be read, and all of it is masked.

    What is left of some is the result with which they begin: one byte says nothing of a card.
    """
    try:
        return _read(control, data), False
    except DecodeError:
        kept = _FIRST.get(control, 0)
        if control == _STATUS and data[:1] == bytes((_RESULT,)):
            kept = 2
        return data[:kept] + _masked(data[kept:]), True


def password_size(control: int) -> int:
    """With how many bytes of passwords data of this message begin (chapter 1.2); 06 95 has two."""
    if control not in _PASSWORD_LED:
        return 0
    return 2 * PASSWORD_SIZE if control == _CHANGE_PASSWORD else PASSWORD_SIZE


def _read(control: int, data: bytes) -> bytes:
    if not data:
        return data
    if control == _LINE:
        return data[:1] + text(data[1:])
    if _is_answer(control) and data[0] == _TLV:
        return _bitmaps(data)  # whatever else an answer holds may be what a customer typed
    secret = password_size(control)
    if len(data) < secret or not (secret or control in _BARE or control in _LEADS):
        raise _Unsure
    rest = data[secret:]
    if control == 0x060F and (size := _version(rest)):
        return rest[:3] + text(rest[3:size]) + rest[size : size + 1] + _bitmaps(rest[size + 1 :])
    return _masked(data[:secret]) + _led(rest, _LEADS.get(control, (0,)))


def _is_answer(control: int) -> bool:
    return control == 0x8000 or control >> 8 == 0x84


def _led(data: bytes, leads: tuple[int, ...]) -> bytes:
    """The first way to read it that fits all of it."""
    for lead in leads:
        if lead <= len(data):
            try:
                return data[:lead] + _bitmaps(data[lead:])
            except DecodeError:
                continue
    raise _Unsure


def _version(data: bytes) -> int:
    """Where the status stands behind the version in the answer to a status enquiry (2.56.5)."""
    if len(data) < 3 or any(not 0xF0 <= digit <= 0xF9 for digit in data[:3]):
        return 0
    size = 3 + read_spelled(data, 0, 3)
    return size if size < len(data) else 0


def _bitmaps(data: bytes) -> bytes:
    found, at = bytearray(), 0
    while at < len(data):
        bmp, start = data[at], at + 1
        size = LENGTHS.get(bmp)
        if size is None:
            raise _Unsure
        if size == CONTAINER:
            start, size = read_length(data, start, len(data))
        elif size < 0:
            start, size = start - size, read_spelled(data, start, -size)
        if start + size > len(data):
            raise _Unsure
        found += data[at:start] + bitmap(bmp, data[start : start + size])
        at = start + size
    return bytes(found)


def hides(bmp: int) -> bool:
    """Whether nothing of this bitmap's content may be kept."""
    return bmp not in _BITMAPS


def bitmap(bmp: int, content: bytes) -> bytes:
    """The content of a bitmap as it may be kept. Raises ValueError for what it cannot be."""
    match _BITMAPS.get(bmp):
        case _As.SHOWN:
            return content if _fits(bmp, content) else _masked(content)
        case _As.DIGITS:
            if content.hex().isdecimal() or (bmp == 0x87 and content == b"\xff\xff"):
                return content
            raise DecodeError("no digits", 0)
        case kind:
            return _content(kind, content, 0)


def _fits(bmp: int, content: bytes) -> bool:
    """Whether a long bitmap holds what it is for: in a message misread it may be a card's number."""
    if bmp == _TOTALS:
        return len(content) == TOTALS_SIZE and content.hex().isdecimal()
    return bmp not in _PRINTED or all(0x20 <= byte <= 0x7E or not byte for byte in content)


def tag(number: int, content: bytes) -> bytes:
    """The content of a tag that holds no further tags, as it may be kept."""
    kind = _TAGS.get(number)
    if kind is _As.SHOWN:
        known = _is_application(content) if number == _APPLICATION else False
        short = len(content.lstrip(b"\0")) <= SHOWN_MOST
        return content if known or short else _masked(content)
    return _content(kind, content, 0)


def _is_application(content: bytes) -> bool:
    """Whether this begins as a registered application id does (ISO 7816-5), and no card number."""
    return content[:1].hex()[:1] in ("a", "d", "f") and len(content) <= 16


def opens(number: int) -> bool:
    """Whether a tag holds tags that we know."""
    return _TAGS.get(number) is _As.TAGS


def is_text(number: int) -> bool:
    """Whether a tag holds text for people."""
    return _TAGS.get(number) is _As.TEXT


def _content(kind: _As | None, content: bytes, depth: int) -> bytes:
    match kind:
        case _As.TEXT:
            return text(content)
        case _As.NUMBER:
            return _number(content)
        case _As.TAGS:
            return _tags(content, depth)
        case _:
            return _masked(content)


def _tags(data: bytes, depth: int) -> bytes:
    """Tags keep their numbers and lengths, whatever they are; known ones keep their content."""
    if depth > MAX_DEPTH:
        raise _Unsure
    found, at = bytearray(), 0
    while at < len(data):
        start = at
        number, at = _tag_number(data, at)
        at, size = read_length(data, at, len(data))
        if at + size > len(data):
            raise _Unsure
        content = data[at : at + size]
        found += data[start:at]
        found += _tags(content, depth + 1) if opens(number) else tag(number, content)
        at += size
    return bytes(found)


def _tag_number(data: bytes, at: int) -> tuple[int, int]:
    """A tag's number, and where it ends."""
    number, end = data[at], at + 1
    if number & 0x1F != 0x1F:
        return number, end
    while end < len(data) and end - at <= 3:
        number, end = number << 8 | data[end], end + 1
        if not number & 0x80:
            return number, end
    raise _Unsure


# --- masks --------------------------------------------------------------------------------------

_NO_TEXT = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")


def text(content: bytes) -> bytes:
    """A text, stars for all but the last four digits of a long number; masked from where it is none."""
    end = found.start() if (found := _NO_TEXT.search(content)) else len(content)
    return _starred(content[:end]) + _masked(content[end:])


def _starred(content: bytes) -> bytes:
    return starred(content.decode("latin-1")).encode("latin-1")


def _number(content: bytes) -> bytes:
    """A card number in nibbles: its last four digits stay, and what is no digit."""
    nibbles = content.hex()
    number = re.split("[df]", nibbles, maxsplit=1)[0]
    last = len(number) - LAST if len(number) >= SHORTEST_NUMBER else len(number)
    shown = number[last:]
    masked = re.sub("[^df]", "e", nibbles)
    return bytes.fromhex(masked[:last] + shown + masked[last + len(shown) :])


def _masked(content: bytes) -> bytes:
    return bytes((MASK,)) * len(content)
