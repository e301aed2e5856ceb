"""GS1 Digital Link: a web address that carries a GTIN. It is read, and never opened.

GS1 Digital Link Standard: URI Syntax, section 4. Any host; the key is `01`, its qualifiers `22`, `10`
and `21`; measures and dates stand in the query. Compressed links (section 7) say nothing without
their dictionary and are not read; other keys, like `8003` for a crate, are no goods that are sold.
"""

from __future__ import annotations

import re

from kiosk.goods.elements import Elements

LONGEST = 512
_LINK = re.compile(
    r"https?://[^/?#\s]+(?:/[^?#\s]*)?/01/([0-9]{8}|[0-9]{12,14})"
    r"(?:/(?:22|10|21)/[^/?#\s]+)*/?(?:\?([^#\s]*))?(?:#\S*)?",
    re.IGNORECASE | re.ASCII,
)
_AI = re.compile(r"[0-9]{2,4}")


def is_link(text: str) -> bool:
    """Whether a code is a web address at all."""
    return text[:8].lower().startswith(("https://", "http://"))


def link_elements(text: str) -> Elements | None:
    """The element strings of a link; None if it is none for goods."""
    found = _LINK.fullmatch(text) if len(text) <= LONGEST else None
    if not found:
        return None
    elements = [("01", found[1].zfill(14))]
    for part in re.split("[&;]", found[2] or ""):
        key, _, value = part.partition("=")
        if _AI.fullmatch(key):
            elements.append((key, value))
    return elements
