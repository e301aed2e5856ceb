"""The envelope of Lookup v1: sealed and signed requests, answers under a fresh key.

Request: version(1) || key id(4) || HPKE(enc || payload of one of two sizes || tag).
Answer:  salt(32) || AES-256-GCM(payload of one size || tag) under HKDF(answer key, enc || salt).
"""

from __future__ import annotations

import secrets
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.wire.messages import Field, Kind, Malformed, Purpose, Status
from service.wire.suite import ENC_BYTES, OVERHEAD, SUITE_ID, PrivateKey, PublicKey

VERSION = 1
KEY_ID_BYTES, KIOSK_BYTES, NONCE_BYTES, ANSWER_KEY_BYTES, SIGNATURE_BYTES = 4, 16, 16, 32, 64
HEADER_BYTES = 1 + KEY_ID_BYTES

_HEAD = struct.Struct(f">{KIOSK_BYTES}sQ{NONCE_BYTES}s{ANSWER_KEY_BYTES}sBBH16sH")
HEAD_BYTES = _HEAD.size
_ANSWER_KEY_AT = KIOSK_BYTES + 8 + NONCE_BYTES
PAYLOAD_BYTES = 2048
BATCH_PAYLOAD_BYTES = 29_696
REQUEST_BYTES = HEADER_BYTES + OVERHEAD + PAYLOAD_BYTES
BATCH_BYTES = HEADER_BYTES + OVERHEAD + BATCH_PAYLOAD_BYTES
"""The only two sizes of a request: one for every kind, and one for several sales at once."""
BODY_MOST = PAYLOAD_BYTES - HEAD_BYTES - SIGNATURE_BYTES
BATCH_BODY_MOST = BATCH_PAYLOAD_BYTES - HEAD_BYTES - SIGNATURE_BYTES


_ANSWER_HEAD = struct.Struct(">BBQHH")
SALT_BYTES = 32
ANSWER_PAYLOAD_BYTES = 768
ANSWER_BYTES = SALT_BYTES + ANSWER_PAYLOAD_BYTES + 16
ANSWER_BODY_MOST = ANSWER_PAYLOAD_BYTES - _ANSWER_HEAD.size - SIGNATURE_BYTES
NO_PURCHASE = bytes(16)


class Forged(Exception):
    """A signature that does not hold, or an answer nobody could have made who read the question."""


def _text(tenant: str) -> bytes:
    raw = tenant.encode()
    return bytes((len(raw),)) + raw


def request_info(header: bytes, tenant: str, key: PublicKey) -> bytes:
    """The context a request is sealed and signed in."""
    return b"openkiosk/lookup/v1/request\0" + header + _text(tenant) + SUITE_ID + key.digest


_SIGNATURE = b"openkiosk/lookup/v1/signature\0"


def _joined(*parts: bytes | memoryview) -> bytearray:
    """Parts in a row, in a buffer that can be wiped: what is signed may hold a customer."""
    whole = bytearray(sum(map(len, parts)))
    view, at = memoryview(whole), 0  # a slice of a bytearray is filled by way of a hidden copy
    for part in parts:
        view[at : at + len(part)] = part
        at += len(part)
    return whole


@dataclass(frozen=True, slots=True)
class Recipient:
    """The service's key for requests, as the kiosk knows it from the signed key set."""

    key_id: bytes
    key: PublicKey
    tenant: str


@dataclass(slots=True)
class Asked:
    """What the kiosk must remember of a request to read its answer. `forget` when it is read."""

    enc: bytes
    kiosk: bytes
    nonce: bytes
    answer_key: bytearray

    def forget(self) -> None:
        """Wipe the answer key: the answer cannot be opened again."""
        self.answer_key[:] = bytes(ANSWER_KEY_BYTES)


@dataclass(frozen=True, slots=True)
class Question:
    """A request's head, both when sealing and when opened. `at` in Unix milliseconds."""

    kiosk: bytes
    at: int
    kind: Kind
    purpose: Purpose
    fields: Field = Field(0)
    purchase: bytes = NO_PURCHASE
    """Random per purchase and meaningless to the service: binds the steps of one customer."""


