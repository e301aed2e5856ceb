"""NDEF both ways: messages made by hand from the NFC Forum's specifications, chance, and malice."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards import ndef
from drivers.cards.ndef import NdefError, Record, Text, decode, encode

# Made by hand from: NDEF 1.0 chapter 3, URI RTD 1.0 A.1 and A.2, Text RTD 1.0 A, 2026-11-22.
VECTORS = {
    "uri, prefix 01": ("D1 01 08 55 01 6E 66 63 2E 63 6F 6D", "http://www.nfc.com"),
    "uri, prefix 05": ("D1 01 0D 55 05 2B 33 35 38 39 31 32 33 34 35 36 37", "tel:+35891234567"),
    "uri, prefix 00": ("D1 01 04 55 00 61 3A 62", "a:b"),
    "uri, last prefix": ("D1 01 02 55 23 78", "urn:nfc:x"),
    "uri, utf-8": ("D1 01 04 55 04 C3 BC 78", "https://üx"),
}
TEXTS = {
    "utf-8": ("D1 01 05 54 02 65 6E 68 69", Text("en", "hi")),
    "utf-16, no mark": ("D1 01 07 54 82 64 65 00 68 00 69", Text("de", "hi")),
    "utf-16, big": ("D1 01 09 54 82 64 65 FE FF 00 68 00 69", Text("de", "hi")),
    "utf-16, little": ("D1 01 09 54 82 64 65 FF FE 68 00 69 00", Text("de", "hi")),
    "empty": ("D1 01 01 54 00", Text("", "")),
}
BROKEN = {
    "nothing": ("", 0),
    "no begin": ("51 01 01 55 00", 0),
    "no end": ("91 01 01 55 00", 5),
    "begin twice": ("91 01 01 55 00 D1 01 01 55 00", 5),
    "bytes behind": ("D1 01 01 55 00 00", 5),
    "header cut": ("D1 01", 2),
    "long header cut": ("C1 01 00 00", 0),
    "long length cut": ("C1 01 00 00 00", 0),
    "id length cut": ("D9 01 00", 3),
    "payload cut": ("D1 01 05 55 00", 0),
    "four gigabytes": ("C1 01 FF FF FF FF 55 00", 0),
    "reserved tnf": ("D7 00 00", 0),
    "unchanged first": ("D6 00 01 41", 0),
    "empty with type": ("D0 01 00 55", 0),
    "empty with payload": ("D0 00 01 55", 0),
    "known without type": ("D1 00 00", 0),
    "unknown with type": ("D5 01 00 41", 0),
    "type not ASCII": ("D2 01 00 C3", 3),
    "type not printable": ("D4 01 00 07", 3),
    "chunk without end": ("B1 01 01 54 00", 5),
    "end in the first chunk": ("F1 01 01 54 00 56 00 01 41", 0),
    "end in a middle chunk": ("B1 01 01 54 00 76 00 01 41 56 00 01 41", 5),
    "chunk with a type": ("B1 01 01 54 00 51 01 01 54 00", 5),
    "chunk with an id": ("B1 01 01 54 00 5E 00 00 00", 5),
    "chunk of an empty record": ("B0 00 00 56 00 00", 3),
}


def made(spaced: str) -> bytes:
    return bytes.fromhex(spaced)


@pytest.mark.parametrize("name", VECTORS)
def test_uris_of_the_specification(name: str) -> None:
    """Identifier code and rest, both ways."""
    data, value = VECTORS[name]
    (record,) = decode(made(data))
    assert ndef.uri(record) == value
    assert encode([ndef.uri_record(value)]) == made(data)
    assert not any(view(record) for view in (ndef.text, ndef.mime, ndef.external))


@pytest.mark.parametrize("name", TEXTS)
def test_texts_of_the_specification(name: str) -> None:
    """In both encodings, and in either order of bytes."""
    data, value = TEXTS[name]
    (record,) = decode(made(data))
    assert ndef.text(record) == value
    assert ndef.uri(record) is None


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_message_is_refused_at_its_place(name: str) -> None:
    """With the offset, and with nothing of what stood there."""
    data, offset = BROKEN[name]
    with pytest.raises(NdefError) as told:
        decode(made(data))
    assert told.value.offset == offset
    assert str(told.value).startswith(f"byte {offset}: ")


@pytest.mark.parametrize(
    "data",
    [
        "D1 01 00 54",
        "D1 01 02 54 42 65",
        "D1 01 02 54 02 65",
        "D1 01 03 54 01 C3 61",
        "D1 01 03 54 01 65 FF",
        "D1 01 05 54 81 65 D8 00 41",
        "D1 01 03 54 81 65 00",
    ],
)
def test_a_text_that_is_none_is_an_error_of_ours(data: str) -> None:
    """Status byte, language or text in an encoding that it is not."""
    (record,) = decode(made(data))
    with pytest.raises(NdefError):
        ndef.text(record)


@pytest.mark.parametrize("data", ["D1 01 00 55", "D1 01 01 55 24", "D1 01 02 55 00 FF"])
def test_a_uri_that_is_none_is_an_error_of_ours(data: str) -> None:
    """No code, an unknown one, or no UTF-8."""
    (record,) = decode(made(data))
    with pytest.raises(NdefError):
        ndef.uri(record)


def test_types_are_compared_without_regard_to_case() -> None:
    """Media and external types (RFC 2045 5.1, NDEF 3.2.6)."""
    message = [ndef.mime_record("Text/Plain", b"a"), ndef.external_record("Example.com:T", b"b")]
    first, second = decode(encode(message))
    assert ndef.mime(first) == "text/plain"
    assert ndef.external(second) == "example.com:t"
    assert ndef.external(first) is ndef.mime(second) is None


def test_chunks_are_one_record() -> None:
    """NDEF 2.3.3: type and identity stand in the first, the end of the message in the last."""
    message = [ndef.text_record("x" * 50), Record(ndef.UNKNOWN, b"", memoryview(b"yy"))]
    chunked = encode(message, chunk=7)
    assert len(chunked) > len(encode(message))
    assert decode(chunked) == decode(encode(message))


def test_limits_are_kept() -> None:
    """Records, chunks and bytes."""
    assert len(decode(encode([ndef.text_record("")] * ndef.RECORDS_MOST))) == ndef.RECORDS_MOST
    with pytest.raises(NdefError):
        encode([ndef.text_record("")] * (ndef.RECORDS_MOST + 1))
    with pytest.raises(NdefError):
        encode([ndef.text_record("x" * 200)], chunk=2)
    with pytest.raises(NdefError):
        decode(bytes(ndef.BYTES_MOST + 1))


def test_records_look_into_the_buffer() -> None:
    """Who wipes the buffer wipes the records."""
    data = bytearray(encode([Record(ndef.MIME, b"a/b", memoryview(b"secret"), memoryview(b"id"))]))
    (record,) = decode(data)
    assert (bytes(record.payload), bytes(record.id)) == (b"secret", b"id")
    data[:] = bytes(len(data))
    assert not any(record.payload)
    assert not any(record.id)


RECORDS = st.one_of(
    st.text(max_size=300).map(ndef.text_record),
    st.sampled_from(ndef.PREFIXES).flatmap(
        lambda prefix: st.text(max_size=40).map(lambda rest: ndef.uri_record(prefix + rest))
    ),
    st.binary(max_size=700).map(lambda data: ndef.mime_record("a/b", data)),
    st.builds(
        lambda data, name: Record(ndef.EXTERNAL, b"d:n", memoryview(data), memoryview(name)),
        st.binary(max_size=20),
        st.binary(max_size=255),
    ),
    st.just(Record(ndef.EMPTY, b"", memoryview(b""))),
)


@given(st.lists(RECORDS, min_size=1, max_size=5), st.integers(40, 300))
def test_what_is_encoded_is_decoded(records: list[Record], chunk: int) -> None:
    """Whole and in chunks."""
    assert decode(encode(records)) == tuple(records)
    assert decode(encode(records, chunk=chunk)) == tuple(records)


def test_fifty_thousand_hostile_messages_raise_nothing_but_our_error() -> None:
    """Bent, cut and made up; also what is looked at in those that pass."""
    chance = random.Random(20261122)
    good = [
        encode([ndef.uri_record("https://cards.example/"), ndef.text_record("hé", "de")]),
        encode([ndef.mime_record("application/cose", bytes(40))], chunk=9),
        made(TEXTS["utf-16, big"][0]),
    ]
    passed = refused = 0
    for _ in range(50_000):
        data = bytearray(chance.choice(good))
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if not chance.randrange(8):
            data = bytearray(chance.randbytes(chance.randrange(60)))
        try:
            for record in decode(data[: chance.randrange(len(data) + 1) or None]):
                for view in (ndef.uri, ndef.text, ndef.mime, ndef.external):
                    view(record)
            passed += 1
        except NdefError:
            refused += 1
    assert passed > 1000
    assert refused > 10_000
