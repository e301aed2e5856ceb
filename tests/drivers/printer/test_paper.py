"""Receipts as pictures."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from drivers.printer.escpos import encode
from drivers.printer.layout import lay_out
from drivers.printer.paper import PAPER_WIDTHS, develop, picture, save
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
