"""What a shop may write around its receipts, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.printer.commands import Characters, Command, Reader
from drivers.printer.document import (
    Align,
    Cut,
    Doc,
    Gap,
    Picture,
    Rule,
    Size,
    Style,
    Symbol,
    SymbolKind,
    Text,
)
from drivers.printer.escpos import encode, prologue
from drivers.printer.stationery import LARGEST, parse, read_stationery
from kiosk.errors import ConfigError

HERE = Path("receipt.txt")
EXAMPLE = Path(__file__).parents[3] / "docs" / "receipt.example.txt"


def test_every_mark() -> None:
    """Sizes, weight, places, rules, gaps, codes; above and below the receipt."""
    text = """^^^Markt
^^hoch
^breit
"fett"
|links
rechts|

-
{receipt}
Danke
{code:https://markt.example/b;option:qrcode,5,q}
"""
    found = parse(text, 48, HERE)
    assert found.head == (
        Text("Markt", Align.CENTRE, Style(Size.LARGE, bold=True)),
        Text("hoch", Align.CENTRE, Style(Size.TALL)),
        Text("breit", Align.CENTRE, Style(Size.LARGE)),
        Text("fett", Align.CENTRE, Style(bold=True)),
        Text("links", Align.LEFT),
        Text("rechts", Align.RIGHT),
        Gap(),
        Rule(),
    )
    url = "https://markt.example/b"
    assert found.foot == (
        Text("Danke", Align.CENTRE),
        Symbol(SymbolKind.QR, url.encode(), url, 5, "Q"),
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Markt", "line {receipt} is missing"),
        ("{receipt}\n{receipt}", "line 2: {receipt} stands here a second time"),
        ("{command:\\x1bp}\n{receipt}", "line 1: .* is not known; known are"),
        ("{image:none.png}\n{receipt}", "line 1: none.png: .*No such file"),
        ("^^^^x\n{receipt}", "at most three"),
        (f"{'x' * 49}\n{{receipt}}", "49 characters; this size takes 48"),
        (f"^^^{'x' * 25}\n{{receipt}}", "25 characters; this size takes 24"),
        ("{code:" + "x" * 400 + ";option:qrcode,9,h}\n{receipt}", "too wide"),
        ("{code:x;option:qrcode,1}\n{receipt}", "is not known"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, why: str) -> None:
    """Before the first customer comes."""
    with pytest.raises(ConfigError, match=why.replace("{", r"\{").replace("}", r"\}")):
        parse(text, 16 if "qrcode,9" in text else 48, HERE)


def test_a_logo_becomes_dots(tmp_path: Path) -> None:
    """Black on clear: what is transparent is paper, whatever colour lies under it."""
    logo = Image.new("RGBA", (16, 3), (0, 0, 0, 0))
    logo.paste((0, 0, 0, 255), (0, 1, 8, 2))
    logo.save(tmp_path / "logo.png")
    found = parse("{image:logo.png}\n{receipt}", 48, tmp_path / "receipt.txt")
    assert found.head == (Picture(16, bytes.fromhex("0000 ff00 0000"), "logo.png"),)


def test_a_logo_wider_than_the_paper_is_refused(tmp_path: Path) -> None:
    """With both sizes in the message."""
    Image.new("L", (600, 10)).save(tmp_path / "logo.png")
    with pytest.raises(ConfigError, match="600 x 10 dots; the paper takes 576 x 1200"):
        parse("{image:logo.png}\n{receipt}", 48, tmp_path / "receipt.txt")


def test_files_that_are_no_text(tmp_path: Path) -> None:
    """Missing, huge or not UTF-8."""
    path = tmp_path / "receipt.txt"
    for content, why in (
        (None, "No such file"),
        (b"\xff", "not UTF-8"),
        (b"x" * (LARGEST + 1), "16 KiB"),
    ):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(ConfigError, match=why):
            read_stationery(path, 48)


@given(st.text(max_size=200))
def test_no_text_becomes_a_command(text: str) -> None:
    """Any text at all is refused with a message or printed as characters."""
    try:
        found = parse(f"{text}\n{{receipt}}", 48, HERE)
    except ConfigError:
        return
    texts = tuple(part for part in found.head if isinstance(part, Text | Gap | Rule))
    for read in Reader().feed(encode(Doc(48, (*texts, Cut()))).data[len(prologue()) :]):
        assert isinstance(read, Characters | Command)
        if isinstance(read, Command):
            assert read.code in (b"\n", b"\x1b$", b"\x1b!", b"\x1dV")


def test_the_example_is_right() -> None:
    """The file that a shop begins with."""
    found = read_stationery(EXAMPLE, 48)
    assert found.head
    assert found.foot
    assert found.replaced == ()
