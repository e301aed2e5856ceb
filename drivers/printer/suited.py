"""A document as bytes for one kind of printer: its width in dots, and the symbols it draws itself."""

from __future__ import annotations

from drivers.printer.document import Doc
from drivers.printer.escpos import Encoded, encode
from drivers.printer.profiles import Profile

PIECE = 1024


def encoded(doc: Doc, profile: Profile, piece: int = PIECE) -> Encoded:
    """`encode`, suited to the profile. Paper narrower than the profile's is measured by its columns."""
    dots = profile.dots if doc.columns == profile.columns else 0
    return encode(doc, piece, profile.native, dots)
