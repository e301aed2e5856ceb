"""Images as dots."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.graphics import columns, raster, raster_command, scaled, stored, strip
from drivers.printer.sheet import Picture


def art(picture: Picture) -> list[str]:
    """Dots as #."""
    rows = [
        picture.data[at : at + picture.stride] for at in range(0, len(picture.data), picture.stride)
    ]
    return [
        "".join(f"{byte:08b}" for byte in row)[: picture.width].replace("0", ".").replace("1", "#")
        for row in rows
    ]


def test_rows_may_be_doubled_each_way() -> None:
    """GS v 0 with m 0 to 3."""
    image = b"\x01\x00\x02\x00\xa0\x10"
    assert art(raster_command(b"0\x00" + image)) == ["#.#.....", "...#...."]
    assert art(raster_command(b"0\x01" + image)) == ["##..##..........", "......##........"]
    assert art(raster_command(b"0\x02" + image)) == ["#.#.....", "#.#.....", "...#....", "...#...."]
    assert raster_command(b"0\x03" + image).height == 4


def test_columns_stand_on_their_side() -> None:
    """ESC *: the highest bit is on top; 8 dots are three high each, single density two wide."""
    assert art(columns(3, 4, b"\x80\x40\xf0")) == ["#.#", ".##", "..#", "..#"]
    eight = strip(b"\x01\x01\x00\x80")
    assert (eight.width, eight.height) == (1, 24)
    assert art(eight)[:4] == ["#", "#", "#", "."]
    assert (strip(b"\x20\x01\x00\x80\x00\x01").width, strip(b"\x21\x01\x00abc").width) == (2, 1)
    assert art(strip(b"\x21\x01\x00\x80\x00\x01"))[-1] == "#"


def test_stored_graphics_have_a_width_in_dots() -> None:
    """GS ( L fn 112; bits beyond the width are none, and short data is white at its end."""
    picture = stored(112, b"\x30\x01\x01\x31\x05\x00\x02\x00\xff")
    assert picture is not None
    assert art(picture) == ["#####", "....."]
    assert stored(112, b"\x30\x02") is None


@given(st.integers(1, 40), st.integers(1, 12), st.binary(max_size=80), st.integers(1, 8))
def test_scaling_multiplies_the_dots(width: int, height: int, data: bytes, times: int) -> None:
    """Every dot becomes a square of so many."""
    small = raster(width, height, data)
    large = scaled(small, (times, times))
    assert (large.width, large.height) == (width * times, height * times)
    assert sum(line.count("#") for line in art(large)) == times * times * sum(
        line.count("#") for line in art(small)
    )
