"""What may be kept of an APDU: needles in every field are gone, lengths stay, nothing raises."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.zvt.bitmaps import SECRET
from drivers.zvt.codec import decode
from drivers.zvt.fields import LENGTHS, spelled, write_length
from drivers.zvt.message import REGISTRY
from drivers.zvt.messages import Positive
from drivers.zvt.redaction import PASSWORD_SIZE, hides, password_size, redacted, redaction, text
from tests.drivers.zvt.strategies import controls, near_zvt
from tests.drivers.zvt.vectors import VECTORS

PAN, PASSWORD, UID = "4929123456784712", "918273", "04a1b2c3d4e5f6"
BCD, ASCII = bytes.fromhex(PAN), PAN.encode()
TRACK2 = bytes.fromhex("4929123456784712d28122011000012300000f")
STATUS = 0x040F


def bitmap(number: int, content: bytes) -> bytes:
    """A bitmap of variable length."""
    rule = LENGTHS[number]
    if rule > 0:
        return bytes((number,)) + (content * 2)[:rule]
    if number == 0x06:
        return b"\x06" + write_length(len(content)) + content
    return bytes((number,)) + spelled(len(content), -rule) + content


def tlv(number: str, content: bytes) -> bytes:
    """A tag."""
    return bytes.fromhex(number) + write_length(len(content)) + content


def in_tags(content: bytes) -> bytes:
    """A container as data of a message."""
    return bitmap(0x06, content)


def found(data: bytes) -> list[str]:
    """The needles that stand in these bytes, as digits or as text."""
    seen = data.hex() + " " + data.decode("latin-1")
    return [each for each in (PAN, PASSWORD, UID, TRACK2.hex()[:18]) if each in seen]


BITMAPS = sorted(bmp for bmp in LENGTHS if LENGTHS[bmp] < 0 and bmp != 0x06)
TEXTS = ("4929123456784712", "4929 1234 5678 4712", "4929-1234-5678-4712", "4929  12345678 4712")
MASKED_TAGS = [
    "01",
    "02",
    "03",
    "0D",
    "0E",
    "1C",
    "4C",
    "4D",
    "80",
    "81",
    "1F08",
    "1F09",
    "1F0A",
    "1F0C",
    "1F0D",
    "1F14",
    "1F2A",
    "1F31",
    "1F32",
    "1F33",
    "1F34",
    "1F3A",
    "1F3C",
    "1F3D",
    "1F3E",
    "1F45",
    "1F46",
    "1F51",
    "1F52",
    "1F5C",
    "1F5D",
    "1F5E",
    "1F61",
    "1F63",
    "1F66",
    "1F67",
    "1F68",
    "1F69",
    "1F74",
    "1F75",
    "5A",
    "57",
    "1F8101",
    "DF7F",
    "20",
    "2D",
    "63",
    "E3",
    "E5",
    "E7",
    "E8",
    "E9",
    "EA",
    "FF01",
    "FF02",
]
SHOWN_TAGS = ["08", "0A", "41", "1F16", "1F1F", "1F2B", "1F43", "1F73", "43", "C2", "C3"]
TEXT_TAGS = [
    "07",
    "0B",
    "0C",
    "13",
    "42",
    "44",
    "46",
    "47",
    "4A",
    "82",
    "83",
    "1F17",
    "1F1C",
    "1F23",
    "1F24",
    "1F27",
    "1F2C",
    "1F40",
    "1F41",
    "1F42",
]


@pytest.mark.parametrize("bmp", BITMAPS, ids=[f"{each:02X}" for each in BITMAPS])
@pytest.mark.parametrize("needle", [ASCII, TRACK2], ids=["digits", "track"])
def test_no_needle_is_left_in_a_bitmap(bmp: int, needle: bytes) -> None:
    """As text where that is what it holds, as packed digits anywhere."""
    data = b"\x27\x00" + bitmap(bmp, needle) + b"\x19\x40"
    kept = redacted(STATUS, data)
    assert len(kept) == len(data)
    assert not found(kept)
    assert kept[:2] + kept[-2:] == b"\x27\x00\x19\x40"


@pytest.mark.parametrize("bmp", sorted(SECRET), ids=[f"{each:02X}" for each in sorted(SECRET)])
def test_what_the_codec_calls_secret_is_masked(bmp: int) -> None:
    """All of it, but a card number's end."""
    content = BCD[: LENGTHS[bmp]] if LENGTHS[bmp] > 0 else BCD
    data = bitmap(bmp, content)
    kept = redacted(STATUS, data)
    assert kept[-len(content) :] == (
        bytes.fromhex("EEEEEEEEEEEE4712") if bmp == 0x22 else b"\xee" * len(content)
    )
    assert hides(bmp) is (bmp != 0x22)


