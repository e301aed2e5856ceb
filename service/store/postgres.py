"""The central store: PostgreSQL by asyncpg. One writer task a process; what waits shares a commit."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import asyncpg

from service.audit import Checkpoint, Entry, Head, Witness
from service.errors import SettingsError, StoreAway
from service.records import MemberRow
from service.store import statements as sql
from service.store.port import (
    Booked,
    Booking,
    ConsentEvent,
    Gap,
    InviteRow,
    KioskRow,
    NewMember,
    Replayed,
)
from service.store.schema import CURRENT
from service.telemetry import tell_error

T = TypeVar("T")
Connection = Any
"""asyncpg ships no types for its pooled connections."""
READERS, GROUP_MOST = 4, 256
DEADLINE_SECONDS = 10.0
_N = sql.numbered


class _NoReset(asyncpg.Connection):  # type: ignore[misc]
    """Our statements leave nothing behind in a session: the round trip to reset it is saved."""

    def get_reset_query(self) -> str:
        return ""


@dataclass(slots=True)
class Job:
    """An entry and its sales, waiting for the writer."""

    entry: Entry
    sales: tuple[Booking, ...]
    done: asyncio.Future[Booked | None]
    result: Booked | Exception | None = None


class PostgresStore:
    """One process's connections. Make it with `open_postgres`."""

    def __init__(self, pool: Any, chain: str, witness: Witness) -> None:
        self._pool = pool
        self._chain = chain
        self._witness = witness
        self._jobs: list[Job] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._task = asyncio.create_task(self._write(), name="store-writer")

    async def find(
        self, kiosk: bytes, indexes: tuple[bytes, ...]
    ) -> tuple[KioskRow | None, MemberRow | None]:
        member = None
        async with self._connection() as db:
            found = await db.fetchrow(_N(sql.KIOSK), kiosk)
            for index in indexes:
                member = member or await db.fetchrow(_N(sql.MEMBER_BY_INDEX), index)
        return (
            sql.kiosk_of(found) if found else None,
            sql.member_of(tuple(member)) if member else None,
        )

    async def member(self, member: bytes) -> MemberRow | None:
        found = await self._read(sql.MEMBER, member)
        return sql.member_of(found[0]) if found else None

    async def consents(self, member: bytes) -> list[ConsentEvent]:
        return [sql.consent_of(row) for row in await self._read(sql.CONSENTS, member)]

    async def invite(self, secret: bytes) -> InviteRow | None:
        found = await self._read(sql.INVITE, secret)
        return sql.invite_of(found[0]) if found else None

    async def invites(self) -> list[InviteRow]:
        return [sql.invite_of(row) for row in await self._read(sql.INVITES)]

    async def kiosks(self) -> list[KioskRow]:
        return [sql.kiosk_of(row) for row in await self._read(sql.KIOSKS)]

    async def alarms(self, most: int) -> list[tuple[int, str, bytes, str]]:
        return await self._read(sql.ALARMS, most)

    async def gaps(self) -> list[Gap]:
        return [Gap(*row) for row in await self._read(sql.GAPS)]

    async def counts(self) -> dict[str, int]:
        return {
            name: (await self._read(f"SELECT COUNT(*) FROM {name}"))[0][0]  # noqa: S608 - ours
            for name in sql.COUNTED
        }

    async def heads(self) -> dict[str, Head]:
        async with self._connection() as db, db.transaction(isolation="repeatable_read"):
            return {
                chain: Head(seq, await db.fetchval(_N(sql.ENTRY_HASH), chain, seq))
                for chain, seq in await db.fetch(sql.CHAINS)
            }

    async def last_checkpoint(self) -> Checkpoint | None:
        found = await self._read(sql.LAST_CHECKPOINT)
        return Checkpoint(*found[0]) if found else None

    async def checkpoints(self) -> list[Checkpoint]:
        return [Checkpoint(*row) for row in await self._read(sql.CHECKPOINTS)]

    async def entries(
        self, chain: str, after: int, most: int
    ) -> list[tuple[int, bytes, bytes, bytes, bytes]]:
        return await self._read(sql.ENTRIES, chain, after, most)

    # --- writes ---------------------------------------------------------------------------------------

    async def record(self, entry: Entry, sales: tuple[Booking, ...] = ()) -> Booked | None:
        if self._closing:
            raise StoreAway("the store is closed")
        job = Job(entry, sales, asyncio.get_running_loop().create_future())
        self._jobs.append(job)
        self._wake.set()
        return await job.done

    async def add_member(self, member: NewMember, consents: tuple[ConsentEvent, ...]) -> bool:
        async def work(db: Connection) -> None:
            row = member.row
            await db.execute(_N(sql.ADD_MEMBER), *sql.member_values(member))
            await db.execute(_N(sql.ADD_KEY), row.id, row.wrapped, row.kek)
            for version, index in member.indexes:
                await db.execute(_N(sql.ADD_CREDENTIAL), index, version, row.id)
            for event in consents:
                await db.execute(_N(sql.ADD_CONSENT), *sql.consent_values(event))

        return await self._unless_there(work)

    async def consent(self, event: ConsentEvent) -> bool:
        async with self._connection() as db, db.transaction():
            row = await db.fetchrow(_N(sql.MEMBER) + " FOR UPDATE OF m", event.member)
            if row is None:
                return False
            after = sql.after_consent(sql.member_of(tuple(row)).consents, event)
            await db.execute(_N(sql.ADD_CONSENT), *sql.consent_values(event))
            await db.execute(_N(sql.SET_CONSENTS), int(after), event.member)
            return True

    async def put_invite(self, invite: InviteRow) -> None:
        await self._execute(sql.PUT_INVITE, *sql.invite_values(invite))

    async def put_kiosk(self, kiosk: KioskRow) -> None:
        await self._execute(sql.PUT_KIOSK, *sql.kiosk_values(kiosk))

    async def alarm(self, at: int, kind: str, kiosk: bytes, detail: str) -> None:
        await self._execute(sql.ALARM, secrets.token_bytes(16), at, kind, kiosk, detail)

    async def put_checkpoint(self, checkpoint: Checkpoint) -> bool:
        async def work(db: Connection) -> None:
            await db.execute(_N(sql.PUT_CHECKPOINT), *sql.checkpoint_values(checkpoint))

        return await self._unless_there(work)

    async def ready(self) -> None:
        await self._read("SELECT 1")

    async def close(self) -> None:
        self._closing = True
        self._wake.set()
        await self._task
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._pool.close(), 5)
        self._witness.close()

    # --- the writer -----------------------------------------------------------------------------------

    async def _write(self) -> None:
        while not (self._closing and not self._jobs):
            await self._wake.wait()
            self._wake.clear()
            while self._jobs:
                jobs, self._jobs = self._jobs[:GROUP_MOST], self._jobs[GROUP_MOST:]
                await self._commit(jobs)

    async def _commit(self, jobs: list[Job]) -> None:
        try:
            head = await self._tried(jobs)
        except asyncpg.UniqueViolationError:
            # Another process wrote the same nonce meanwhile: one by one, so that only it is refused.
            for job in jobs:
                await self._alone(job)
            return
        except StoreAway as error:
            _resolve(jobs, error)
            return
        except Exception as error:  # noqa: BLE001 - a bug must not leave everybody waiting
            tell_error(error)
            _resolve(jobs, StoreAway("the store failed"))
            return
        with contextlib.suppress(OSError):
            self._witness.keep(head)
        _resolve(jobs)

    async def _alone(self, job: Job) -> None:
        try:
            head = await self._tried([job])
        except asyncpg.UniqueViolationError:
            _resolve([job], Replayed())
        except StoreAway as error:
            _resolve([job], error)
        else:
            with contextlib.suppress(OSError):
                self._witness.keep(head)
            _resolve([job])

    async def _tried(self, jobs: list[Job]) -> Head:
        async with self._connection() as db, db.transaction():
            row = await db.fetchrow(_N(sql.HEAD), self._chain)
            head = Head(*row) if row else Head()
            rows = []
            used = await _used(db, jobs)
            for job in jobs:
                entry = job.entry
                key = (entry.kiosk, entry.nonce)
                if key in used:
                    job.result = Replayed()
                    continue
                used.add(key)
                job.result = await _book(db, entry, job.sales) if job.sales else None
                data = entry.pack()
                head = head.next(self._chain, data)
                rows.append((self._chain, head.seq, entry.kiosk, entry.nonce, data, head.hash))
            await db.executemany(_N(sql.ADD_ENTRY), rows)
        return head

    # --- connections ----------------------------------------------------------------------------------

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        try:
            async with self._pool.acquire(timeout=DEADLINE_SECONDS) as db:
                yield db
        except asyncpg.UniqueViolationError:
            raise
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            raise StoreAway(f"the database does not answer: {type(error).__name__}") from error

    async def _read(self, statement: str, *values: object) -> list[Any]:
        async with self._connection() as db:
            return [tuple(row) for row in await db.fetch(_N(statement), *values)]

    async def _execute(self, statement: str, *values: object) -> None:
        async with self._connection() as db:
            await db.execute(_N(statement), *values)

    async def _unless_there(self, work: Callable[[Connection], Awaitable[None]]) -> bool:
        try:
            async with self._connection() as db, db.transaction():
                await work(db)
        except asyncpg.UniqueViolationError:
            return False
        return True


