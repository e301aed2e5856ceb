"""Deposit slips, each worth something once among all kiosks of a shop: the body of `Kind.SLIP`.

    act       1 hold, 2 release
    number    text of 16, digits
    face      cents it was printed with; number and face make it that slip
    turn      release: the one of the hold; hold: 0
    left      release: cents that were not used; hold: 0

A slip that is held is the asking kiosk's: nobody else may redeem it. Each hold has a turn of its own,
also one that is repeated, so that a release that comes late lets go of nothing newer. What it says is
left counts in any case: that only ever falls.

The answer is signed. FOUND: turn and the cents it is still worth, for a hold above 0. UNKNOWN: why (1
elsewhere, 2 redeemed, 3 not held in this turn).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from enum import IntEnum

from service.wire.messages import Malformed, put_text, text_span

NUMBER_BYTES = 16
FACE_MOST = 10_000_00
"""Cents."""
_BODY = struct.Struct(f">B{NUMBER_BYTES}sIII")
_HELD = struct.Struct(">II")
SLIP_BYTES = _BODY.size
_NUMBER = re.compile(r"[0-9]{1,15}")


class SlipAct(IntEnum):
    """What a kiosk wants with a slip."""

    HOLD = 0x01
    RELEASE = 0x02


class SlipWhy(IntEnum):
    """Why a slip is not the kiosk's."""

    ELSEWHERE = 0x01
    """Another kiosk holds it."""
    REDEEMED = 0x02
    NOT_HELD = 0x03
    """Of a release: not in this turn. There is nothing more to let go of."""


@dataclass(frozen=True, slots=True)
class SlipRequest:
    """What is asked about which slip. Amounts are cents."""

    act: SlipAct
    number: str
    face: int
    turn: int = 0
    left: int = 0

    def __post_init__(self) -> None:
        if not _NUMBER.fullmatch(self.number) or not 0 < self.face <= FACE_MOST:
            raise Malformed("a slip without a number or a face")
        if self.act is SlipAct.HOLD and (self.turn or self.left):
            raise Malformed("a hold that says what is left")
        if self.act is SlipAct.RELEASE and (self.turn < 1 or not 0 <= self.left <= self.face):
            raise Malformed("a release of no hold, or of more than there was")


@dataclass(frozen=True, slots=True)
class Held:
    """The slip is, or was, the kiosk's. `left`: cents it is still worth."""

    turn: int
    left: int


def pack_slip(request: SlipRequest) -> bytes:
    """SLIP_BYTES. Raises Malformed."""
    number = put_text(request.number, NUMBER_BYTES)
    try:
        return _BODY.pack(request.act, number, request.face, request.turn, request.left)
    except struct.error as error:
        raise Malformed("a slip that does not fit") from error


def slip_in(body: bytes) -> SlipRequest:
    """What is asked. Raises Malformed."""
    if len(body) != SLIP_BYTES:
        raise Malformed("a slip of another size")
    act, padded, face, turn, left = _BODY.unpack(body)
    number = bytes(text_span(memoryview(padded), 0, NUMBER_BYTES))
    try:
        return SlipRequest(SlipAct(act), number.decode("ascii"), face, turn, left)
    except ValueError as error:  # Malformed is one
        raise Malformed(f"no request about a slip: {error}") from error


def pack_held(held: Held) -> bytes:
    """The body of FOUND."""
    return _HELD.pack(held.turn, held.left)


def held_in(body: bytes | memoryview) -> Held:
    """What FOUND says. Raises Malformed."""
    if len(body) != _HELD.size:
        raise Malformed("a slip's answer of another size")
    turn, left = _HELD.unpack(body)
    if turn < 1 or left > FACE_MOST:
        raise Malformed("a slip's answer without a turn, or of too much")
    return Held(turn, left)


def pack_why(why: SlipWhy) -> bytes:
    """The body of UNKNOWN."""
    return bytes((why,))


def why_in(body: bytes | memoryview) -> SlipWhy:
    """What UNKNOWN says. Raises Malformed."""
    if len(body) != 1:
        raise Malformed("a slip's refusal of another size")
    try:
        return SlipWhy(body[0])
    except ValueError as error:
        raise Malformed("a slip refused for no reason we know") from error
