"""Messages to APDU data and back, by the tables of `messages`. Pure.

Decoding then encoding gives the same bytes for whatever was written in the shortest form.
"""

from __future__ import annotations

from typing import Any

from drivers.zvt.bitmaps import CONTAINER
from drivers.zvt.fields import (
    LENGTHS,
    DecodeError,
    Encoding,
    bitmap,
    read_length,
    read_spelled,
    spelled,
)
from drivers.zvt.message import Reader
from drivers.zvt.messages import (
    REGISTRY,
    Completion,
    IntermediateStatus,
    Message,
    Negative,
    Positive,
    PrintLine,
    Unknown,
)


def decode(control: int, data: bytes, *, strict: bool = True) -> Message:
    """The message of a control field and its data. Raises DecodeError.

    On a line (`strict` False) content that cannot be read and decides nothing is kept as it came.
    """
    if control >> 8 == 0x84:
        return Negative(code=control & 0xFF, tail=data)
    cls = REGISTRY.get(control)
    if cls is None:
        return Unknown(code=control, data=data)
    values: dict[str, Any] = {}
    at = 0
    for name, encoding, required in cls.table.leads:
        size = encoding.size or 1
        if at + size > len(data):
            if required:
                raise DecodeError(f"{cls.__name__} lacks {name}", 3 + at)
            break
        if not required and data[at] in cls.table.bitmaps and not _fills(cls, data, at):
            break
        values[name] = _content(encoding, data[at : at + size], at)
        at += size
    if cls is PrintLine:
        values["text"] = data[at:].decode("cp437")
        return cls(**values)
    if cls is Positive and data and not (data[0] == 0x06 and _spans(data, 0)):
        return Positive(keys=data)
    if cls is Completion:
        at = _enquiry_answer(data, values)
    _read_bitmaps(cls.table.readers, data, at, values, strict=strict)
    return cls(**values)


def _fills(cls: type[Message], data: bytes, at: int) -> bool:
    """Whether an optional lead stands at `at`, though its first byte could be a bitmap too."""
    if cls.table.lead_first:
        return True
    if cls is not IntermediateStatus:
        return False
    # A container comes behind the minutes (3.7), but some terminals leave the minutes out.
    return _spans(data, at + 1) or not _spans(data, at)


def _spans(data: bytes, at: int) -> bool:
    """Whether a container begins at `at` and is all that is left."""
    try:
        start, size = read_length(data, at + 1, len(data))
    except DecodeError:
        return False
    return data[at] == 0x06 and start + size == len(data)


def _enquiry_answer(data: bytes, values: dict[str, Any]) -> int:
    """Version and status at the start of a status enquiry's completion (2.56.2)."""
    if len(data) >= 3 and all(0xF0 <= digit <= 0xF9 for digit in data[:3]):
        size = read_spelled(data, 0, 3)
        if 3 + size < len(data):
            values["version"] = data[3 : 3 + size].decode("cp437")
            values["status"] = data[3 + size]
            return 4 + size
    if data and (len(data) == 1 or data[0] not in LENGTHS):
        values["status"] = data[0]
        return 1
    if data and data[0] not in Completion.table.bitmaps and _spans(data, 1):
        values["status"] = data[0]  # a status like E0 that could be a bitmap too
        return 1
    return 0


def _content(encoding: Encoding, data: bytes, at: int) -> Any:
    try:
        return encoding.read(data)
    except ValueError as error:
        raise _unreadable(error, data, at) from error


def _unreadable(error: ValueError, data: bytes, at: int) -> DecodeError:
    if isinstance(error, DecodeError):
        return DecodeError(error.reason, 3 + at + error.offset)
    return DecodeError(f"{data[:8].hex()} is no content for this field", 3 + at)


def _read_bitmaps(
    readers: dict[int, Reader], data: bytes, at: int, values: dict[str, Any], *, strict: bool
) -> None:
    order: list[int] = []
    extra: list[tuple[int, bytes]] = []
    end = len(data)
    while at < end:
        bmp = data[at]
        reader = readers.get(bmp)
        if reader is None:
            values["tail"] = data[at:]
            break
        size, name, read = reader
        start = at + 1
        if size < 0:
            start, size = _variable(size, data, start, end)
        at = start + size
        if at > end:
            raise DecodeError(f"the data ends within bitmap {bmp:02X}", 3 + start)
        order.append(bmp)
        content = data[start:at]
        if read is None or name in values:
            extra.append((bmp, content))
            continue
        try:
            values[name] = read(content)
        except ValueError as error:
            if strict or bmp in STRICT:
                raise _unreadable(error, content, start) from error
            extra.append((bmp, content))  # an odd date must not cost a payment
    values["order"] = tuple(order)
    if extra:
        values["extra"] = tuple(extra)


STRICT = frozenset({0x04, 0x0B, 0x27, 0x37, 0x49})
"""What decides about money: amount, traces, result, currency. Other content that cannot be read is
kept as it came, in `extra`."""


def _variable(rule: int, data: bytes, at: int, end: int) -> tuple[int, int]:
    """Where the content behind a variable length at `at` starts, and its size."""
    try:
        if rule == CONTAINER:
            return read_length(data, at, end)
        return at - rule, read_spelled(data, at, -rule)
    except DecodeError as error:
        raise DecodeError(error.reason, 3 + error.offset) from error


def encode(message: Message) -> tuple[int, bytes]:
    """Control field and data of a message. Raises ValueError if a value does not fit its field."""
    if isinstance(message, Negative):
        if not 0 <= message.code <= 0xFF:
            raise ValueError(f"{message.code} is no result code")
        return 0x8400 | message.code, message.tail
    if isinstance(message, Unknown):
        return message.code, message.data
    parts = []
    for name, encoding, required in message.table.leads:
        value = getattr(message, name)
        if value is not None:
            parts.append(encoding.write(value))
        elif required:
            raise ValueError(f"{type(message).__name__} needs {name}")
    if isinstance(message, PrintLine):
        parts.append(message.text.encode("cp437"))
    elif isinstance(message, Completion):
        parts.append(_enquiry_bytes(message))
    elif isinstance(message, Positive):
        parts.append(message.keys)
    parts.append(_write_bitmaps(message))
    return message.control, b"".join(parts)


def _enquiry_bytes(message: Completion) -> bytes:
    status = bytes((message.status,)) if message.status is not None else b""
    if message.version is None:
        return status
    version = message.version.encode("cp437")
    return spelled(len(version), 3) + version + status


def _write_bitmaps(message: Message) -> bytes:
    """Named fields and unnamed bitmaps in the order they came in, or the table's."""
    table = message.table
    values = table.values(message)
    if not message.order and not message.extra:
        parts = [
            written(value)
            for written, value in zip(table.writers, values, strict=True)
            if value is not None
        ]
        return b"".join(parts) + message.tail
    left = {
        bmp: value for bmp, value in zip(table.bitmaps, values, strict=True) if value is not None
    }
    extra = list(message.extra)
    parts = []
    for bmp in message.order:
        if bmp in left:
            parts.append(bitmap(bmp, table.bitmaps[bmp][1].write(left.pop(bmp))))
        elif extra:
            index = next((i for i, (each, _) in enumerate(extra) if each == bmp), None)
            if index is not None:
                parts.append(bitmap(*extra.pop(index)))
    parts.extend(bitmap(bmp, table.bitmaps[bmp][1].write(value)) for bmp, value in left.items())
    parts.extend(bitmap(bmp, content) for bmp, content in extra)
    parts.append(message.tail)
    return b"".join(parts)
