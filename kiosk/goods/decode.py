"""A scanned code to what it says about goods: the one way in.

Symbology identifiers after ISO/IEC 15424: `E0`, `E3`, `E4` EAN and UPC, `C1` GS1-128, `e0` DataBar,
`d2` GS1 Data Matrix, `Q3` GS1 QR, `Q1` QR.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from kiosk.checkout.events import CodeFault
from kiosk.goods.elements import cut, meant
from kiosk.goods.found import Found
from kiosk.goods.links import is_link, link_elements
from kiosk.goods.templates import Templates
from kiosk.gtin import gtin_of

ELEMENT_STRINGS = ("C1", "e0", "d2", "Q3")
LINKS = ("", "Q1", "Q0", "d1")


class Decoder:
    """Codes by the shop's templates. `today`: the shop's own date."""

    def __init__(self, templates: Templates, today: Callable[[], date]) -> None:
        self._templates = templates
        self._today = today

    def decode(self, symbology: str, text: str) -> Found:
        """What the code says; else why not. Never raises, whatever a stranger printed."""
        if symbology in ELEMENT_STRINGS:
            elements = cut(text)
        elif symbology in LINKS and is_link(text):
            elements = link_elements(text)
        else:
            gtin = gtin_of(symbology, text)
            return gtin if isinstance(gtin, CodeFault) else self._templates.read(gtin)
        return CodeFault.FOREIGN if elements is None else meant(elements, self._today())
