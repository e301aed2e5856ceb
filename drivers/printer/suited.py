"""What a driver suits to one kind of printer and one customer: dots, symbols, a member's lines."""

from __future__ import annotations

from collections.abc import Callable

from drivers.printer.document import Doc
from drivers.printer.escpos import Encoded, encode
from drivers.printer.profiles import Profile
from kiosk.ids import Handle
from kiosk.words import Language

PIECE = 1024
MemberLines = Callable[[Handle, Language], tuple[str, ...]]
"""What stands in memory about a member, as lines of a receipt."""


def no_lines(member: Handle, language: Language) -> tuple[str, ...]:
    """Nothing is known of anybody."""
    del member, language
    return ()


def encoded(doc: Doc, profile: Profile, piece: int = PIECE) -> Encoded:
    """`encode`, suited to the profile. Paper narrower than the profile's is measured by its columns."""
    dots = profile.dots if doc.columns == profile.columns else 0
    return encode(doc, piece, profile.native, dots)
