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
from tests.drivers.tools.processes import ROOT, ran
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
        "065000",
        {"message": "Unknown", "control": "0650", "fields": {"data": ""}, "encoded": "065000"},
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
