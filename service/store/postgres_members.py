"""What PostgreSQL does for members and their decisions inside a transaction of the caller's."""

from __future__ import annotations

from service.store import joining
from service.store import statements as sql
from service.store.lines import Connection
from service.store.port import ConsentEvent, Joined, NewMember

_N = sql.numbered


async def add_member(db: Connection, member: NewMember, consents: tuple[ConsentEvent, ...]) -> None:
    """Raises UniqueViolationError where one of its indexes is taken."""
    row = member.row
    await db.execute(_N(sql.ADD_MEMBER), *sql.member_values(member))
    await db.execute(_N(sql.ADD_KEY), row.id, row.wrapped, row.kek)
    for version, index in member.indexes:
        await db.execute(_N(sql.ADD_CREDENTIAL), index, version, row.id)
    for event in consents:
        await db.execute(_N(sql.ADD_CONSENT), *sql.consent_values(event))


async def join(
    db: Connection, joined: Joined, member: NewMember, consents: tuple[ConsentEvent, ...]
) -> Joined:
    """Add the member, unless the invitation was used: then who used it."""
    if await db.fetchrow(_N(joining.JOIN), *joining.values(joined)):
        await add_member(db, member, consents)
        return joined
    row = await db.fetchrow(_N(joining.BY_INVITATION), joined.invitation)
    return joining.joined_of(tuple(row))


async def decide(db: Connection, event: ConsentEvent) -> bool:
    """Keep a decision and what follows from it, inside the caller's transaction; False: of nobody."""
    row = await db.fetchrow(_N(sql.MEMBER) + " FOR UPDATE OF m", event.member)
    if row is None:
        return False
    after = sql.after_consent(sql.member_of(tuple(row)).consents, event)
    await db.execute(_N(sql.ADD_CONSENT), *sql.consent_values(event))
    await db.execute(_N(sql.SET_CONSENTS), int(after), event.member)
    return True
