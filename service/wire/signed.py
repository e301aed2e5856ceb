"""Documents signed offline by the key that every kiosk pinned at its enrolment.

Ed25519 signature(64) || JSON in UTF-8. The signature covers a context before the JSON, so that no
document passes for one of another kind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.wire.envelope import SIGNATURE_BYTES, Forged
from service.wire.messages import Malformed


@dataclass(frozen=True, slots=True)
class Signed:
    """A kind of document. `most`: bytes of a whole one; `name` is for messages."""

    name: str
    context: bytes
    most: int
    format: int = 1

    def sign(self, told: dict[str, Any], offline: Ed25519PrivateKey) -> bytes:
        """The document that tells this."""
        body = json.dumps(
            {"format": self.format, **told}, sort_keys=True, separators=(",", ":")
        ).encode()
        return offline.sign(self.context + body) + body

    def read(self, document: bytes, pinned: Ed25519PublicKey) -> dict[str, Any]:
        """What it tells. Raises Forged if the pinned key did not sign it, Malformed if it is none."""
        if not SIGNATURE_BYTES < len(document) <= self.most:
            raise Malformed(f"a {self.name} of an impossible size")
        signature, body = document[:SIGNATURE_BYTES], document[SIGNATURE_BYTES:]
        try:
            pinned.verify(signature, self.context + body)
        except InvalidSignature as error:
            raise Forged from error
        try:
            told: dict[str, Any] = json.loads(body)
            other = told["format"] != self.format
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise Malformed(f"no {self.name}") from error
        if other:
            raise Malformed(f"a {self.name} of another format")
        return told
