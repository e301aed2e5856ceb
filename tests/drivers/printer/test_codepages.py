"""Tables of characters."""

from __future__ import annotations

import pytest

from drivers.printer.codepages import CODE_PAGES, MISSING, characters


@pytest.mark.parametrize(
    ("page", "data", "text"),
    [
        (0, b"\x8e\xe1", "Äß"),
        (2, b"\x8e\xe1", "Äß"),
        (13, b"\xd5\x98", "€İ"),
        (16, b"\x80\xc4\x84\x93", "€Ä„“"),
        (17, b"\x80", "А"),
        (19, b"\xd5", "€"),
        (40, b"\xa4", "€"),
        (45, b"\xa3", "Ł"),
    ],
)
def test_the_number_chooses_the_table(page: int, data: bytes, text: str) -> None:
    """Numbers of Epson's reference."""
    assert characters(data, page) == text


def test_a_table_nobody_has_shows_boxes() -> None:
    """ASCII stays readable, everything else is visibly missing."""
    assert characters(b"A\xc4", 99) == "A" + MISSING
    assert characters(b"\x81", 16) == MISSING


@pytest.mark.parametrize("page", CODE_PAGES)
def test_every_table_has_ascii(page: int) -> None:
    """And one character for each byte."""
    text = characters(bytes(range(256)), page)
    assert len(text) == 256
    assert text[0x20:0x7F].replace("٪", "%") == bytes(range(0x20, 0x7F)).decode()


def test_nations_share_twelve_places() -> None:
    """ESC R 2 is the German set; a number beyond the last is the American one."""
    assert characters(b"[\\]{|}~@", 0, 2) == "ÄÖÜäöüß§"
    assert characters(b"[\\]", 0, 99) == "[\\]"
