"""Toledo 8217: the kiosk asks `W`, the scale answers a stable weight or a status byte. Both roles.

Mettler-Toledo DIVA service manual, 6.1.4: 9600 baud, 7 bits, even parity. `STX WW.WWW CR` is a gross
weight in kilograms, with `N` behind it a net one; two decimals are pounds; `STX ? status CR` is sent
while there is motion, below zero, and over capacity.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntFlag

from drivers.scale.frames import STX, Framer, Signal
from drivers.scale.reading import Attempt, NoWeight, Reading, Request, Weight
from kiosk.checkout.weigh_events import ScaleSays
from kiosk.errors import RemoteProtocolError, Unavailable

ASK = b"W"
CR = 0x0D
MOST = 99_999
_KILOGRAMS = re.compile(rb"([0-9]{2})\.([0-9]{3})(N?)")
_POUNDS = re.compile(rb"[0-9]{2,3}\.[0-9]{2}N?")


class Flag(IntFlag):
    """Bits of the status byte (6.1.4.3); bit 7 is the parity."""

    MOTION = 0x01
    OVER_CAPACITY = 0x02
    UNDER_ZERO = 0x04
    OUTSIDE_ZERO = 0x08
    """The zero it was switched on with is out of its capture range."""
    AT_ZERO = 0x10
    NET = 0x20
    ALWAYS = 0x40


@dataclass(frozen=True, slots=True)
class Told:
    """Grams that stand still; `net`: the scale has subtracted a tare of its own."""

    grams: int
    net: bool = False


Answer = Told | Flag


def encode(answer: Answer) -> bytes:
    """An answer as the scale sends it. Grams: 0 to MOST."""
    if isinstance(answer, Flag):
        body = bytes((ord("?"), answer | Flag.ALWAYS))
    else:
        kilograms, grams = divmod(answer.grams, 1000)
        body = f"{kilograms:02d}.{grams:03d}{'N' if answer.net else ''}".encode()
    return bytes((STX, *body, CR))


def parse(body: bytes) -> Answer:
    """What stood between STX and CR. Raises RemoteProtocolError."""
    if len(body) == 2 and body[:1] == b"?" and body[1] & Flag.ALWAYS and body[1] < 0x80:
        return Flag(body[1]) & ~Flag.ALWAYS
    if found := _KILOGRAMS.fullmatch(body):
        return Told(int(found[1]) * 1000 + int(found[2]), bool(found[3]))
    if _POUNDS.fullmatch(body):
        raise RemoteProtocolError("it weighs in pounds; set it to kilograms with three decimals")
    raise RemoteProtocolError("no answer of an 8217; set the scale to this protocol")


def meaning(answer: Answer) -> Reading:
    """What an answer means for a sale. Raises Unavailable where a tare is set at the scale."""
    if isinstance(answer, Told):
        if answer.net:
            raise Unavailable("it subtracts a tare of its own; clear the tare at the scale")
        return Weight(answer.grams) if answer.grams else NoWeight(ScaleSays.EMPTY)
    for flag, says in (
        (Flag.OVER_CAPACITY, ScaleSays.OVERLOAD),
        (Flag.UNDER_ZERO, ScaleSays.BELOW_ZERO),
        (Flag.MOTION, ScaleSays.MOVING),
        (Flag.AT_ZERO, ScaleSays.EMPTY),
        (Flag.OUTSIDE_ZERO, ScaleSays.BELOW_ZERO),
    ):
        if flag in answer:
            return NoWeight(says)
    return NoWeight(ScaleSays.MOVING)


class Toledo8217:
    """The kiosk's side."""

    parity = "E"
    guards = False

    def framer(self) -> Framer:
        """Answers are frames, and nothing stands alone."""
        return Framer(CR)

    def weigh(self, request: Request, *, pending: bool = False) -> Attempt:
        """Price, tare and name stay here: the scale knows grams alone."""
        del request, pending
        return self.look()

    def look(self) -> Attempt:
        """One `W`, one answer."""
        signal: Signal = yield ASK
        if isinstance(signal, int):
            raise RemoteProtocolError("a control character in place of an answer")
        return meaning(parse(signal))
