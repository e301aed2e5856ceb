"""Symbols drawn by the printer, read back by cameras."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.printer.code128 import Unprintable
from drivers.printer.commands import Command
from drivers.printer.profiles import Native
from drivers.printer.symbol_engine import (
    AZTEC,
    DATA_MATRIX,
    PDF417,
    QR,
    Barcodes,
    Settings,
    barcode,
    native_of,
)
from drivers.printer.symbol_engine import matrix as drawn
from tests.drivers.printer.printing import linear, matrix, paper, read, read_otherwise

HARD = b"Stra\xdfe \x00\x1b\x10\x04\xff;" + bytes(range(24))
TSE = (b"V0;K1;Kassenbeleg-V1;Beleg^19_7_10.7_5.5_0^3.27:Unbar;" * 7)[:352]
MATRICES = {
    "QR Code": matrix(QR, HARD, b"\x41\x32\x00", b"\x43\x04", b"\x45\x31"),
    "PDF417": matrix(PDF417, HARD, b"\x41\x04", b"\x43\x03", b"\x44\x03", b"\x45\x30\x33"),
    "Data Matrix": matrix(DATA_MATRIX, HARD, b"\x43\x05"),
    "Aztec": matrix(AZTEC, HARD, b"\x43\x05", b"\x45\x17"),
}
BARS = {
    "EAN-13": (67, b"4006381333931", b"4006381333931"),
    "EAN-8": (68, b"96385074", b"96385074"),
    "UPC-E": (66, b"01234565", b"0012345000065"),
    "Code 39": (69, b"*ABC-12*", b"ABC-12"),
    "ITF": (70, b"123456", b"123456"),
    "Codabar": (71, b"A1234B", b"A1234B"),
    "Code 93": (72, b"ABC12", b"ABC12"),
    "Code 128": (73, b"{BHallo", b"Hallo"),
    "DataBar Omni": (75, b"0061414199999", b"0100614141999996"),
    "DataBar Limited": (77, b"0101234567890", b"0101012345678904"),
    "DataBar Expanded": (78, b"(01)00614141999996(10)A", b"010061414199999610A"),
}


@pytest.mark.parametrize("name", MATRICES)
def test_a_matrix_is_read_byte_for_byte(name: str) -> None:
    """With every byte that could be taken for a command in it."""
    sheet = paper(b"\n\n\x1ba\x01" + MATRICES[name] + b"\n\n")
    assert read(sheet) == [(name, HARD)]


@pytest.mark.parametrize("name", BARS)
def test_bars_are_read_as_sent(name: str) -> None:
    """GS k with a length; the alignment leaves room on both sides."""
    kind, data, expected = BARS[name]
    sheet = paper(b"\n\x1ba\x01" + linear(kind, data) + b"\n\n")
    assert read(sheet) == [(name, expected)]


def test_the_older_form_ends_with_a_nul() -> None:
    """GS k 2 is EAN-13 as well, GS k 4 is Code 39."""
    assert read(paper(b"\n\x1ba\x01\x1dk\x024006381333931\x00\n\n")) == [
        ("EAN-13", b"4006381333931")
    ]


@pytest.mark.parametrize("name", ["EAN-13", "Code 128", "ITF", "Code 39"])
def test_another_program_reads_the_bars(name: str, tmp_path: Path) -> None:
    """Two decoders that share no code."""
    kind, data, expected = BARS[name]
    sheet = paper(b"\n\x1ba\x01" + linear(kind, data) + b"\n\n")
    (found,) = read_otherwise(sheet, tmp_path)
    assert found.strip() == expected


def test_another_program_reads_the_tax_code(tmp_path: Path) -> None:
    """The code of a German receipt: 352 bytes at level M."""
    symbol = matrix(QR, TSE, b"\x41\x32\x00", b"\x43\x04", b"\x45\x31")
    (found,) = read_otherwise(paper(b"\n\n\x1ba\x01" + symbol + b"\n\n"), tmp_path)
    assert found == TSE


@pytest.mark.parametrize(("level", "side"), [(48, 65), (49, 73), (50, 85), (51, 97)])
def test_a_level_has_its_price_in_modules(level: int, side: int) -> None:
    """352 bytes are version 12-L, 14-M, 17-Q and 20-H; a module is exactly its dots."""
    picture = drawn(QR, Settings(module=4, level=level, data=TSE))
    assert (picture.width, picture.height) == (side * 4, side * 4)


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=1, max_size=120), st.integers(3, 8), st.sampled_from("LMQH"))
def test_any_bytes_come_through_a_qr_code(data: bytes, module: int, level: str) -> None:
    """Whatever is stored is read."""
    said = matrix(
        QR, data, b"\x43" + bytes((module,)), b"\x45" + bytes((48 + "LMQH".index(level),))
    )
    sheet = paper(b"\n\n\n\x1ba\x01" + said + b"\n\n\n", 832)
    assert [found for _, found in read(sheet)] == [data]


def test_the_model_nobody_draws_is_told() -> None:
    """Model 1 comes out as model 2 and says so; a micro code is smaller than any other."""
    assert "model 2" in drawn(QR, Settings(kind=49, level=48, data=b"x")).about
    assert drawn(QR, Settings(module=1, kind=51, level=48, data=b"123")).width < 21


def test_a_stacked_symbol_has_the_rows_its_codewords_need() -> None:
    """24 bytes are 20 codewords and a latch, one counts, 16 correct: ten rows of four columns."""
    data = bytes(range(0x80, 0x98))
    settings = Settings(module=3, row_height=4, columns=4, level=-4, kind=0, data=data)
    picture = drawn(PDF417, settings)
    assert (picture.width, picture.height) == (17 * (4 + 4) * 3 + 3, 10 * 12)


def test_bars_have_the_dots_they_were_told() -> None:
    """95 modules of an EAN-13 at three dots, 100 high."""
    picture, text = barcode(67, b"4006381333931", Barcodes(height=100, module=3))
    assert (picture.width, picture.height, text) == (285, 100, "4006381333931")


def test_characters_stand_where_they_were_wanted() -> None:
    """GS H: none, above, below, both; Code 128 in set C reads as digits."""
    bars = linear(73, b"{C\x0c\x22")
    assert [paper(b"\x1dH" + bytes((n,)) + bars).told.split("\n")[:-1] for n in (0, 1, 2)] == [
        ["[Code 128 1234]"],
        ["  1234", "[Code 128 1234]"],
        ["[Code 128 1234]", "  1234"],
    ]


@pytest.mark.parametrize(
    ("kind", "data"), [(67, b"123"), (70, b"AB"), (90, b"1"), (67, b"400\xff")]
)
def test_what_a_symbol_cannot_hold_is_refused(kind: int, data: bytes) -> None:
    """By name, and the printer goes on."""
    with pytest.raises(Unprintable):
        barcode(kind, data, Barcodes())


def test_a_command_tells_what_it_needs() -> None:
    """For printers that draw only some."""
    assert native_of(Command(b"\x1dk", b"\x43")) is Native.EAN
    assert native_of(Command(b"\x1d(", b"k\x03\x00\x31\x51\x30")) is Native.QR
    assert native_of(Command(b"\x1d(", b"k\x03\x00\x30\x51\x30")) is Native.PDF417
    assert native_of(Command(b"\n")) is None
