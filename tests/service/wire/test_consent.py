"""A decision on the wire: one layout, and nothing else is taken for one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.wire.consent import CONSENT_BYTES, Act, Decision, decision_in, put_decision
from service.wire.messages import EVIDENCE_FIELD_BYTES, Evidence, EvidenceKind, Malformed

WITHDRAW = Decision(Act.WITHDRAW, 1, "de", bytes(range(32)))


def body(decision: Decision = WITHDRAW, data: bytes = b"4711") -> bytes:
    """As a kiosk makes it."""
    made = bytearray(CONSENT_BYTES)
    put_decision(memoryview(made), EvidenceKind.NUMBER, data, decision)
    return bytes(made)


def test_what_was_put_is_read() -> None:
    made = body()
    assert len(made) == 551
    assert decision_in(made) == (Evidence(EvidenceKind.NUMBER, b"4711"), WITHDRAW)
    assert made[EVIDENCE_FIELD_BYTES:] == b"\x01\x01de" + bytes(range(32))


@pytest.mark.parametrize(
    "wrong",
    [
        replace(WITHDRAW, version=256),
        replace(WITHDRAW, language="d"),
        replace(WITHDRAW, language="DE"),
        replace(WITHDRAW, language="é"),
        replace(WITHDRAW, text=b"short"),
        replace(WITHDRAW, text=bytes(33)),
    ],
)
def test_what_does_not_fit_is_not_put(wrong: Decision) -> None:
    with pytest.raises(Malformed):
        body(wrong)


@pytest.mark.parametrize("size", [0, 1, EVIDENCE_FIELD_BYTES, CONSENT_BYTES - 1, CONSENT_BYTES + 1])
def test_another_size_is_none(size: int) -> None:
    with pytest.raises(Malformed):
        decision_in((body() + b"\0")[:size])


@given(st.binary(min_size=CONSENT_BYTES, max_size=CONSENT_BYTES))
def test_any_bytes_are_refused_or_mean_what_they_say(data: bytes) -> None:
    try:
        evidence, decision = decision_in(data)
    except Malformed:
        return
    again = bytearray(CONSENT_BYTES)
    put_decision(memoryview(again), evidence.kind, evidence.data, decision)
    assert again == data


@given(st.integers(0, CONSENT_BYTES - 1), st.integers(1, 255))
def test_a_changed_byte_is_another_decision_or_none(at: int, flip: int) -> None:
    changed = bytearray(body())
    changed[at] ^= flip
    try:
        assert decision_in(bytes(changed)) != decision_in(body())
    except Malformed:
        return
