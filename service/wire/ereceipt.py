"""A receipt that a customer fetches by a link: sealed by the link itself.

The link ends in 128 random bits, the token. From it come the name the service keeps the receipt under
and the key that it is sealed with; the kiosk forgets the token with the customer, the service never
learns it before the customer calls. So neither the kiosk's outbox nor the service's store can be read
by who has them, and a link cannot be found from either.

    token    16 random bytes, 22 characters of base64url in the link
    name     HKDF-SHA256(token, info "openkiosk/receipt/v1/name", 32)
    key      HKDF-SHA256(token, info "openkiosk/receipt/v1/key", 32), for AES-256-GCM, used once
    sealed   version 1, then nonce-free GCM over: length (u32), zlib of the record, zeros to a KiB
"""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.wire.messages import Malformed
from service.wire.suite import CannotOpen

TOKEN_BYTES = 16
TOKEN_CHARACTERS = 22
NAME_BYTES = 32
BLOCK = 1024
SEALED_MOST = 48 * 1024
"""More than a thousand lines; what is larger is not taken."""
RECORD_MOST = 2 * 1024 * 1024
"""What a record may unfold to."""
_VERSION = b"\x01"
_NONCE = bytes(12)
"""The key is used for one message only."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What travels and what is kept: nobody can read it without the token."""

    name: bytes
    data: bytes


def seal(token: bytes | bytearray, record: bytes) -> Sealed:
    """The record under this token. Raises Malformed for one that is too large."""
    packed = zlib.compress(record, 9)
    plain = len(packed).to_bytes(4) + packed
    plain += bytes(-len(plain) % BLOCK)
    data = _VERSION + AESGCM(_derived(token, b"key")).encrypt(_NONCE, plain, _VERSION)
    if len(data) > SEALED_MOST or len(record) > RECORD_MOST:
        raise Malformed(f"a receipt of {len(record)} bytes is too large")
    return Sealed(name_of(token), data)


def unseal(token: bytes | bytearray, data: bytes) -> bytes:
    """The record. Raises CannotOpen for another token, Malformed for what no kiosk of ours sent."""
    if data[:1] != _VERSION:
        raise Malformed("no receipt of this version")
    try:
        plain = AESGCM(_derived(token, b"key")).decrypt(_NONCE, data[1:], _VERSION)
    except InvalidTag as error:
        raise CannotOpen from error
    length = int.from_bytes(plain[:4])
    unpacking = zlib.decompressobj()
    try:
        record = unpacking.decompress(plain[4 : 4 + length], RECORD_MOST)
    except zlib.error as error:
        raise Malformed("a receipt that does not unfold") from error
    if not unpacking.eof or unpacking.unconsumed_tail:
        raise Malformed("a receipt that is cut off, or too large")
    return record


def name_of(token: bytes | bytearray) -> bytes:
    """What the service keeps it under."""
    return _derived(token, b"name")


def token_text(token: bytes | bytearray) -> str:
    """As it stands in the link."""
    return base64.urlsafe_b64encode(token).decode("ascii").rstrip("=")


def token_in(text: str) -> bytes:
    """The token of a link's last part. Raises Malformed."""
    if len(text) != TOKEN_CHARACTERS or not text.isascii():
        raise Malformed("no token")
    try:
        token = base64.b64decode(text + "==", altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise Malformed("no token") from error
    if token_text(token) != text:  # four spellings would name one token
        raise Malformed("no token")
    return token


def _derived(token: bytes | bytearray, what: bytes) -> bytes:
    info = b"openkiosk/receipt/v1/" + what
    return HKDF(SHA256(), NAME_BYTES, None, info).derive(bytes(token))
