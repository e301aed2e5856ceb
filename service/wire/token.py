"""Tokens the service signs and the holder shows: COSE_Sign1 (RFC 9052) with Ed25519, strictly.

There is one encoding of each token. What differs from it in any byte is refused before its signature
is looked at, and claims are decoded only after it held: no stranger's CBOR is ever decoded (`peek` shows
people what is not believed, and takes flat claims only).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KID_BYTES, SIGNATURE_BYTES = 4, 64
PSEUDONYM_BYTES = CARD_BYTES = 16
TOKEN_MOST = 160
"""Bytes of the longest token; a card's has 132, a code's 116."""
TIER_MOST = 255
MEDIA_TYPE = "application/cose"
PREFIX = "OK1:"
"""Stands before a code's Base45, so that a scanner can tell it from any other text."""

# RFC 9052 §4.2: tag 18, array of four, protected header {1: -8 (EdDSA), 4: kid}, {}, the claims.
_HEAD, _PROTECTED = b"\xd2\x84\x49", b"\xa2\x01\x27\x04\x44"
_KID_AT = len(_HEAD) + len(_PROTECTED)
_CLAIMS_AT = _KID_AT + KID_BYTES
_UNPROTECTED, _SIGNATURE = b"\xa0", b"\x58\x40"

_EXPIRES, _ISSUED, _ID = 4, 6, 7
"""Numbers of CWT (RFC 8392 §4)."""
_TIER, _CARD, _ONCE = -1, -2, -3
"""Ours; claims are known by our issuer only."""


_MAP, _BYTES, _TRUE = 5, 2, 0xF5
_FOLLOWING, _LONGEST_NUMBER = {24: 1, 25: 2, 26: 4, 27: 8}, 27
"""CBOR's major types (RFC 8949 §3.1), and bytes after a head that says it has no room for a number."""
_CLAIMS_IN = _CLAIMS_AT + len(_UNPROTECTED) + 2
"""24 to 255 bytes of claims have two bytes before."""


class NoToken(ValueError):
    """Bytes that are no token of this profile; the message never holds any of them.

    `offset`: of the first byte that is not as it has to be.
    """

    def __init__(self, what: str, offset: int = 0) -> None:
        super().__init__(what)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Claims:
    """What the service said. Times in Unix seconds.

    `pseudonym`: random for each token. `tier`: what a kiosk may grant offline. `card`: `binding` of the
    card it lies on, empty for a code. `once`: it counts for one showing only.
    """

    pseudonym: bytes
    issued: int
    expires: int
    tier: int = 0
    card: bytes = b""
    once: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A token whose signature nobody has looked at."""

    kid: bytes
    claims: bytes
    signature: bytes


def new_pseudonym() -> bytes:
    """PSEUDONYM_BYTES that mean nothing to anybody else."""
    return secrets.token_bytes(PSEUDONYM_BYTES)


def binding(pseudonym: bytes, uid: bytes) -> bytes:
    """What ties a token to a card, without telling its UID."""
    text = b"openkiosk/card-token/v1\0" + pseudonym + uid
    return hashlib.sha256(text).digest()[:CARD_BYTES]


def kid_of(key: Ed25519PublicKey) -> bytes:
    """How a token names its issuer's key."""
    return hashlib.sha256(key.public_bytes_raw()).digest()[:KID_BYTES]


def pack(claims: Claims) -> bytes:
    """Deterministic CBOR (RFC 8949 §4.2.1)."""
    found: dict[int, object] = {
        _EXPIRES: claims.expires,
        _ISSUED: claims.issued,
        _ID: claims.pseudonym,
        _TIER: claims.tier,
    }
    if claims.card:
        found[_CARD] = claims.card
    if claims.once:
        found[_ONCE] = True
    return cbor2.dumps(found, canonical=True)


def to_sign(protected: bytes, payload: bytes) -> bytes:
    """Sig_structure of a COSE_Sign1 without external data (RFC 9052 §4.4)."""
    return cbor2.dumps(["Signature1", protected, b"", payload])


def sign(claims: Claims, key: Ed25519PrivateKey) -> bytes:
    """A token."""
    kid, payload = kid_of(key.public_key()), pack(claims)
    return _frame(Frame(kid, payload, key.sign(to_sign(_PROTECTED + kid, payload))))


def _frame(frame: Frame) -> bytes:
    return b"".join(
        (
            _HEAD,
            _PROTECTED,
            frame.kid,
            _UNPROTECTED,
            cbor2.dumps(frame.claims),
            _SIGNATURE,
            frame.signature,
        )
    )


def read(data: bytes) -> Frame:
    """Raises NoToken."""
    signature_at = len(data) - SIGNATURE_BYTES
    claims_at = _CLAIMS_IN
    claims_end = signature_at - len(_SIGNATURE)
    if len(data) > TOKEN_MOST or claims_end <= claims_at:
        raise NoToken("a token of another size", min(len(data), TOKEN_MOST))
    frame = Frame(data[_KID_AT:_CLAIMS_AT], data[claims_at:claims_end], data[signature_at:])
    right = _frame(frame)
    if right != data:
        same = next((at for at, (a, b) in enumerate(zip(right, data, strict=False)) if a != b), 0)
        raise NoToken("a token of another profile", same)
    return frame


def verify(frame: Frame, key: Ed25519PublicKey) -> Claims | None:
    """The claims, if this key signed them. Raises NoToken for signed ones of another profile."""
    try:
        key.verify(frame.signature, to_sign(_PROTECTED + frame.kid, frame.claims))
    except InvalidSignature:
        return None
    return _claims(frame.claims)


def peek(frame: Frame) -> Claims:
    """The claims, though nobody looked at the signature: to be shown, never to be believed.

    Raises NoToken. What is not flat, as claims are, is not given to a CBOR decoder: a tag may have it
    count to a number of any size.
    """
    payload, at = frame.claims, 1
    if payload[0] >> 5 != _MAP:
        raise NoToken("claims of another profile", _CLAIMS_IN)
    while at < len(payload):
        kind, value = payload[at] >> 5, payload[at] & 0x1F
        if payload[at] != _TRUE and (kind > _BYTES or value > _LONGEST_NUMBER):
            raise NoToken("claims of another profile", _CLAIMS_IN + at)
        at += 1 + (value if kind == _BYTES else _FOLLOWING.get(value, 0) * (kind < _BYTES))
    return _claims(payload)


def _claims(payload: bytes) -> Claims:
    try:
        found = cbor2.loads(payload)
        claims = Claims(
            _bytes(found, _ID),
            _number(found, _ISSUED),
            _number(found, _EXPIRES),
            _number(found, _TIER),
            _bytes(found, _CARD) if _CARD in found else b"",
            found.get(_ONCE) is True,
        )
    except (cbor2.CBORError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NoToken("claims of another profile") from error
    if pack(claims) != payload or claims.tier > TIER_MOST:
        raise NoToken("claims of another profile")
    return claims


def _bytes(found: Mapping[int, object], name: int) -> bytes:
    value = found[name]
    if type(value) is not bytes or len(value) != PSEUDONYM_BYTES:
        raise NoToken("a claim of another size")
    return value


def _number(found: Mapping[int, object], name: int) -> int:
    value = found[name]
    if type(value) is not int or not 0 <= value < 1 << 40:
        raise NoToken("a claim out of range")
    return value
