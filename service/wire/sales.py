"""Sales on their way to the service: the record, the sealed customer link beside it, the receipt back.

The record holds no customer. The link is sealed to the outbox key when the customer identifies; the
kiosk that sealed it cannot open it again.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from service.wire.messages import (
    EVIDENCE_FIELD_BYTES,
    Evidence,
    EvidenceKind,
    Malformed,
    evidence_in,
    put_evidence,
    put_text,
    text_span,
)
from service.wire.suite import OVERHEAD, SUITE_ID, CannotOpen, PrivateKey, PublicKey, sha256

SALE_ID_BYTES = 40
KIOSK_BYTES = 16
BATCH_MOST = 16

# --- the link -----------------------------------------------------------------------------------

_LINK_VERSION = 1
_LINK_HEAD = struct.Struct(f">{SALE_ID_BYTES}s{KIOSK_BYTES}sQ")
_LINK_PLAIN = _LINK_HEAD.size + EVIDENCE_FIELD_BYTES
LINK_BYTES = 5 + OVERHEAD + _LINK_PLAIN
NO_LINK = bytes(LINK_BYTES)
"""Stands where a sale has no customer: sealed on the way, nobody sees the difference."""


@dataclass(frozen=True, slots=True)
class Link:
    """Whose sale it was: `at` in Unix milliseconds."""

    sale: str
    kiosk: bytes
    at: int
    evidence: Evidence


def _link_info(header: bytes, tenant: str, key: PublicKey) -> bytes:
    name = tenant.encode()
    return (
        b"openkiosk/lookup/v1/link\0" + header + bytes((len(name),)) + name + SUITE_ID + key.digest
    )


def seal_link(
    key_id: bytes,
    key: PublicKey,
    tenant: str,
    *,
    sale: str,
    kiosk: bytes,
    at: int,
    kind: EvidenceKind,
    evidence: bytes | bytearray | memoryview,
) -> bytes:
    """LINK_BYTES that only the service's outbox key opens. Raises Malformed or BadKey."""
    header = bytes((_LINK_VERSION,)) + key_id
    plain = bytearray(_LINK_PLAIN)
    try:
        _LINK_HEAD.pack_into(plain, 0, put_text(sale, SALE_ID_BYTES), kiosk, at)
        put_evidence(memoryview(plain)[_LINK_HEAD.size :], kind, evidence)
        return header + key.seal(plain, _link_info(header, tenant, key))
    finally:
        plain[:] = bytes(len(plain))


def link_key_id(sealed: bytes) -> bytes:
    """Which outbox key a link is sealed to. Raises Malformed."""
    if len(sealed) != LINK_BYTES or sealed[0] != _LINK_VERSION:
        raise Malformed("no link of this version")
    return sealed[1:5]


def open_link(sealed: bytes, key: PrivateKey, tenant: str) -> Link:
    """Raises Malformed, or CannotOpen."""
    header = bytes((_LINK_VERSION,)) + link_key_id(sealed)
    plain = key.open(sealed[5:], _link_info(header, tenant, key.public))
    if len(plain) != _LINK_PLAIN:
        raise CannotOpen
    sale, kiosk, at = _LINK_HEAD.unpack_from(plain)
    return Link(_text(sale), kiosk, at, evidence_in(plain[_LINK_HEAD.size :]))


# --- the record ---------------------------------------------------------------------------------

_RECORD = struct.Struct(f">{SALE_ID_BYTES}s16sQQq3sHI32s")
RECORD_BYTES = _RECORD.size + LINK_BYTES


@dataclass(frozen=True, slots=True)
class SaleRecord:
    """A sale as the service books it.

    `outbox`: random id of the kiosk's outbox file; `sequence` counts in it from 1 without a gap.
    `at` is Unix milliseconds, `total` in cents, `digest` the SHA-256 of the sale as journalled.
    """

    id: str
    outbox: bytes
    sequence: int
    at: int
    total: int
    currency: str
    lines: int
    receipt: int
    digest: bytes
    link: bytes = NO_LINK

    @property
    def linked(self) -> bool:
        """Whether a customer link goes with it."""
        return self.link != NO_LINK


def fingerprint_of(record: SaleRecord) -> bytes:
    """SHA-256 of a sale: tells a second delivery from another sale of this id.

    Where it stands in an outbox is left out: a kiosk may have to number its sales anew.
    """
    return sha256(_pack_record(replace(record, outbox=bytes(16), sequence=1)))


def pack_sales(records: tuple[SaleRecord, ...]) -> bytes:
    """The body of a SALE request. Raises Malformed."""
    if not 1 <= len(records) <= BATCH_MOST:
        raise Malformed(f"1 to {BATCH_MOST} sales go in one request")
    return bytes((len(records),)) + b"".join(map(_pack_record, records))


def _pack_record(record: SaleRecord) -> bytes:
    if len(record.link) != LINK_BYTES or len(record.outbox) != 16 or len(record.digest) != 32:
        raise Malformed("a sale with parts of a wrong size")
    try:
        head = _RECORD.pack(
            put_text(record.id, SALE_ID_BYTES),
            record.outbox,
            record.sequence,
            record.at,
            record.total,
            record.currency.encode("ascii"),
            record.lines,
            record.receipt,
            record.digest,
        )
    except (struct.error, UnicodeEncodeError) as error:
        raise Malformed(f"a sale that does not fit its layout: {error}") from error
    return head + record.link


def sales_in(body: bytes) -> tuple[SaleRecord, ...]:
    """Raises Malformed."""
    count = body[0] if body else 0
    if not 1 <= count <= BATCH_MOST or len(body) != 1 + count * RECORD_BYTES:
        raise Malformed("a number of sales that does not fit the length")
    return tuple(_record(body, 1 + index * RECORD_BYTES) for index in range(count))


def _record(body: bytes, start: int) -> SaleRecord:
    name, outbox, sequence, at, total, currency, lines, receipt, digest = _RECORD.unpack_from(
        body, start
    )
    if sequence < 1 or sequence >> 62 or at >> 62:
        raise Malformed("a sale with a number out of range")
    if not (currency.isalpha() and currency.isupper()):
        raise Malformed("a currency that is not three capital letters")
    money = currency.decode("ascii")
    link = body[start + _RECORD.size : start + RECORD_BYTES]
    return SaleRecord(_text(name), outbox, sequence, at, total, money, lines, receipt, digest, link)


def _text(padded: bytes) -> str:
    try:
        text = str(text_span(memoryview(padded), 0, len(padded)), "utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("an id that is not UTF-8") from error
    if not text.isprintable():
        raise Malformed("an id with characters nobody sees")
    return text


# --- the receipt --------------------------------------------------------------------------------

_RECEIPT = struct.Struct(f">{KIOSK_BYTES}s16sQ")
RECEIPT_BYTES = _RECEIPT.size


@dataclass(frozen=True, slots=True)
class Receipt:
    """The service's word: all sales of this outbox up to `contiguous` are booked and durable."""

    kiosk: bytes
    outbox: bytes
    contiguous: int


def pack_receipt(receipt: Receipt) -> bytes:
    """RECEIPT_BYTES."""
    return _RECEIPT.pack(receipt.kiosk, receipt.outbox, receipt.contiguous)


def receipt_in(body: bytes | memoryview) -> Receipt:
    """Raises Malformed."""
    if len(body) != RECEIPT_BYTES:
        raise Malformed("a receipt of a wrong size")
    return Receipt(*_RECEIPT.unpack(body))
