"""What a member decides at a kiosk: the body of `Kind.CONSENT`.

    evidence    as in a lookup, with the showing that the lookup of this identification held
    act         1: withdraw everything; nothing else is decided at a kiosk
    version     of the wording, counted by the kiosk's program
    language    of the wording, 2 ASCII
    text        SHA-256 of the wording, as it stood on the screen

The answer's body is empty: whoever withdraws is told nothing about anybody.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from enum import IntEnum

from service.wire.messages import (
    EVIDENCE_FIELD_BYTES,
    Evidence,
    EvidenceKind,
    Malformed,
    evidence_in,
    put_evidence,
)

_DECISION = struct.Struct(">BB2s32s")
CONSENT_BYTES = EVIDENCE_FIELD_BYTES + _DECISION.size
_LANGUAGE = re.compile(rb"[a-z]{2}")


class Act(IntEnum):
    """What is decided."""

    WITHDRAW = 0x01
    """No field group may be used for this member any more."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, and under which wording. `text`: its SHA-256."""

    act: Act
    version: int
    language: str
    text: bytes


def put_decision(
    into: memoryview,
    kind: EvidenceKind,
    evidence: bytes | bytearray | memoryview,
    decision: Decision,
) -> None:
    """Write a body into CONSENT_BYTES zeros, without a copy of the evidence. Raises Malformed."""
    put_evidence(into, kind, evidence)
    try:
        language = decision.language.encode("ascii")
        told = _DECISION.pack(decision.act, decision.version, language, decision.text)
    except (struct.error, UnicodeEncodeError) as error:
        raise Malformed("a decision that does not fit") from error
    if not _LANGUAGE.fullmatch(language) or len(decision.text) != 32:
        raise Malformed("a decision in no language, or about no text")
    into[EVIDENCE_FIELD_BYTES:CONSENT_BYTES] = told


def decision_in(body: bytes) -> tuple[Evidence, Decision]:
    """What was shown, and what was decided. Raises Malformed."""
    if len(body) != CONSENT_BYTES:
        raise Malformed("a decision of another size")
    act, version, language, text = _DECISION.unpack_from(body, EVIDENCE_FIELD_BYTES)
    if not _LANGUAGE.fullmatch(language):
        raise Malformed("a decision in no language")
    try:
        decision = Decision(Act(act), version, language.decode(), text)
    except ValueError as error:
        raise Malformed(f"no decision of kind {act:#04x}") from error
    return evidence_in(body), decision
