"""What a scale is asked, and what it tells: the same for every protocol."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

from drivers.scale.frames import Framer, Signal
from kiosk.checkout.weigh_events import ScaleSays


@dataclass(frozen=True, slots=True)
class Request:
    """What is weighed: cents a kilogram, tare in grams, and a name for the scale's own display."""

    price: int
    tare: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Weight:
    """Grams on the platter, standing still. Never 0, never below; tare included."""

    gross: int


@dataclass(frozen=True, slots=True)
class NoWeight:
    """Why there is none yet. `grams`: what a STEADY scale shows. `pending`: ask for the result only."""

    says: ScaleSays
    grams: int = 0
    pending: bool = False


Reading = Weight | NoWeight
Attempt = Generator[bytes, Signal, Reading]
"""One question, sans I/O: yields what to send, is sent what came back, returns what it means."""


class Dialect(Protocol):
    """A protocol as the kiosk speaks it."""

    parity: str
    """Of its serial line: 9600 baud, 7 bits, and this."""
    guards: bool
    """The scale itself tells no weight twice for one load, and none before it stands still."""

    def framer(self) -> Framer:
        """Takes apart what a scale sends."""
        ...

    def weigh(self, request: Request, *, pending: bool = False) -> Attempt:
        """Ask for a weight. `pending`: the scale has this request already."""
        ...

    def look(self) -> Attempt:
        """Ask how it is, and nothing else."""
        ...
