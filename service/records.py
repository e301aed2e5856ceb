"""A customer at rest: a data key of their own, field groups encrypted apart, identifiers as HMACs."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from enum import IntFlag
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.wire.messages import EvidenceKind, Field

SCHEMA = 1
"""Version of what stands in a field group; part of the bound context."""
GROUP_PLAIN = 256
"""Groups are padded to this or doubles of it, so that a stored size tells little."""
GROUP_MOST = 16_000
NONCE_BYTES = 12


class Group(IntFlag):
    """Field groups: what is encrypted, and consented to, together."""

    DISPLAY = 0x01
    """The form of the name the customer wants to be greeted with."""
    POINTS = 0x02
    PRICES = 0x04
    LANGUAGE = 0x08
    OFFERS = 0x10
    CONTACT = 0x20
    """How to write to them; no kiosk ever gets it."""
    CREDENTIALS = 0x80
    """The identifiers themselves, to index them anew; no kiosk ever gets them."""


KIOSK_GROUPS = (Group.DISPLAY, Group.POINTS, Group.PRICES, Group.LANGUAGE, Group.OFFERS)
GROUP_OF = {
    Field.NAME: Group.DISPLAY,
    Field.BALANCE: Group.POINTS,
    Field.TIER: Group.POINTS,
    Field.PRICE_GROUP: Group.PRICES,
    Field.LANGUAGE: Group.LANGUAGE,
    Field.OFFERS: Group.OFFERS,
}


class Damaged(Exception):
    """A stored record does not open: other keys, another row's bytes, or changed ones."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member as stored. `consents` is the sum of consent events: what may be decrypted."""

    id: bytes
    wrapped: bytes
    kek: int
    consents: Group
    canary: bool
    groups: dict[Group, bytes]


def _context(member: bytes, what: int) -> bytes:
    return b"openkiosk/record/v1\0" + member + bytes((what, SCHEMA))


@lru_cache(maxsize=16)
def _wrapping(kek: bytes) -> AESGCM:
    """There are few of these keys and they stay in memory anyway: expanded once, not per lookup."""
    return AESGCM(kek)


def wrap(kek: bytes, member: bytes, data_key: bytes) -> bytes:
    """The data key under a key-encryption key, bound to the member."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _wrapping(kek).encrypt(nonce, data_key, _context(member, 0))


class DataKey:
    """One customer's key; deleting its wrapped form is what erasing means."""

    __slots__ = ("_cipher", "_member")

    def __init__(self, member: bytes, data_key: bytes) -> None:
        self._member = member
        self._cipher = AESGCM(data_key)

    @classmethod
    def unwrap(cls, kek: bytes, member: bytes, wrapped: bytes) -> DataKey:
        """Raises Damaged."""
        try:
            plain = _wrapping(kek).decrypt(
                wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _context(member, 0)
            )
        except (InvalidTag, ValueError) as error:
            raise Damaged from error
        return cls(member, plain)

    def seal(self, group: Group, value: dict[str, Any]) -> bytes:
        """A field group, padded. Raises ValueError if it is too long."""
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        if len(plain) > GROUP_MOST:
            raise ValueError("a field group is too long")
        size = GROUP_PLAIN
        while len(plain) + 2 > size:
            size *= 2
        nonce = secrets.token_bytes(NONCE_BYTES)
        text = (len(plain).to_bytes(2, "big") + plain).ljust(size, b"\0")
        return nonce + self._cipher.encrypt(nonce, text, _context(self._member, group))

    def open(self, group: Group, sealed: bytes) -> dict[str, Any]:
        """Raises Damaged."""
        try:
            plain = self._cipher.decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _context(self._member, group)
            )
            text = plain[2 : 2 + int.from_bytes(plain[:2], "big")].decode()
            value, end = _read(text, 0)
        except (InvalidTag, ValueError) as error:
            raise Damaged from error
        if not isinstance(value, dict) or end != len(text):
            raise Damaged
        return value

    def seal_subject(self) -> bytes:
        """Who an audit entry is about, readable as long as this key exists: SUBJECT_BYTES."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, self._member, b"openkiosk/audit-subject/v1")

    def is_subject(self, sealed: bytes) -> bool:
        """Whether an audit entry is about this member."""
        try:
            plain = self._cipher.decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], b"openkiosk/audit-subject/v1"
            )
        except (InvalidTag, ValueError):
            return False
        return plain == self._member


SUBJECT_BYTES = NONCE_BYTES + 16 + 16
_read = json.JSONDecoder().raw_decode
"""The inside of `json.loads`, whose layers around it cost a lookup more than its five groups do."""


def blind(pepper: bytes, kind: EvidenceKind, credential: bytes) -> bytes:
    """The keyed hash a credential is stored and found by: 32 bytes."""
    return hmac.digest(pepper, bytes((kind,)) + credential, hashlib.sha256)
