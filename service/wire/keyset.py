"""The service's public keys, signed by a key that every kiosk pinned when it was enrolled.

A signed document (`service.wire.signed`). The signing key is kept offline, so a service that
is broken into cannot make kiosks seal to a key of the thief's.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.wire.envelope import KEY_ID_BYTES, Recipient
from service.wire.messages import Malformed
from service.wire.signed import Signed
from service.wire.suite import PublicKey

DOCUMENT_MOST = 1 << 20
_SIGNED = Signed("key set", b"openkiosk/key-set/v1\0", DOCUMENT_MOST)


class Use(StrEnum):
    """What a key is for; keys are never shared between uses."""

    LOOKUP = "lookup"
    OUTBOX = "outbox"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """One public key: sealed to, or trusted, from `since` until `until` (Unix ms)."""

    id: bytes
    use: Use
    public: bytes
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class KeySet:
    """All keys a kiosk needs for the time ahead. `version` only ever rises."""

    tenant: str
    version: int
    keys: tuple[ServiceKey, ...]

    def current(self, use: Use, now: int) -> ServiceKey | None:
        """The newest key in force for this use."""
        fit = [key for key in self.keys if key.use is use and key.since <= now < key.until]
        return max(fit, key=lambda key: key.since, default=None)

    def recipient(self, now: int) -> Recipient | None:
        """Whom to seal a request to."""
        key = self.current(Use.LOOKUP, now)
        return Recipient(key.id, PublicKey(key.public), self.tenant) if key else None

    def last_day(self, use: Use) -> int:
        """When the last key of this use ends; 0 if there is none."""
        return max((key.until for key in self.keys if key.use is use), default=0)


def sign_key_set(keys: KeySet, offline: Ed25519PrivateKey) -> bytes:
    """The document."""
    told = [
        {
            "id": key.id.hex(),
            "use": key.use.value,
            "public": base64.b64encode(key.public).decode(),
            "since": key.since,
            "until": key.until,
        }
        for key in keys.keys
    ]
    return _SIGNED.sign({"tenant": keys.tenant, "version": keys.version, "keys": told}, offline)


def read_key_set(document: bytes, pinned: Ed25519PublicKey) -> KeySet:
    """Raises Forged if the pinned key did not sign it, Malformed if it is no key set."""
    data = _SIGNED.read(document, pinned)
    try:
        keys = tuple(map(_key, data["keys"]))
        return KeySet(str(data["tenant"]), int(data["version"]), keys)
    except (ValueError, TypeError, KeyError) as error:
        raise Malformed("no key set") from error


def _key(data: dict[str, Any]) -> ServiceKey:
    key_id = bytes.fromhex(data["id"])
    if len(key_id) != KEY_ID_BYTES:
        raise Malformed("a key id of a wrong size")
    public = base64.b64decode(data["public"], validate=True)
    return ServiceKey(key_id, Use(data["use"]), public, int(data["since"]), int(data["until"]))
