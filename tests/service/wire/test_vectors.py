"""Twenty frozen exchanges, read and made; and the suite against the vectors of its standards."""

from __future__ import annotations

import base64
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.wire.envelope import (
    ANSWER_BYTES,
    ANSWER_PAYLOAD_BYTES,
    BATCH_BYTES,
    HEADER_BYTES,
    REQUEST_BYTES,
    Asked,
    Question,
    open_answer,
    open_request,
    request_info,
    seal_request,
    signed_payload,
)
from service.wire.messages import Field, Kind, Purpose, Status
from service.wire.sales import open_link, sales_in
from service.wire.suite import ENC_BYTES, PrivateKey
from tests.lookup_vectors import answered, cases, read

FILE = read()
VECTORS: list[dict[str, Any]] = FILE["vectors"]
SERVICE = PrivateKey(bytes.fromhex(FILE["lookup_seed"]))
SIGNING = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(FILE["kiosk_signing_seed"]))
ANSWERING = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(FILE["answer_signing_seed"]))


def raw(vector: dict[str, Any], name: str) -> bytes:
    """A field of a vector."""
    return base64.b64decode(vector[name])


def question(vector: dict[str, Any]) -> Question:
    """What a vector asks."""
    return Question(
        bytes.fromhex(FILE["kiosk"]),
        FILE["at"],
        Kind(vector["kind"]),
        Purpose.CHECKOUT,
        Field(vector["fields"]),
        bytes.fromhex(FILE["purchase"]),
    )


def test_there_are_twenty() -> None:
    assert len(VECTORS) == len({vector["name"] for vector in VECTORS}) == 20


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_service_reads_what_was_sealed(vector: dict[str, Any]) -> None:
    request = raw(vector, "request")
    assert len(request) in (REQUEST_BYTES, BATCH_BYTES)
    opened = open_request(request, SERVICE, FILE["tenant"])
    opened.verify(SIGNING.public_key())
    assert opened.question == question(vector)
    assert opened.nonce.hex() == vector["nonce"]
    assert opened.answer_key.hex() == vector["answer_key"]
    assert opened.body == raw(vector, "body")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_kiosk_makes_the_same_payload(vector: dict[str, Any]) -> None:
    info = request_info(raw(vector, "request")[:HEADER_BYTES], FILE["tenant"], SERVICE.public)
    payload = signed_payload(
        question(vector),
        raw(vector, "body"),
        bytes.fromhex(vector["nonce"]),
        bytes.fromhex(vector["answer_key"]),
        info,
        SIGNING,
    )
    assert bytes(payload) == raw(vector, "payload")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_service_makes_the_same_answer(vector: dict[str, Any]) -> None:
    opened = open_request(raw(vector, "request"), SERVICE, FILE["tenant"])
    case = next(each for each in cases() if each.name == vector["name"])
    assert answered(opened, case) == raw(vector, "answer")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_kiosk_reads_the_answer(vector: dict[str, Any]) -> None:
    asked = Asked(
        raw(vector, "request")[HEADER_BYTES : HEADER_BYTES + ENC_BYTES],
        bytes.fromhex(FILE["kiosk"]),
        bytes.fromhex(vector["nonce"]),
        bytearray.fromhex(vector["answer_key"]),
    )
    buffer = bytearray(ANSWER_PAYLOAD_BYTES)
    answer = open_answer(raw(vector, "answer"), asked, buffer, ANSWERING.public_key())
    assert len(raw(vector, "answer")) == ANSWER_BYTES
    assert answer.status is Status(vector["status"])
    assert (answer.at, answer.retry) == (FILE["answer_at"], vector["retry"])
    assert answer.signed is vector["answer_signed"]
    assert bytes(answer.body) == raw(vector, "answer_body")


