"""Encodings, lengths and TLV: both ways, at their limits, and against hostile bytes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.zvt.fields import (
    ALL_RECEIPTS,
    MAX_DEPTH,
    Container,
    DecodeError,
    Encoding,
    Tag,
    bcd,
    byte,
    masked,
    nibbles,
    raw,
    read_container,
    read_length,
    read_spelled,
    receipt_number,
    spelled,
    text,
    write_length,
    write_tag,
)
from tests.drivers.zvt.strategies import containers, tags


@pytest.mark.parametrize(
    ("encoding", "value", "data"),
    [
        (bcd(6), 0, "000000000000"),
        (bcd(6), 999_999_999_999, "999999999999"),
        (bcd(2), 978, "0978"),
        (byte(), 255, "ff"),
        (raw(2), b"\x06\xd3", "06d3"),
        (nibbles(), "6725eeeeeeeee4711f", "6725eeeeeeeee4711f"),
        (text(), "Grüße\0", "477281e16500"),
    ],
)
def test_contents_are_written_as_chapter_13_says(
    encoding: Encoding, value: object, data: str
) -> None:
    """Each encoding, both ways."""
    assert encoding.write(value).hex() == data
    assert encoding.read(bytes.fromhex(data)) == value


@given(st.integers(1, 8).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, 100**n - 1))))
def test_digits_round_trip(case: tuple[int, int]) -> None:
    """Every number that fits comes back."""
    size, value = case
    assert bcd(size).read(bcd(size).write(value)) == value


@given(st.binary(max_size=120))
def test_text_goes_back_as_it_came(data: bytes) -> None:
    """Every byte is a character of the terminal's charset."""
    assert text().write(text().read(data)) == data


@pytest.mark.parametrize("value", [-1, 1_000_000])
def test_a_number_too_large_for_its_digits_is_our_error(value: int) -> None:
    """Nothing is cut off."""
    with pytest.raises(ValueError, match="does not fit"):
        bcd(3).write(value)


def test_a_receipt_number_has_four_digits_or_asks_for_any() -> None:
    """FFFF is no number, and nothing above 9999 is one."""
    number = receipt_number()
    for value, data in ((0, "0000"), (42, "0042"), (9_999, "9999"), (ALL_RECEIPTS, "FFFF")):
        assert number.write(value) == bytes.fromhex(data)
        assert number.read(bytes.fromhex(data)) == value
    for value in (-1, 10_000, ALL_RECEIPTS - 1):
        with pytest.raises(ValueError, match="no receipt number"):
            number.write(value)


@pytest.mark.parametrize("digits", [2, 3])
def test_spelled_lengths_round_trip(digits: int) -> None:
    """Every LLVAR and LLLVAR length there is."""
    for size in range(10**digits):
        assert read_spelled(b"\0" + spelled(size, digits), 1, digits) == size
    with pytest.raises(ValueError, match="too long"):
        spelled(10**digits, digits)


@pytest.mark.parametrize(
    ("data", "offset"), [(b"", 0), (b"\xf1", 1), (b"\x31\xf0", 0), (b"\xf1\xfa", 1)]
)
def test_a_broken_spelled_length_is_found_where_it_breaks(data: bytes, offset: int) -> None:
    """Missing digits and bytes that are none."""
    with pytest.raises(DecodeError) as caught:
        read_spelled(data, 0, 2)
    assert caught.value.offset == offset


@pytest.mark.parametrize("size", [0, 1, 127, 128, 254, 255, 256, 65_535])
def test_container_lengths_round_trip(size: int) -> None:
    """One to three bytes, the shortest form (9.3)."""
    data = write_length(size)
    assert len(data) == (1 if size < 128 else 2 if size < 256 else 3)
    assert read_length(data, 0, len(data)) == (len(data), size)


def test_a_container_has_a_largest_size() -> None:
    """Two length bytes, no more."""
    with pytest.raises(ValueError, match="too long"):
        write_length(65_536)


@pytest.mark.parametrize("data", ["", "81", "8201", "80", "83000001", "ff"])
def test_broken_container_lengths_are_refused(data: str) -> None:
    """Cut off, indefinite, or longer than the chapter allows."""
    with pytest.raises(DecodeError):
        read_length(bytes.fromhex(data), 0, len(data) // 2)


@given(containers)
def test_containers_round_trip(container: Container) -> None:
    """What was built is what is read."""
    assert read_container(container.raw) == container


@given(tags)
def test_a_tag_knows_its_content_as_bytes(tag: Tag) -> None:
    """Constructed or not."""
    assert write_tag(tag).endswith(tag.data)


def test_find_walks_down_by_tag_numbers() -> None:
    """And finds nothing in bytes, or where there is nothing."""
    container = Container.of(
        Tag(0x2F, (Tag(0x1F10, b"\x02"), Tag(0x1F10, b"\x03"))), Tag(0x43, b"A")
    )
    assert container.find(0x2F, 0x1F10) == Tag(0x1F10, b"\x02")
    assert container.find(0x43, 0x01) is None
    assert container.find(0x44) is None
    assert container.find() is None


def nested(depth: int) -> bytes:
    """Empty containers within containers."""
    data = b""
    for _ in range(depth):
        data = b"\x2f" + write_length(len(data)) + data
    return data


def test_depth_is_limited() -> None:
    """A terminal cannot make us recurse without end."""
    assert read_container(nested(MAX_DEPTH)).tags
    with pytest.raises(DecodeError, match="too deep"):
        read_container(nested(MAX_DEPTH + 1))
    with pytest.raises(DecodeError, match="too deep"):
        read_container(nested(5_000))


@pytest.mark.parametrize(
    ("data", "offset"),
    [("1f", 0), ("0701411f81", 3), ("1f818283", 0), ("07", 1), ("0702 41", 2), ("2f03 0705 41", 4)],
)
def test_broken_tags_are_found_where_they_break(data: str, offset: int) -> None:
    """Tag numbers without end, content cut off, also one level down."""
    with pytest.raises(DecodeError) as caught:
        read_container(bytes.fromhex(data))
    assert caught.value.offset == offset


def test_hostile_containers_raise_only_decode_errors() -> None:
    """Five thousand random ones; what is read keeps its bytes."""
    chance = random.Random(5)
    for _ in range(5_000):
        data = bytes(chance.choices((0x06, 0x07, 0x1F, 0x24, 0x2F, 0x81, 0x82, 0, 1, 2, 255), k=9))
        offset = 0
        try:
            assert read_container(data).raw == data
        except DecodeError as error:
            offset = error.offset
        assert 0 <= offset <= len(data)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("6725eeeeeeeee4711f", "*************4711"),
        ("4111111111111111", "************1111"),
        ("4111111111111111d2712201", "************1111"),
        ("4711", "4711"),
        ("", ""),
        ("ffff", ""),
    ],
)
def test_a_card_number_shows_four_digits(number: str, shown: str) -> None:
    """Never more of it, and nothing of what follows the separator."""
    assert masked(number) == shown


def test_a_repr_tells_no_content() -> None:
    """It may be a card's, and reprs get into logs."""
    tag = Tag(0x60, (Tag(0x4C, b"\x04\xa1\xb2\xc3"),))
    assert repr(tag) == "Tag(60, (Tag(4C, 4 bytes),))"
    assert "a1b2" not in repr(Container.of(tag)).lower()
