"""An invitation on the wire: one spelling, one maker, one service, ten minutes."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from service.wire.invitation import (
    CHARACTERS,
    LIVES_MS,
    SKEW_MS,
    make,
    name_of,
    page_of,
    read,
)
from service.wire.messages import Malformed

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
KIOSK, NOW, TENANT = b"k" * 16, 1_795_000_000_000, "markt"
TEXT = make(KIOSK, NOW, TENANT, KEY)


def test_what_a_kiosk_made_holds_for_its_service_alone() -> None:
    found = read(TEXT)
    assert (len(TEXT), found.kiosk, found.made) == (CHARACTERS, KIOSK, NOW)
    assert found.holds(KEY.public_key(), TENANT)
    assert not found.holds(KEY.public_key(), "laden")
    assert not found.holds(Ed25519PrivateKey.generate().public_key(), TENANT)
    assert read(make(KIOSK, NOW, TENANT, KEY)).used != found.used


def test_it_counts_from_a_little_before_and_for_minutes() -> None:
    found = read(TEXT)
    inside = (NOW - SKEW_MS, NOW, NOW + LIVES_MS - 1)
    assert [found.over(at) for at in inside] == [False] * 3
    assert [found.over(at) for at in (NOW - SKEW_MS - 1, NOW + LIVES_MS)] == [True] * 2


def test_each_press_has_a_page_of_its_own_that_nobody_else_can_find() -> None:
    found, other = read(TEXT), read(make(KIOSK, NOW, TENANT, KEY))
    pages = {page_of(each, press) for each in (found, other) for press in (bytes(16), b"p" * 16)}
    assert len(pages) == 4
    assert page_of(found, bytes(16)) == page_of(found, bytes(16))
    assert name_of(page_of(found, bytes(16))) not in (found.used, page_of(found, bytes(16)))


@given(st.integers(0, 95), st.integers(1, 255))
def test_a_changed_byte_is_noticed(at: int, flip: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(TEXT))
    raw[at] ^= flip
    try:
        found = read(base64.urlsafe_b64encode(raw).decode())
    except Malformed:
        return
    assert not found.holds(KEY.public_key(), TENANT)


@given(st.text(max_size=140))
def test_any_text_is_refused_or_read(text: str) -> None:
    try:
        found = read(text)
    except Malformed:
        return
    assert not found.holds(KEY.public_key(), TENANT)


@pytest.mark.parametrize("text", ["", TEXT[:-1], TEXT + "A", TEXT[:-1] + "=", "+" * 128, "é" * 128])
def test_another_spelling_is_none(text: str) -> None:
    with pytest.raises(Malformed):
        read(text)
