"""`drivers decode escpos`: commands with offsets, text and pictures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.__main__ import main
from drivers.printer.profiles import STANDARD
from drivers.tools.decode_escpos import lines, text

DATA = b"\x1b@\x10\x04\x01Hallo \x1b\x7fWelt\n\x1dV\x00zwei\n\x1dV\x42\x00"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two receipts, one unknown command."""
    path = tmp_path / "receipt.bin"
    path.write_bytes(DATA)
    return path


def test_every_command_stands_at_its_offset(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Real-time commands among them; one unknown makes the exit code 65."""
    assert main(["decode", "escpos", str(file)]) == 65
    assert capsys.readouterr().out.splitlines() == [
        "     0 ESC @",
        "     2 DLE EOT  01",
        "     5 text     'Hallo '",
        "    11 unknown  1b 7f",
        "    13 text     'Welt'",
        "    17 LF",
        "    18 GS V     00",
        "    21 text     'zwei'",
        "    25 LF",
        "    26 GS V     42 00",
    ]
    assert main(["decode", "escpos", str(file), "--json"]) == 65
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows[3] == {"offset": 11, "what": "unknown", "data": "1b7f", "bytes": 2, "known": False}


def test_each_piece_is_a_picture(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As wide as the printer's line, next to the text."""
    out = file.with_name("a.png")
    words = ["decode", "escpos", str(file), "--png", str(out), "--text", "--profile", "clone-58"]
    assert main(words) == 65
    said = capsys.readouterr()
    assert said.out == "Hallo Welt\n" + "-" * 32 + "\nzwei\n"
    assert "unknown at 11: 1b 7f" in said.err
    for path in (out, file.with_name("a-2.png")):
        with Image.open(path) as image:
            assert (image.format, image.width) == ("PNG", 384)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["escpos"], 64),
        (["escpos", "/nowhere/at/all"], 66),
        (["zvt", "--png", "x"], 64),
        (["zvt", "file"], 64),
    ],
)
def test_wrong_words_are_told(
    words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missing, or cannot be read."""
    assert main(["decode", *words]) == code
    assert capsys.readouterr().err.startswith("drivers: ")


def test_a_folder_that_is_not_there_is_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The picture cannot be written."""
    assert main(["decode", "escpos", str(file), "--png", str(file / "a.png")]) == 73
    assert str(file / "a.png") in capsys.readouterr().err


def test_a_command_that_does_not_end_is_unknown() -> None:
    """And says where it began."""
    (last,) = lines(b"\x1d(k\x05\x00")
    assert (last.offset, last.what, last.known) == (0, "unended", False)


@given(st.binary(max_size=200))
def test_offsets_cover_any_bytes_in_order(data: bytes) -> None:
    """No byte is told twice, and none stands before another one's."""
    places = [(line.offset, line.length) for line in lines(data)]
    assert places == sorted(places)
    assert all(0 <= offset < len(data) for offset, _ in places)


def test_symbols_are_named_in_the_text() -> None:
    """In brackets, with what they hold."""
    assert text(b"\x1dk\x024006381333931\x00", STANDARD) == "[EAN-13 4006381333931]\n"