@pytest.mark.parametrize("number", [*MASKED_TAGS, *SHOWN_TAGS, *TEXT_TAGS, "1F1A"])
@pytest.mark.parametrize("within", ["", "25", "60", "E6", "64", "FF01"])
def test_no_needle_is_left_in_a_tag(number: str, within: str) -> None:
    """At any depth, in tags known and unknown; what follows is kept."""
    for needle in (ASCII, BCD, TRACK2, bytes.fromhex("5A08") + BCD, bytes.fromhex(UID)):
        if number in TEXT_TAGS and needle == bytes.fromhex(UID):
            continue  # a card's identity is no text, and nothing tells it from one
        inner = tlv(number, needle)
        data = in_tags((tlv(within, inner) if within else inner) + tlv("1F07", b"\x01"))
        kept = redacted(STATUS, data)
        assert len(kept) == len(data)
        assert not found(kept)
        assert kept.endswith(tlv("1F07", b"\x01"))


@pytest.mark.parametrize("control", [0x0600, 0x0610, 0x061B, 0x0620, 0x0621, 0x0630, 0x0631, 0x0650,
                                     0x0651, 0x0691, 0x0693, 0x0695, 0x0501, 0x0801, 0x0821, 0x0823,
                                     0x0612, 0x08AA])  # fmt: skip
@pytest.mark.parametrize("behind", ["", "87ffff", "19", "22f0f8" + PAN])
def test_a_password_is_masked_wherever_one_leads(control: int, behind: str) -> None:
    """In messages that the tables know, and in those that they do not."""
    data = bytes.fromhex(PASSWORD + behind)
    kept = redacted(control, data)
    assert kept[:3] == b"\xee\xee\xee"
    assert len(kept) == len(data)
    assert not found(kept)


