"""`drivers decode`: lines in, one JSON object a line out; here the hex of ZVT and of NDEF."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from typing import Any

from drivers.cards.ndef import NdefError
from drivers.tools.records import records_of, told
from drivers.tools.unblock import BLOCK, unblocked
from drivers.zvt import codec
from drivers.zvt.blocks import block
from drivers.zvt.codec import encode
from drivers.zvt.fields import Container, DecodeError, Tag, masked
from drivers.zvt.framing import frame
from drivers.zvt.masking import starred
from drivers.zvt.messages import Message, Negative, Unknown
from drivers.zvt.redaction import (
    bitmap,
    hides,
    opens,
    password_size,
    redacted,
    tag,
)

_HIDDEN = {"order"}
_NO_CARD = {"merchant_id"}


def decode_lines(
    lines: Iterable[str], decode: Callable[[str], dict[str, Any]] | None = None
) -> Iterator[str]:
    """A JSON object for every line that is not empty."""
    decode = decode or decode_hex
    for line in lines:
        if line.strip():
            yield json.dumps(decode(line), ensure_ascii=False)


class NoHex(ValueError):
    """Text that is not hexadecimal; `offset`: of the first byte that is not."""

    def __init__(self, offset: int) -> None:
        super().__init__("not hexadecimal")
        self.offset = offset


def bytes_of(line: str) -> bytes:
    """Hex as people paste it. Raises NoHex."""
    text = re.sub(r"[\s:,-]|0[xX]", "", line)
    try:
        return bytes.fromhex(text)
    except ValueError:
        right = re.match(r"(?:[0-9a-fA-F]{2})*", text)
        raise NoHex(len(right[0]) // 2 if right else 0) from None


def decode_ndef(line: str, *, show: bool) -> dict[str, Any]:
    """`records` and `bytes`, or `error` and `offset` (of the first wrong byte)."""
    try:
        data = bytes_of(line)
        return {"records": records_of(data, show=show), "bytes": len(data)}
    except NoHex as error:
        return {"error": str(error), "offset": error.offset}
    except NdefError as error:
        return told(error)


def decode_hex(text: str) -> dict[str, Any]:
    """`message`, `fields` and `encoded`, or `error` and `offset` (of the first wrong byte).

    Of a block of a serial line, `encoded` is a block too, and offsets are those of its bytes.
    """
    try:
        data = bytes_of(text)
        if data[:2] != BLOCK:
            return _decoded(data)
        apdu, places = unblocked(data)
    except (NoHex, DecodeError) as error:
        return {"error": str(error), "offset": error.offset}
    found = _decoded(apdu)
    if "error" in found:
        found["offset"] = places[min(found["offset"], len(apdu))]
    else:
        found["encoded"] = block(bytes.fromhex(found["encoded"])).hex().upper()
    return found


def _decoded(data: bytes) -> dict[str, Any]:
    head = 3
    try:
        control, content, head = _unframed(data)
        message = codec.decode(control, content)
        return {
            "message": type(message).__name__,
            "control": f"{control:04X}",
            "fields": _fields(message),
            "encoded": frame(*encode(message)).hex().upper(),
        }
    except DecodeError as error:
        return {"error": error.reason, "offset": error.offset + head - 3}


def _unframed(data: bytes) -> tuple[int, bytes, int]:
    """Control field, data, and the header's size. Raises DecodeError."""
    if len(data) < 3:
        raise DecodeError("the APDU ends within its header", len(data))
    head, size = 3, data[2]
    if size == 0xFF:
        if len(data) < 5:
            raise DecodeError("the APDU ends within its header", len(data))
        head, size = 5, data[3] | data[4] << 8
    if len(data) - head < size:
        raise DecodeError(f"the APDU ends early: {size} bytes are announced", len(data))
    if len(data) - head > size:
        raise DecodeError("there are bytes behind the APDU", head + size)
    return data[0] << 8 | data[1], data[head:], head


def fields_of(control: int, data: bytes) -> dict[str, Any]:
    """What a message of a trace says, whose password is no digits any more."""
    secret = password_size(control)
    if len(data) >= secret:
        data = bytes(secret) + data[secret:]
    try:
        return _fields(codec.decode(control, data, strict=False))
    except ValueError as error:  # it was readable as it crossed the line, unmasked
        return {"unreadable": str(error)}


def _fields(message: Message) -> dict[str, Any]:
    if isinstance(message, Unknown):
        return {"data": redacted(message.code, message.data).hex().upper()}
    if isinstance(message, Negative):
        return {"code": f"{message.code:02X}"}
    bitmaps = {name: bmp for bmp, (name, _) in message.table.bitmaps.items()}
    found: dict[str, Any] = {}
    for each in fields(message):
        value = getattr(message, each.name)
        if each.name not in _HIDDEN and value not in (None, b"", ()):
            found[each.name] = _shown(each.name, bitmaps.get(each.name), value)
    return found


def _shown(name: str, bmp: int | None, value: Any) -> Any:
    if "password" in name:
        return "*"
    if name == "extra":
        return {f"{bmp:02X}": _extra(bmp, data) for bmp, data in value}
    if name == "tail" or (bmp and hides(bmp)):
        return "*" * len(value) if isinstance(value, str | bytes) else "*"
    if name == "card_number":
        return masked(value)
    if isinstance(value, Container):
        return [_tag(tag) for tag in value.tags]
    if isinstance(value, bytes):
        return value.hex().upper()
    if isinstance(value, str):
        plain = name in _NO_CARD  # a shop's number has as many digits as a card's
        return (value if plain else starred(value)).rstrip("\0")
    return value


def _extra(bmp: int, data: bytes) -> str:
    try:
        return "*" * len(data) if hides(bmp) else bitmap(bmp, data).hex().upper()
    except DecodeError:
        return "*" * len(data)


def _tag(each: Tag) -> dict[str, Any]:
    if not isinstance(each.value, bytes) and opens(each.number):
        return {f"{each.number:02X}": [_tag(inner) for inner in each.value]}
    return {f"{each.number:02X}": tag(each.number, each.data).hex().upper()}
