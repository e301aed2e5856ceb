"""Deposit slips in the store: the statements both stores share, and what a store does with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from service.audit import Entry
from service.slips import NOBODY, SlipRow, fresh
from service.wire.slip import Held, SlipRequest, SlipWhy

_COLUMNS = "number, face, holder, turn, cents_left, at"

# It writes, though it changes nothing: so the row is this transaction's until it ends, and whoever
# asks at the same time, in this process or another, waits and then reads what became of it.
TAKE = f"""INSERT INTO slip ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (number, face) DO UPDATE SET turn = slip.turn RETURNING {_COLUMNS}"""
"""The row, made where there is none."""
PUT = """UPDATE slip SET holder = ?, turn = ?, cents_left = ?, at = ?
    WHERE number = ? AND face = ?"""
HELD = f"SELECT {_COLUMNS} FROM slip WHERE holder <> ? ORDER BY at, number, face"
FREE = """UPDATE slip SET holder = ?, turn = turn + 1, at = ?
    WHERE number = ? AND face = ? AND turn = ? AND holder = ? RETURNING turn"""
"""The hold that somebody saw, and no later one. By its new turn a late release does nothing."""
FORGET = "DELETE FROM slip WHERE number = ? AND face = ? RETURNING cents_left"
PURGE = "DELETE FROM slip WHERE at < ?"


def locking(ask: SlipRequest, at: int) -> tuple[str, tuple[Any, ...]]:
    """The statement that reads the row, made where needed, and keeps others from it; with its values."""
    row = fresh(ask, at)
    return TAKE, (row.number, row.face, row.holder, row.turn, row.left, row.at)


def slip_of(row: Sequence[Any]) -> SlipRow:
    """A row of TAKE or HELD."""
    return SlipRow(*row)


def put_values(row: SlipRow) -> tuple[Any, ...]:
    """For PUT."""
    return row.holder, row.turn, row.left, row.at, row.number, row.face


def free_values(row: SlipRow, at: int) -> tuple[Any, ...]:
    """For FREE."""
    return NOBODY, at, row.number, row.face, row.turn, row.holder


class SlipStore(Protocol):
    """What a store does for slips. Every method may raise StoreAway."""

    async def slip(self, entry: Entry, ask: SlipRequest) -> Held | SlipWhy:
        """Hold or release for the entry's kiosk at the entry's time, in one durable transaction with
        the entry; where it is refused, the entry's outcome is UNKNOWN. Raises Replayed.
        """
        ...

    async def held_slips(self) -> list[SlipRow]:
        """Those that a kiosk holds, the longest held first."""
        ...

    async def free_slip(self, row: SlipRow, at: int) -> bool:
        """Let go of this hold by hand. False if it is not the slip's last one, or is over."""
        ...

    async def forget_slip(self, number: str, face: int) -> bool:
        """It is a slip that nobody has shown yet. False if it is one already."""
        ...

    async def purge_slips(self, before: int) -> None:
        """Forget slips that were last changed before then."""
        ...