_USED_MANY = """SELECT a.kiosk, a.nonce FROM audit a
    JOIN unnest($1::bytea[], $2::bytea[]) AS n(kiosk, nonce)
    ON a.kiosk = n.kiosk AND a.nonce = n.nonce"""


async def _used(db: Connection, jobs: list[Job]) -> set[tuple[bytes, bytes]]:
    rows = await db.fetch(
        _USED_MANY, [job.entry.kiosk for job in jobs], [job.entry.nonce for job in jobs]
    )
    return {(row[0], row[1]) for row in rows}


class _Conflict(Exception):
    """A sale of this request came before with other contents."""


async def _book(db: Connection, entry: Entry, sales: tuple[Booking, ...]) -> Booked:
    outbox = sales[0].record.outbox
    try:
        async with db.transaction():  # a savepoint: a conflict undoes this request alone
            new = await _booked(db, entry, sales)
    except (_Conflict, asyncpg.UniqueViolationError):
        return Booked((await _outbox(db, entry.kiosk, outbox))[0], conflict=True)
    contiguous, highest = await _outbox(db, entry.kiosk, outbox)
    highest = max(highest, *(booking.record.sequence for booking in sales), 0)
    rows = await db.fetch(_N(sql.NEXT_SALES), entry.kiosk, outbox, contiguous)
    contiguous = sql.contiguous_after(contiguous, [row[0] for row in rows])
    await db.execute(_N(sql.PUT_OUTBOX), entry.kiosk, outbox, contiguous, highest)
    return Booked(contiguous, new=new)


