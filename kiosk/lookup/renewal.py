"""The certificate of the line: renewed from half of its life on, over the line it guards."""

from __future__ import annotations

from datetime import datetime

from kiosk.lookup.identity import Identity
from kiosk.lookup.line import Limit
from kiosk.lookup.session import Session


def is_due(identity: Identity, now: datetime) -> bool:
    """Whether half of the certificate's life is over."""
    since = identity.certificate.not_valid_before_utc
    until = identity.certificate.not_valid_after_utc
    return now >= since + (until - since) / 2


def renew_if_due(session: Session, now: datetime, limit: Limit) -> None:
    """Seam for POST /v1/renew: called whenever the service has just answered, on the lookup's thread.

    Raises LookupFailed or Unavailable like every question. To take a renewed certificate into use,
    close the session: it reads the identity anew.
    """
    del session, now, limit
