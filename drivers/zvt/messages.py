"""ZVT messages as tables: each field with its bitmap and encoding, each message with its chapter.

Chapters refer to PA00P015 revision 13.08. What a message does not name is kept as it came: known
bitmaps in `extra`, anything after an unknown one in `tail`, and the order of all in `order`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Annotated, Any, ClassVar, TypeVar, dataclass_transform, get_type_hints

from drivers.zvt.fields import (
    CONTAINER,
    LENGTHS,
    Container,
    DecodeError,
    Encoding,
    bcd,
    byte,
    nibbles,
    raw,
    read_container,
    read_length,
    read_spelled,
    spelled,
    text,
    write_length,
)


@dataclass(frozen=True, slots=True)
class At:
    """Field behind bitmap `bmp`."""

    bmp: int
    encoding: Encoding


@dataclass(frozen=True, slots=True)
class Lead:
    """Field before the bitmaps, at a fixed place."""

    encoding: Encoding


@dataclass(frozen=True, kw_only=True)
class Message:
    """One APDU's meaning."""

    control: ClassVar[int]
    table: ClassVar[Table]
    extra: tuple[tuple[int, bytes], ...] = ()
    order: tuple[int, ...] = field(default=(), compare=False)
    tail: bytes = b""


@dataclass(frozen=True, slots=True)
class Table:
    """A message's fields as decode and encode want them."""

    leads: tuple[tuple[str, Encoding, bool], ...]
    bitmaps: dict[int, tuple[str, Encoding]]
    """By bitmap: the field's name and encoding."""


M = TypeVar("M", bound=Message)
REGISTRY: dict[int, type[Message]] = {}
CONTAINER_ENCODING = Encoding(read_container, lambda container: container.raw)


@dataclass_transform(frozen_default=True)
def message(control: int) -> Callable[[type[M]], type[M]]:
    """Make a class the message of this control field (class and instruction byte)."""

    def register(cls: type[M]) -> type[M]:
        made = dataclass(frozen=True)(cls)
        made.control = control
        made.table = _table(made)
        REGISTRY[control] = made
        return made

    return register


def _table(cls: type[Message]) -> Table:
    hints = get_type_hints(cls, include_extras=True)
    leads = []
    bitmaps = {}
    for each in fields(cls):
        for note in getattr(hints[each.name], "__metadata__", ()):
            if isinstance(note, Lead):
                leads.append((each.name, note.encoding, each.default is MISSING))
            else:
                bitmaps[note.bmp] = (each.name, note.encoding)
    return Table(tuple(leads), bitmaps)


# --- fields that many messages share ------------------------------------------------------------

Tlv = Annotated[Container | None, At(0x06, CONTAINER_ENCODING)]
Password = Annotated[int, Lead(bcd(3))]


# --- answers ------------------------------------------------------------------------------------


@message(0x8000)
class Positive(Message):
    """Command or message accepted (PA00P016 5.2.3)."""


@message(0x8400)
class Negative(Message):
    """Refused: `code` stands in the control field's second byte; 00 counts as accepted."""

    code: int = 0


# --- from the till ------------------------------------------------------------------------------


@message(0x0600)
class Registration(Message):
    """2.1: how this till wants to work with the terminal."""

    password: Password
    config: Annotated[int, Lead(byte())]
    currency: Annotated[int | None, Lead(bcd(2))] = None
    service: Annotated[int | None, At(0x03, byte())] = None
    tlv: Tlv = None


@message(0x0601)
class Authorization(Message):
    """2.2: take this amount."""

    amount: Annotated[int | None, At(0x04, bcd(6))] = None
    currency: Annotated[int | None, At(0x49, bcd(2))] = None
    payment_type: Annotated[int | None, At(0x19, byte())] = None
    timeout: Annotated[int | None, At(0x01, byte())] = None
    max_status_infos: Annotated[int | None, At(0x02, byte())] = None
    tlv: Tlv = None


@message(0x0602)
class LogOff(Message):
    """2.24: the till leaves; the terminal answers 80 00 and nothing else."""


@message(0x0620)
class RepeatReceipt(Message):
    """2.20: the last transaction again. Service byte: 01 status information, 02 no printing."""

    password: Password
    service: Annotated[int | None, At(0x03, byte())] = None
    tlv: Tlv = None


@message(0x06B0)
class AbortCommand(Message):
    """2.23: the till wishes to stop."""


@message(0x0501)
class StatusEnquiry(Message):
    """2.56: is the terminal ready?"""

    password: Annotated[int | None, Lead(bcd(3))] = None
    service: Annotated[int | None, At(0x03, byte())] = None
    tlv: Tlv = None


# --- from the terminal --------------------------------------------------------------------------


@message(0x04FF)
class IntermediateStatus(Message):
    """3.7: what the terminal is at; `minutes` (a BCD byte) restarts T4 with another length."""

    status: Annotated[int, Lead(byte())]
    minutes: Annotated[int | None, Lead(byte())] = None
    tlv: Tlv = None


