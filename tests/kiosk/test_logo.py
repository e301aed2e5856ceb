"""A logo shows a picture and does nothing else; what could do more is refused by its reason."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import pytest

from kiosk.logo import MOST_BYTES, read_logo

SPACE = 'xmlns="http://www.w3.org/2000/svg"'
GOOD = (
    f'<?xml version="1.0"?><!-- a mark --><svg {SPACE} viewBox="0 0 30 10">'
    '<path d="M0 0h9z"/></svg>'
)


def png(width: int, height: int, rows: int | None = None) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    body = zlib.compress((b"\0" + bytes(width)) * (height if rows is None else rows))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def kept(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "logo"
    path.write_bytes(data)
    return path


def test_pictures_are_read_with_their_shape(tmp_path: Path) -> None:
    """What it is, is told by its bytes; the viewBox comes before width and height."""
    svg = read_logo(kept(tmp_path, GOOD.encode()))
    assert (svg.vector, svg.aspect) == (True, 3.0)
    sized = f'<svg {SPACE} width="20px" height="40"><g><circle r="3"/></g></svg>'
    assert read_logo(kept(tmp_path, sized.encode())).aspect == 0.5
    for inward in ("url(#shine)", "url(  #shine )", "url( '#shine')"):
        shining = GOOD.replace("<path", f'<path fill="{inward}"')
        assert read_logo(kept(tmp_path, shining.encode())).vector
    picture = read_logo(kept(tmp_path, png(40, 10)))
    assert (picture.vector, picture.aspect) == (False, 4.0)


HOSTILE = {
    "document type": f'<!DOCTYPE svg [<!ENTITY a "b">]><svg {SPACE} viewBox="0 0 1 1"><desc>&a;</desc></svg>',
    "processing": f'<?xml-stylesheet href="http://x.example/a.css"?>{GOOD[21:]}',
    "<text>": GOOD.replace("<path", "<text>&#65;</text><path"),
    "<script>": GOOD.replace("<path", "<script>1</script><path"),
    "<image>": GOOD.replace("<path", '<image href="file:///etc/passwd"/><path'),
    "<use>": GOOD.replace("<path", '<use href="#a"/><path'),
    "<foreignObject>": GOOD.replace("<path", "<foreignObject/><path"),
    "<style>": GOOD.replace("<path", "<style>@import 'x'</style><path"),
    '"style"': GOOD.replace("<path", '<path style="fill:url(http://x.example)"'),
    '"onload"': GOOD.replace("viewBox", 'onload="x" viewBox'),
    '"href"': GOOD.replace("<path", '<linearGradient href="http://x.example/a#b"/><path'),
    "outside": GOOD.replace("<path", "<path fill=\"url( 'http://x.example/a#b')\""),
    "nested deeper": f'<svg {SPACE} viewBox="0 0 1 1">' + "<g>" * 20 + "</g>" * 20 + "</svg>",
    "more than 2000": GOOD.replace("<path", '<path d=""/>' * 2001 + "<path"),
    "too long": GOOD.replace("30 10", "100 10"),
    "neither a viewBox": GOOD.replace('viewBox="0 0 30 10"', 'width="100%" height="1"'),
    "not a number": GOOD.replace("30 10", "nan 10"),
    "is no SVG": "<html/>",
    "well-formed": "<svg",
    "a well-formed SVG": GOOD.replace('"1.0"', '"1.0" encoding="none-such"'),
    "UTF-8": "\xff\xd8\xff",
    "larger than": " " * (MOST_BYTES + 1),
}
SAID = {"not a number": "viewBox"}


@pytest.mark.parametrize("reason", HOSTILE)
def test_an_svg_that_could_do_more_is_refused(tmp_path: Path, reason: str) -> None:
    """Each by the reason a shop's technician can act on, in one line."""
    wanted = re.escape(SAID.get(reason, reason))
    with pytest.raises(ValueError, match=wanted) as refused:
        read_logo(kept(tmp_path, HOSTILE[reason].encode("latin-1")))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (png(9000, 9000, 1), "9000 by 9000 pixels"),
        (png(40, 10)[:-30], "torn"),
        (png(40, 10)[:20], "torn"),
        (png(0, 10), "0 by 10"),
        (png(400, 10), "too long"),
        (b"GIF89a", "neither a PNG"),
    ],
)
def test_a_png_that_is_too_large_or_torn_is_refused(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    """Its size is looked at before a pixel is unpacked."""
    with pytest.raises(ValueError, match=reason):
        read_logo(kept(tmp_path, data))
