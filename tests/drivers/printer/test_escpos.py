"""Documents as bytes: one code page, no wasted command, no control byte from a name."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.printer.commands import Characters, Command, Reader, Unknown
from drivers.printer.document import (
    PLAIN,
    STRONG,
    TOTAL,
    Cut,
    Doc,
    Part,
    Row,
    Rule,
    Size,
    Style,
    Symbol,
    SymbolKind,
    Text,
    Verbatim,
    as_text,
)
from drivers.printer.escpos import cut, encode, prologue
from drivers.printer.layout import lay_out
from drivers.printer.paper import develop
from drivers.printer.specimen import specimen
from kiosk.words import PRINTED, Language

# Byte values from Epson's ESC/POS reference: ESC @, GS a, ESC t, ESC R, ESC !, ESC $, GS V.
PROLOGUE = "1b40 1d610f 1b7410 1b5200"
VECTORS: list[tuple[Part, str]] = [
    (Text("Äpfel 2 €"), "c470 66656c 2032 2080 0a"),
    (Text("„ẞ“"), "84 5353 93 0a"),
    (Text("A", style=STRONG), "1b2108 41 0a"),
    (Text("A", style=TOTAL), "1b2118 41 0a"),
    (Text("A", style=Style(Size.LARGE)), "1b2130 41 0a"),
    (Verbatim("A", 1, small=True), "1b2101 1b24 1701 41 0a"),
    (Row("A", "B"), "41 1b24 3402 42 0a"),
    (Rule(), "2d" * 48 + "0a"),
    (Cut(), "1d564200"),
]


@pytest.mark.parametrize(("part", "expected"), VECTORS)
def test_vectors(part: Part, expected: str) -> None:
    """Each part as the bytes of the reference."""
    assert encode(Doc(48, (part,))).data == bytes.fromhex(PROLOGUE + expected)


def test_the_prologue_and_the_cut_are_whole_commands() -> None:
    """A printer reads them as six commands and nothing else."""
    read = Reader().feed(prologue() + cut())
    assert [command.code for command in read if isinstance(command, Command)] == [
        b"\x1b@",
        b"\x1da",
        b"\x1bt",
        b"\x1bR",
        b"\x1dV",
    ]


def test_style_is_sent_on_change_only() -> None:
    """Three bold lines cost one command, and one code page is chosen once."""
    bold = tuple(Text(text, style=STRONG) for text in "abc")
    data = encode(Doc(48, (*bold, Text("d", style=PLAIN)))).data
    assert data.count(b"\x1b!") == 2
    assert encode(lay_out(specimen())).data.count(b"\x1bt") == 1


def test_a_long_document_comes_in_pieces_of_whole_lines() -> None:
    """Each piece but the last ends with a line feed, and together they are the whole."""
    encoded = encode(lay_out(specimen(60)), 512)
    assert len(encoded.pieces) > 4
    assert all(piece.endswith(b"\n") and len(piece) < 600 for piece in encoded.pieces[:-1])
    assert encoded.data == encode(lay_out(specimen(60)), 1 << 20).data


def test_thirty_lines_with_umlauts_are_small() -> None:
    """The bound of the house: 1600 bytes for thirty lines of goods with the code for the tax office."""
    rows = [Row(f"Käsespätzle überbacken {n:02d}", f"{n},99 € A") for n in range(30)]
    code = Symbol(SymbolKind.QR, b"V0;K1;" + b"x" * 346, "")
    data = encode(Doc(48, (*rows, code, Cut()))).data
    assert len(data) <= 1600
    assert data.count(b"\x1bt") == 1


def test_a_large_drawing_comes_in_pieces_too() -> None:
    """So that little is ever ahead of the printer."""
    code = Symbol(SymbolKind.QR, b"V0;K1;" + b"x" * 346, "")
    pieces = encode(Doc(48, (code, Cut())), native=frozenset()).pieces
    assert len(pieces) > 8
    assert max(map(len, pieces)) < 3000


@settings(max_examples=200)
@given(st.lists(st.text(max_size=60), max_size=5))
def test_no_text_reaches_the_printer_as_a_command(texts: list[str]) -> None:
    """Article names full of control bytes come out as characters and line feeds."""
    doc = Doc(48, tuple(Text(text) for text in texts))
    for read in Reader().feed(encode(doc).data[len(prologue()) :]):
        assert not isinstance(read, Unknown)
        assert isinstance(read, Characters) or read.code in (b"\n", b"\x1b$")


@given(st.lists(st.tuples(st.text(max_size=40), st.integers(0, 3)), max_size=6))
def test_no_real_time_command_arises_between_commands(lines: list[tuple[str, int]]) -> None:
    """DLE EOT, ENQ and DC4 are obeyed wherever they stand, so they must stand nowhere."""
    styles = (PLAIN, TOTAL, Style(Size.LARGE), Style(small=True))
    parts = tuple(Row(text, "1,00", styles[which]) for text, which in lines)
    assert not re.search(rb"\x10[\x04\x05\x14]", encode(Doc(48, (*parts, Cut()))).data)


def test_replaced_characters_are_reported() -> None:
    """By the encoder too, for documents that were not laid out by us."""
    assert encode(Doc(48, (Text("a→b ẞ"),))).replaced == ("→", "ẞ")


@pytest.mark.parametrize("language", PRINTED)
@pytest.mark.parametrize(("columns", "width"), [(48, 576), (32, 384)])
def test_what_was_laid_out_comes_out(language: Language, columns: int, width: int) -> None:
    """Layout to bytes to paper: the paper holds the document line for line."""
    doc = lay_out(specimen(12, language=language), columns)
    (sheet,) = develop(encode(doc).data, width)
    assert sheet.text == as_text(doc)


def test_loading_the_driver_loads_neither_library() -> None:
    """A kiosk without printer pays nothing; one with prints without the capability file."""
    code = (
        "import sys; import drivers.printer.device, drivers.printer.simulator;"
        "assert not {'escpos', 'PIL', 'serial'} & set(sys.modules);"
        "from drivers.printer.escpos import encode; from drivers.printer.specimen import specimen;"
        "from drivers.printer.layout import lay_out; encode(lay_out(specimen(1)));"
        "assert 'escpos.constants' in sys.modules;"
        "assert 'escpos.capabilities' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_code_too_wide_for_the_paper_is_printed_in_words() -> None:
    """The law's fields are there all the same, in plain characters, and the receipt comes out."""
    data = b"V0;K1;" + b"x" * 2000
    doc = Doc(
        16, (Text("T", style=TOTAL), Symbol(SymbolKind.QR, data, ""), Text("T", style=TOTAL), Cut())
    )
    (sheet,) = develop(encode(doc).data, 192)
    shown = sheet.text.splitlines()
    assert "".join(shown[1:-1]).encode() == data
    assert shown[0] == shown[-1] == "T"
