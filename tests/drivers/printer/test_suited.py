"""The same document for printers that differ."""

from __future__ import annotations

from dataclasses import replace

from drivers.printer.document import Cut, Doc, Symbol, SymbolKind, Text
from drivers.printer.escpos import encode
from drivers.printer.profiles import PROFILES
from drivers.printer.suited import encoded

CODE = Symbol(SymbolKind.QR, b"https://shop.example/b/1", "Bon")


def test_a_printer_draws_what_it_can_and_gets_a_picture_of_the_rest() -> None:
    """GS ( k to one with codes of its own, a raster to one without, at the paper's own width."""
    doc = Doc(42, (Text("Bon"), CODE, Cut()))
    knows = PROFILES["tm-t88vi"]
    assert b"\x1d(k" in encoded(doc, knows).data
    plain = encoded(doc, replace(knows, native=frozenset())).data
    assert b"\x1d(k" not in plain
    assert b"\x1dv0" in plain
    assert plain == encode(doc, native=frozenset(), dots=knows.dots).data


def test_narrower_paper_is_measured_by_its_columns() -> None:
    """32 columns in a printer that could take 48."""
    doc = Doc(32, (CODE, Cut()))
    profile = replace(PROFILES["standard"], native=frozenset())
    assert encoded(doc, profile).data == encode(doc, native=frozenset(), dots=384).data
