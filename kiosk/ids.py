"""Names of things. Ids are kiosk, journal epoch and a counter in the state: never random."""

from __future__ import annotations

from typing import NewType

Gtin = NewType("Gtin", int)
"""A GTIN-8, -12, -13 or -14 as an integer: leading zeros carry no meaning (GS1 General Specs)."""

LineId = NewType("LineId", int)
SaleId = NewType("SaleId", str)
PaymentId = NewType("PaymentId", str)
JobId = NewType("JobId", str)
WeighingId = NewType("WeighingId", str)
NOTHING_WEIGHED = WeighingId("")

Handle = NewType("Handle", str)
"""Where something private lies in the vault: random, one a customer, meaningless anywhere else."""
NOBODY = Handle("")
"""Stands where a sale has no customer."""


def minted(kiosk: str, epoch: str, kind: str, number: int) -> str:
    """An id no other kiosk, journal or counter value gives: `K1-9f3a61-p000042`."""
    return f"{kiosk}-{epoch}-{kind}{number:06d}"
