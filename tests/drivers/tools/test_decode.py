"""`drivers decode zvt`: golden lines, and errors that point at a byte."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.tools.decode import decode_hex, decode_lines
from drivers.zvt.blocks import block
from drivers.zvt.framing import frame
from tests.drivers.tools.processes import ROOT, ran
from tests.drivers.zvt.strategies import near_zvt
from tests.drivers.zvt.test_redaction import ASCII, PASSWORD
from tests.drivers.zvt.test_trace import CARD, needles
from tests.drivers.zvt.vectors import VECTORS

GOLDEN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("80 00 00", {"message": "Positive", "control": "8000", "fields": {}, "encoded": "800000"}),
    (
        "849c00",
        {"message": "Negative", "control": "849C", "fields": {"code": "9C"}, "encoded": "849C00"},
    ),
    (
        "06:01:0A:04:00:00:00:00:10:10:49:09:78",
        {
            "message": "Authorization",
            "control": "0601",
            "fields": {"amount": 1010, "currency": 978},
            "encoded": "06010A04000000001010490978",
        },
    ),
    (
        "0600 08 123456 86 0978 0302",
        {
            "message": "Registration",
            "control": "0600",
            "fields": {"service": 2, "password": "*", "config": 134, "currency": 978},
            "encoded": "0600081234568609780302",
        },
    ),
    (
        "0x04 0x0F 0x0D 22F0F8 4929123456784711 D001",
        {
            "message": "StatusInformation",
            "control": "040F",
            "fields": {"extra": {"D0": "01"}, "card_number": "************4711"},
            "encoded": "040F0D22F0F84929123456784711D001",
        },
    ),
    (
        "06D3080606 2504 0702 4F4B",
        {
            "message": "PrintTextBlock",
            "control": "06D3",
            "fields": {"tlv": [{"25": [{"07": "4F4B"}]}]},
            "encoded": "06D3080606250407024F4B",
        },
    ),
    (
        "0FCA00",
        {"message": "Unknown", "control": "0FCA", "fields": {"data": ""}, "encoded": "0FCA00"},
    ),
    (
        "06 93 07 00 00 00 06 02 1F 80",  # a container that is no whole tag
        {
            "message": "Initialisation",
            "control": "0693",
            "fields": {"extra": {"06": "**"}, "password": "*"},
            "encoded": "06930700000006021F80",
        },
    ),
    ("0601", {"error": "the APDU ends within its header", "offset": 2}),
    ("06D3FF00", {"error": "the APDU ends within its header", "offset": 4}),
    ("06010A0400", {"error": "the APDU ends early: 10 bytes are announced", "offset": 5}),
    ("80000000", {"error": "there are bytes behind the APDU", "offset": 3}),
    ("0601020400", {"error": "the data ends within bitmap 04", "offset": 4}),
    ("040F0322F0FA", {"error": "FA is no length digit", "offset": 5}),
    ("040F03068000", {"error": "80 is no TLV length", "offset": 4}),
    ("06 01 0Z", {"error": "not hexadecimal", "offset": 2}),
    ("060", {"error": "not hexadecimal", "offset": 1}),
)


@pytest.mark.parametrize(("line", "expected"), GOLDEN, ids=[line[:20] for line, _ in GOLDEN])
def test_golden_lines(line: str, expected: dict[str, Any]) -> None:
    """Hex as people paste it, one JSON object each."""
    (found,) = map(json.loads, decode_lines([line + "\n"]))
    assert found == expected


BLOCK = "1002 0601 0A 0400000000 10101010 490978 1003 "
"""10.10 euro as a block, whose two bytes 10 are doubled; its CRC is to be added."""
BLOCKS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        BLOCK + "67d4",
        {
            "message": "Authorization",
            "control": "0601",
            "fields": {"amount": 1010, "currency": 978},
            "encoded": "100206010A040000000010101010490978100367D4",
        },
    ),
    (BLOCK + "67d5", {"error": "the CRC is 67D5, not 67D4", "offset": 19}),
    (BLOCK + "67", {"error": "the block ends within its CRC", "offset": 20}),
    (BLOCK + "67d406", {"error": "there are bytes behind the block", "offset": 21}),
    ("1002 8000", {"error": "the block ends before 10 03", "offset": 4}),
    ("1002 8000 10", {"error": "the block ends before 10 03", "offset": 5}),
    ("1002 8010 02", {"error": "10 02 stands within the block", "offset": 3}),
)


@pytest.mark.parametrize(("line", "expected"), BLOCKS, ids=[line[-4:] for line, _ in BLOCKS])
def test_blocks_of_a_serial_line(line: str, expected: dict[str, Any]) -> None:
    """Unpacked after a look at the CRC; what is encoded is a block as well."""
    assert decode_hex(line) == expected


def test_offsets_within_a_block_are_its_own() -> None:
    """Of the byte as it was pasted: begin and doubling count."""
    apdu = bytes.fromhex("040F0A 0400000010101022F0FA")
    assert decode_hex(frame(0x040F, apdu[3:]).hex()) == {
        "error": "FA is no length digit",
        "offset": 12,
    }
    assert decode_hex(block(frame(0x040F, apdu[3:])).hex(":")) == {
        "error": "FA is no length digit",
        "offset": 17,
    }
    assert decode_hex(block(b"\x80\x00").hex()) == {
        "error": "the APDU ends within its header",
        "offset": 4,
    }


@given(st.integers(0, 0xFFFF), near_zvt)
def test_a_block_says_what_its_message_says(control: int, data: bytes) -> None:
    """The same answer for both forms, but for offsets and framing."""
    apdu = frame(control, data)
    bare, packed = decode_hex(apdu.hex()), decode_hex(block(apdu).hex())
    if "error" in bare:
        assert packed["error"] == bare["error"]
        assert packed["offset"] >= bare["offset"] + 2
    elif apdu[:2] != b"\x10\x02":
        assert packed == bare | {"encoded": block(bytes.fromhex(bare["encoded"])).hex().upper()}


@pytest.mark.parametrize(
    "line",
    [
        " 0x80,0x00,0x00",
        "80-00-00\r",
        "8 0 0 0 0 0",
        "80 00 08 06 06 1f 73 03 00 Aa bB",
        "\t80:00:00",
        "0X80 0x00 0X00",
    ],
)
def test_hex_as_people_paste_it(line: str) -> None:
    """One object each, whatever stands between the digits."""
    (found,) = map(json.loads, decode_lines([line]))
    assert found["message"] == "Positive"


def test_card_data_and_passwords_are_masked_in_fields() -> None:
    """In bitmaps, tags, texts and messages without a table; `encoded` are the bytes themselves."""
    for control, data in (
        (0x040F, CARD),
        (0x0601, CARD),
        (0x0650, bytes.fromhex(PASSWORD) + CARD),
        (0x9999, CARD),
        (0x040F, CARD + b"\x99" + CARD),
        (0x06D1, b"\x00" + ASCII),
    ):
        raw = frame(control, data).hex()
        found = decode_hex(raw)
        shown = json.dumps(found["fields"]).lower()
        assert found["encoded"].lower() == raw
        assert not [each for each in needles() if each in shown]
    fields = decode_hex(frame(0x040F, CARD).hex())["fields"]
    assert fields["card_number"] == "************4712"
    assert fields["additional_text"] == "Karte ************4712"
    assert fields["tlv"][0] == {"4C": "EE" * 7}


def test_offsets_behind_an_extended_length() -> None:
    """Counted from the first byte, header included."""
    assert decode_hex("0601FF0001" + "1940" * 127 + "0400") == {
        "error": "the data ends within bitmap 04",
        "offset": 5 + 255,
    }


def test_tracks_and_check_values_are_never_shown() -> None:
    """Only how long they are."""
    found = decode_hex("040F0923F0F34142433A3132")
    assert found["fields"] == {"extra": {"23": "***", "3A": "**"}}


@pytest.mark.parametrize("data", [data for _, data, _ in VECTORS])
def test_what_is_encoded_is_what_came(data: str) -> None:
    """Every vector goes back byte by byte."""
    assert bytes.fromhex(decode_hex(data.replace(" ", ""))["encoded"]) == bytes.fromhex(data)


@given(st.binary(max_size=80))
def test_any_bytes_have_an_answer(data: bytes) -> None:
    """A message or an error, never an exception."""
    found = decode_hex(data.hex())
    assert found.keys() in ({"error", "offset"}, {"message", "control", "fields", "encoded"})


def test_the_tool_reads_lines_until_the_end() -> None:
    """Empty lines are passed over; a bad one does not stop it."""
    code, out, err = ran("decode", "zvt", given="800000\n\n  \nzz\n84:66:00\n")
    assert (code, err) == (0, "")
    shown = [json.loads(line) for line in out.splitlines()]
    assert [each.get("message") for each in shown] == ["Positive", None, "Negative"]


def test_input_that_is_no_text_is_no_hex() -> None:
    """Bytes that are not UTF-8 are one more bad line."""
    words = [sys.executable, "-m", "drivers", "decode", "zvt"]
    done = subprocess.run(words, cwd=ROOT, input=b"\xff\xfe\n800000\n", capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"not hexadecimal" in done.stdout.splitlines()[0]
    assert b"Positive" in done.stdout.splitlines()[1]


def test_input_that_is_closed_is_said() -> None:
    """One line and exit code 74."""
    command = f"{shlex.quote(sys.executable)} -m drivers decode zvt <&-"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (74, "")
    assert done.stderr == "drivers: decode reads standard input, which is closed\n"
