"""NDEF records as a technician may see them: what kind, how long, whose; what they hold on demand."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from drivers.cards import ndef
from drivers.cards.evidence import COSE_TYPE
from drivers.cards.ndef import NdefError, Record
from drivers.tools.decode_token import token_fields

_NAMES = {
    ndef.EMPTY: "empty",
    ndef.ABSOLUTE_URI: "absolute URI",
    ndef.UNKNOWN: "unknown",
}


def records_of(message: bytes | bytearray, *, show: bool) -> list[dict[str, Any]]:
    """One object a record. Raises NdefError. `show`: with what the records hold."""
    return [_fields(record, show=show) for record in ndef.decode(message)]


def told(error: NdefError) -> dict[str, Any]:
    """Where a message, or a record's content, is wrong."""
    return {"error": str(error).partition(": ")[2], "offset": error.offset}


def _fields(record: Record, *, show: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"type": _name(record), "bytes": len(record.payload)}
    try:
        found |= _content(record, show=show)
    except NdefError as error:
        found |= told(error)
    return found


def _name(record: Record) -> str:
    if record.tnf == ndef.WELL_KNOWN:
        known = {b"U": "uri", b"T": "text", b"Sp": "smart poster"}
        return known.get(record.type) or record.type.decode("ascii")
    if record.tnf == ndef.EXTERNAL:
        return f"external {ndef.external(record)}"
    return ndef.mime(record) or _NAMES[record.tnf]


def _content(record: Record, *, show: bool) -> dict[str, Any]:
    uri = ndef.uri(record)
    if uri is not None:
        return {"host": host_of(uri)} | ({"uri": uri} if show else {})
    text = ndef.text(record)
    if text is not None:
        return {"language": text.language} | ({"text": text.text} if show else {})
    if ndef.mime(record) == COSE_TYPE:
        return {"token": token_fields(bytes(record.payload), None, show=show)}
    return {"payload": record.payload.hex().upper()} if show and record.payload else {}


def host_of(uri: str) -> str | None:
    """Whom a link leads to. It is never opened."""
    try:
        return urlsplit(uri).hostname
    except ValueError:
        return None
