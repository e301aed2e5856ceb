"""A screen as values. Every text is final: worded, formatted, in the chosen language.

The window draws these and nothing else; it sends back the event that an `Action` carries.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.ids import NOBODY, Handle, LineId
from kiosk.words import Language

if TYPE_CHECKING:  # the first frame offers nothing, so it need not wait for all events
    from kiosk.checkout.events import Event
    from kiosk.screens.sheet_values import Sheet


class Tone(StrEnum):
    """How loud a message is; the window gives each its own colour, icon and sound."""

    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Action:
    """A button: its words, its spoken name, and the event a touch sends. Disabled: event is None."""

    name: str
    """Stable, for tests and focus order: `pay`, `cancel`, `line-3-plus`."""
    label: str
    event: Event | None
    spoken: str = ""
    """What a screen reader says; the label where empty."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to the customer: what happened, and what to do next."""

    tone: Tone
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One language by its own name."""

    language: Language
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class Header:
    """Top of every screen. What opens a sheet is absent where nothing can be decided any more."""

    title: str
    subtitle: str
    languages: tuple[Choice, ...]
    language: Action | None = None
    comfort: Action | None = None
    help: Action | None = None
    called: bool = False
    """Staff have been called."""
    tender: str = ""
    """How one can pay here, while somebody fills a basket."""


@dataclass(frozen=True, slots=True)
class Child:
    """A line under its article: deposit, later discounts."""

    label: str
    amount: str


@dataclass(frozen=True, slots=True)
class LineView:
    """One article in the list. `less` is the minus; `remove` is the trash beside it, always there."""

    id: LineId
    name: str
    detail: str
    amount: str
    quantity: str
    badge: str
    children: tuple[Child, ...]
    less: Action | None
    more: Action | None
    remove: Action


@dataclass(frozen=True, slots=True)
class Hero:
    """The article touched last, large, with undo."""

    name: str
    detail: str
    amount: str
    badge: str
    undo: Action | None


@dataclass(frozen=True, slots=True)
class SumRow:
    """A row above the total: deposit contained, later savings."""

    label: str
    amount: str


class MemberState(StrEnum):
    """How far a customer is known."""

    ASKING = "asking"
    FOUND = "found"
    COUNTED = "counted"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class MemberView:
    """A customer who identified: the words around their name, never the name.

    `slot` names a place in the vault: the window has name and points lent from there and draws them
    without making texts of them. Found: `greeting` NAME `·` POINTS `points`.
    """

    state: MemberState
    slot: Handle
    greeting: str
    """Before the name; all there is to read where nobody is found."""
    points: str
    mark: str
    """Between thousands."""
    not_me: Action
    data: Action | None = None


@dataclass(frozen=True, slots=True)
class Briefing:
    """Before anybody shows who they are: what it is good for, and that it works without."""

    what: str
    without: str
    more: Action


@dataclass(frozen=True, slots=True)
class AttractView:
    """Nobody is here: how to start."""

    steps: tuple[str, ...]
    tenders: str
    start: Action
    again: Action | None = None
    """The last customer's code for the exit gate."""
    briefing: Briefing | None = None


@dataclass(frozen=True, slots=True)
class StillView:
    """Is somebody there? Without an answer the basket is parked."""

    question: str
    hint: str
    here: Action


@dataclass(frozen=True, slots=True)
class WeighView:
    """An article is to be put on the scale; it becomes a line by itself when it lies still."""

    title: str
    name: str
    price: str
    """Of a kilogram."""
    weight: str
    """What the scale shows; empty while it shows nothing."""
    hint: str
    """What it waits for."""
    warns: bool
    """It waits for something the customer has to do otherwise."""
    legal: str
    """Why this is no weight to trade by; empty where it is one."""
    tares: tuple[Action, ...]
    cancel: Action


@dataclass(frozen=True, slots=True)
class ScanView:
    """The running list."""

    lines: tuple[LineView, ...]
    hero: Hero | None
    empty: str
    """What the list says while it has no lines."""
    age_banner: str
    sums: tuple[SumRow, ...]
    total_label: str
    total: str
    pay: Action
    member: MemberView | None = None
    still: StillView | None = None
    """Over everything: nobody has done anything for long."""
    shortcuts: tuple[Option, ...] = ()
    """Ways to goods that have no code to scan."""
    weigh: WeighView | None = None
    """Over the list: something is to be weighed."""
    favourites: tuple[Option, ...] = ()
    """Goods without a code that most will want, for where there is room beside the list."""
    briefing: Briefing | None = None  # in the member's place, while nobody is known


@dataclass(frozen=True, slots=True)
class PayingView:
    """The terminal has the word: mirrors its text."""

    amount_label: str
    amount: str
    terminal: tuple[str, ...]
    """The terminal's own text, line by line; our own hint until it shows something."""
    hint: str
    approved: bool
    cancel: Action | None


@dataclass(frozen=True, slots=True)
class DoubtView:
    """The outcome of a payment is being found out; the basket is frozen."""

    amount_label: str
    amount: str
    steps: tuple[str, ...]
    staff: bool
    """Staff must come: the asking has not settled it."""
    reference: str
    """Payment id for staff, empty while not needed."""


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """Paid: the receipt is being printed, or could not be."""

    amount_label: str
    amount: str
    printing: bool
    again: Action | None
    waive: Action | None
    slot: Handle = NOBODY
    """Where in the vault the link to the receipt lies, to be drawn as a code; never a text."""
    fetch: str = ""
    """What the code is for."""
    fetch_hint: str = ""


@dataclass(frozen=True, slots=True)
class ThanksView:
    """Goodbye."""

    number_label: str
    number: str
    steps: tuple[str, ...]
    done: Action
    slot: Handle = NOBODY
    """Of what the exit gate reads, to be drawn as a code; nobody: there is no gate."""
    exit: str = ""
    """What the code is for."""


@dataclass(frozen=True, slots=True)
class ClosedView:
    """Out of service: why, and where to go instead."""

    reason: str
    remedy: str
    nearest: str = ""
    """Where the next checkout is."""
    others: str = ""
    """And where else."""


View = AttractView | ScanView | PayingView | DoubtView | ReceiptView | ThanksView | ClosedView


@dataclass(frozen=True, slots=True)
class Option:
    """One of several things to choose."""

    action: Action
    glyph: str = ""
    current: bool = False
    """Chosen already."""
    primary: bool = False
    """What most will want: the one with filled colour."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything on screen at one moment. A later screen has a larger version."""

    version: int
    language: Language
    header: Header
    view: View
    notice: Notice | None
    banners: tuple[Notice, ...]
    """What stays true for a while: no paper, terminal away."""
    speech: str
    """The whole screen as one would say it."""
    sheet: Sheet | None = None
    """In front of the view, which waits behind it."""
    comfort: str = "standard"
    """How everything is laid out: `standard`, `large`, `low` or `contrast`."""
