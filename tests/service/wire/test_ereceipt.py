"""A receipt under a token: only who has the link can read it."""

from __future__ import annotations

import hashlib
import hmac
import os
import zlib

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from service.wire import ereceipt
from service.wire.ereceipt import (
    BLOCK,
    RECORD_MOST,
    SEALED_MOST,
    TOKEN_CHARACTERS,
    name_of,
    seal,
    token_in,
    token_text,
    unseal,
)
from service.wire.messages import Malformed
from service.wire.suite import CannotOpen

TOKEN = bytes(range(16))

tokens = st.binary(min_size=16, max_size=16)


@settings(deadline=None)
@given(tokens, st.binary(max_size=5000))
def test_there_and_back(token: bytes, record: bytes) -> None:
    """By this token and by no other one; the size tells little."""
    sealed = seal(token, record)
    assert unseal(token, sealed.data) == record
    assert sealed.name == name_of(token)
    assert (len(sealed.data) - 17) % BLOCK == 0
    with pytest.raises(CannotOpen):
        unseal(bytes(16) if token != bytes(16) else TOKEN, sealed.data)


def test_the_derivation_is_as_written() -> None:
    """HKDF once more, by hand from RFC 5869."""
    key = hmac.new(bytes(32), TOKEN, hashlib.sha256).digest()
    for what in (b"name", b"key"):
        info = b"openkiosk/receipt/v1/" + what + b"\x01"
        wanted = hmac.new(key, info, hashlib.sha256).digest()
        if what == b"name":
            assert name_of(TOKEN) == wanted
        else:
            plain = AESGCM(wanted).decrypt(bytes(12), seal(TOKEN, b"{}").data[1:], b"\x01")
            assert zlib.decompress(plain[4 : 4 + int.from_bytes(plain[:4])]) == b"{}"


@settings(deadline=None)
@given(st.integers(0, 1040), st.integers(1, 255))
def test_a_changed_byte_opens_nothing(place: int, change: int) -> None:
    """Not even as something else."""
    data = bytearray(seal(TOKEN, b'{"version":1}').data)
    data[place % len(data)] ^= change
    with pytest.raises((CannotOpen, Malformed)):
        unseal(TOKEN, bytes(data))


def sealed_by_hand(packed: bytes, length: int) -> bytes:
    """What a broken or evil kiosk might send."""
    plain = length.to_bytes(4) + packed
    return b"\x01" + AESGCM(ereceipt._derived(TOKEN, b"key")).encrypt(bytes(12), plain, b"\x01")


@pytest.mark.parametrize(
    ("packed", "length"),
    [
        (zlib.compress(bytes(RECORD_MOST + 1), 9), None),
        (zlib.compress(b"x" * 100)[:-1], None),
        (b"nothing of zlib", None),
        (zlib.compress(b"x"), 3),
    ],
    ids=["unfolds without end", "cut off", "no zlib", "wrong length"],
)
def test_what_does_not_unfold_is_refused(packed: bytes, length: int | None) -> None:
    """In bounded memory."""
    with pytest.raises(Malformed):
        unseal(TOKEN, sealed_by_hand(packed, len(packed) if length is None else length))


def test_a_receipt_too_large_is_not_sealed() -> None:
    """The kiosk hears it, not the customer."""
    with pytest.raises(Malformed, match="too large"):
        seal(TOKEN, os.urandom(SEALED_MOST))


@given(tokens)
def test_a_token_has_one_spelling(token: bytes) -> None:
    """22 characters that stand in a link as they are."""
    text = token_text(token)
    assert len(text) == TOKEN_CHARACTERS
    assert token_in(text) == token


@given(st.text(max_size=24))
def test_no_other_text_is_a_token(text: str) -> None:
    """Nor is a token with a bit set where none belongs."""
    try:
        token = token_in(text)
    except Malformed:
        return
    assert token_text(token) == text


def test_loose_bits_are_no_token() -> None:
    """22 characters are 132 bits: the last four must be zeros."""
    with pytest.raises(Malformed):
        token_in(token_text(TOKEN)[:-1] + "x")
