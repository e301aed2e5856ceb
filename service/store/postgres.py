"""The central store: PostgreSQL by asyncpg. One writer task a process; what waits shares a commit."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import asyncpg

from service.audit import Checkpoint, Entry, Head, Witness
from service.errors import SettingsError, StoreAway
from service.records import MemberRow
from service.store import cards, joining, receipts
from service.store import statements as sql
from service.store.lines import Connection, Lines, open_lines
from service.store.port import (
    Booked,
    Booking,
    CardRow,
    ConsentEvent,
    FoundCard,
    Gap,
    InviteRow,
    Joined,
    Kept,
    KioskRow,
    NewCard,
    NewMember,
    Replayed,
    SealedReceipt,
    Spent,
    Use,
)
from service.store.postgres_members import add_member, decide, join
from service.store.postgres_sales import book, spend
from service.store.schema import CURRENT
from service.telemetry import tell_error

T = TypeVar("T")
GROUP_MOST = 256
_N = sql.numbered


@dataclass(slots=True)
class Job:
    """An entry, its sales, what was shown and decided, waiting for the writer."""

    entry: Entry
    sales: tuple[Booking, ...]
    use: Use | None
    decided: tuple[ConsentEvent, ...]
    done: asyncio.Future[Booked | None]
    result: Booked | Exception | None = None


class PostgresStore:
    """One process's connections. Make it with `open_postgres`."""

    def __init__(self, lines: Lines, chain: str, witness: Witness) -> None:
        self._lines = lines
        self._chain = chain
        self._witness = witness
        self._jobs: list[Job] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._head: Head | None = None
        self._task = asyncio.create_task(self._write(), name="store-writer")

    async def find(
        self, kiosk: bytes, indexes: tuple[bytes, ...]
    ) -> tuple[KioskRow | None, MemberRow | None]:
        async with self._lines.use() as db:
            row = await db.fetchrow(_N(sql.FIND), kiosk, indexes[0] if indexes else None)
            found, member = sql.found_of(tuple(row))
            for index in indexes[1:]:
                other = None if member else await db.fetchrow(_N(sql.MEMBER_BY_INDEX), index)
                member = sql.member_of(tuple(other)) if other else member
        return found, member

    async def member(self, member: bytes) -> MemberRow | None:
        found = await self._read(sql.MEMBER, member)
        return sql.member_of(found[0]) if found else None

    async def find_card(self, indexes: tuple[bytes, ...], serial: int) -> FoundCard | None:
        for index in indexes:
            if found := await self._read(cards.FIND_CARD, serial, index):
                return cards.found_of(found[0])
        return None

    async def cards(self) -> list[CardRow]:
        return [cards.card_of(row) for row in await self._read(cards.CARDS)]

    async def joined(self, page: bytes) -> Joined | None:
        found = await self._read(joining.BY_PAGE, page)
        return joining.joined_of(found[0]) if found else None

    async def receipt(self, name: bytes, now: int) -> SealedReceipt | None:
        found = await self._read(receipts.FETCH, name, now)
        return SealedReceipt(*found[0]) if found else None

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
        async with self._lines.use() as db, db.transaction(isolation="repeatable_read"):
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

    async def record(
        self,
        entry: Entry,
        sales: tuple[Booking, ...] = (),
        use: Use | None = None,
        decided: tuple[ConsentEvent, ...] = (),
    ) -> Booked | None:
        if self._closing or self._task.done():
            raise StoreAway("the store is closed")
        job = Job(entry, sales, use, decided, asyncio.get_running_loop().create_future())
        self._jobs.append(job)
        self._wake.set()
        return await job.done

    async def add_member(self, member: NewMember, consents: tuple[ConsentEvent, ...]) -> bool:
        return await self._unless_there(lambda db: add_member(db, member, consents))

    async def join(
        self, joined: Joined, member: NewMember, consents: tuple[ConsentEvent, ...]
    ) -> Joined:
        async with self._lines.use() as db, db.transaction():
            return await join(db, joined, member, consents)

    async def consent(self, event: ConsentEvent) -> bool:
        async with self._lines.use() as db, db.transaction():
            return await decide(db, event)

    async def add_card(self, card: NewCard) -> bool:
        return bool(await self._read(cards.ADD_CARD, *cards.new_values(card)))

    async def revoke_card(self, card: bytes, at: int) -> bool:
        return bool(await self._read(cards.REVOKE_CARD, at, card))

    async def purge_cards(self, before: int) -> None:
        await self._execute(cards.PURGE_USES, before)
        await self._execute(cards.PURGE_CODES, before)

    async def keep_receipt(self, receipt: SealedReceipt) -> Kept:
        rows = await self._read(receipts.KEEP, *receipts.values(receipt))
        return receipts.kept(rows[0] if rows else None)

    async def purge_receipts(self, now: int) -> None:
        await self._execute(receipts.PURGE, now)

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
        if self._task.done():
            raise StoreAway("the store has ended")
        await self._read("SELECT 1")

    async def close(self) -> None:
        self._closing = True
        self._wake.set()
        await self._task
        await self._lines.close()
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
        """Taking each nonce for new at first; the database knows, and then all is done with care."""
        try:
            await self._kept(jobs)
        except asyncpg.UniqueViolationError:
            # Another process wrote the same nonce meanwhile: one by one, so that only it is refused.
            for job in jobs:
                await self._alone(job)
        except StoreAway as error:
            if len(jobs) > 1 and _is_of_one(error):
                for job in jobs:
                    await self._alone(job)
            else:
                _resolve(jobs, error)
        except Exception as error:  # noqa: BLE001 - a bug must not leave everybody waiting
            tell_error(error)
            _resolve(jobs, StoreAway("the store failed"))
        else:
            _resolve(jobs)

    async def _kept(self, jobs: list[Job]) -> None:
        head, self._head = self._head, None  # unknown, unless this ends well
        if head and not any(job.sales or job.use or job.decided for job in jobs):
            with contextlib.suppress(asyncpg.UniqueViolationError):
                self._keep(await self._together(head, jobs))
                return
        self._keep(await self._tried(jobs))

    def _keep(self, head: Head) -> None:
        self._head = head
        with contextlib.suppress(OSError):
            self._witness.keep(head)

    async def _together(self, head: Head, jobs: list[Job]) -> Head:
        """Entries only: one statement, which is a transaction, in one round trip."""
        columns: list[list[Any]] = [[], [], [], [], []]
        for job in jobs:
            data = job.entry.pack()
            head = head.next(self._chain, data)
            values = (head.seq, job.entry.kiosk, job.entry.nonce, data, head.hash)
            for column, value in zip(columns, values, strict=True):
                column.append(value)
        async with self._lines.use() as db:
            await db.fetch(_ADD_MANY, self._chain, *columns)
        return head

    async def _alone(self, job: Job) -> None:
        try:
            await self._kept([job])
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name == "audit_once":
                _resolve([job], Replayed())
            else:  # somebody else writes to this chain: `writer` must differ from machine to machine
                tell_error(error)
                _resolve([job], StoreAway("another service writes to this audit chain"))
        except StoreAway as error:
            _resolve([job], error)
        except Exception as error:  # noqa: BLE001 - a bug must not leave everybody waiting
            tell_error(error)
            _resolve([job], StoreAway("the store failed"))
        else:
            _resolve([job])

    async def _tried(self, jobs: list[Job]) -> Head:
        async with self._lines.use() as db, db.transaction():
            row = await db.fetchrow(_N(sql.HEAD), self._chain)
            head = self._witness.check(Head(*row) if row else Head())
            rows = []
            used = await _used(db, jobs)
            for job in jobs:
                entry = job.entry
                key = (entry.kiosk, entry.nonce)
                if key in used:
                    job.result = Replayed()
                    continue
                if job.use and (why := await spend(db, job.use)):
                    job.result = Spent(why)
                    continue
                used.add(key)
                for event in job.decided:
                    await decide(db, event)
                job.result = await book(db, entry, job.sales) if job.sales else None
                data = sql.settled(entry, job.result).pack()
                head = head.next(self._chain, data)
                rows.append((self._chain, head.seq, entry.kiosk, entry.nonce, data, head.hash))
            await db.executemany(_N(sql.ADD_ENTRY), rows)
        return head

    # --- connections ----------------------------------------------------------------------------------

    async def _read(self, statement: str, *values: object) -> list[Any]:
        async with self._lines.use() as db:
            return [tuple(row) for row in await db.fetch(_N(statement), *values)]

    async def _execute(self, statement: str, *values: object) -> None:
        async with self._lines.use() as db:
            await db.execute(_N(statement), *values)

    async def _unless_there(self, work: Callable[[Connection], Awaitable[None]]) -> bool:
        try:
            async with self._lines.use() as db, db.transaction():
                await work(db)
        except asyncpg.UniqueViolationError:
            return False
        return True


