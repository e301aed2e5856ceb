"""`drivers decode token`: what a signed code or card token says, and whether it was signed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from service.wire import base45, token
from service.wire.base45 import NoBase45
from service.wire.token import Claims, NoToken

_HEX = re.compile(r"(?:[0-9a-fA-F]{2}|[\s:-])+")
"""No token in Base45 looks so: each begins with RRQ."""


def decode_token(line: str, issuer: Ed25519PublicKey | None, *, show: bool) -> dict[str, Any]:
    """`OK1:` and Base45, Base45 alone, or hex; `error` and `offset` (in the text, or of the byte)."""
    text = line.rstrip("\r\n")
    if _HEX.fullmatch(text):
        return token_fields(bytes.fromhex(re.sub(r"[\s:-]", "", text)), issuer, show=show)
    coded = text.removeprefix(token.PREFIX)
    try:
        data = base45.decode(coded)
    except NoBase45 as error:
        return {"error": str(error), "offset": error.offset + len(text) - len(coded)}
    return token_fields(data, issuer, show=show)


def token_fields(data: bytes, issuer: Ed25519PublicKey | None, *, show: bool) -> dict[str, Any]:
    """The fields of a COSE_Sign1 of our profile. What it claims is shown whoever signed it."""
    try:
        frame = token.read(data)
        claims = token.peek(frame)
        signed = "not checked"
        if issuer:
            signed = "good" if token.verify(frame, issuer) else "bad"
    except NoToken as error:
        return {"error": str(error), "offset": error.offset}
    return {
        "kid": frame.kid.hex().upper(),
        "claims": _claims(claims, show=show),
        "bytes": len(data),
        "signature": signed,
    }


def _claims(claims: Claims, *, show: bool) -> dict[str, Any]:
    name = claims.pseudonym.hex().upper()
    return {
        "issued": _time(claims.issued),
        "expires": _time(claims.expires),
        "tier": claims.tier,
        "once": claims.once,
        "bound": bool(claims.card),
        "pseudonym": name if show else "*" * len(name),
    }


def _time(seconds: int) -> str | int:
    """As people write it; a number where the calendar ends."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return seconds
