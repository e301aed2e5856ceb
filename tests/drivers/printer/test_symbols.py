"""Symbols on paper: each is read back, byte for byte, by two readers that know nothing of us."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from drivers.printer.document import Cut, Doc, Picture, Symbol, SymbolKind, Text
from drivers.printer.escpos import encode
from drivers.printer.layout import lay_out
from drivers.printer.paper import develop, save, save_dots
from drivers.printer.profiles import Native
from drivers.printer.specimen import specimen
from drivers.printer.symbols import BAND, QUIET_MODULES, drawn, matrix, raster
from kiosk.fiscal import qr_text
from tests.symbol_readers import by_zbar, by_zxing

SNAPSHOTS = Path(__file__).parent / "snapshots"
REAL_TIME = re.compile(rb"\x10[\x04\x05\x14]")
URL = b"https://bon.example/b/AAECAwQFBgcICQoLDA0ODw"
TSE = (b"V0;K1;Kassenbeleg-V1;Beleg^3.33_4.61_0.00_0.00_0.00^7.94:Unbar;" * 6)[:352]
SYMBOLS = [
    Symbol(SymbolKind.QR, URL, "link"),
    Symbol(SymbolKind.QR, "Grüße für 5 €".encode(), "words", 6, "H"),
    Symbol(SymbolKind.QR, TSE, "evidence"),
    Symbol(SymbolKind.QR, TSE, "evidence", 3, "L"),
    Symbol(SymbolKind.PDF417, b"K1-9f3a61-s000017", "sale", 2),
    Symbol(SymbolKind.EAN, b"4006381333931", "goods", 3),
    Symbol(SymbolKind.EAN, b"96385074", "goods", 3),
]
NATIVE, RASTER = frozenset(Native), frozenset[Native]()


def paper(tmp_path: Path, native: frozenset[Native], *parts: Symbol, columns: int = 48) -> Path:
    """The picture of the parts, one below the other without any gap but their own."""
    data = encode(Doc(columns, (*parts, Cut())), native=native).data
    (sheet,) = develop(data, columns * 12)
    save(sheet, tmp_path / "symbols.png")
    return tmp_path / "symbols.png"


@pytest.mark.parametrize("native", [NATIVE, RASTER], ids=["native", "raster"])
@pytest.mark.parametrize("columns", [48, 32])
@pytest.mark.parametrize("symbol", SYMBOLS, ids=lambda symbol: f"{symbol.kind}-{len(symbol.data)}")
def test_two_readers_read_what_was_meant(
    symbol: Symbol, columns: int, native: frozenset[Native], tmp_path: Path
) -> None:
    """Drawn by the printer or sent as raster, on wide and on narrow paper."""
    picture = paper(tmp_path, native, symbol, columns=columns)
    assert by_zxing(picture) == [symbol.data]
    if symbol.kind is not SymbolKind.PDF417:  # zbar finds these, and does not decode them
        assert by_zbar(picture, one=True) == [symbol.data]


@pytest.mark.parametrize("native", [NATIVE, RASTER], ids=["native", "raster"])
def test_symbols_stand_clear_of_each_other(native: frozenset[Native], tmp_path: Path) -> None:
    """A code right below another one: the white around each is its own."""
    symbols = (SYMBOLS[2], SYMBOLS[5], SYMBOLS[0])
    picture = paper(tmp_path, native, *symbols)
    wanted = [symbol.data for symbol in symbols]
    assert sorted(by_zxing(picture)) == sorted(wanted)
    assert sorted(by_zbar(picture)) == sorted(wanted)


# Byte values from Epson's reference: GS ( k functions 165, 167, 169, 180, 181; 065, 067, 080, 081.
VECTORS = [
    (
        Symbol(SymbolKind.QR, b"AB", ""),
        (
            "1b4a10 1b6101 1d286b0400 31413200 1d286b0300 314304 1d286b0300 314531"
            "1d286b0500 3150304142 1d286b0300 315130 1b6100 1b4a10"
        ),
    ),
    (
        Symbol(SymbolKind.PDF417, b"AB", "", 3),
        (
            "1b4a06 1b6101 1d286b0300 304303 1d286b0300 304403 1d286b0500 3050304142"
            "1d286b0300 305130 1b6100 1b4a06"
        ),
    ),
    (
        Symbol(SymbolKind.EAN, b"96385074", "", 2),
        "1b4a16 1b6101 1d6860 1d7702 1d6b4408 3936333835303734 1b6100 1b4a16",
    ),
]


@pytest.mark.parametrize(("symbol", "expected"), VECTORS, ids=lambda value: "")
def test_a_printer_that_can_draws_it_itself(symbol: Symbol, expected: str) -> None:
    """As commands of the reference, white before and after."""
    assert drawn(symbol, 576, NATIVE) == [bytes.fromhex(expected)]


def test_what_would_be_obeyed_is_not_sent_as_data() -> None:
    """A code whose text holds DLE EOT comes as dots."""
    commands = drawn(Symbol(SymbolKind.QR, b"a\x10\x04b", ""), 576, NATIVE)
    assert all(not REAL_TIME.search(command) for command in commands)
    assert commands[1].startswith(b"\x1dv0")


def test_the_cell_gives_way_to_the_paper() -> None:
    """Smaller modules rather than a code that is cut off; where two dots are too many, an error."""
    wide = Symbol(SymbolKind.QR, TSE, "", 16)
    modules = len(matrix(wide)) + 2 * QUIET_MODULES[SymbolKind.QR]
    (found,) = drawn(wide, 5 * modules, NATIVE)
    assert b"1C\x05" in found
    with pytest.raises(ValueError, match="QR of 352 bytes is too wide"):
        drawn(wide, 2 * modules - 1, NATIVE)


@pytest.mark.parametrize(
    "symbol",
    [
        Symbol(SymbolKind.EAN, b"4006381333932", ""),
        Symbol(SymbolKind.EAN, b"123", ""),
        Symbol(SymbolKind.EAN, b"\xff" * 13, ""),
        Symbol(SymbolKind.QR, b"x" * 8000, ""),
    ],
    ids=["check digit", "length", "no digits", "too much"],
)
def test_what_no_symbol_can_hold(symbol: Symbol) -> None:
    """Is refused before anything is printed."""
    with pytest.raises(ValueError, match="not a"):
        matrix(symbol)


@settings(deadline=None, max_examples=60)
@given(
    st.binary(min_size=72 * 30, max_size=72 * 30), st.sampled_from((b"", b"\x10\x04", b"\x10\x14"))
)
def test_no_picture_holds_a_real_time_command(noise: bytes, evil: bytes) -> None:
    """Whatever the logo; and it is the same picture, but for a dot where nothing else helps."""
    data = (evil * 72 * 30)[: len(noise)] if evil else noise
    found = list(raster(Picture(576, data, ""), 576))
    assert not any(REAL_TIME.search(command) for command in found)
    shown = b"".join(command[8:] for command in found)
    assert len(shown) == len(data)
    assert all(ours | theirs == ours for ours, theirs in zip(shown, data, strict=True))
    if not REAL_TIME.search(data):
        assert shown == data


def test_a_small_picture_moves_instead(tmp_path: Path) -> None:
    """A dot to the side costs nothing of the picture."""
    evil = Picture(16, b"\x10\x04" * 4, "")
    (command,) = raster(evil, 176)
    assert not REAL_TIME.search(command)
    rows = [command[8:][at : at + 13] for at in range(0, 52, 13)]
    dots = [f"{int.from_bytes(row):0104b}".strip("0") for row in rows]
    assert dots == [f"{0x1004:016b}".strip("0")] * 4


def test_a_picture_comes_in_bands() -> None:
    """So that the printer is never far behind; one too wide is refused."""
    found = list(raster(Picture(8, b"\xff" * 50, ""), 576))
    heights = [int.from_bytes(command[6:8], "little") for command in found]
    assert heights == [BAND, BAND, 50 - 2 * BAND]
    with pytest.raises(ValueError, match="picture of 600 dots is too wide"):
        list(raster(Picture(600, bytes(75), ""), 576))


def test_text_goes_on_after_a_symbol(tmp_path: Path) -> None:
    """At the left again, in the style from before."""
    parts = (Symbol(SymbolKind.QR, URL, ""), Text("weiter"), Cut())
    (sheet,) = develop(encode(Doc(48, parts), native=RASTER).data)
    assert "\nweiter" in sheet.text


GOLDEN = {
    "receipt-80": (48, False, NATIVE),
    "receipt-58": (32, False, RASTER),
    "receipt-large": (48, True, NATIVE),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_receipt_s_picture_is_as_agreed(name: str, tmp_path: Path) -> None:
    """Dot by dot, kept in the repository and looked at when it changes; its code is read by both."""
    columns, large, native = GOLDEN[name]
    receipt = specimen(3, secured=True)
    data = encode(lay_out(receipt, columns, large=large), native=native).data
    (sheet,) = develop(data, columns * 12)
    save_dots(sheet, tmp_path / "now.png")
    with Image.open(tmp_path / "now.png") as now, Image.open(SNAPSHOTS / f"{name}.png") as agreed:
        assert ImageChops.difference(now.convert("1"), agreed.convert("1")).getbbox() is None
    assert receipt.security is not None
    wanted = qr_text(receipt.kiosk, receipt.security).encode()
    assert by_zxing(tmp_path / "now.png") == [wanted]
    assert by_zbar(tmp_path / "now.png", one=True) == [wanted]
