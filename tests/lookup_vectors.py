"""The frozen vectors of Lookup v1: how they were made, and how they are read.

`python -m tests.lookup_vectors FILE` makes them anew; only for a new version of the protocol, since
sealing takes fresh chance each time. Everything else in them follows from the fixed seeds here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.wire.envelope import (
    HEADER_BYTES,
    Opened,
    Question,
    open_request,
    request_info,
    seal_answer,
    signed_payload,
)
from service.wire.messages import (
    ALL_FIELDS,
    EVIDENCE_FIELD_BYTES,
    Customer,
    EvidenceKind,
    Field,
    Kind,
    Offer,
    Purpose,
    Status,
    pack_customer,
    put_evidence,
)
from service.wire.sales import (
    Receipt,
    SaleRecord,
    pack_receipt,
    pack_sales,
    seal_link,
)
from service.wire.suite import ENC_BYTES, PrivateKey

PATH = Path(__file__).parents[1] / "docs" / "lookup-v1-vectors.json"
TENANT = "beispielmarkt"
KEY_ID = bytes.fromhex("0a0b0c0d")
OUTBOX_KEY_ID = bytes.fromhex("01020304")
AT = 1_795_000_000_000


def seed(what: str, size: int = 32) -> bytes:
    """Fixed bytes for a purpose."""
    return hashlib.shake_256(f"openkiosk lookup v1 vector: {what}".encode()).digest(size)


LOOKUP_KEY = PrivateKey(seed("lookup key"))
OUTBOX_KEY = PrivateKey(seed("outbox key"))
KIOSK_KEY = Ed25519PrivateKey.from_private_bytes(seed("kiosk signing key"))
ANSWER_KEY = Ed25519PrivateKey.from_private_bytes(seed("answer signing key"))
KIOSK = seed("kiosk id", 16)


@dataclass(frozen=True, slots=True)
class Case:
    """One exchange, before it is sealed."""

    name: str
    kind: Kind
    body: bytes
    status: Status
    answer: bytes = b""
    fields: Field = Field(0)
    signed: bool = False
    retry: int = 0


def _evidence(kind: EvidenceKind, data: bytes) -> bytes:
    body = bytearray(EVIDENCE_FIELD_BYTES)
    put_evidence(memoryview(body), kind, data)
    return bytes(body)


def _sale(sequence: int, link: bool) -> SaleRecord:
    sale = f"K1-{seed('epoch', 3).hex()}-s{sequence:06d}"
    more: dict[str, bytes] = {}
    if link:
        more["link"] = seal_link(
            OUTBOX_KEY_ID,
            OUTBOX_KEY.public,
            TENANT,
            sale=sale,
            kiosk=KIOSK,
            at=AT,
            kind=EvidenceKind.TEST_CARD,
            evidence=b"4711000011",
        )
    return SaleRecord(
        sale,
        seed("outbox", 16),
        sequence,
        AT,
        1999,
        "EUR",
        7,
        sequence,
        seed("sale digest"),
        **more,
    )


def _customers() -> list[Customer]:
    return [
        Customer(
            1, ALL_FIELDS, "Zoë Ωmega 😀", 1250, "Gold", "member", "de", (Offer("10 % auf Brot"),)
        ),
        Customer(0, Field.PRICE_GROUP, price_group="member"),
        Customer(2, Field.NAME | Field.BALANCE, "Ş" * 39, -5),
        Customer(1, Field(0)),
    ]


def cases() -> list[Case]:
    """Twenty exchanges: every kind, every status, the edges of sizes."""
    nobody = pack_customer(Customer(0, Field(0)))
    one = seed("evidence", 512)
    found = [
        Case(
            f"lookup, found {number}",
            Kind.LOOKUP,
            _evidence(EvidenceKind.TEST_CARD, b"4711000011"),
            Status.FOUND,
            pack_customer(customer),
            ALL_FIELDS,
        )
        for number, customer in enumerate(_customers(), 1)
    ]
    for kind, size in zip(EvidenceKind, (1, 4, 7, 8, 118, 180, 512), strict=True):
        body = _evidence(kind, one[:size])
        name = f"lookup by {kind.name.lower()}, {size} bytes, unknown"
        found.append(Case(name, Kind.LOOKUP, body, Status.UNKNOWN, nobody, ALL_FIELDS))
    found.append(Case("lookup, wrong clock", Kind.LOOKUP, found[0].body, Status.CLOCK, signed=True))
    found.append(Case("lookup, too often", Kind.LOOKUP, found[0].body, Status.SLOW_DOWN, retry=17))
    found += [
        Case(f"{reserved.name.lower()}, reserved", reserved, b"", Status.NOT_SERVED)
        for reserved in (Kind.STEP, Kind.RESERVE, Kind.CONSENT)
    ]
    receipt = pack_receipt(Receipt(KIOSK, seed("outbox", 16), 1))
    conflict = pack_receipt(Receipt(KIOSK, seed("outbox", 16), 0))
    for name, body, status, told in (
        ("a sale of nobody", pack_sales((_sale(1, False),)), Status.BOOKED, receipt),
        ("a sale of a member", pack_sales((_sale(1, True),)), Status.BOOKED, receipt),
        ("a sale in conflict", pack_sales((_sale(1, False),)), Status.CONFLICT, conflict),
        (
            "three sales",
            pack_sales((_sale(1, True), _sale(2, False), _sale(3, True))),
            Status.BOOKED,
            pack_receipt(Receipt(KIOSK, seed("outbox", 16), 3)),
        ),
    ):
        found.append(Case(name, Kind.SALE, body, status, told, signed=True))
    return found


def make(case: Case) -> dict[str, Any]:
    """Seal a case and write down everything."""
    question = Question(KIOSK, AT, case.kind, Purpose.CHECKOUT, case.fields, seed("purchase", 16))
    header = b"\x01" + KEY_ID
    info = request_info(header, TENANT, LOOKUP_KEY.public)
    nonce, key = seed(f"nonce {case.name}", 16), seed(f"answer key {case.name}")
    payload = bytes(signed_payload(question, case.body, nonce, key, info, KIOSK_KEY))
    request = header + LOOKUP_KEY.public.seal(payload, info)
    opened = open_request(request, LOOKUP_KEY, TENANT)
    answer = answered(opened, case)
    return {
        "name": case.name,
        "kind": case.kind,
        "fields": int(case.fields),
        "nonce": nonce.hex(),
        "answer_key": key.hex(),
        "body": _text(case.body),
        "payload": _text(payload),
        "request": _text(request),
        "status": case.status,
        "retry": case.retry,
        "answer_body": _text(case.answer),
        "answer_signed": case.signed,
        "answer_salt": seed(f"salt {case.name}").hex(),
        "answer": _text(answer),
    }


def answered(opened: Opened, case: Case) -> bytes:
    """The sealed answer of a case."""
    return seal_answer(
        opened,
        case.status,
        AT + 7,
        case.answer,
        retry=case.retry,
        signing=ANSWER_KEY if case.signed else None,
        salt=seed(f"salt {case.name}"),
    )


def document() -> dict[str, Any]:
    """The file."""
    return {
        "protocol": "lookup v1",
        "tenant": TENANT,
        "key_id": KEY_ID.hex(),
        "lookup_seed": seed("lookup key").hex(),
        "outbox_key_id": OUTBOX_KEY_ID.hex(),
        "outbox_seed": seed("outbox key").hex(),
        "kiosk": KIOSK.hex(),
        "kiosk_signing_seed": seed("kiosk signing key").hex(),
        "answer_signing_seed": seed("answer signing key").hex(),
        "purchase": seed("purchase", 16).hex(),
        "at": AT,
        "answer_at": AT + 7,
        "enc_bytes": ENC_BYTES,
        "header_bytes": HEADER_BYTES,
        "vectors": [make(case) for case in cases()],
    }


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def read() -> dict[str, Any]:
    """The frozen file."""
    found: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(document(), indent=1) + "\n", encoding="utf-8")
