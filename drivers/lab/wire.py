"""What the bench's window and its simulators say to each other. Values and a protocol, no more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

STAFF_CODE = "STAFF:demo"
"""What staff scan in the demo to release age-restricted articles; its digest is in the config."""

STAFF_PIN = "4711"
"""What staff type at the screen in the demo; its digest is in the config."""

CARD_PREFIX = "CARD:"
CARD_NUMBER = re.compile("[A-Za-z0-9-]{4,32}")
"""What a customer's test card shows: the prefix and a number of this form."""

FAULTS = (
    "terminal-answer-lost",
    "terminal-cable-out",
    "terminal-slow",
    "terminal-no-host",
    "terminal-closing-fails",
    "terminal-out-of-order",
    "printer-paper-out",
    "printer-cover-open",
    "printer-paper-ends",
    "scanner-torn",
    "scanner-garbage",
    "scanner-unplug",
    "reader-weak",
    "reader-silent",
    "reader-unplug",
    "scale-moving",
    "scale-silent",
    "scale-unplug",
)
"""Faults by device: `<device>-<fault>`. Each is switched on and off by name."""


@dataclass(frozen=True, slots=True)
class ShelfItem:
    """An article one can hold before the scanner. `price` and `badge` are final text."""

    code: str
    name: str
    price: str
    badge: str


@dataclass(frozen=True, slots=True)
class BenchState:
    """Everything the bench shows. A later state has a larger revision."""

    revision: int
    shelf: tuple[ShelfItem, ...]
    terminal_lines: tuple[str, ...]
    """What stands on the terminal's display."""
    terminal_waiting: bool
    """A card is wanted: approve and decline mean something now."""
    paper_png: str
    """Path of the newest receipt's picture, empty while there is none."""
    paper_count: int
    """How many receipts came out so far."""
    printer_state: str
    scanner_state: str
    reader_state: str
    scale_state: str
    scale_grams: int
    """On its platter."""
    cards: tuple[str, ...]
    """Names of the cards one can hold before the reader."""
    card_held: str
    """The one that is there, empty if none is."""
    terminal_state: str
    faults: tuple[str, ...]
    """Names of the faults switched on."""
    log: tuple[str, ...]
    """The last lines on the wires, oldest first."""


class Bench(Protocol):
    """The simulators as a whole. Both calls may block; one thread makes them."""

    def do(self, verb: str, *words: str) -> str:
        """`scan CODE` · `card NUMBER` · `code` · `tap CARD` · `hold CARD` · `take` · `weigh GRAMS` ·
        `release` · `approve` · `decline` · `stop` · `pay CUSTOMER` · `terminal LINE` (as `drivers sim
        terminal` takes lines) · `fault NAME` · `clear NAME`.

        Returns a sentence for the technician, empty if there is nothing to say.
        """
        ...

    def state(self, seen: int, seconds: float) -> BenchState:
        """The state as soon as it is newer than revision `seen`, or after `seconds` anyway."""
        ...
