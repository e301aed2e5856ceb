"""The characters a receipt printer has: code page WPC1252, and stand-ins for all others.

A stand-in is put in before anything is measured, so that widths hold on paper.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

CODEC = "cp1252"
UNKNOWN = "?"
_NOT_PLAIN = bytes((*range(0x20), 0x7F, 0xA0, 0xAD))
"""Controls, the no-break space and the soft hyphen in that code page."""
_PLAIN = bytes(range(256)).translate(None, _NOT_PLAIN).decode(CODEC, "ignore")
_ALL_PLAIN = re.compile(f"[{re.escape(_PLAIN)}]*")
_PLAIN_LINES = re.compile(f"[{re.escape(_PLAIN)}\n]*")

_STAND_INS = {
    "ẞ": "SS",
    "←": "<",
    "→": ">",
    "⇒": ">",
    "↑": "^",
    "↓": "v",
    "\N{MINUS SIGN}": "-",
    "\N{HYPHEN}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{FIGURE DASH}": "-",
    "\N{HORIZONTAL BAR}": "—",
    "≈": "~",
    "≤": "<=",
    "≥": ">=",
    "≠": "<>",
    "✓": "x",
    "✔": "x",
    "★": "*",
    "☆": "*",
    "℮": "e",
    "Ω": "Ohm",
    "\N{OHM SIGN}": "Ohm",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ı": "i",
    "ħ": "h",
    "⅓": "1/3",
    "⅔": "2/3",
}
_SILENT = {
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
    "\N{THIN SPACE}": " ",
    "\N{SOFT HYPHEN}": "",
    "\N{ZERO WIDTH SPACE}": "",
    "\N{ZERO WIDTH NON-JOINER}": "",
    "\N{ZERO WIDTH JOINER}": "",
}
"""Exchanged without a report: nothing a reader could miss."""


@dataclass(frozen=True, slots=True)
class Printable:
    """Text with nothing but characters of the code page; `replaced` holds what gave way."""

    text: str
    replaced: tuple[str, ...] = ()


def printable(text: str) -> Printable:
    """The text with stand-ins for whatever the printer cannot show; no control byte survives."""
    if _plain(text):
        return Printable(text)
    replaced: dict[str, None] = {}
    done = []
    for character in unicodedata.normalize("NFC", text):
        stand_in = _stand_in(character)
        if stand_in != character and character not in _SILENT:
            replaced[character] = None
        done.append(stand_in)
    return Printable("".join(done), tuple(replaced))


def encoded_lines(texts: list[str]) -> tuple[list[bytes], tuple[str, ...]]:
    """Each text in the code page, and what was replaced. All at once: most have nothing to replace."""
    whole = "\n".join(texts)
    replaced: dict[str, None] = {}
    if whole.count("\n") >= len(texts) or _PLAIN_LINES.fullmatch(whole) is None:
        shown = [printable(text) for text in texts]
        for each in shown:
            replaced.update(dict.fromkeys(each.replaced))
        whole = "\n".join(each.text for each in shown)
    return whole.encode(CODEC).split(b"\n") if texts else [], tuple(replaced)


def _plain(text: str) -> bool:
    """Whether every character has a glyph of its own already; most texts do."""
    return _ALL_PLAIN.fullmatch(text) is not None


@lru_cache(maxsize=2048)
def _stand_in(character: str) -> str:
    if character in _SILENT:
        return _SILENT[character]
    if character.isprintable() and _has_glyph(character):
        return character
    if character in _STAND_INS:
        return _STAND_INS[character]
    bare = "".join(
        part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)
    )
    if bare and bare.isprintable() and all(map(_has_glyph, bare)):
        return bare
    return UNKNOWN


def _has_glyph(character: str) -> bool:
    try:
        code = character.encode(CODEC)
    except UnicodeEncodeError:
        return False
    return code[0] >= 0x20 and code[0] != 0x7F