def test_every_password_of_the_tables_is_known() -> None:
    """Whichever message begins with one, or with two."""
    found = {
        control: sum("password" in name for name, _, _ in cls.table.leads)
        for control, cls in REGISTRY.items()
    }
    assert {control: password_size(control) // PASSWORD_SIZE for control in found} == found


def test_a_new_password_is_masked_like_the_old_one() -> None:
    """Also where it reads like a bitmap: this one like a currency."""
    assert redaction(0x0695, bytes.fromhex(PASSWORD + "490978")) == (b"\xee" * 6, False)


@pytest.mark.parametrize("written", TEXTS)
def test_long_numbers_in_texts_show_four_digits(written: str) -> None:
    """In a printed line, a block of lines and additional text; short numbers stay."""
    line = f"Beleg 0042: {written} EUR 10,10".encode()
    for control, data in (
        (0x06D1, b"\x40" + line),
        (0x06D3, in_tags(tlv("25", tlv("09", b"\x40") + tlv("07", line)))),
        (STATUS, bitmap(0x3C, line)),
        (0x060F, b"\xf0" + spelled(len(line), 2) + line + b"\x00"),
    ):
        kept = redacted(control, data)
        assert b"4929" not in kept
        assert all(part in kept for part in (b"Beleg 0042: ", b"4712 EUR 10,10"))


def test_a_text_ends_where_control_bytes_begin() -> None:
    """Some terminals put a container behind a printed line."""
    kept = redacted(0x06D1, b"\x00Summe" + in_tags(tlv("4C", bytes.fromhex(UID))))
    assert kept == b"\x00Summe" + b"\xee" * (len(kept) - 6)
    assert text(b"two\r\nlines\0") == b"two\r\nlines\0"


@pytest.mark.parametrize(
    "data",
    [
        "22f0f8" + PAN + "99",  # an unknown bitmap behind
        "8a0500" + "22f0f8" + PAN,  # a bitmap longer than its rule
        "0422f0f84929123456784712",  # no amount
        "22f1f8" + PAN,  # longer than what is there
        "06080a06" + PAN,  # a container that holds no tags
        "22f0fa" + PAN,
        "06820000",
        "06ff" + PAN,
    ],
)
def test_what_cannot_be_read_is_opaque(data: str) -> None:
    """All masked, but a result that comes first."""
    raw = bytes.fromhex(data)
    masked = b"\xee" * len(raw)
    if data != "06820000":
        assert redaction(STATUS, raw) == (masked, True)
        assert redaction(STATUS, b"\x27\x05" + raw) == (b"\x27\x05" + masked, True)
    assert redaction(0x9999, raw) == (masked, True)
    assert redaction(0x8000, raw[:1] + b"7123") == (masked[:1] + b"\xee" * 4, True)


def test_containers_nested_without_end_are_opaque() -> None:
    """Not a recursion without bound."""
    content = tlv("4C", bytes.fromhex(UID))
    for _ in range(12):
        content = tlv("25", content)
    assert redaction(STATUS, in_tags(content))[1]


PUBLIC = (
    "800008 06061F7303000007",
    "849D08 0704000000000400",
    "060110 04000000000001 490978 1940 011E 020F",
    "04FF0B 0A03 06072405070348616C",
    "04FF0A 0A 06072405070348616C",
    "040F1D 2700 04000000001010 490978 0B000123 0C142233 0D1121 2952001234",
    "040F11 870045 8A05 8BF0F96769726F6361726400",
    "040F19 2A303030303030303132333435363738 3B3132333435363738",
    "040F0E 2700 060A 2F08 1F100102 1F120102",
    "060F0A 1900 2952001234 490978",
    "060F0B F0F0F7 5A565420312E32 00",
    "060F05 E0 0602 2400",
    "061E04 B8 87FFFF",
    "06D104 00 414243",
    "06D30F 060D 1F070102 25070705546F74616C",
)


@pytest.mark.parametrize("vector", PUBLIC)
def test_what_is_public_is_kept(vector: str) -> None:
    """Byte by byte: amounts, traces, times, results, names, texts."""
    raw = bytes.fromhex(vector)
    assert redaction(int.from_bytes(raw[:2], "big"), raw[3:]) == (raw[3:], False)


@pytest.mark.parametrize("vector", [vector for _, vector, _ in VECTORS])
def test_nothing_but_masks_is_put_in(vector: str) -> None:
    """Of any message a byte is kept, or masked."""
    raw = bytes.fromhex(vector)
    kept = redacted(int.from_bytes(raw[:2], "big"), raw[3:])
    for was, now in zip(raw[3:], kept, strict=True):
        assert now in (was, 0xEE, 0x2A, 0xE0 | was & 0x0F, 0x0E | was & 0xF0)


def test_card_numbers_of_odd_length_and_masked_ones() -> None:
    """Nibble by nibble; padding and separator stay."""
    for given_digits, kept in (
        ("67251234567894711f", "eeeeeeeeeeeee4711f"),
        ("6725eeeeeeeee4711f", "eeeeeeeeeeeee4711f"),
        ("4929123456784712d2812f", "eeeeeeeeeeee4712deeeef"),
        ("1234", "eeee"),
        ("ffff", "ffff"),
        ("", ""),
    ):
        content = bytes.fromhex(given_digits)
        assert redacted(STATUS, bitmap(0x22, content))[3:].hex() == kept


@given(controls, st.one_of(near_zvt, st.binary(max_size=200)))
def test_any_bytes_are_masked_to_their_length(control: int, data: bytes) -> None:
    """Never an exception; what was masked once stays as it is."""
    kept = redacted(control, data)
    assert len(kept) == len(data)
    assert redacted(control, kept) == kept


@example(0x0401, b"\x01\x00\x2a", b"\x00" * 4)
@example(0x040F, b"\x3b", b"")
@given(controls, near_zvt, near_zvt)
def test_a_card_number_among_any_bytes_is_gone(control: int, before: bytes, behind: bytes) -> None:
    """Wherever the reading comes to stand."""
    data = before + bytes.fromhex("22f0f8") + BCD + behind
    assert PAN not in redacted(control, data).hex()


def test_what_is_long_and_public_is_kept() -> None:
    """Application ids, counts with leading zeros, the totals of a day."""
    for number, content in (
        ("43", "a0000003591010028001"),
        ("43", "d27600002547410100"),
        ("C2", "0000000000001250"),
    ):
        data = in_tags(tlv(number, bytes.fromhex(content)))
        assert redacted(STATUS, data) == data
    totals = bitmap(0x60, bytes.fromhex("0001") + bytes(51))
    assert redacted(STATUS, totals) == totals


@pytest.mark.parametrize(("control", "kept"), [(0x061E, 1), (0x04FF, 1), (0x0601, 0)])
def test_an_opaque_message_keeps_its_result(control: int, kept: int) -> None:
    """Where one byte of it comes first."""
    data = b"\x6f\x09\x78" + bitmap(0x22, BCD)
    assert redaction(control, data) == (data[:kept] + b"\xee" * (len(data) - kept), True)


def test_an_answer_with_a_sequence_is_kept() -> None:
    """Chapter 5: a container only."""
    data = bytes.fromhex("06061F7303000007")
    assert redacted(0x8000, data) == data
    assert isinstance(decode(0x8000, data), Positive)
