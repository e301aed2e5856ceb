"""Touches that open, close and look through sheets. They skip the disk and move no money."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.checkout.events import Event, Private, Volatile
from kiosk.checkout.front import Sheet, Shelf
from kiosk.ids import Gtin, Handle


@dataclass(frozen=True, slots=True)
class SheetOpened(Event, Volatile):
    """Somebody wants this sheet."""

    sheet: Sheet


@dataclass(frozen=True, slots=True)
class SheetClosed(Event, Volatile):
    """Nobody wants the sheet any more."""


@dataclass(frozen=True, slots=True)
class LettersTyped(Event, Volatile):
    """Search goods by these first letters; none: all goods of the group."""

    letters: str


@dataclass(frozen=True, slots=True)
class GroupChosen(Event, Volatile):
    """Show the goods of this group; None: of all."""

    group: int | None


@dataclass(frozen=True, slots=True)
class KeyTouched(Event, Volatile):
    """A key of a keypad was touched; which one is nobody's business here."""


@dataclass(frozen=True, slots=True)
class ShelfLoaded(Event, Volatile):
    """The goods without a code, as the shop's file has them."""

    shelf: Shelf


@dataclass(frozen=True, slots=True)
class InvitationMade(Event, Volatile):
    """The link to join by lies in the vault under this handle; nobody: none can be made."""

    handle: Handle


@dataclass(frozen=True, slots=True)
class TilePicked(Event, Private):
    """A picture was touched: the engine resolves it against the catalogue."""

    gtin: Gtin


@dataclass(frozen=True, slots=True)
class NumberTyped(Event, Private):
    """The digits under a barcode, or the number of goods without one; resolved like a code."""

    digits: str
