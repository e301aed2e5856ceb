"""A shop's logo: an SVG or a PNG of bounded size that can show a picture and do nothing else.

Whoever can write the file could reach the screen with it, so an SVG may hold shapes and gradients only:
no references out of itself, no scripts, no styles, no text (which fonts would draw it nobody knows), no
`use` (a few lines of it make millions of shapes).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree import ElementTree

MOST_BYTES = 512 << 10
MOST_PIXELS = 2048
"""Of either side of a PNG."""
MOST_SHAPES = 2000
MOST_DEPTH = 16
WIDEST = 8.0
"""Times as wide as high; and as high as wide."""
_PNG = b"\x89PNG\r\n\x1a\n"
_SPACE = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset(
    (
        *("svg", "g", "defs", "title", "desc", "linearGradient", "radialGradient", "stop"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
    )
)
_REFERENCE = re.compile(r"url\(\s*+['\"]?+(?!#)", re.IGNORECASE)
_LENGTH = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)(?:px)?")


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that was looked through. `aspect`: its width to its height."""

    data: bytes
    vector: bool
    """SVG; else PNG."""
    aspect: float


def read_logo(path: Path) -> Logo:
    """Raises OSError, or ValueError that says what is wrong with it."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"is larger than {MOST_BYTES >> 10} KiB")
    if data.startswith(_PNG):
        width, height = _png_size(data)
        return Logo(data, False, _aspect(width, height))
    return Logo(data, True, _svg_aspect(data))


def _png_size(data: bytes) -> tuple[float, float]:
    """Decoded once as a whole: what fails, fails at the start and not before a customer."""
    if len(data) < 24:
        raise ValueError("is a torn PNG")
    width, height = struct.unpack(">II", data[16:24])
    if not 0 < width <= MOST_PIXELS or not 0 < height <= MOST_PIXELS:
        raise ValueError(f"is {width} by {height} pixels; up to {MOST_PIXELS} each are wanted")
    from PIL import Image  # only where there is a PNG

    try:
        with Image.open(BytesIO(data), formats=("PNG",)) as image:
            image.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise ValueError("is a torn PNG") from error
    return width, height


def _svg_aspect(data: bytes) -> float:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("is neither a PNG nor an SVG in UTF-8") from error
    if "<!" in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL):
        raise ValueError("has a document type or entities; an SVG without is wanted")
    if re.search(r"<\?(?!xml\s)", text):
        raise ValueError("has processing instructions; an SVG without is wanted")
    from xml.etree import ElementTree  # only where there is an SVG

    try:
        root = ElementTree.fromstring(text.encode())  # noqa: S314 - no entity is left to expand
    except (ElementTree.ParseError, LookupError) as error:  # the latter: of an unknown encoding
        raise ValueError("is neither a PNG nor a well-formed SVG") from error
    if root.tag != f"{_SPACE}svg":
        raise ValueError("is no SVG")
    _check(root, 0)
    if sum(1 for _ in root.iter()) > MOST_SHAPES:
        raise ValueError(f"has more than {MOST_SHAPES} elements")
    return _aspect(*_svg_size(root))


def _check(element: ElementTree.Element, depth: int) -> None:
    name = str(element.tag).removeprefix(_SPACE)
    if name not in _ELEMENTS:
        raise ValueError(f"has <{name.rpartition('}')[2][:20]}>; shapes and gradients are allowed")
    if depth > MOST_DEPTH:
        raise ValueError(f"is nested deeper than {MOST_DEPTH}")
    for key, value in element.attrib.items():
        plain = key.rpartition("}")[2].lower()
        outward = plain == "href" and not value.startswith("#")
        if plain.startswith("on") or outward or plain in ("style", "base", "class"):
            raise ValueError(f'has the attribute "{plain[:20]}", which is not allowed')
        if _REFERENCE.search(value):
            raise ValueError("refers to something outside of itself")
    for child in element:
        _check(child, depth + 1)


def _svg_size(root: ElementTree.Element) -> tuple[float, float]:
    box = (root.get("viewBox") or "").replace(",", " ").split()
    told = [box[2], box[3]] if len(box) == 4 else [root.get("width", ""), root.get("height", "")]
    sizes = [_LENGTH.fullmatch(each) for each in told]
    if not all(sizes):
        raise ValueError("has neither a viewBox nor a width and height")
    width, height = (float(each[1]) for each in sizes if each)
    return width, height


def _aspect(width: float, height: float) -> float:
    if width <= 0 or height <= 0 or not 1 / WIDEST <= width / height <= WIDEST:
        raise ValueError(f"is too long: up to {WIDEST:g} times as wide as high, or as high as wide")
    return width / height
