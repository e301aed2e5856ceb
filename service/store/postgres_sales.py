"""What PostgreSQL does for sales and showings inside the writer's transaction."""

from __future__ import annotations

import asyncpg

from service.audit import Entry
from service.proofs.verdict import Why
from service.store import cards
from service.store import statements as sql
from service.store.lines import Connection
from service.store.port import Booked, Booking, Use

_N = sql.numbered


class _Conflict(Exception):
    """A sale of this request came before with other contents."""


async def book(db: Connection, entry: Entry, sales: tuple[Booking, ...]) -> Booked:
    """Book the sales of one request, inside the caller's transaction."""
    outbox = sales[0].record.outbox
    try:
        async with db.transaction():  # a savepoint: a conflict undoes this request alone
            new, spent = await _booked(db, entry, sales)
    except (_Conflict, asyncpg.UniqueViolationError):
        return Booked((await _outbox(db, entry.kiosk, outbox))[0], conflict=True)
    contiguous, highest = await _outbox(db, entry.kiosk, outbox)
    highest = max(highest, *(booking.record.sequence for booking in sales), 0)
    rows = await db.fetch(_N(sql.NEXT_SALES), entry.kiosk, outbox, contiguous)
    contiguous = sql.contiguous_after(contiguous, [row[0] for row in rows])
    await db.execute(_N(sql.PUT_OUTBOX), entry.kiosk, outbox, contiguous, highest)
    return Booked(contiguous, new=new, spent=spent)


async def _booked(
    db: Connection, entry: Entry, sales: tuple[Booking, ...]
) -> tuple[int, tuple[tuple[int, Why], ...]]:
    new, spent = 0, []
    for place, booking in enumerate(sales):
        row = await db.fetchrow(_N(sql.BOOK), *sql.sale_values(entry, booking))
        if row is None:
            raise _Conflict
        new += row[0] == 1
        if booking.member:
            why = await spend(db, booking.use) if booking.use else None
            if why and row[0] == 1:
                spent.append((place, why))
            level = 0 if why else booking.level
            values = (booking.member, entry.kiosk, booking.record.id, level)
            await db.execute(_N(sql.LINK_SALE), *values)
    return new, tuple(spent)


async def spend(db: Connection, use: Use) -> Why | None:
    """Count a showing, inside the caller's transaction; nothing is written where it does not count."""
    if await db.fetchrow(_N(cards.SPEND), *cards.spend_values(use)):
        await db.execute(_N(cards.ADD_USE), *cards.use_values(use))
        return None
    if use.sale is not None and await db.fetchrow(_N(cards.BIND_USE), *cards.bind_values(use)):
        return None
    row = await db.fetchrow(_N(cards.USE), use.serial, use.card)
    return cards.spent(tuple(row) if row else None, use)


async def _outbox(db: Connection, kiosk: bytes, outbox: bytes) -> tuple[int, int]:
    # Two processes may serve one kiosk: the row is locked, so that neither loses the other's count.
    row = await db.fetchrow(_N(sql.OUTBOX) + " FOR UPDATE", kiosk, outbox)
    return (row[0], row[1]) if row else (0, 0)