_ADD_MANY = """INSERT INTO audit (chain, seq, kiosk, nonce, entry, hash)
    SELECT $1, * FROM unnest($2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[])"""
_USED_MANY = """SELECT a.kiosk, a.nonce FROM audit a
    JOIN unnest($1::bytea[], $2::bytea[]) AS n(kiosk, nonce)
    ON a.kiosk = n.kiosk AND a.nonce = n.nonce"""


async def _used(db: Connection, jobs: list[Job]) -> set[tuple[bytes, bytes]]:
    rows = await db.fetch(
        _USED_MANY, [job.entry.kiosk for job in jobs], [job.entry.nonce for job in jobs]
    )
    return {(row[0], row[1]) for row in rows}


def _is_of_one(error: StoreAway) -> bool:
    """The database lives and refused something in this batch: the others must not suffer for it."""
    cause = error.__cause__
    if isinstance(cause, asyncpg.DataError):
        return True
    return isinstance(cause, asyncpg.PostgresError) and not isinstance(
        cause, asyncpg.PostgresConnectionError | asyncpg.OperatorInterventionError
    )


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
    lines = await open_lines(url)
    try:
        async with lines.use() as db:
            version = await _version(db)
        if version != CURRENT:
            raise SettingsError("store: the database is of another version; ./run service migrate")
    except (SettingsError, StoreAway):
        await lines.close()
        raise
    return PostgresStore(lines, chain, witness)


async def _version(db: Connection) -> Any:
    try:
        return await db.fetchval(sql.VERSION)
    except asyncpg.UndefinedTableError as error:
        raise SettingsError("store: the database has no tables; ./run service migrate") from error
