"""The one cipher suite of Lookup v1: HPKE base mode (RFC 9180) over MLKEM768-X25519 (0x647a).

A key pair is kept as its 32-byte X-Wing seed: SHAKE256 stretches it to 64 bytes of ML-KEM seed and
32 bytes of X25519 key (draft-connolly-cfrg-xwing-kem, section 5.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SUITE_ID = bytes.fromhex("647a 0001 0002")
"""KEM MLKEM768-X25519, KDF HKDF-SHA256, AEAD AES-256-GCM: the IANA numbers."""
SEED_BYTES = 32
PUBLIC_BYTES = 1184 + 32
"""ML-KEM-768 encapsulation key, then the X25519 public key."""
ENC_BYTES = 1088 + 32
OVERHEAD = ENC_BYTES + 16

_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class CannotOpen(Exception):
    """Another key, another context, or changed bytes: these are not told apart."""


class BadKey(ValueError):
    """Bytes that are no key of this suite."""


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()


@dataclass(frozen=True)
class PublicKey:
    """Whom a message is sealed to."""

    raw: bytes

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the key: stands in every `info`, so that nobody can seal it on to another."""
        return sha256(self.raw)

    @cached_property
    def _key(self) -> hpke.MLKEM768X25519PublicKey:
        if len(self.raw) != PUBLIC_BYTES:
            raise BadKey(f"{PUBLIC_BYTES} bytes are wanted, not {len(self.raw)}")
        try:
            return hpke.MLKEM768X25519PublicKey(
                mlkem.MLKEM768PublicKey.from_public_bytes(self.raw[:1184]),
                x25519.X25519PublicKey.from_public_bytes(self.raw[1184:]),
            )
        except ValueError as error:
            raise BadKey(str(error)) from error

    def seal(self, plaintext: bytes | bytearray | memoryview, info: bytes) -> bytes:
        """`enc || ciphertext || tag`. Raises BadKey."""
        return _SUITE.encrypt(plaintext, self._key, info)


class PrivateKey:
    """Who opens. Never leaves the service."""

    def __init__(self, seed: bytes) -> None:
        """From the 32-byte seed. Raises BadKey."""
        if len(seed) != SEED_BYTES:
            raise BadKey(f"{SEED_BYTES} bytes are wanted, not {len(seed)}")
        stretch = hashes.Hash(hashes.SHAKE256(96))
        stretch.update(seed)
        stretched = stretch.finalize()
        kem = mlkem.MLKEM768PrivateKey.from_seed_bytes(stretched[:64])
        dh = x25519.X25519PrivateKey.from_private_bytes(stretched[64:])
        self._key = hpke.MLKEM768X25519PrivateKey(kem, dh)
        self.public = PublicKey(
            kem.public_key().public_bytes_raw()
            + dh.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        )

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """The plaintext. Raises CannotOpen."""
        try:
            return _SUITE.decrypt(sealed, self._key, info)
        except InvalidTag as error:
            raise CannotOpen from error
