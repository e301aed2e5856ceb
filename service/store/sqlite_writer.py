"""The embedded store's one writer: a thread that lets all that waits share a commit.

A thread, since a slow disk must not stall TLS and health. Jobs are handed to it in groups: a hand-over
and its commit cost as much as ten jobs.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import apsw

from service.audit import Entry, Head, Witness
from service.errors import StoreAway
from service.store import statements as sql
from service.store.gathering import Gathering
from service.store.port import Replayed
from service.telemetry import tell_error

T = TypeVar("T")
Work = Callable[[apsw.Connection], Any]
GROUP_MOST = 256
"""Jobs that share one commit at most."""
ROWS_MOST = 64
"""Audit entries of one statement at most: each number of them is a statement of its own."""


@dataclass(slots=True)
class Job:
    """Work for the writer, and where its outcome goes."""

    entry: Entry | None
    work: Work | None
    done: asyncio.Future[Any]
    result: Any = None


class Undo(Exception):
    """Raised by work: undo this job alone; `result` is what it says. An exception: no entry either."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


class Writer:
    """Owns the connection it writes with, and this writer's audit chain."""

    def __init__(self, db: apsw.Connection, chain: str, witness: Witness) -> None:
        self._db = db
        self._chain = chain
        self._witness = witness
        self._head: Head | None = None
        self._closing = False
        self._batches: queue.SimpleQueue[list[Job] | None] = queue.SimpleQueue()
        self._gathered = Gathering(self._batches.put)
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    # --- the loop's side ------------------------------------------------------------------------------

    async def submit(self, work: Work | None, entry: Entry | None = None) -> Any:
        """Do it, and append the entry, durably. Raises StoreAway, or Replayed."""
        if self._closing or not self._thread.is_alive():
            raise StoreAway("the store is closed")
        loop = asyncio.get_running_loop()
        job = Job(entry, work, loop.create_future())
        self._gathered.add(job)
        return await job.done

    async def close(self) -> None:
        """Finish what was given, and let go."""
        self._closing = True
        self._gathered.flush()
        self._batches.put(None)
        await asyncio.to_thread(self._thread.join)

    # --- the thread's side ----------------------------------------------------------------------------

    def _run(self) -> None:
        batch = self._batches.get()
        while batch is not None:
            jobs, batch = batch, []
            with contextlib.suppress(queue.Empty):
                while batch is not None and len(jobs) < GROUP_MOST:
                    batch = self._batches.get_nowait()
                    jobs += batch or []
            self._commit(jobs)
            if batch is not None:
                batch = self._batches.get()
        self._db.close()

    def _commit(self, jobs: list[Job]) -> None:
        """All of them in one transaction: one sync for many."""
        try:
            self._head = self._kept(jobs)
        except (apsw.Error, OSError) as error:
            self._head = None
            for job in jobs:
                job.result = StoreAway(f"the store cannot keep anything: {error}")
        except Exception as error:  # noqa: BLE001 - a bug must not leave everybody waiting
            self._head = None
            tell_error(error)
            for job in jobs:
                job.result = StoreAway("the store failed")
        else:
            # A witness that lags is allowed: the database is ahead of it after a crash, too.
            with contextlib.suppress(OSError):
                self._witness.keep(self._head)
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
            jobs[0].done.get_loop().call_soon_threadsafe(_resolve, jobs)

    def _kept(self, jobs: list[Job]) -> Head:
        """Taking each nonce for new at first: the database knows, and then all is done with care."""
        try:
            if len(jobs) <= ROWS_MOST and all(job.entry and not job.work for job in jobs):
                return self._together(jobs)  # one statement, and a statement is a transaction
            with _immediate(self._db):
                return self._together(jobs)
        except apsw.ConstraintError:
            with _immediate(self._db):
                return self._one_by_one(jobs)

    def _together(self, jobs: list[Job]) -> Head:
        head, rows = self._head or self._last(), []
        for job in jobs:
            job.result = _tried(self._db, job.work) if job.work else None
            if job.entry and not isinstance(job.result, Exception):
                head, row = self._linked(head, sql.settled(job.entry, job.result))
                rows.append(row)
        for start in range(0, len(rows), ROWS_MOST):
            group = rows[start : start + ROWS_MOST]
            values = [value for row in group for value in row]
            self._db.execute(sql.add_entries(len(group)), values)
        return head

    def _one_by_one(self, jobs: list[Job]) -> Head:
        head = self._last()
        for job in jobs:
            entry = job.entry
            if entry and one(self._db, sql.USED, entry.kiosk, entry.nonce):
                job.result = Replayed()
                continue
            job.result = _tried(self._db, job.work) if job.work else None
            if entry and not isinstance(job.result, Exception):
                head, row = self._linked(head, sql.settled(entry, job.result))
                self._db.execute(sql.ADD_ENTRY, row)
        return head

    def _last(self) -> Head:
        row = one(self._db, sql.HEAD, self._chain)
        return self._witness.check(Head(*row) if row else Head())

    def _linked(self, head: Head, entry: Entry) -> tuple[Head, tuple[Any, ...]]:
        data = entry.pack()
        head = head.next(self._chain, data)
        return head, (self._chain, head.seq, entry.kiosk, entry.nonce, data, head.hash)


def one(db: apsw.Connection, statement: str, *values: object) -> Any:
    """The first row, or None."""
    return db.execute(statement, values).fetchone()


def _tried(db: apsw.Connection, work: Work) -> Any:
    db.execute("SAVEPOINT job")
    try:
        result = work(db)
    except Undo as undo:
        db.execute("ROLLBACK TO job")
        result = undo.result
    db.execute("RELEASE job")
    return result


@contextmanager
def _immediate(db: apsw.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _resolve(jobs: list[Job]) -> None:
    for job in jobs:
        if job.done.cancelled():
            continue
        if isinstance(job.result, Exception):
            job.done.set_exception(job.result)
        else:
            job.done.set_result(job.result)
