"""Both protocols with the role turned: a scale's side, sans I/O."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Protocol

from drivers.scale import dialog06, toledo8217
from drivers.scale.checksums import Keys
from drivers.scale.dialog06 import (
    ACK,
    ENQ,
    EOT,
    ETX,
    NAK,
    ChecksumsJudged,
    ChecksumsWanted,
    Result,
    Status,
)
from drivers.scale.frames import Framer, Signal
from drivers.scale.platter import Platter
from drivers.scale.toledo8217 import Flag, Told
from kiosk import weighing
from kiosk.checkout.weigh_events import ScaleSays

WEIGHINGS = 50
"""After so many a Dialog 06 scale wants checksums again (DIVA service manual, 6.1.8.4)."""
RANDOMS = (0x47, 0x00, 0xF1, 0x8C)
_PRICED = re.compile(rb"0([1345])\x1b([0-9]{5,6})(?:\x1b([0-9]{4}))?(?:\x1b([ -~]{13}))?(?:\x1b)?")


class Protocols(StrEnum):
    """By the names of the command line."""

    TOLEDO_8217 = "8217"
    DIALOG_06 = "dialog06"


class Scale(Protocol):
    """A scale as it looks from its line."""

    platter: Platter

    def receive(self, data: bytes) -> bytes:
        """What it answers."""
        ...

    def power_up(self) -> None:
        """As if it had just been switched on."""
        ...


class Toledo8217Scale:
    """Answers every `W`; says nothing to anything else."""

    def __init__(self) -> None:
        self.platter = Platter()

    def receive(self, data: bytes) -> bytes:
        return b"".join(self._answer() for byte in data if bytes((byte,)) == toledo8217.ASK)

    def power_up(self) -> None:
        """It has nothing to remember."""

    def _answer(self) -> bytes:
        match self.platter.says():
            case ScaleSays.OVERLOAD:
                return toledo8217.encode(Flag.OVER_CAPACITY)
            case ScaleSays.BELOW_ZERO:
                return toledo8217.encode(Flag.UNDER_ZERO)
            case ScaleSays.MOVING:
                return toledo8217.encode(Flag.MOTION)
            case _:
                return toledo8217.encode(Told(self.platter.grams))


class Dialog06Scale:
    """Computes price itself, tells no load twice; with `keys` it wants to see checksums."""

    def __init__(self, keys: Keys | None = None) -> None:
        self.platter = Platter()
        self._keys = keys
        self._framer = Framer(ETX, bytes((EOT, ENQ)))
        self.power_up()

    def power_up(self) -> None:
        """Checksums are wanted again, and nothing is under way."""
        self._wanted = self._keys is not None
        self._weighings = 0
        self._asked = 0
        self._random: int | None = None
        self._judged: bool | None = None
        self._price: tuple[int, int] | None = None
        self._code = 0

    def receive(self, data: bytes) -> bytes:
        return b"".join(self._take(signal) for signal in self._framer.feed(data))

    def _take(self, signal: Signal) -> bytes:
        if signal == ENQ:
            return self._polled()
        if signal == EOT or isinstance(signal, int):
            return b""
        if signal == b"08":
            return dialog06.encode(Status(self._code or self._state()))
        if signal.startswith(b"10\x1b"):
            return self._proved(signal[3:])
        return self._priced(signal)

    def _priced(self, body: bytes) -> bytes:
        found = _PRICED.fullmatch(body)
        if found is None:
            return self._refuse(10)
        if not int(found[2]):
            return self._refuse(11)
        if self._wanted:
            self._random = RANDOMS[self._asked % len(RANDOMS)]
            self._asked += 1
            return dialog06.encode(ChecksumsWanted(self._random))
        self._price, self._code = (int(found[2]), int(found[3] or 0)), 0
        return bytes((ACK,))

    def _proved(self, said: bytes) -> bytes:
        if self._keys is None or self._random is None:
            return self._refuse(10)
        self._judged = said == self._keys.answer(self._random).encode()
        self._random = None
        self._wanted = not self._judged
        return bytes((ACK,))

    def _polled(self) -> bytes:
        if self._judged is not None:
            valid, self._judged = self._judged, None
            return dialog06.encode(ChecksumsJudged(valid))
        if self._price is None:
            return self._refuse(1)
        code = self._state()
        price, tare = self._price
        if not code and self.platter.grams - tare <= 0:
            code = 30
        if code:
            if code not in (20, 22):
                self._price = None
            return self._refuse(code)
        self._price, self.platter.fresh = None, False
        self._weighings += 1
        if self._keys and self._weighings >= WEIGHINGS:
            self._wanted, self._weighings = True, 0
        net = self.platter.grams - tare
        return dialog06.encode(Result(net, price, weighing.price(net, price)))

    def _refuse(self, code: int) -> bytes:
        self._code = code
        return bytes((NAK,))

    def _state(self) -> int:
        match self.platter.says():
            case ScaleSays.OVERLOAD:
                return 32
            case ScaleSays.BELOW_ZERO:
                return 31
            case ScaleSays.MOVING:
                return 20
            case ScaleSays.EMPTY | ScaleSays.TOO_LIGHT:
                return 30
            case _:
                return 0 if self.platter.fresh else 21


def scale_of(protocol: Protocols, keys: Keys | None = None) -> Scale:
    """A scale of this protocol."""
    return Toledo8217Scale() if protocol is Protocols.TOLEDO_8217 else Dialog06Scale(keys)
