"""From millimetres and viewing distance to pixels: the sizes of everything on screen.

Text is sized by the angle its capital H is seen under (EN 301 549 §5.1.4 speaks in degrees), touch
targets by the finger (20 mm), spaces by millimetres. Nothing on screen is given in pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

CAP_HEIGHT = 0.727
"""Inter's capital height in em."""
INCH = 25.4
TARGET_MM = 20.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """Sizes in pixels of one display. Names are the properties of the QML `Theme`."""

    width: int
    height: int
    landscape: bool
    target: int
    """Least width and height of anything to touch: 20 mm."""
    action: int
    """Height of the button that is the next step."""
    hair: int
    edge: int
    """Width of a control's border."""
    tight: int
    snug: int
    gap: int
    wide: int
    vast: int
    corner: int
    glyph: int
    """Side of an icon."""
    small: int
    body: int
    lead: int
    title: int
    headline: int
    display: int
    giant: int
    money: int
    """Width of the column of amounts."""
    count: int
    """Width of a quantity."""


@dataclass(frozen=True, slots=True)
class DisplayProfile:
    """A panel and how far away its reader stands. `scale` shrinks it into a demo window."""

    diagonal_mm: float = 21.5 * INCH
    width_px: int = 1080
    height_px: int = 1920
    viewing_distance_mm: float = 600.0
    scale: float = 1.0

    def __post_init__(self) -> None:
        sizes = (self.diagonal_mm, self.width_px, self.height_px, self.viewing_distance_mm)
        if min(*sizes, self.scale) <= 0:
            raise ValueError("a display has no negative or zero size")

    @classmethod
    def portrait(cls, scale: float = 1.0) -> DisplayProfile:
        """The panel we design for: 21.5 inches, upright."""
        return cls(scale=scale)

    @classmethod
    def landscape(cls, scale: float = 1.0) -> DisplayProfile:
        """The same panel lying."""
        return cls(width_px=1920, height_px=1080, scale=scale)

    @property
    def px_per_mm(self) -> float:
        """Pixels of the window to a millimetre of the panel."""
        return math.hypot(self.width_px, self.height_px) / self.diagonal_mm * self.scale

    def mm(self, millimetres: float) -> int:
        """Whole pixels, at least one, for a length on the panel."""
        return max(1, round(millimetres * self.px_per_mm))

    def text(self, degrees: float) -> int:
        """The font size whose capital H is seen under this angle."""
        cap = self.viewing_distance_mm * math.tan(math.radians(degrees))
        return max(1, round(cap / CAP_HEIGHT * self.px_per_mm))

    def tokens(self) -> Tokens:
        """All sizes for this display."""
        lead = self.text(0.56)
        return Tokens(
            width=round(self.width_px * self.scale),
            height=round(self.height_px * self.scale),
            landscape=self.width_px > self.height_px,
            target=math.ceil(TARGET_MM * self.px_per_mm),
            action=self.mm(27),
            hair=self.mm(0.25),
            edge=self.mm(0.5),
            tight=self.mm(2),
            snug=self.mm(3),
            gap=self.mm(4.5),
            wide=self.mm(7),
            vast=self.mm(12),
            corner=self.mm(4),
            glyph=self.mm(9.5),
            small=self.text(0.45),
            body=self.text(0.5),
            lead=lead,
            title=self.text(0.76),
            headline=self.text(1.0),
            display=self.text(1.2),
            giant=self.text(1.9),
            money=round(lead * 5.2),
            count=round(lead * 1.9),
        )
