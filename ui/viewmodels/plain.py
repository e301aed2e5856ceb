"""Text from outside made fit to be drawn: it can be wrong, but not harmful."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from kiosk.words import LRM, NBSP, RLM

LONGEST = 240
"""No text on a screen needs more; a hostile name must not cost layout time."""
_UNIT = re.compile(r"(?<=\d) (?=\S{1,3}$)")
_MARKS = 2
"""Combining marks kept on one letter; more would paint over the neighbours."""
_HARMLESS = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u024f\u0400-\u0482\u048a-\u052f\u2013-\u2026\u202f€−]*"
)
"""Latin and Cyrillic letters, digits and our own signs: nothing to look for, and nearly every text."""


def plain(text: str) -> str:
    """One line of visible text: no controls, no direction overrides, no towers of marks, cut.

    Marks of direction stay where they come in pairs, as ours do around amounts in Arabic: they turn no
    letter. A single one came with a name.
    """
    if len(text) <= LONGEST and _HARMLESS.fullmatch(text):
        return text.strip()
    return _looked_through(text)


@lru_cache(maxsize=512)
def _looked_through(text: str) -> str:
    kept: list[str] = []
    marks = 0
    paired = {mark for mark in (LRM, RLM) if text.count(mark) % 2 == 0}
    for letter in text[: 4 * LONGEST]:
        kind = unicodedata.category(letter)
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if kind in {"Cc", "Zl", "Zp"}:
            kept.append(" ")
        elif (letter in paired or kind not in {"Cf", "Cs", "Co", "Cn"}) and marks <= _MARKS:
            kept.append(letter)
    whole = "".join(kept).strip()
    return whole if len(whole) <= LONGEST else whole[: LONGEST - 1] + "…"


def article(name: str) -> str:
    """A name that breaks between words, but not between a number and its unit at the end."""
    return _UNIT.sub(NBSP, plain(name))


def plain_all(texts: tuple[str, ...]) -> list[str]:
    """Each of them made plain."""
    return [plain(text) for text in texts]
