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
REACH_MM = 1220.0
"""The highest that is touched without getting up (EN 301 549 §8.3.3, forward reach)."""
LARGER = 1.3
"""Of all text, where somebody asks for large text."""


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
    blocked: int = 0
    """Pixels at the top where nothing may be touched: above what can be reached from a wheelchair."""
    contrast: bool = False
    """Black ground, white text, and what is next in yellow."""


@dataclass(frozen=True, slots=True)
class DisplayProfile:
    """A panel and how far away its reader stands. `scale` shrinks it into a demo window."""

    diagonal_mm: float = 21.5 * INCH
    width_px: int = 1080
    height_px: int = 1920
    viewing_distance_mm: float = 600.0
    scale: float = 1.0
    mount_mm: float = 900.0
    """From the floor to the lower edge of what is lit."""

    def __post_init__(self) -> None:
        sizes = (self.diagonal_mm, self.width_px, self.height_px, self.viewing_distance_mm)
        if min(*sizes, self.scale) <= 0 or self.mount_mm < 0:
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

    @property
    def blocked(self) -> int:
        """Pixels at the top that are higher than `REACH_MM` above the floor."""
        top_mm = self.mount_mm + self.height_px * self.scale / self.px_per_mm
        over = (top_mm - REACH_MM) * self.px_per_mm
        return max(0, math.ceil(over))

    def tokens(self, comfort: str = "standard") -> Tokens:
        """All sizes for this display, in one of the layouts of `Screen.comfort`."""
        larger = LARGER if comfort == "large" else 1.0

        def text(degrees: float) -> int:
            return self.text(degrees * larger)

        lead = text(0.56)
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
            small=text(0.45),
            body=text(0.5),
            lead=lead,
            title=text(0.76),
            headline=text(1.0),
            display=text(1.2),
            giant=text(1.9),
            money=round(lead * 5.2),
            count=round(lead * 1.9),
            blocked=self.blocked if comfort == "low" else 0,
            contrast=comfort == "contrast",
        )
