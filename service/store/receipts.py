"""Sealed receipts in the store: the statements both stores share. Nobody here can read one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.store.port import Kept, SealedReceipt

# The branch that meets the same receipt again writes, too: a retry while a synchronous standby stalls
# must wait for it as the first try did, or it would be acknowledged and could still be lost.
KEEP = """INSERT INTO receipt (name, kiosk, sealed, received, expires, deliveries)
    VALUES (?, ?, ?, ?, ?, 1)
    ON CONFLICT (name) DO UPDATE SET deliveries = receipt.deliveries + 1
    WHERE receipt.sealed = excluded.sealed
    RETURNING deliveries"""
FETCH = "SELECT name, kiosk, sealed, received, expires FROM receipt WHERE name = ? AND expires > ?"
PURGE = "DELETE FROM receipt WHERE expires <= ?"


def values(receipt: SealedReceipt) -> tuple[Any, ...]:
    """For KEEP."""
    return receipt.name, receipt.kiosk, receipt.sealed, receipt.received, receipt.expires


def kept(row: Sequence[Any] | None) -> Kept:
    """What a row of KEEP says."""
    if row is None:
        return Kept.OTHER
    return Kept.NEW if row[0] == 1 else Kept.SAME
