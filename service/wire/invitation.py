"""An invitation to become a member: made by a kiosk without asking anybody, good once and for minutes.

    version     1
    kiosk       16: who invites; the service looks for its key
    made        u32, Unix seconds by the service's clock
    nonce       11, random
    signature   64: Ed25519 by the kiosk over "openkiosk/invitation/v1" 00, length of the tenant,
                tenant, and what stands before

128 characters of base64url in the link. Whoever reads one cannot make another; one that was used is
remembered by its hash.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.wire.messages import Malformed

LIVES_MS = 10 * 60_000
SKEW_MS = 120_000
"""How far ahead of the service a kiosk's clock may be."""
PRESS_BYTES = PAGE_BYTES = 16
_HEAD = struct.Struct(">B16sI11s")
_VERSION = 1
BYTES = _HEAD.size + 64
CHARACTERS = BYTES * 4 // 3


@dataclass(frozen=True, slots=True)
class Invitation:
    """One that nobody has verified yet. `made`: Unix milliseconds."""

    kiosk: bytes
    made: int
    raw: bytes

    def holds(self, key: Ed25519PublicKey, tenant: str) -> bool:
        """Whether this kiosk made it for this service."""
        head, signature = self.raw[: _HEAD.size], self.raw[_HEAD.size :]
        try:
            key.verify(signature, _to_sign(head, tenant))
        except InvalidSignature:
            return False
        return True

    def over(self, now: int) -> bool:
        """Whether it counts no more, or not yet."""
        return not self.made - SKEW_MS <= now < self.made + LIVES_MS

    @property
    def used(self) -> bytes:
        """What is remembered of one that was used."""
        return hashlib.sha256(b"openkiosk/invitation/v1/used\0" + self.raw).digest()


def make(kiosk: bytes, now: int, tenant: str, key: Ed25519PrivateKey) -> str:
    """As it stands in a link. `now`: Unix milliseconds."""
    head = _HEAD.pack(_VERSION, kiosk, now // 1000, secrets.token_bytes(11))
    return text_of(head + key.sign(_to_sign(head, tenant)))


def read(text: str) -> Invitation:
    """Raises Malformed."""
    raw = bytes_of(text, BYTES)
    version, kiosk, made, _ = _HEAD.unpack_from(raw)
    if version != _VERSION:
        raise Malformed("no invitation of this version")
    return Invitation(kiosk, made * 1000, raw)


def page_of(invitation: Invitation, press: bytes) -> bytes:
    """The secret of the member's own page: known to whoever pressed, and told to nobody else.

    `press`: PRESS_BYTES of the page that was pressed. The same press gives the same page, so that
    pressing twice is pressing once.
    """
    info = b"openkiosk/invitation/v1/page"
    return HKDF(SHA256(), PAGE_BYTES, invitation.raw, info).derive(press)


def name_of(page: bytes) -> bytes:
    """What the service knows a page by: its address cannot be found from it."""
    return HKDF(SHA256(), 32, None, b"openkiosk/invitation/v1/name").derive(page)


def text_of(raw: bytes) -> str:
    """Base64url without its filling."""
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def bytes_of(text: str, size: int) -> bytes:
    """So many bytes in their one spelling. Raises Malformed."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("no base64url") from error
    if len(raw) != size or text_of(raw) != text:
        raise Malformed("of another size, or spelled otherwise")
    return raw


def _to_sign(head: bytes, tenant: str) -> bytes:
    name = tenant.encode()
    return b"openkiosk/invitation/v1\0" + bytes((len(name),)) + name + head