def seal_request(
    to: Recipient,
    question: Question,
    body: bytes | bytearray | memoryview,
    signing: Ed25519PrivateKey,
) -> tuple[bytes, Asked]:
    """One of the two fixed sizes, and what opens the answer.

    Raises Malformed if the body is too long, BadKey if the recipient's key is none.
    """
    nonce = fresh_nonce(question.at)
    secret = bytearray(secrets.token_bytes(ANSWER_KEY_BYTES))
    header = bytes((VERSION,)) + to.key_id
    info = request_info(header, to.tenant, to.key)
    payload = signed_payload(question, body, nonce, secret, info, signing)
    try:
        sealed = to.key.seal(payload, info)
    finally:
        payload[:] = bytes(len(payload))
    return header + sealed, Asked(sealed[:ENC_BYTES], question.kiosk, nonce, secret)


def fresh_nonce(at: int) -> bytes:
    """Never used before: the time, then 80 bits of chance. In order, which databases like."""
    return at.to_bytes(8, "big")[2:] + secrets.token_bytes(NONCE_BYTES - 6)


def signed_payload(
    question: Question,
    body: bytes | bytearray | memoryview,
    nonce: bytes,
    answer_key: bytes | bytearray,
    info: bytes,
    signing: Ed25519PrivateKey,
) -> bytearray:
    """What is sealed: head, body, zeros, signature. Raises Malformed if the body is too long."""
    size = PAYLOAD_BYTES if len(body) <= BODY_MOST else BATCH_PAYLOAD_BYTES
    if len(body) > size - HEAD_BYTES - SIGNATURE_BYTES:
        raise Malformed(f"a body of {len(body)} bytes fits no request")
    payload = bytearray(size)
    _HEAD.pack_into(
        payload,
        0,
        question.kiosk,
        question.at,
        nonce,
        answer_key,
        question.kind,
        question.purpose,
        question.fields,
        question.purchase,
        len(body),
    )
    memoryview(payload)[HEAD_BYTES : HEAD_BYTES + len(body)] = body
    _sign(payload, info, signing)
    return payload


def _sign(payload: bytearray, info: bytes, signing: Ed25519PrivateKey) -> None:
    text = _joined(_SIGNATURE, info, memoryview(payload)[:-SIGNATURE_BYTES])
    payload[-SIGNATURE_BYTES:] = signing.sign(text)
    text[:] = bytes(len(text))


@dataclass(frozen=True, slots=True)
class Opened:
    """A request the service could open. `verify` before anything in it is believed."""

    question: Question
    nonce: bytes
    body: bytes
    enc: bytes
    answer_key: bytes
    signature: bytes
    text: bytes
    """What the signature is over."""

    def verify(self, signing: Ed25519PublicKey) -> None:
        """That the kiosk with this key wrote it. Raises Forged."""
        try:
            signing.verify(self.signature, self.text)
        except InvalidSignature as error:
            raise Forged from error


def key_id_of(request: bytes) -> bytes:
    """Which of the service's keys a request is sealed to. Raises Malformed."""
    if len(request) not in (REQUEST_BYTES, BATCH_BYTES):
        raise Malformed(f"a request has {REQUEST_BYTES} or {BATCH_BYTES} bytes")
    if request[0] != VERSION:
        raise Malformed("a request of another version")
    return request[1:HEADER_BYTES]


def open_request(request: bytes, key: PrivateKey, tenant: str) -> Opened:
    """Raises Malformed, or CannotOpen."""
    header = bytes((VERSION,)) + key_id_of(request)
    info = request_info(header, tenant, key.public)
    payload = key.open(request[HEADER_BYTES:], info)
    kiosk, at, nonce, answer_key, kind, purpose, fields, purchase, length = _HEAD.unpack_from(
        payload
    )
    end, padded = HEAD_BYTES + length, len(payload) - SIGNATURE_BYTES
    if end > padded or payload[end:padded] != bytes(padded - end):
        raise Malformed("a body that is not padded with zeros")
    if at >> 62:
        raise Malformed("a time out of range")
    try:
        question = Question(kiosk, at, Kind(kind), Purpose(purpose), Field(fields), purchase)
    except ValueError as error:
        raise Malformed("a kind, purpose or field that does not exist") from error
    return Opened(
        question,
        nonce,
        payload[HEAD_BYTES:end],
        request[HEADER_BYTES : HEADER_BYTES + ENC_BYTES],
        answer_key,
        payload[-SIGNATURE_BYTES:],
        bytes(_joined(_SIGNATURE, info, payload[:-SIGNATURE_BYTES])),
    )


