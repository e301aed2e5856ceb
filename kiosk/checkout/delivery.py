"""A sale on its way to the central service."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.codec import encode
from kiosk.ids import NOBODY, Handle, SaleId
from kiosk.money import Money


@dataclass(frozen=True, slots=True)
class Delivery:
    """A sale as the central service learns of it: nothing about who bought."""

    sale: SaleId
    ended: datetime
    total: Money
    lines: int
    receipt: int
    """The receipt number."""
    digest: str
    """SHA-256 of the sale as it stands in the state, in hex."""
    link: Handle = field(default=NOBODY, compare=False)
    """Which link of the outbox goes with it. Not part of the state's digest: older journals replay."""


def digest_of_sale(sold: object) -> str:
    """The digest of a `Delivery`: of the whole sale, lines, card slip and all."""
    text = json.dumps(encode(sold), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
