"""The cards somebody has at the bench: the demo member's own, made by the demo's service, and others."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.cards import hostile
from drivers.cards.ndef import encode, uri_record
from drivers.cards.sun_card import LRP_PICC_DIGITS, MAC, PICC, PICC_DIGITS, SunCard
from drivers.cards.virtual import FelicaCard, NtagCard, RandomUidCard, VirtualCard

TORN_AFTER = 2
"""Commands after which the torn card is pulled away."""
_URI_SHIFT = len("https://") - 7
"""From an offset in a card's NDEF file to one in the link as text (AN12196: the prefix is one byte)."""
_STRANGE = bytes.fromhex("04E1D2C3B4A596")
_NOBODY = bytes.fromhex("0104A1B2C3D4E5F6")


@dataclass(frozen=True, slots=True)
class Held:
    """What is held before the reader; `pulled`: commands after which it is torn away."""

    cards: tuple[VirtualCard, ...]
    pulled: int | None = None


class Purse:
    """Cards by name. `told`: the file of the demo's service with its member's cards; may be missing."""

    def __init__(self, folder: Path, told: Path | None) -> None:
        """`folder` keeps the counters of cards that count: a counter that falls is refused."""
        self._folder = folder
        self._told = told
        self._codes: list[str] = []
        self._counting: dict[str, SunCard] = {}
        self._makers: dict[str, Callable[[], Held]] = {
            "loyalty": lambda: Held((self._loyalty(),)),
            "sun": lambda: Held((self._sun("sun"),)),
            "lrp": lambda: Held((self._sun("lrp"),)),
            "number": lambda: Held((NtagCard(bytes.fromhex(self._member("uid")["uid"])),)),
            "foreign": lambda: Held((_foreign(),)),
            "felica": lambda: Held((FelicaCard(_NOBODY),)),
            "phone": lambda: Held((RandomUidCard(random.Random()),)),
            "torn": lambda: Held((self._loyalty(),), TORN_AFTER),
            "several": lambda: Held((self._loyalty(), _foreign())),
            "hostile": lambda: Held((hostile.WaitsForEver(_STRANGE),)),
        }

    @property
    def names(self) -> tuple[str, ...]:
        """What can be held before the reader."""
        return tuple(self._makers)

    def take_out(self, name: str) -> Held:
        """The card of this name. Raises ValueError."""
        make = self._makers.get(name)
        if make is None:
            raise ValueError(f'no card "{name}"; there are {", ".join(self._makers)}')
        return make()

    def put_back(self) -> None:
        """Keep what cards have counted. Raises OSError."""
        for name, card in self._counting.items():
            self._counter(name).write_text(str(card.counter))

    def code(self) -> str:
        """A signed code nobody has shown yet, while there are some. Raises ValueError."""
        if not self._codes:
            self._codes = list(self._member("codes"))
        return self._codes.pop(0) if len(self._codes) > 1 else self._codes[0]

    def _member(self, what: str) -> Any:
        if self._told is None:
            raise ValueError(
                "the member's cards come with the demo; here are only strangers' cards"
            )
        try:
            return json.loads(self._told.read_text())[what]
        except (OSError, ValueError, KeyError) as error:
            raise ValueError(f"{self._told}: the demo's cards cannot be read") from error

    def _loyalty(self) -> NtagCard:
        told = self._member("token")
        return NtagCard(bytes.fromhex(told["uid"]), bytes.fromhex(told["ndef"]), 215)

    def _counter(self, name: str) -> Path:
        return self._folder / f"{name}-counter"

    def _sun(self, name: str) -> SunCard:
        """A card that counts, the same one whenever it is taken out."""
        if name not in self._counting:
            counter = 0
            with suppress(OSError, ValueError):
                counter = int(self._counter(name).read_text())
            self._counting[name] = _sun_card(self._member(name), counter)
        return self._counting[name]


def _sun_card(told: dict[str, Any], counter: int) -> SunCard:
    """An NTAG 424 DNA as the service's file tells it, after so many showings."""
    uri, lrp = told["uri"], bool(told.get("lrp"))
    picc, mac = told["picc_offset"] + _URI_SHIFT, told["mac_offset"] + _URI_SHIFT
    over = told["mac_input_offset"] + _URI_SHIFT
    behind = picc + (LRP_PICC_DIGITS if lrp else PICC_DIGITS)
    return SunCard(
        bytes.fromhex(told["uid"]),
        uri[:picc] + PICC + uri[behind:mac] + MAC + uri[mac + 16 :],
        picc_key=bytes.fromhex(told["meta_key"]),
        mac_key=bytes.fromhex(told["key"]),
        counter=counter,
        over=None if over >= mac else over,
        lrp=lrp,
    )


def _foreign() -> NtagCard:
    """A card of some other shop, with a link of theirs."""
    return NtagCard(_STRANGE, encode([uri_record("https://shop.example/member?id=12345")]))
