"""The line's certificate lives seven days; from half of its life on it is renewed."""

from __future__ import annotations

import base64
import json
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from kiosk.errors import ConfigError, Refused, Unavailable
from kiosk.lookup.enrol import ANSWER_MOST, application, tls_key
from kiosk.lookup.identity import Identity, write_file
from kiosk.lookup.line import Limit
from kiosk.lookup.session import Session


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


def renew_if_due(session: Session, now: datetime, limit: Limit) -> None:
    """Renew where it is time. Called when the service has just answered, on the lookup's thread.

    Raises LookupFailed or Unavailable like every question; the old certificate is good meanwhile.
    """
    identity = session.identity
    if not is_due(identity.certificate, now):
        return
    try:
        body = renewal(identity)
        reply = session.exchange("POST", "/v1/renew", body, ANSWER_MOST, limit)
        if reply.status != 200:
            raise Refused(
                f"the service does not renew the certificate ({reply.status})", reply.status
            )
        if renewed(identity, bytes(reply.body)):
            session.close()  # the next question reads the identity anew
    except (ConfigError, OSError) as error:
        raise Unavailable(f"the certificate cannot be renewed: {error}") from error
