"""How a kiosk becomes known: the one-time code, and the keys that vouch for each other.

The code carries 128 bits of chance and the fingerprint of the service's root certificate, so that
the kiosk knows whom it tells its keys, and the service knows that an administrator invited it.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.wire.envelope import Forged
from service.wire.messages import Malformed
from service.wire.suite import sha256

SECRET_BYTES, FINGERPRINT_BYTES = 16, 16
_VERSION = 1
_CODE_BYTES = 1 + SECRET_BYTES + FINGERPRINT_BYTES + 2
_PLACE = re.compile(r"[A-Za-z0-9.\-]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5}")


@dataclass(frozen=True, slots=True)
class InviteCode:
    """What an administrator carries from the service to the kiosk: typed, or as a QR code."""

    secret: bytes
    fingerprint: bytes
    """First half of the SHA-256 of the root certificate (DER)."""
    place: str
    """`host:port` of the service's enrolment door."""

    def __str__(self) -> str:
        raw = bytes((_VERSION,)) + self.secret + self.fingerprint
        text = base64.b32encode(raw + sha256(raw)[:2]).decode().rstrip("=")
        return "-".join(text[n : n + 7] for n in range(0, len(text), 7)) + "@" + self.place


def read_code(text: str) -> InviteCode:
    """A code as typed: case and hyphens do not matter. Raises Malformed with what to look at."""
    letters, _, place = text.strip().partition("@")
    letters = re.sub(r"[\s-]", "", letters).upper()
    if not _PLACE.fullmatch(place):
        raise Malformed("the code must end in @host:port of the service")
    try:
        raw = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except binascii.Error as error:
        raise Malformed("the code has a letter no code has; compare it again") from error
    if len(raw) != _CODE_BYTES or raw[0] != _VERSION or sha256(raw[:-2])[:2] != raw[-2:]:
        raise Malformed("the code is incomplete or mistyped; compare it again")
    secret, fingerprint = raw[1 : 1 + SECRET_BYTES], raw[1 + SECRET_BYTES : -2]
    return InviteCode(secret, fingerprint, place)


def root_fingerprint(root_der: bytes) -> bytes:
    """What a code carries of a root certificate."""
    return sha256(root_der)[:FINGERPRINT_BYTES]


def key_fingerprint(csr_der: bytes, signing: bytes) -> str:
    """What people compare on both screens before a kiosk is approved: 5 groups of 4 hex digits."""
    digest = sha256(b"openkiosk/enrol/v1/fingerprint\0" + csr_der + signing).hex().upper()
    return "-".join(digest[n : n + 4] for n in range(0, 20, 4))


def _vow(secret: bytes, csr_der: bytes, signing: bytes) -> bytes:
    return b"openkiosk/enrol/v1/vow\0" + sha256(secret) + sha256(csr_der) + signing


@dataclass(frozen=True, slots=True)
class Vows:
    """Each of the kiosk's two keys signs the other: neither can be swapped alone."""

    by_tls: bytes
    by_signing: bytes


def make_vows(
    secret: bytes, csr_der: bytes, tls: ec.EllipticCurvePrivateKey, signing: Ed25519PrivateKey
) -> Vows:
    """`secret`: of the code at enrolment; the current certificate (DER) at a renewal."""
    text = _vow(secret, csr_der, signing.public_key().public_bytes_raw())
    return Vows(tls.sign(text, ec.ECDSA(hashes.SHA256())), signing.sign(text))


def check_vows(
    vows: Vows, secret: bytes, csr_der: bytes, tls: ec.EllipticCurvePublicKey, signing: bytes
) -> None:
    """Raises Forged."""
    text = _vow(secret, csr_der, signing)
    try:
        tls.verify(vows.by_tls, text, ec.ECDSA(hashes.SHA256()))
        Ed25519PublicKey.from_public_bytes(signing).verify(vows.by_signing, text)
    except (InvalidSignature, ValueError) as error:
        raise Forged from error