def test_sealed_links_open() -> None:
    outbox = PrivateKey(bytes.fromhex(FILE["outbox_seed"]))
    links = [
        (record, open_link(record.link, outbox, FILE["tenant"]))
        for vector in VECTORS
        if vector["kind"] == Kind.SALE
        for record in sales_in(raw(vector, "body"))
        if record.linked
    ]
    assert len(links) == 3
    for record, link in links:
        assert (link.sale, link.kiosk.hex()) == (record.id, FILE["kiosk"])
        assert link.evidence.data == b"4711000011"
        assert record.link[1:5].hex() == FILE["outbox_key_id"]


def test_what_we_seal_now_opens_with_what_was_frozen() -> None:
    from service.wire.envelope import Recipient

    to = Recipient(bytes.fromhex(FILE["key_id"]), SERVICE.public, FILE["tenant"])
    request, _ = seal_request(to, question(VECTORS[0]), raw(VECTORS[0], "body"), SIGNING)
    assert open_request(request, SERVICE, FILE["tenant"]).body == raw(VECTORS[0], "body")


# --- a tripwire on upgrades: the standards' own vectors, from the package of the library's makers ----

_SPEC = find_spec("cryptography_vectors")
assert _SPEC is not None
assert _SPEC.origin is not None
STANDARDS = Path(_SPEC.origin).parent / "HPKE"
KDFS = {1: hpke.KDF.HKDF_SHA256, 2: hpke.KDF.HKDF_SHA384, 3: hpke.KDF.HKDF_SHA512}
AEADS = {1: hpke.AEAD.AES_128_GCM, 2: hpke.AEAD.AES_256_GCM, 3: hpke.AEAD.CHACHA20_POLY1305}


def _opens(suite: hpke.Suite, key: Any, case: dict[str, Any]) -> bool:
    """The first message of a case. Its `aad` is only in reach by the private function."""
    first = case["encryptions"][0]
    sealed = bytes.fromhex(case["enc"] + first["ct"])
    plain = openssl.hpke._decrypt_with_aad(
        suite, sealed, key, bytes.fromhex(case["info"]), bytes.fromhex(first["aad"])
    )
    found: bool = plain == bytes.fromhex(first["pt"])
    return found


def test_rfc_9180() -> None:
    seen = 0
    for case in json.loads((STANDARDS / "test-vectors.json").read_text()):
        if case["mode"] or case["kem_id"] not in (0x10, 0x20) or case["aead_id"] not in AEADS:
            continue
        if case["kdf_id"] not in KDFS:
            continue
        key: Any
        if case["kem_id"] == 0x20:
            key = x25519.X25519PrivateKey.from_private_bytes(bytes.fromhex(case["skRm"]))
            kem = hpke.KEM.X25519
        else:
            key = ec.derive_private_key(int(case["skRm"], 16), ec.SECP256R1())
            kem = hpke.KEM.P256
        suite = hpke.Suite(kem, KDFS[case["kdf_id"]], AEADS[case["aead_id"]])
        assert _opens(suite, key, case)
        seen += 1
    assert seen >= 12


def test_the_hybrid_of_the_draft() -> None:
    seen = 0
    for case in json.loads((STANDARDS / "hpke-pq-test-vectors.json").read_text()):
        if case["mode"] or case["kem_id"] != 0x647A or case["aead_id"] not in AEADS:
            continue
        if case["kdf_id"] not in KDFS:
            continue
        ours = PrivateKey(bytes.fromhex(case["skRm"]))
        assert ours.public.raw.hex() == case["pkRm"]
        suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, KDFS[case["kdf_id"]], AEADS[case["aead_id"]])
        assert _opens(suite, ours._key, case)
        seen += 1
    assert seen >= 1


def test_the_suite_stands_in_the_context() -> None:
    """What is sealed in one context opens in no other."""
    sealed = SERVICE.public.seal(b"x", b"one")
    suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    assert suite.decrypt(sealed, SERVICE._key, b"one") == b"x"
    with pytest.raises(InvalidTag):
        suite.decrypt(sealed, SERVICE._key, b"two")