@message(0x040F)
class StatusInformation(Message):
    """3.1 and 13: a transaction's result and data."""

    result: Annotated[int | None, At(0x27, byte())] = None
    amount: Annotated[int | None, At(0x04, bcd(6))] = None
    currency: Annotated[int | None, At(0x49, bcd(2))] = None
    trace: Annotated[int | None, At(0x0B, bcd(3))] = None
    original_trace: Annotated[int | None, At(0x37, bcd(3))] = None
    time: Annotated[int | None, At(0x0C, bcd(3))] = None
    date: Annotated[int | None, At(0x0D, bcd(2))] = None
    expiry: Annotated[str | None, At(0x0E, nibbles())] = None
    card_sequence: Annotated[int | None, At(0x17, bcd(2))] = None
    payment_type: Annotated[int | None, At(0x19, byte())] = None
    card_number: Annotated[str | None, At(0x22, nibbles())] = None
    terminal_id: Annotated[int | None, At(0x29, bcd(4))] = None
    merchant_id: Annotated[str | None, At(0x2A, text())] = None
    authorisation: Annotated[bytes | None, At(0x3B, raw(8))] = None
    additional_text: Annotated[str | None, At(0x3C, text())] = None
    receipt: Annotated[int | None, At(0x87, bcd(2))] = None
    turnover: Annotated[int | None, At(0x88, bcd(3))] = None
    card_type: Annotated[int | None, At(0x8A, byte())] = None
    card_name: Annotated[str | None, At(0x8B, text())] = None
    tlv: Tlv = None


@message(0x060F)
class Completion(Message):
    """3.2: the dialogue ended; the till has the word again.

    `version` (length-spelled text) and `status` come first in the answer to a status enquiry.
    """

    version: str | None = None
    status: int | None = None
    result: Annotated[int | None, At(0x27, byte())] = None
    status_byte: Annotated[int | None, At(0x19, byte())] = None
    terminal_id: Annotated[int | None, At(0x29, bcd(4))] = None
    currency: Annotated[int | None, At(0x49, bcd(2))] = None
    tlv: Tlv = None


@message(0x061E)
class Abort(Message):
    """3.3: the dialogue ended without success; `result` by chapter 10."""

    result: Annotated[int, Lead(byte())]
    currency: Annotated[int | None, At(0x49, bcd(2))] = None
    tlv: Tlv = None


@message(0x06D1)
class PrintLine(Message):
    """3.5: one line of a receipt."""

    attribute: Annotated[int, Lead(byte())]
    text: str = ""


@message(0x06D3)
class PrintTextBlock(Message):
    """3.6: a receipt, or a part of one."""

    tlv: Tlv = None


@dataclass(frozen=True)
class Unknown(Message):
    """A control field this table does not name, kept whole."""

    code: int = 0
    data: bytes = b""


# --- both ways ------------------------------------------------------------------------------------


def decode(control: int, data: bytes) -> Message:
    """The message of a control field and its data. Raises DecodeError."""
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
    if cls is Completion:
        at = _enquiry_answer(data, values)
    _read_bitmaps(cls.table.bitmaps, data, at, values)
    return cls(**values)


def _fills(cls: type[Message], data: bytes, at: int) -> bool:
    """Whether an optional lead stands at `at`, though its first byte could be a bitmap too."""
    if cls is StatusEnquiry:
        return True  # a service byte needs a password before it
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
    except DecodeError as error:
        raise DecodeError(error.reason, 3 + at + error.offset) from error
    except ValueError as error:
        raise DecodeError(f"{data[:8].hex()} is no content for this field", 3 + at) from error


def _read_bitmaps(
    bitmaps: dict[int, tuple[str, Encoding]], data: bytes, at: int, values: dict[str, Any]
) -> None:
    order: list[int] = []
    extra: list[tuple[int, bytes]] = []
    end = len(data)
    while at < end:
        bmp = data[at]
        size = LENGTHS.get(bmp)
        if size is None:
            values["tail"] = data[at:]
            break
        start = at + 1
        if size < 0:
            start, size = _variable(size, data, start, end)
        at = start + size
        if at > end:
            raise DecodeError(f"the data ends within bitmap {bmp:02X}", 3 + start)
        order.append(bmp)
        name, encoding = bitmaps.get(bmp, _UNNAMED)
        if encoding is None or name in values:
            extra.append((bmp, data[start:at]))
        else:
            values[name] = _content(encoding, data[start:at], start)
    values["order"] = tuple(order)
    if extra:
        values["extra"] = tuple(extra)


_UNNAMED = ("", None)


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
    bitmaps = message.table.bitmaps
    left = {
        bmp: value
        for bmp, (name, _) in bitmaps.items()
        if (value := getattr(message, name)) is not None
    }
    extra = list(message.extra)
    parts = []
    for bmp in message.order:
        if bmp in left:
            parts.append(_bitmap(bmp, bitmaps[bmp][1].write(left.pop(bmp))))
        elif extra:
            index = next((i for i, (each, _) in enumerate(extra) if each == bmp), None)
            if index is not None:
                parts.append(_bitmap(*extra.pop(index)))
    parts.extend(_bitmap(bmp, bitmaps[bmp][1].write(value)) for bmp, value in left.items())
    parts.extend(_bitmap(bmp, content) for bmp, content in extra)
    parts.append(message.tail)
    return b"".join(parts)


def _bitmap(bmp: int, content: bytes) -> bytes:
    rule = LENGTHS[bmp]
    if rule > 0:
        if len(content) != rule:
            raise ValueError(f"bitmap {bmp:02X} takes {rule} bytes, not {len(content)}")
        return _IDS[bmp] + content
    if rule == CONTAINER:
        return _IDS[bmp] + write_length(len(content)) + content
    return _IDS[bmp] + spelled(len(content), -rule) + content


_IDS = [bytes((bmp,)) for bmp in range(256)]
