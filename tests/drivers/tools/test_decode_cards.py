"""`drivers decode ndef` and `decode token`: round trips, and lines of strangers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards import ndef
from drivers.tools.decode import decode_ndef
from drivers.tools.decode_token import decode_token, token_fields
from service.wire import base45, token
from service.wire.token import Claims
from tests.drivers.tools.processes import ran

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
NAME = bytes(range(16))
CLAIMS = Claims(NAME, 1_790_000_000, 1_790_003_600, 1, once=True)
SIGNED = token.sign(CLAIMS, KEY)
CODE = token.PREFIX + base45.encode(SIGNED)
FIELDS = {
    "kid": token.kid_of(KEY.public_key()).hex().upper(),
    "claims": {
        "issued": "2026-09-21T14:13:20+00:00",
        "expires": "2026-09-21T15:13:20+00:00",
        "tier": 1,
        "once": True,
        "bound": False,
        "pseudonym": "*" * 32,
    },
    "bytes": len(SIGNED),
    "signature": "not checked",
}


@pytest.mark.parametrize(
    "line", [CODE + "\n", base45.encode(SIGNED), SIGNED.hex(), SIGNED.hex(" ").upper() + "\r\n"]
)
def test_a_token_in_every_form(line: str) -> None:
    """As it is scanned, bare, and as bytes."""
    assert decode_token(line, None, show=False) == FIELDS


def test_the_pseudonym_is_shown_on_demand() -> None:
    """It is a customer's."""
    assert NAME.hex().upper() not in str(decode_token(CODE, None, show=False))
    assert decode_token(CODE, None, show=True)["claims"]["pseudonym"] == NAME.hex().upper()


def test_whose_signature_it_is() -> None:
    """Claims are told also where it is nobody's."""
    good = decode_token(CODE, KEY.public_key(), show=False)
    bad = decode_token(CODE, OTHER.public_key(), show=False)
    assert (good["signature"], bad["signature"]) == ("good", "bad")
    assert good["claims"] == bad["claims"] == FIELDS["claims"]
    flipped = SIGNED[:-1] + bytes((SIGNED[-1] ^ 1,))
    assert token_fields(flipped, KEY.public_key(), show=False)["signature"] == "bad"


@given(
    st.builds(
        Claims,
        st.binary(min_size=16, max_size=16),
        st.integers(0, (1 << 40) - 1),
        st.integers(0, (1 << 40) - 1),
        st.integers(0, 255),
        st.sampled_from((b"", b"c" * 16)),
        st.booleans(),
    )
)
def test_every_token_there_is_can_be_told(claims: Claims) -> None:
    """Times beyond the calendar as numbers."""
    found = token_fields(token.sign(claims, KEY), KEY.public_key(), show=True)
    assert found["signature"] == "good"
    told = found["claims"]
    assert (told["tier"], told["once"]) == (claims.tier, claims.once)
    assert (told["bound"], told["pseudonym"]) == (bool(claims.card), claims.pseudonym.hex().upper())
    json.dumps(found)


@pytest.mark.parametrize(
    ("line", "offset"),
    [
        ("OK1:", 0),
        ("OK1:ab", 4),
        ("OK1:GGW", 4),
        ("RRQä", 3),
        ("zz", 0),
        ("D2 84", 2),
        (SIGNED.hex() + "00", 0),
        ("FF" * 116, 0),
        ("00" * 500, 160),
        (SIGNED[:7].hex() + "00" + SIGNED[8:].hex(), 7),
    ],
)
def test_a_line_that_is_no_token(line: str, offset: int) -> None:
    """Why, and from where on."""
    found = decode_token(line, None, show=True)
    assert found["error"]
    if line != SIGNED.hex() + "00":  # shifted by a byte, all sorts of it are wrong
        assert found["offset"] == offset


@given(st.one_of(st.text(max_size=300), st.binary(max_size=200).map(bytes.hex)))
def test_any_line_has_an_answer(line: str) -> None:
    """Fields or an error, never an exception."""
    for found in (decode_token(line, KEY.public_key(), show=True), decode_ndef(line, show=True)):
        assert found.keys() & {"error", "records", "claims"}


@given(st.binary(min_size=24, max_size=60))
def test_any_claims_have_an_answer(payload: bytes) -> None:
    """Whatever CBOR a stranger writes into a well-made frame."""
    framed = token._frame(token.Frame(b"kkkk", payload, bytes(64)))
    assert token_fields(framed, None, show=True).keys() == {"error", "offset"}


# --- NDEF -----------------------------------------------------------------------------------------


def test_records_are_told_by_kind_and_length() -> None:
    """What they hold on demand."""
    records = [
        ndef.uri_record("https://user@shop.example:8443/m?id=1"),
        ndef.text_record("Erika", "de"),
        ndef.mime_record("application/cose", SIGNED),
        ndef.Record(ndef.UNKNOWN, b"", memoryview(b"\x01\x02")),
        ndef.Record(ndef.EMPTY, b"", memoryview(b"")),
        ndef.uri_record("http://[broken"),
    ]
    line = ndef.encode(records).hex()
    hidden, shown = decode_ndef(line, show=False), decode_ndef(line, show=True)
    assert [each["type"] for each in hidden["records"]] == [
        "uri",
        "text",
        "application/cose",
        "unknown",
        "empty",
        "uri",
    ]
    assert hidden["records"][0]["host"] == "shop.example"
    assert hidden["records"][2]["token"] == FIELDS
    assert hidden["records"][5]["host"] is None
    assert not any(each in str(hidden) for each in ("id=1", "Erika", NAME.hex().upper(), "0102"))
    assert shown["records"][0]["uri"] == "https://user@shop.example:8443/m?id=1"
    assert shown["records"][1]["text"] == "Erika"
    assert shown["records"][3]["payload"] == "0102"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("D1 01", {"error": "a record header is cut off", "offset": 2}),
        ("d1015", {"error": "not hexadecimal", "offset": 2}),
        ("xx", {"error": "not hexadecimal", "offset": 0}),
        ("D10103550468", {"error": "a record is longer than the message", "offset": 0}),
        ("D1010255046800", {"error": "bytes after the end of the message", "offset": 6}),
    ],
)
def test_a_message_that_is_none(line: str, expected: dict[str, Any]) -> None:
    """Why, and from which byte on."""
    assert decode_ndef(line, show=True) == expected


def test_a_broken_record_does_not_hide_the_others() -> None:
    """Its error stands where its content would."""
    records = [
        ndef.Record(ndef.WELL_KNOWN, b"U", memoryview(b"\x04\xff\xfe")),
        ndef.text_record("x"),
    ]
    first, second = decode_ndef(ndef.encode(records).hex(), show=True)["records"]
    assert (first["type"], first["error"]) == ("uri", "text that is no utf-8")
    assert second["text"] == "x"


def test_the_tools_read_lines_until_the_end() -> None:
    """One object a line, whatever came before."""
    code, out, err = ran("decode", "token", given=f"{CODE}\n\nnonsense\n{SIGNED.hex()}\n")
    assert (code, err) == (0, "")
    assert [json.loads(line).get("kid") for line in out.splitlines()] == [
        FIELDS["kid"],
        None,
        FIELDS["kid"],
    ]
    issuer = KEY.public_key().public_bytes_raw().hex()
    _, out, _ = ran("decode", "token", "--issuer", issuer, given=CODE)
    assert json.loads(out)["signature"] == "good"
    code, _, err = ran("decode", "token", "--issuer", "abc", given="")
    assert code == 2
    assert "64 hex digits" in err
