"""NDEF messages (NFC Forum, NFC Data Exchange Format 1.0): bytes to records and back, strictly.

`decode` is total: whatever comes in, a tuple of records or NdefError comes out. Records look into the
buffer that was decoded, so that wiping the buffer wipes them; joined chunks have a buffer of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

RECORDS_MOST = 32
CHUNKS_MOST = 64
BYTES_MOST = 65536

EMPTY, WELL_KNOWN, MIME, ABSOLUTE_URI, EXTERNAL, UNKNOWN, UNCHANGED = range(7)
"""TNF, how a type is to be read (3.2.6)."""

_BEGIN, _END, _CHUNK, _SHORT, _HAS_ID, _TNF = 0x80, 0x40, 0x20, 0x10, 0x08, 0x07
_NOTHING = memoryview(b"")
_COMMON_TYPES = frozenset((b"U", b"T", b"Sp", b"application/cose"))

PREFIXES = (
    *("", "http://www.", "https://www.", "http://", "https://", "tel:", "mailto:"),
    *(
        "ftp://anonymous:anonymous@",
        "ftp://ftp.",
        "ftps://",
        "sftp://",
        "smb://",
        "nfs://",
        "ftp://",
    ),
    *("dav://", "news:", "telnet://", "imap:", "rtsp://", "urn:", "pop:", "sip:", "sips:", "tftp:"),
    *("btspp://", "btl2cap://", "btgoep://", "tcpobex://", "irdaobex://", "file://", "urn:epc:id:"),
    *("urn:epc:tag:", "urn:epc:pat:", "urn:epc:raw:", "urn:epc:", "urn:nfc:"),
)
"""By identifier code, 00 to 23 (NFC Forum URI RTD 1.0)."""


class NdefError(ValueError):
    """No NDEF; `offset`: where in the buffer. The message never says what stands there."""

    def __init__(self, offset: int, what: str) -> None:
        super().__init__(f"byte {offset}: {what}")
        self.offset = offset


class Record(NamedTuple):
    """One record. `payload` and `id` look into the buffer that was decoded."""

    tnf: int
    type: bytes
    payload: memoryview
    id: memoryview = _NOTHING


_make = Record._make  # half the price of calling it by names


class Text(NamedTuple):
    """What a text record says, and in which language (a tag of RFC 5646)."""

    language: str
    text: str


def decode(data: bytes | bytearray | memoryview) -> tuple[Record, ...]:
    """The records of one whole message. Raises NdefError."""
    view = memoryview(data)
    size = len(view)
    if not 0 < size <= BYTES_MOST:
        raise NdefError(0, "no message" if not size else f"more than {BYTES_MOST} bytes")
    records: list[Record] = []
    begin, at = _BEGIN, 0
    while at < size:
        if len(records) >= RECORDS_MOST:
            raise NdefError(at, f"more than {RECORDS_MOST} records")
        head = view[at]
        if head & _BEGIN != begin:
            raise NdefError(at, "message begin where it may not be, or missing")
        begin = 0
        plain = _plain(view, at, head, size)
        if plain is not None:
            record, after = plain
        else:
            record, after = _record(view, at, head, size)
            if head & _CHUNK:
                if head & _END:
                    raise NdefError(at, "the message ends within chunks")
                record, after, head = _joined(view, record, after, size)
        records.append(record)
        if head & _END:
            if after != size:
                raise NdefError(after, "bytes after the end of the message")
            return tuple(records)
        at = after
    raise NdefError(size, "the message does not end")


def _plain(view: memoryview, at: int, head: int, size: int) -> tuple[Record, int] | None:
    """A short record of a common type, as nearly all are; None for any other, and for broken ones."""
    if head & (_CHUNK | _SHORT | _HAS_ID) != _SHORT or at + 3 > size:
        return None
    start = at + 3
    end = start + view[at + 1]
    after = end + view[at + 2]
    kind = view[start:end].tobytes()
    if after > size or kind not in _COMMON_TYPES or not WELL_KNOWN <= head & _TNF <= EXTERNAL:
        return None
    return _make((head & _TNF, kind, view[end:after], _NOTHING)), after


def _record(view: memoryview, at: int, head: int, size: int) -> tuple[Record, int]:
    """The record whose header byte stands at `at`, and where the next one begins."""
    tnf = head & _TNF
    try:
        type_size = view[at + 1]
        if head & _SHORT:
            length = view[at + 2]
            start = at + 3
        else:
            length = int.from_bytes(view[at + 2 : at + 6], "big")
            start = at + 6
        id_size = 0
        if head & _HAS_ID:
            id_size = view[start]
            start += 1
    except IndexError:
        raise NdefError(size, "a record header is cut off") from None
    end_of_type = start + type_size
    end_of_id = end_of_type + id_size
    after = end_of_id + length
    if after > size or start > size:
        raise NdefError(at, "a record is longer than the message")
    if not (type_size and WELL_KNOWN <= tnf <= EXTERNAL):
        _check_lengths(at, tnf, type_size, id_size + length)
    kind = view[start:end_of_type].tobytes()
    if kind not in _COMMON_TYPES:
        _check_type(start, tnf, kind)
    identity = view[end_of_type:end_of_id] if id_size else _NOTHING
    return _make((tnf, kind, view[end_of_id:after], identity)), after


def _check_lengths(at: int, tnf: int, type_size: int, rest: int) -> None:
    if tnf > UNKNOWN:
        raise NdefError(at, "a type name format that is not allowed here")
    if WELL_KNOWN <= tnf <= EXTERNAL and not type_size:
        raise NdefError(at, "a record without its type")
    if tnf == UNKNOWN and type_size:
        raise NdefError(at, "an unknown type that is named")
    if tnf == EMPTY and (type_size or rest):
        raise NdefError(at, "an empty record that is not empty")


def _check_type(at: int, tnf: int, kind: bytes) -> None:
    if tnf != ABSOLUTE_URI and not (kind.isascii() and kind.decode("ascii").isprintable()):
        raise NdefError(at, "a type that is not printable ASCII")


def _joined(view: memoryview, first: Record, at: int, size: int) -> tuple[Record, int, int]:
    """A chunked record (2.3.3), where the next begins, and the header of its last chunk."""
    if first.tnf == EMPTY:
        raise NdefError(at, "an empty record in chunks")
    payload = bytearray(first.payload)
    for _ in range(CHUNKS_MOST):
        if at + 1 >= size:
            break
        head = view[at]
        if head & (_BEGIN | _HAS_ID | _TNF) != UNCHANGED or view[at + 1]:
            raise NdefError(at, "a chunk with a header of its own")
        if head & _CHUNK and head & _END:
            raise NdefError(at, "the message ends within chunks")
        record, at = _record(view, at, head & ~_TNF | UNKNOWN, size)
        payload += record.payload
        if not head & _CHUNK:
            return first._replace(payload=memoryview(payload)), at, head
    raise NdefError(at, "chunks without an end")


def uri(record: Record) -> str | None:
    """The URI of a well-known URI record, None of another. Raises NdefError."""
    if record.tnf != WELL_KNOWN or record.type != b"U":
        return None
    return uri_prefix(record) + _text(record.payload[1:], "utf-8")


def uri_prefix(record: Record) -> str:
    """What the identifier code of a URI record stands for. Raises NdefError."""
    code = record.payload[0] if record.payload else len(PREFIXES)
    if code >= len(PREFIXES):
        raise NdefError(0, "a URI record without a known identifier code")
    return PREFIXES[code]


def text(record: Record) -> Text | None:
    """The text of a well-known text record (Text RTD 1.0), None of another. Raises NdefError."""
    if record.tnf != WELL_KNOWN or record.type != b"T":
        return None
    payload = record.payload
    if not payload or payload[0] & 0x40 or 1 + (payload[0] & 0x3F) > len(payload):
        raise NdefError(0, "a text record with a wrong status byte")
    end = 1 + (payload[0] & 0x3F)
    language = _text(payload[1:end], "ascii")
    if not payload[0] & 0x80:
        return Text(language, _text(payload[end:], "utf-8"))
    body = payload[end:]
    marked = bytes(body[:2])  # without a mark it is big-endian (Text RTD 1.0)
    if marked in (b"\xff\xfe", b"\xfe\xff"):
        body = body[2:]
    return Text(language, _text(body, "utf-16-le" if marked == b"\xff\xfe" else "utf-16-be"))


def _text(data: memoryview, encoding: str) -> str:
    try:
        return str(data, encoding)
    except UnicodeDecodeError as error:
        raise NdefError(error.start, f"text that is no {encoding}") from None


def mime(record: Record) -> str | None:
    """The media type in lower case, None of a record of another kind."""
    return record.type.decode("ascii").lower() if record.tnf == MIME else None


def external(record: Record) -> str | None:
    """The external type, `domain:name` in lower case, None of a record of another kind."""
    return record.type.decode("ascii").lower() if record.tnf == EXTERNAL else None


# --- encoding: for simulated cards and for issuing ----------------------------------------------


def uri_record(value: str) -> Record:
    """A URI record with the longest prefix of the table."""
    code = max(
        (code for code, prefix in enumerate(PREFIXES) if value.startswith(prefix)),
        key=lambda code: len(PREFIXES[code]),
    )
    rest = value[len(PREFIXES[code]) :].encode()
    return Record(WELL_KNOWN, b"U", memoryview(bytes((code,)) + rest))


def text_record(value: str, language: str = "en") -> Record:
    """A text record in UTF-8."""
    tag = language.encode("ascii")
    return Record(WELL_KNOWN, b"T", memoryview(bytes((len(tag),)) + tag + value.encode()))


def mime_record(kind: str, payload: bytes) -> Record:
    """A record of a media type."""
    return Record(MIME, kind.encode("ascii"), memoryview(payload))


def external_record(kind: str, payload: bytes) -> Record:
    """A record of an external type, `domain:name`."""
    return Record(EXTERNAL, kind.encode("ascii"), memoryview(payload))


def encode(records: Iterable[Record], *, chunk: int = 0) -> bytes:
    """One message. `chunk`: the most payload bytes of a piece, 0 for no chunks.

    Raises NdefError for what `decode` would not take.
    """
    out = bytearray()
    listed = list(records)
    for place, record in enumerate(listed):
        mark = _BEGIN * (not place) | _END * (place == len(listed) - 1)
        if chunk and len(record.payload) > chunk:
            out += _chunks(record, mark, chunk)
        else:
            out += _one(record, record.payload, mark | record.tnf)
    decode(out)
    return bytes(out)


def _chunks(record: Record, mark: int, chunk: int) -> bytes:
    pieces = [record.payload[at : at + chunk] for at in range(0, len(record.payload), chunk)]
    out = _one(record, pieces[0], mark & _BEGIN | _CHUNK | record.tnf)
    bare = Record(UNCHANGED, b"", _NOTHING)
    for piece in pieces[1:-1]:
        out += _one(bare, piece, _CHUNK | UNCHANGED)
    return out + _one(bare, pieces[-1], mark & _END | UNCHANGED)


def _one(record: Record, payload: memoryview, head: int) -> bytes:
    size = len(payload)
    short = size < 0x100
    head |= _SHORT * short | _HAS_ID * bool(record.id)
    lengths = bytes((head, len(record.type))) + size.to_bytes(1 if short else 4, "big")
    identity = bytes((len(record.id),)) if record.id else b""
    return b"".join((lengths, identity, record.type, record.id, payload))
