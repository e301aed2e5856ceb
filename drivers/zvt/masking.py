"""Long numbers in texts for people: stars for all but their end. Pure."""

from __future__ import annotations

import re

SHORTEST_NUMBER = 10
"""So many digits in a text may be a card's or an account's."""
LAST = 4

_NUMBER = re.compile(rf"[0-9](?:[ \t\x00-]*[0-9]){{{SHORTEST_NUMBER - 1},}}")
_IBAN = re.compile(
    r"(?<![0-9A-Z])[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?(?![0-9A-Z])"
)


def starred(text: str) -> str:
    """The text, as long as it was, of whose long numbers and IBANs the last four signs are left."""
    return _NUMBER.sub(_stars, _IBAN.sub(_stars, text))


def _stars(found: re.Match[str]) -> str:
    signs = re.sub("[^0-9A-Z]", "", found[0])
    return re.sub("[0-9A-Z]", "*", found[0], count=len(signs) - LAST)
