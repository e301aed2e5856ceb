"""Numbers of cards: anybody can copy them, and some are made anew for each reader that asks."""

from __future__ import annotations

from service.proofs.verdict import Why

UID_SIZES = (4, 7, 10)
"""Bytes of a UID (ISO 14443-3 §6.5.4)."""
IDM_BYTES = 8
_RANDOM_UID = b"\x08"
"""Begins a UID of 4 bytes that is random (ISO 14443-3 §6.5.4): phones have those."""
_RANDOM_IDM = b"\x01\xfe"
"""Begins an NFCID2 that is made for NFC-DEP and changes (NFC Forum Digital §8.4)."""


def uid_fault(uid: bytes) -> Why | None:
    """Why a UID cannot stand for a card."""
    if len(uid) not in UID_SIZES:
        return Why.MALFORMED
    if len(uid) == UID_SIZES[0] and uid.startswith(_RANDOM_UID):
        return Why.CHANGING_NUMBER
    return None


def idm_fault(idm: bytes) -> Why | None:
    """Why a FeliCa IDm cannot stand for a card."""
    if len(idm) != IDM_BYTES:
        return Why.MALFORMED
    return Why.CHANGING_NUMBER if idm.startswith(_RANDOM_IDM) else None
