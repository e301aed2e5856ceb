"""Tokens and Base45: values that others published, and what a technician may see of a token."""

from __future__ import annotations

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.wire import base45, token


def test_a_signature_of_cose() -> None:
    """RFC 9052 §4.4 by cose-wg/Examples eddsa-sig-01; the key is the first one of RFC 8032 §7.1."""
    message = cbor2.loads(
        bytes.fromhex(
            "D28445A201270300A10442313154546869732069732074686520636F6E74656E742E58407142FD2FF96D56"
            "DB85BEE905A76BA1D0B7321A95C8C4D3607C5781932B7AFB8711497DFA751BF40B58B3BCC32300B1487F3D"
            "B34085EEF013BF08F4A44D6FEF0D"
        )
    )
    protected, _, payload, signature = message.value
    seed = "9D61B19DEFFD5A60BA844AF492EC2CC44449C5697B326919703BAC031CAE7F60"
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    public = "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A"
    assert key.public_key().public_bytes_raw().hex().upper() == public
    assert key.sign(token.to_sign(protected, payload)) == signature


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"", "")],
)
def test_base45(data: bytes, text: str) -> None:
    """RFC 9285 §4.3."""
    assert base45.encode(data) == text
    assert base45.decode(text) == data


def test_base45_decodes_the_example() -> None:
    """RFC 9285 §4.4."""
    assert base45.decode("QED8WEX0") == b"ietf!"


@pytest.mark.parametrize("text", ["A", "BB8A", "GGW", ":::", "bb8", "B\n8", "::", "B,8", "ÄB8"])
def test_base45_that_stands_for_nothing(text: str) -> None:
    """RFC 9285 §6: GGW is 65536."""
    with pytest.raises(ValueError, match="character"):
        base45.decode(text)


NAME = b"p" * 16
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


@pytest.mark.parametrize(
    "claims",
    [
        token.Claims(NAME, 1_800_000_000, 1_800_003_600),
        token.Claims(NAME, 1_800_000_000, 1 << 33, 255, b"c" * 16, once=True),
    ],
)
def test_what_is_peeked_at_is_what_was_signed(claims: token.Claims) -> None:
    """Whoever signed it."""
    assert token.peek(token.read(token.sign(claims, KEY))) == claims


@pytest.mark.parametrize(
    "payload",
    [
        cbor2.dumps([1] * 40),
        cbor2.dumps({1: [0] * 40}),
        b"\xa1\x01\xc5\x82\x1b" + b"\x7f" * 8 + b"\x01" + bytes(20),
        b"\xa1\x01" + b"\x81" * 60,
        b"\xa1\x01\x5f" + bytes(30),
        b"\xa1\x01\x58\xff" + bytes(30),
        b"\xbf" + bytes(40),
        b"\xff" * 40,
    ],
)
def test_what_is_not_flat_is_not_decoded(payload: bytes) -> None:
    """Neither nests nor tags; an offset says where it began."""
    with pytest.raises(token.NoToken) as caught:
        token.peek(token.Frame(b"kkkk", payload, bytes(64)))
    assert 0 <= caught.value.offset < 160


def test_offsets_point_at_what_is_wrong() -> None:
    """Of a token, and of Base45."""
    good = token.sign(token.Claims(NAME, 1, 2), KEY)
    for at in (0, 3, 7, 12, len(good) - 66):
        with pytest.raises(token.NoToken) as caught:
            token.read(good[:at] + bytes((good[at] ^ 1,)) + good[at + 1 :])
        assert caught.value.offset == at
    for text, offset in (("BB8_B8", 3), ("BB8GGW", 3), ("BB8A", 3), ("bb8", 0)):
        with pytest.raises(base45.NoBase45) as found:
            base45.decode(text)
        assert found.value.offset == offset
