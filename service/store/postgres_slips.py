"""What PostgreSQL does for deposit slips inside the writer's transaction."""

from __future__ import annotations

from service.audit import Entry
from service.slips import stepped
from service.store import slips
from service.store import statements as sql
from service.store.lines import Connection
from service.wire.slip import Held, SlipRequest, SlipWhy

_N = sql.numbered


async def step(db: Connection, entry: Entry, ask: SlipRequest) -> Held | SlipWhy:
    """Hold or release, inside the caller's transaction."""
    statement, values = slips.locking(ask, entry.at)
    row = slips.slip_of(tuple(await db.fetchrow(_N(statement), *values)))
    after, said = stepped(row, ask, entry.kiosk, entry.at)
    if after != row:
        await db.execute(_N(slips.PUT), *slips.put_values(after))
    return said
