"""How well one colour is seen on another: WCAG 2.2, and the nearest colour that is seen well enough.

Colours are texts as `#0b5c3b`, six hex digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable

TEXT = 4.5
"""Least ratio of text to its ground (1.4.3)."""
PARTS = 3.0
"""Least ratio of what shows where a control is (1.4.11)."""
BLACK, WHITE = "#000000", "#ffffff"
_STEPS = 100
_COLOUR = re.compile("#[0-9a-fA-F]{6}")


def is_colour(text: str) -> bool:
    """Whether it is written as colours are here."""
    return _COLOUR.fullmatch(text) is not None


def luminance(colour: str) -> float:
    """Relative luminance, 0 for black to 1 for white (WCAG 2.2)."""
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, 1 to 21; which of them is the ground makes no difference."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """The colour with this share (0 to 1) of another one in it."""
    both = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in both)


def nearest(colour: str, passes: Callable[[str], bool]) -> str:
    """The least darkened or lightened one that passes; empty where none does."""
    for step in range(_STEPS + 1):
        for end in (BLACK, WHITE):
            found = mixed(colour, end, step / _STEPS)
            if passes(found):
                return found
    return ""


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
