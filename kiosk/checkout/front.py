"""What stands in front of a screen for a while, because somebody opened it. Never on a disk.

Nothing is decided by it and no digest has it: a restart shows the screen behind.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.ids import NOBODY, Gtin, Handle
from kiosk.offers.promotions import Name, name_in

LETTERS_MOST = 24


class Sheet(StrEnum):
    """What a touch can open."""

    LANGUAGE = "language"
    COMFORT = "comfort"
    HELP = "help"
    GOODS = "goods"
    """Goods without a code: pictures, and search by first letters."""
    DIGITS = "digits"
    """The number of an article, typed."""
    RESUME = "resume"
    """The number of a parked basket."""
    PIN = "pin"
    DATA = "data"
    """About a customer's data: what for, and how to go on without."""
    JOIN = "join"
    """An invitation to become a customer, as a code for a phone."""
    REVIEW = "review"
    """What was bought and what it comes to, before it is paid; and the ways to pay."""
    WITHDRAW = "withdraw"
    """What ends with a consent, and whether that is wanted."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One article without a code, as a picture to touch."""

    gtin: Gtin
    names: tuple[Name, ...]
    group: int
    """Its place in the shelf's groups."""
    months: tuple[int, ...] = ()
    """When it is in season, 1 to 12; none: always."""
    picture: str = ""
    number: int = 0
    """What can be typed instead (PLU); 0: nothing."""

    def name(self, language: str) -> str:
        """In this language, or the first it has."""
        return name_in(self.names, language)


@dataclass(frozen=True, slots=True)
class Shelf:
    """All goods without a code that this kiosk sells by picture, in the shop's own order."""

    groups: tuple[tuple[Name, ...], ...] = ()
    tiles: tuple[Tile, ...] = ()

    def found(
        self, letters: str, group: int | None, month: int, picked: tuple[Gtin, ...], language: str
    ) -> tuple[Tile, ...]:
        """Tiles with a word that begins with `letters`: in season first, then what is picked most."""
        often = Counter(picked)
        wanted = fold(letters)
        kept = [
            tile
            for tile in self.tiles
            if (letters or group is None or tile.group == group)
            and _begins(tile.name(language), wanted)
        ]
        return tuple(
            sorted(
                kept,
                key=lambda tile: (
                    bool(tile.months) and month not in tile.months,
                    -often[tile.gtin],
                ),
            )
        )

    def next_letters(self, letters: str, language: str) -> frozenset[str]:
        """The letters that lead on to something."""
        wanted, found = fold(letters), set()
        for tile in self.tiles:
            for word in fold(tile.name(language)).split():
                if word.startswith(wanted) and len(word) > len(wanted):
                    found.add(word[len(wanted)])
        return frozenset(found)


def is_own(gtin: Gtin) -> bool:
    """Whether the number is of the shop's own making (GS1 prefixes 20 to 29, and 2 of GTIN-8)."""
    return 20 <= gtin // 10**11 <= 29 or 2 <= gtin // 10**7 < 3


_PLAIN = str.maketrans({"Ä": "A", "Ö": "O", "Ü": "U", "ß": "SS", "ẞ": "SS", "-": " ", ",": " "})


def fold(text: str) -> str:
    """Upper case without umlauts' dots: who searches "apfel" finds Äpfel."""
    return text.upper().translate(_PLAIN)


def _begins(name: str, wanted: str) -> bool:
    return any(word.startswith(wanted) for word in fold(name).split())


@dataclass(frozen=True, slots=True)
class Front:
    """The sheet that is open, if any, and how far one is in it."""

    sheet: Sheet | None = None
    letters: str = ""
    group: int | None = None
    """None: all groups."""
    month: int = field(default=1)
    """Of the shop's calendar, when it was opened."""
    invitation: Handle = NOBODY
    """The link to join by, in the vault."""
    refused: bool = False
    """There is no invitation to be had now."""
