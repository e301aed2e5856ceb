"""Page mode: a sheet that is filled in any order and direction, and printed as a whole (ESC L)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from drivers.printer.sheet import CHARACTER_HEIGHT, Glyph, Look, PaperRow, Picture

TALLEST = 1662
"""Dots of a page whose area was not set."""


@dataclass(slots=True)
class Page:
    """The page being filled. Places are told in the direction of writing, after ESC T."""

    width: int
    x: int = 0
    y: int = CHARACTER_HEIGHT
    """The foot of the line."""
    direction: int = 0
    """0 to the right, 1 upwards, 2 upside down, 3 downwards."""
    area: tuple[int, int, int, int] = (0, 0, 0, 0)
    _glyphs: list[Glyph] = field(default_factory=list)
    _pictures: list[Picture] = field(default_factory=list)
    _bottom: int = 0

    def __post_init__(self) -> None:
        self.area = (0, 0, self.width, TALLEST)

    def set_area(self, left: int, top: int, wide: int, high: int) -> None:
        """ESC W; the position goes to its beginning."""
        left = min(left, self.width - 1)
        wide, high = max(min(wide, self.width - left), 1), max(high, 1)
        self.area = (left, top, wide, high)
        self._bottom = max(self._bottom, top + high)
        self.to_start()

    def set_direction(self, direction: int) -> None:
        """ESC T; the position goes to the beginning in that direction."""
        self.direction = direction % 48 % 4
        self.to_start()

    def to_start(self) -> None:
        """To the first line."""
        self.x, self.y = 0, CHARACTER_HEIGHT

    @property
    def line(self) -> int:
        """Dots of a line in the direction of writing."""
        return self.area[3] if self.direction % 2 else self.area[2]

    def feed(self, dots: int) -> None:
        """To the beginning of a line further down."""
        self.x, self.y = 0, self.y + dots

    def write(self, character: str, look: Look, advance: int) -> None:
        """One character on the line."""
        x, y = self._absolute(look.dots, look.height)
        self._glyphs.append(Glyph(x, character, look, y, self.direction))
        self.x += advance

    def draw(self, picture: Picture) -> None:
        """A picture that stands on the line."""
        x, y = self._absolute(picture.width, picture.height)
        self._pictures.append(replace(picture, x=x, y=y, turn=self.direction))
        self.x += picture.width

    def clear(self) -> None:
        """CAN: nothing is on the page any more."""
        self._glyphs, self._pictures = [], []
        self.to_start()

    def row(self) -> PaperRow:
        """The page as it comes out: as long as its areas, or as what is on it."""
        ends = [glyph.y + _side(glyph, glyph.turn) for glyph in self._glyphs]
        ends += [
            picture.y + (picture.width if picture.turn % 2 else picture.height)
            for picture in self._pictures
        ]
        height = self._bottom or max(ends, default=0)
        return PaperRow(max(height, 1), tuple(self._glyphs), tuple(self._pictures))

    def _absolute(self, wide: int, high: int) -> tuple[int, int]:
        """Upper left corner on the page of a box that stands on the line."""
        left, top, across, down = self.area
        x, y = self.x, max(self.y - high, 0)
        match self.direction:
            case 0:
                return left + x, top + y
            case 1:
                return left + y, max(top + down - x - wide, 0)
            case 2:
                return max(left + across - x - wide, 0), max(top + down - y - high, 0)
            case _:
                return max(left + across - y - high, 0), top + x


def _side(glyph: Glyph, turn: int) -> int:
    return glyph.style.dots if turn % 2 else glyph.style.height