# --- answers --------------------------------------------------------------------------------------


def _answer_cipher(
    enc: bytes, salt: bytes, kiosk: bytes, nonce: bytes, answer_key: bytes | bytearray
) -> tuple[AESGCM, bytes]:
    info = b"openkiosk/lookup/v1/answer\0" + SUITE_ID + kiosk + nonce
    material = HKDF(hashes.SHA256(), 44, enc + salt, info).derive(answer_key)
    return AESGCM(material[:32]), material[32:]


def _answer_text(kiosk: bytes, nonce: bytes, payload: bytes | memoryview) -> bytearray:
    return _joined(b"openkiosk/lookup/v1/answer-signature\0", kiosk, nonce, payload)


def seal_answer(
    opened: Opened,
    status: Status,
    at: int,
    body: bytes = b"",
    *,
    retry: int = 0,
    signing: Ed25519PrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """ANSWER_BYTES, whatever is said. `at`: Unix ms; `retry`: seconds to wait, 0 for none.

    `signing`: the service's answer key; it signs what the kiosk keeps: the time and receipts.
    """
    payload = bytearray(ANSWER_PAYLOAD_BYTES)
    _ANSWER_HEAD.pack_into(payload, 0, VERSION, status, at, retry, len(body))
    if len(body) > ANSWER_BODY_MOST:
        raise Malformed(f"a body of {len(body)} bytes fits no answer")
    payload[_ANSWER_HEAD.size : _ANSWER_HEAD.size + len(body)] = body
    kiosk = opened.question.kiosk
    if signing:
        text = _answer_text(kiosk, opened.nonce, bytes(payload[:-SIGNATURE_BYTES]))
        payload[-SIGNATURE_BYTES:] = signing.sign(text)
    salt = salt or secrets.token_bytes(SALT_BYTES)
    cipher, nonce = _answer_cipher(opened.enc, salt, kiosk, opened.nonce, opened.answer_key)
    return salt + cipher.encrypt(nonce, payload, None)


@dataclass(frozen=True, slots=True)
class Answer:
    """An opened answer. `body` lies in the caller's buffer and is gone when that is wiped."""

    status: Status
    at: int
    retry: int
    body: memoryview
    signed: bool
    """The service's signature was there and held."""


def open_answer(
    answer: bytes | bytearray, asked: Asked, into: bytearray, signing: Ed25519PublicKey
) -> Answer:
    """Decrypt into a buffer of ANSWER_PAYLOAD_BYTES that the caller wipes.

    Raises Malformed, or Forged where whoever answered has not read this question.
    """
    if len(answer) != ANSWER_BYTES:
        raise Malformed(f"an answer has {ANSWER_BYTES} bytes")
    salt = bytes(answer[:SALT_BYTES])
    cipher, nonce = _answer_cipher(asked.enc, salt, asked.kiosk, asked.nonce, asked.answer_key)
    try:
        cipher.decrypt_into(nonce, memoryview(answer)[SALT_BYTES:], None, into)
    except InvalidTag as error:
        raise Forged from error
    view = memoryview(into)
    version, status, at, retry, length = _ANSWER_HEAD.unpack_from(view)
    if version != VERSION or length > ANSWER_BODY_MOST:
        raise Malformed("an answer of another version")
    try:
        known = Status(status)
    except ValueError as error:
        raise Malformed("an answer with an unknown status") from error
    body = view[_ANSWER_HEAD.size : _ANSWER_HEAD.size + length]
    return Answer(known, at, retry, body, _holds(view, asked, signing))


def _holds(payload: memoryview, asked: Asked, signing: Ed25519PublicKey) -> bool:
    signature = bytes(payload[-SIGNATURE_BYTES:])
    if not any(signature):
        return False
    text = _answer_text(asked.kiosk, asked.nonce, payload[:-SIGNATURE_BYTES])
    try:
        signing.verify(signature, text)
    except InvalidSignature as error:
        raise Forged from error
    finally:
        text[:] = bytes(len(text))
    return True
