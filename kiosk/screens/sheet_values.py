"""Sheets as values: what stands in front of a screen, and waits for an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.ids import NOBODY, Handle
from kiosk.screens.values import Action, Option, SumRow

if TYPE_CHECKING:  # as for all values
    from kiosk.checkout.events import Event


@dataclass(frozen=True, slots=True)
class Section:
    """Choices that belong together."""

    heading: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ChoiceSheet:
    """Something to choose, in sections; with a word before them."""

    title: str
    text: str
    sections: tuple[Section, ...]
    close: Action


@dataclass(frozen=True, slots=True)
class TileView:
    """One article without a code, as a picture."""

    action: Action
    picture: str


@dataclass(frozen=True, slots=True)
class GoodsSheet:
    """Goods without a code: by group, or by first letters on keys that lead on to something."""

    title: str
    groups: tuple[Option, ...]
    tiles: tuple[TileView, ...]
    letters: str
    """Typed so far."""
    hint: str
    """Where the letters stand, while none are typed."""
    none: str
    """What is said where nothing is found; empty: something is."""
    keys: tuple[Action, ...]
    back: Action
    close: Action


Made = Callable[[str], "Event | None"]
"""From digits to the event they mean; None where they can mean nothing."""


@dataclass(frozen=True, slots=True)
class KeypadSheet:
    """Digits to type. What is typed stays in the window until `done`; then `made` makes the event."""

    title: str
    hint: str
    made: Made
    longest: int
    secret: bool
    done: str
    spoken_back: str
    touched: Event
    """Sent with every key: somebody is here."""
    close: Action


@dataclass(frozen=True, slots=True)
class NoteSheet:
    """Something to read, and what can be done about it."""

    title: str
    paragraphs: tuple[str, ...]
    options: tuple[Option, ...]
    close: Action
    slot: Handle = NOBODY
    """Where in the vault a link lies, to be drawn as a code; never a text."""


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """What was bought and what it comes to, before it is paid; and the ways to pay."""

    title: str
    question: str
    """How they would like to pay; empty where there is one way only."""
    rows: tuple[SumRow, ...]
    """An article each, in the order of the list."""
    sums: tuple[SumRow, ...]
    """What makes the total."""
    further: str
    """Said where only the first of many rows are read out; empty where all are."""
    total_label: str
    total: str
    tenders: tuple[Option, ...]
    close: Action


Sheet = ChoiceSheet | GoodsSheet | KeypadSheet | NoteSheet | ReviewSheet
