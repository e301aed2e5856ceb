"""The statement: what was signed comes back, and nothing else is believed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.wire.catalogue import (
    PIECE_BYTES,
    STATEMENT_MOST,
    Statement,
    read_statement,
    sign_statement,
)
from service.wire.envelope import SIGNATURE_BYTES, Forged
from service.wire.keyset import KeySet, sign_key_set
from service.wire.messages import Malformed

OFFLINE = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
PINNED = OFFLINE.public_key()
TOLD = Statement("markt", 7, 3, PIECE_BYTES + 1, "ab" * 32, 1_000, 2_000, 990, 10)


def test_what_was_signed_comes_back() -> None:
    """Whole, with what follows from it."""
    told = read_statement(sign_statement(TOLD, OFFLINE), PINNED)
    assert told == TOLD
    assert (told.pieces, told.share_left_out) == (2, 0.01)
    assert replace(TOLD, size=PIECE_BYTES).pieces == 1


def test_no_flipped_bit_is_believed() -> None:
    """Wherever it is."""
    document = sign_statement(TOLD, OFFLINE)
    for at in range(len(document)):
        flipped = bytes([*document[:at], document[at] ^ 1, *document[at + 1 :]])
        with pytest.raises(Forged):
            read_statement(flipped, PINNED)


def test_another_key_or_another_use_of_ours_counts_for_nothing() -> None:
    """A key set is signed by the same key, and is no statement about prices; nor the other way."""
    with pytest.raises(Forged):
        read_statement(sign_statement(TOLD, Ed25519PrivateKey.generate()), PINNED)
    with pytest.raises(Forged):
        read_statement(sign_key_set(KeySet("markt", 1, ()), OFFLINE), PINNED)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", 0),
        ("version", True),
        ("version", "7"),
        ("version", 10**12),
        ("size", 0),
        ("size", 1.5),
        ("size", -1),
        ("kind", 0),
        ("articles", 0),
        ("left_out", -1),
        ("until", None),
        ("sha256", "AB" * 32),
        ("sha256", "ab/../" * 11),
        ("tenant", 5),
    ],
)
def test_impossible_values_are_no_statement(name: str, value: object) -> None:
    """Also where they are signed: nothing is computed with them."""
    odd = replace(TOLD, **{name: value})  # type: ignore[arg-type]
    with pytest.raises(Malformed):
        read_statement(sign_statement(odd, OFFLINE), PINNED)


def test_hostile_bytes_raise_our_errors_only() -> None:
    """Signed by us or by nobody."""
    from service.wire.catalogue import _SIGNED

    for body in (b"{}", b"[]", b"null", b"\xff", b"[" * 3000, b'{"format":2}', b'{"format":1}'):
        with pytest.raises(Malformed):
            read_statement(OFFLINE.sign(_SIGNED.context + body) + body, PINNED)
    for size in (0, SIGNATURE_BYTES, STATEMENT_MOST + 1):
        with pytest.raises(Malformed):
            read_statement(bytes(size), PINNED)