async def _booked(db: Connection, entry: Entry, sales: tuple[Booking, ...]) -> int:
    new = 0
    for booking in sales:
        row = await db.fetchrow(_N(sql.BOOK), *sql.sale_values(entry, booking))
        if row is None:
            raise _Conflict
        new += row[0] == 1
        if booking.member:
            values = (booking.member, entry.kiosk, booking.record.id, booking.level)
            await db.execute(_N(sql.LINK_SALE), *values)
    return new


async def _outbox(db: Connection, kiosk: bytes, outbox: bytes) -> tuple[int, int]:
    # Two processes may serve one kiosk: the row is locked, so that neither loses the other's count.
    row = await db.fetchrow(_N(sql.OUTBOX) + " FOR UPDATE", kiosk, outbox)
    return (row[0], row[1]) if row else (0, 0)


def _resolve(jobs: list[Job], error: Exception | None = None) -> None:
    for job in jobs:
        result = error or job.result
        if job.done.cancelled():
            continue
        if isinstance(result, Exception):
            job.done.set_exception(result)
        else:
            job.done.set_result(result)


async def open_postgres(url: str, chain: str, witness: Witness) -> PostgresStore:
    """Raises SettingsError if it is no store of this version, StoreAway if it does not answer."""
    try:
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=READERS,
            connection_class=_NoReset,
            command_timeout=DEADLINE_SECONDS,
            timeout=DEADLINE_SECONDS,
        )
    except (asyncpg.PostgresError, OSError, TimeoutError, ValueError) as error:
        raise StoreAway(f"the database does not answer: {error}") from error
    try:
        version = await pool.fetchval(sql.VERSION)
    except asyncpg.PostgresError as error:
        await pool.close()
        raise SettingsError("store: the database has no tables; ./run service migrate") from error
    if version != CURRENT:
        await pool.close()
        raise SettingsError("store: the database is of another version; ./run service migrate")
    return PostgresStore(pool, chain, witness)
