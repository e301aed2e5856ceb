"""Two readers of symbols that are not ours: zxing-cpp, and the program of zbar."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import zxingcpp
from PIL import Image


def flat(picture: Path) -> Image.Image:
    """The picture without transparency, as a camera would see it on a white table."""
    with Image.open(picture) as image:
        seen = image.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "white")
    paper.alpha_composite(seen)
    return paper.convert("L")


def by_zxing(picture: Path) -> list[bytes]:
    """What zxing-cpp finds, byte by byte."""
    return [found.bytes for found in zxingcpp.read_barcodes(flat(picture))]


def by_zbar(picture: Path, *, one: bool = False) -> list[bytes]:
    """What zbarimg finds, byte by byte. `one`: there is one symbol, in no guessed character set."""
    seen = picture.with_suffix(".flat.png")
    flat(picture).save(seen)
    how = ["--raw", "-Sbinary"] if one else ["--xml"]
    words = ["zbarimg", "--quiet", *how, "--nodbus", str(seen)]
    done = subprocess.run(words, capture_output=True, timeout=60, check=False)
    return [done.stdout] if one else _data(done.stdout)


def _data(xml: bytes) -> list[bytes]:
    found = []
    for element in ElementTree.fromstring(xml).iter():
        if element.tag.endswith("}data"):
            text = element.text or ""
            raw = element.get("format") == "base64"
            found.append(base64.b64decode(text) if raw else text.encode())
    return found
