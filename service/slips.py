"""Deposit slips: one kiosk at a time may redeem one, and what was used of it is gone for all of them.

The rules, as steps from one row to the next. The store holds the row while a step is taken, so that
of two kiosks that ask at once one is first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from service.keys import DAY
from service.wire.slip import Held, SlipAct, SlipRequest, SlipWhy

SLIP_DAYS = 365
"""After so many days without a change it is another slip: the machine's numbers come round. With five
digits that is right for up to 270 slips a day."""
SLIP_MS = SLIP_DAYS * DAY
A_MINUTE, BURST = 60, 60
"""Requests of one kiosk: a hold and a release for each slip, and a bag full of them at once."""
NOBODY = b""
"""In place of a kiosk's id: the slip is free."""


@dataclass(frozen=True, slots=True)
class SlipRow:
    """A slip that was held at least once. `face`, `left`: cents. `at`: its last change, Unix ms.

    `turn` counts its holds, also those by the same kiosk.
    """

    number: str
    face: int
    holder: bytes
    turn: int
    left: int
    at: int

    @property
    def told(self) -> Held:
        """As its kiosk hears it."""
        return Held(self.turn, self.left)


def fresh(ask: SlipRequest, now: int) -> SlipRow:
    """A slip that nobody has held yet."""
    return SlipRow(ask.number, ask.face, NOBODY, 0, ask.face, now)


Said = Held | SlipWhy


def stepped(row: SlipRow, ask: SlipRequest, kiosk: bytes, now: int) -> tuple[SlipRow, Said]:
    """The row after what a kiosk asks, and what it hears. `row`: a fresh one where there was none.
    `now`: the service's time, Unix ms.
    """
    if ask.act is SlipAct.HOLD:
        return _held(row, kiosk, now)
    # What a purchase used is used, also where the hold is over, or in no backup that was brought back.
    row = replace(row, left=min(row.left, ask.left), at=now)
    if row.holder != kiosk or row.turn != ask.turn:
        return row, SlipWhy.NOT_HELD
    row = replace(row, holder=NOBODY)
    return row, row.told


def _held(row: SlipRow, kiosk: bytes, now: int) -> tuple[SlipRow, Said]:
    if row.at < now - SLIP_MS:
        row = replace(row, holder=NOBODY, left=row.face)
    if row.left == 0:
        return row, SlipWhy.REDEEMED
    if row.holder not in (kiosk, NOBODY):
        return row, SlipWhy.ELSEWHERE
    row = replace(row, holder=kiosk, turn=row.turn + 1, at=now)
    return row, row.told
