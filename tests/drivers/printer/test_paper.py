"""Receipts as pictures."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.printer.escpos import encode
from drivers.printer.layout import lay_out
from drivers.printer.paper import PAPER_WIDTHS, develop, dots, picture, save, save_dots
from drivers.printer.specimen import specimen


@pytest.mark.parametrize(("columns", "width", "paper"), [(48, 576, 640), (32, 384, 464)])
def test_a_picture_has_the_printer_s_dots(columns: int, width: int, paper: int) -> None:
    """80 mm and 58 mm paper at eight dots a millimetre, ink within the printable width."""
    (sheet,) = develop(encode(lay_out(specimen(3), columns)).data, width)
    image = picture(sheet).convert("RGBA")
    assert image.size[0] == paper == PAPER_WIDTHS[width]
    assert image.size[1] > sum(row.height for row in sheet.rows)
    ink = (
        image.convert("RGBA").convert("L").point(lambda value: 255 if value < 128 else 0).getbbox()
    )
    assert ink is not None
    assert ink[0] >= (paper - width) // 2
    assert ink[2] <= (paper + width) // 2


def test_the_edge_is_cut_or_torn_and_the_paper_is_warm() -> None:
    """The corners of a tooth are transparent, the middle is an off-white."""
    (whole,) = develop(b"A\n\x1dV\x00")
    (torn,) = develop(b"A\n")
    assert torn.torn
    assert picture(whole).tobytes() != picture(torn).tobytes()
    image = picture(whole).convert("RGBA")
    bottom = [image.getpixel((x, image.height - 1)) for x in range(image.width)]
    assert any(isinstance(dot, tuple) and dot[3] == 0 for dot in bottom)
    middle = image.getpixel((4, image.height // 2))
    assert isinstance(middle, tuple)
    assert middle[0] > middle[2] > 230


def test_a_raster_image_is_drawn_black_where_its_bits_are_set() -> None:
    """GS v 0 with one byte: four dots black, four white."""
    (sheet,) = develop(b"\x1dv0\x00\x01\x00\x08\x00" + b"\xf0" * 8 + b"A\n")
    image = picture(sheet).convert("RGBA").convert("L")
    left = (640 - 576) // 2
    row = [image.getpixel((left + x, 48 + 4)) for x in range(8)]
    assert [isinstance(dot, int | float) and dot < 128 for dot in row] == [True] * 4 + [False] * 4


def test_a_saved_picture_is_a_png(tmp_path: Path) -> None:
    """Readable, and at the printer's resolution."""
    (sheet,) = develop(b"A\n\x1dV\x00")
    save(sheet, tmp_path / "a.png")
    with Image.open(io.BytesIO((tmp_path / "a.png").read_bytes())) as image:
        assert image.format == "PNG"
        assert round(image.info["dpi"][0]) == 203


def test_dots_are_the_head_s_and_no_more() -> None:
    """No margin, no edge, two colours: for cameras and for comparing."""
    (sheet,) = develop(b"\x1dv0\x00\x01\x00\x02\x00\xf0\x0fA\n", 384)
    image = dots(sheet)
    assert (image.mode, image.size) == ("1", (384, 32))
    assert [image.getpixel((x, 0)) for x in range(8)] == [0] * 4 + [255] * 4
    assert [image.getpixel((x, 1)) for x in range(8)] == [255] * 4 + [0] * 4


@given(st.binary(max_size=300))
def test_hostile_bytes_can_be_drawn(data: bytes) -> None:
    """Whatever lies over the edge is cut off there."""
    for sheet in develop(b"\x1bL\x1bT\x01" + data + b"A\x0c"):
        assert dots(sheet).width == 576


def blackness(data: bytes) -> int:
    """Black dots on paper of one line."""
    (sheet,) = develop(data)
    return dots(sheet).convert("L").histogram()[0]


def test_a_look_is_seen() -> None:
    """Underlined, bold and reversed characters are blacker, eightfold ones sixty times so."""
    plain = blackness(b"A\n")
    assert blackness(b"\x1b-\x01A\n") == plain + 12
    assert blackness(b"\x1b-\x02A\n") == plain + 24
    assert blackness(b"\x1bE\x01A\n") > plain
    assert blackness(b"\x1dB\x01A\n") == 12 * 24 - plain
    assert 50 * plain < blackness(b"\x1d!\x77A\n") < 80 * plain


@pytest.mark.parametrize("turn", [b"\x1b{\x01A\n", b"\x1bL\x1bT\x01A\x0c", b"\x1bL\x1bT\x03A\x0c"])
def test_turned_characters_are_as_black_as_upright_ones(turn: bytes) -> None:
    """Upside down, and on their side in page mode."""
    assert blackness(turn) == blackness(b"A\n")


def test_a_character_no_table_has_is_an_empty_box() -> None:
    """Visible, and the same whatever byte it was."""
    assert blackness(b"\x1bt\x63\xc4\n") == blackness(b"\x1bt\x63\xe4\n") > 20


def test_saved_dots_have_the_printer_s_resolution(tmp_path: Path) -> None:
    """180 dpi for the printers that have it."""
    (sheet,) = develop(b"A\n", 512)
    save_dots(sheet, tmp_path / "a.png", 180 / 25.4)
    with Image.open(tmp_path / "a.png") as image:
        assert (image.size[0], round(image.info["dpi"][0])) == (512, 180)
