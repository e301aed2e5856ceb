"""What the office says about a catalogue, signed by the key that every kiosk pinned at its enrolment.

The statement is a signed document (`service.wire.signed`). The file itself travels in numbered pieces
and is believed by its SHA-256 alone. The signing key is kept offline, like that of key sets: a service
that is broken into can withhold prices, and cannot make any.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.wire.messages import Malformed
from service.wire.signed import Signed

STATEMENT_MOST = 4096
PIECE_BYTES = 1 << 18
"""Of each piece of the file but the last one."""
VERSION_MOST = 10**9
SIZE_MOST = 1 << 40
_SIGNED = Signed("statement", b"openkiosk/catalogue/v1\0", STATEMENT_MOST)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Statement:
    """One catalogue for all kiosks of a tenant.

    `version` only ever rises, also where an older file comes back; `kind` is the snapshot's own format;
    `size` in bytes; `created`, `until` in Unix ms, and from `until` on no kiosk takes it any more.
    `left_out`: rows of the office's file that are not in it.
    """

    tenant: str
    version: int
    kind: int
    size: int
    sha256: str
    created: int
    until: int
    articles: int
    left_out: int

    @property
    def pieces(self) -> int:
        """How many there are, numbered from 0."""
        return -(-self.size // PIECE_BYTES)

    @property
    def share_left_out(self) -> float:
        """Of the rows that were read, 0 to 1."""
        return self.left_out / (self.articles + self.left_out)


def sign_statement(statement: Statement, offline: Ed25519PrivateKey) -> bytes:
    """The document."""
    return _SIGNED.sign(asdict(statement), offline)


def read_statement(document: bytes, pinned: Ed25519PublicKey) -> Statement:
    """Raises Forged if the pinned key did not sign it, Malformed if it is no statement."""
    told = _SIGNED.read(document, pinned)
    try:
        return _checked(Statement(**{each.name: told[each.name] for each in fields(Statement)}))
    except (TypeError, KeyError) as error:
        raise Malformed("no statement") from error


def _checked(told: Statement) -> Statement:
    whole: dict[str, tuple[Any, int, int]] = {
        "version": (told.version, 1, VERSION_MOST),
        "kind": (told.kind, 1, VERSION_MOST),
        "size": (told.size, 1, SIZE_MOST),
        "created": (told.created, 0, SIZE_MOST << 8),
        "until": (told.until, 0, SIZE_MOST << 8),
        "articles": (told.articles, 1, SIZE_MOST),
        "left_out": (told.left_out, 0, SIZE_MOST),
    }
    for name, (value, least, most) in whole.items():
        if type(value) is not int or not least <= value <= most:
            raise Malformed(f"a statement with an impossible {name}")
    texts = type(told.tenant) is str and type(told.sha256) is str
    if not texts or not _SHA256.fullmatch(told.sha256):
        raise Malformed("a statement without tenant or digest")
    return told
