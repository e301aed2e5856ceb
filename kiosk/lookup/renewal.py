"""The line's certificate lives seven days; from half of its life on it is renewed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from kiosk.lookup.enrol import application, tls_key
from kiosk.lookup.identity import Identity, write_file


def is_due(certificate: x509.Certificate, now: datetime) -> bool:
    """Whether half of its life is over."""
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return now >= since + (until - since) / 2


def renewal(identity: Identity) -> bytes:
    """The body of POST /v1/renew. Raises ConfigError."""
    shown = identity.certificate.public_bytes(serialization.Encoding.DER)
    body = application(shown, tls_key(identity.folder), identity.signing)
    return json.dumps(body).encode()


def renewed(identity: Identity, answer: bytes) -> bool:
    """Keep the new certificate; False if the answer holds none for our key. Raises OSError."""
    try:
        pem = base64.b64decode(json.loads(answer)["certificate"], validate=True)
        certificate = x509.load_pem_x509_certificate(pem)
        ours = certificate.public_key() == identity.certificate.public_key()
    except (ValueError, KeyError, TypeError):
        return False
    if ours:
        write_file(identity.folder, "tls.pem", pem)
    return ours


Post = Callable[[str, bytes], bytes]
"""Path and body out, the answer's body in; raises LookupFailed."""


def renew_if_due(identity: Identity, post: Post, now: datetime) -> bool:
    """Renew where it is time; whether there is a new certificate to load."""
    if not is_due(identity.certificate, now):
        return False
    return renewed(identity, post("/v1/renew", renewal(identity)))
