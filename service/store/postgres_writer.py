"""PostgreSQL's writer: one task a process that lets all that waits share a commit."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Any

import asyncpg

from service.audit import Entry, Head, Witness
from service.errors import StoreAway
from service.store import statements as sql
from service.store.lines import Connection, Lines
from service.store.port import Booking, ConsentEvent, Replayed, Spent, Use
from service.store.postgres_members import decide
from service.store.postgres_sales import book, spend
from service.store.postgres_slips import step
from service.telemetry import tell_error
from service.wire.slip import SlipRequest

GROUP_MOST = 256
_N = sql.numbered


@dataclass(slots=True)
class Job:
    """An entry, its sales, what was shown and decided, or its slip, waiting for the writer."""

    entry: Entry
    done: asyncio.Future[Any]
    sales: tuple[Booking, ...] = ()
    use: Use | None = None
    decided: tuple[ConsentEvent, ...] = ()
    slip: SlipRequest | None = None
    result: Any = None

    @property
    def alone(self) -> bool:
        """An entry and nothing that goes with it."""
        return not (self.sales or self.use or self.decided or self.slip)


class Writer:
    """Writes this process's audit chain, and what goes with its entries."""

    def __init__(self, lines: Lines, chain: str, witness: Witness) -> None:
        self._lines = lines
        self._chain = chain
        self._witness = witness
        self._jobs: list[Job] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._head: Head | None = None
        self._task = asyncio.create_task(self._write(), name="store-writer")

    @property
    def ended(self) -> bool:
        """It writes nothing any more."""
        return self._task.done()

    async def submit(self, job: Job) -> Any:
        """Do it durably. Raises StoreAway, Replayed, or Spent."""
        if self._closing or self._task.done():
            raise StoreAway("the store is closed")
        self._jobs.append(job)
        self._wake.set()
        return await job.done

    async def close(self) -> None:
        """Finish what was given."""
        self._closing = True
        self._wake.set()
        await self._task

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
        if head and all(job.alone for job in jobs):
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
                if job.slip:
                    job.result = await step(db, entry, job.slip)
                else:
                    job.result = await book(db, entry, job.sales) if job.sales else None
                data = sql.settled(entry, job.result).pack()
                head = head.next(self._chain, data)
                rows.append((self._chain, head.seq, entry.kiosk, entry.nonce, data, head.hash))
            await db.executemany(_N(sql.ADD_ENTRY), rows)
        return head


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
