"""A document as bytes for one kind of printer: its width in dots, and the symbols it draws itself."""

from __future__ import annotations

import logging

from drivers.printer.document import Doc
from drivers.printer.escpos import Encoded, encode
from drivers.printer.profiles import Profile

PIECE = 1024
log = logging.getLogger("drivers.printer")
_told: set[str] = set()
"""Characters that were warned of: once each is enough for who keeps the catalogue."""


def encoded(doc: Doc, profile: Profile, piece: int = PIECE) -> Encoded:
    """`encode`, suited to the profile. Paper narrower than the profile's is measured by its columns."""
    dots = profile.dots if doc.columns == profile.columns else 0
    made = encode(doc, piece, profile.native, dots)
    if fresh := set(made.replaced) - _told:
        _told.update(fresh)
        log.warning("the printer has no glyph for %s", " ".join(sorted(fresh)))
    return made
