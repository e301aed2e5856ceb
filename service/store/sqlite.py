"""The embedded store: one file, one writer thread with group commit, reads in the caller's loop.

Through apsw, since the interpreter's own SQLite may carry the WAL defect that loses committed data
when two connections meet; this one also serves the command line beside a running service.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import apsw

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
BUSY_MS = 5000
GROUP_MOST = 256
"""Jobs that share one commit at most."""


@dataclass(slots=True)
class Job:
    """Work for the writer, and where its outcome goes."""

    entry: Entry | None
    work: Callable[[apsw.Connection], Any]
    done: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None


class SqliteStore:
    """One process's door to the file."""

    def __init__(self, path: Path, chain: str, witness: Witness) -> None:
        """Raises SettingsError if it is no store of this version, or StoreAway."""
        self._chain = chain
        self._witness = witness
        try:
            self._reader = _connect(path)
            self._writer = _connect(path)
            found = _one(self._reader, sql.VERSION)
        except apsw.Error as error:
            raise SettingsError(f"{path}: {error}; ./run service init makes a store") from error
        if found is None or found[0] != CURRENT:
            raise SettingsError(f"{path}: is of another version; ./run service migrate")
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="store-writer", daemon=True)
        self._thread.start()

    # --- reads: in the loop, since handing a point read to a thread costs more than the read --------

    async def find(
        self, kiosk: bytes, indexes: tuple[bytes, ...]
    ) -> tuple[KioskRow | None, MemberRow | None]:
        with _away():
            found = _one(self._reader, sql.KIOSK, kiosk)
            member = None
            for index in indexes:
                member = member or _one(self._reader, sql.MEMBER_BY_INDEX, index)
        return (
            sql.kiosk_of(found) if found else None,
            sql.member_of(member) if member else None,
        )

    async def member(self, member: bytes) -> MemberRow | None:
        found = self._read_one(sql.MEMBER, member)
        return sql.member_of(found) if found else None

    async def consents(self, member: bytes) -> list[ConsentEvent]:
        return [sql.consent_of(row) for row in self._read(sql.CONSENTS, member)]

    async def invite(self, secret: bytes) -> InviteRow | None:
        found = self._read_one(sql.INVITE, secret)
        return sql.invite_of(found) if found else None

    async def invites(self) -> list[InviteRow]:
        return [sql.invite_of(row) for row in self._read(sql.INVITES)]

    async def kiosks(self) -> list[KioskRow]:
        return [sql.kiosk_of(row) for row in self._read(sql.KIOSKS)]

    async def alarms(self, most: int) -> list[tuple[int, str, bytes, str]]:
        return self._read(sql.ALARMS, most)

    async def gaps(self) -> list[Gap]:
        return [Gap(*row) for row in self._read(sql.GAPS)]

    async def counts(self) -> dict[str, int]:
        return {
            name: self._read(f"SELECT COUNT(*) FROM {name}")[0][0]  # noqa: S608 - names of ours
            for name in sql.COUNTED
        }

    async def heads(self) -> dict[str, Head]:
        found = {}
        with _away(), self._reader:  # one transaction: all heads of the same instant
            for chain, seq in self._read(sql.CHAINS):
                found[chain] = Head(seq, self._read_one(sql.ENTRY_HASH, chain, seq)[0])
        return found

    async def last_checkpoint(self) -> Checkpoint | None:
        found = self._read_one(sql.LAST_CHECKPOINT)
        return Checkpoint(*found) if found else None

    async def checkpoints(self) -> list[Checkpoint]:
        return [Checkpoint(*row) for row in self._read(sql.CHECKPOINTS)]

    async def entries(
        self, chain: str, after: int, most: int
    ) -> list[tuple[int, bytes, bytes, bytes, bytes]]:
        return self._read(sql.ENTRIES, chain, after, most)

    # --- writes: through the one writer ---------------------------------------------------------------

    async def record(self, entry: Entry, sales: tuple[Booking, ...] = ()) -> Booked | None:
        def work(db: apsw.Connection) -> Booked | None:
            return _book(db, entry, sales) if sales else None

        return await self._submit(work, entry)

    async def add_member(self, member: NewMember, consents: tuple[ConsentEvent, ...]) -> bool:
        def work(db: apsw.Connection) -> bool:
            try:
                db.execute(sql.ADD_MEMBER, sql.member_values(member))
                db.execute(sql.ADD_KEY, (member.row.id, member.row.wrapped, member.row.kek))
                for version, index in member.indexes:
                    db.execute(sql.ADD_CREDENTIAL, (index, version, member.row.id))
            except apsw.ConstraintError:
                raise _Undo(False) from None
            for event in consents:
                db.execute(sql.ADD_CONSENT, sql.consent_values(event))
            return True

        return await self._submit(work)

    async def consent(self, event: ConsentEvent) -> bool:
        def work(db: apsw.Connection) -> bool:
            row = _one(db, sql.MEMBER, event.member)
            if row is None:
                return False
            after = sql.after_consent(sql.member_of(row).consents, event)
            db.execute(sql.ADD_CONSENT, sql.consent_values(event))
            db.execute(sql.SET_CONSENTS, (int(after), event.member))
            return True

        return await self._submit(work)

    async def put_invite(self, invite: InviteRow) -> None:
        await self._execute(sql.PUT_INVITE, sql.invite_values(invite))

    async def put_kiosk(self, kiosk: KioskRow) -> None:
        await self._execute(sql.PUT_KIOSK, sql.kiosk_values(kiosk))

    async def alarm(self, at: int, kind: str, kiosk: bytes, detail: str) -> None:
        values = (secrets.token_bytes(16), at, kind, kiosk, detail)
        await self._execute(sql.ALARM, values)

    async def put_checkpoint(self, checkpoint: Checkpoint) -> bool:
        def work(db: apsw.Connection) -> bool:
            try:
                db.execute(sql.PUT_CHECKPOINT, sql.checkpoint_values(checkpoint))
            except apsw.ConstraintError:
                raise _Undo(False) from None
            return True

        return await self._submit(work)

    async def ready(self) -> None:
        await self._execute("SELECT 1", ())

    async def close(self) -> None:
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        self._reader.close()
        self._witness.close()

    # --- the loop's side ------------------------------------------------------------------------------

    def _read(self, statement: str, *values: object) -> list[Any]:
        with _away():
            return self._reader.execute(statement, values).fetchall()

    def _read_one(self, statement: str, *values: object) -> Any:
        with _away():
            return _one(self._reader, statement, *values)

    async def _execute(self, statement: str, values: tuple[Any, ...]) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute(statement, values)

        await self._submit(work)

    async def _submit(self, work: Callable[[apsw.Connection], T], entry: Entry | None = None) -> T:
        if not self._thread.is_alive():
            raise StoreAway("the store is closed")
        loop = asyncio.get_running_loop()
        job = Job(entry, work, loop.create_future(), loop)
        self._jobs.put(job)
        found: T = await job.done
        return found

    # --- the writer's side ----------------------------------------------------------------------------

    def _write(self) -> None:
        going = True
        while going:
            jobs = []
            job = self._jobs.get()
            while job is not None:
                jobs.append(job)
                if len(jobs) >= GROUP_MOST:
                    break
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
            going = job is not None
            if jobs:
                self._commit(jobs)
        self._writer.close()

    def _commit(self, jobs: list[Job]) -> None:
        """All of them in one transaction: one sync for many."""
        try:
            with _immediate(self._writer):
                head = self._carry_out(jobs)
        except (apsw.Error, OSError) as error:
            away = StoreAway(f"the store cannot keep anything: {error}")
            for job in jobs:
                job.result = away
        except Exception as error:  # noqa: BLE001 - a bug must not leave everybody waiting
            tell_error(error)
            for job in jobs:
                job.result = StoreAway("the store failed")
        else:
            # A witness that lags is allowed: the database is ahead of it after a crash, too.
            with contextlib.suppress(OSError):
                self._witness.keep(head)
        loops = {job.loop for job in jobs}
        for loop in loops:
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
                loop.call_soon_threadsafe(_resolve, [job for job in jobs if job.loop is loop])

    def _carry_out(self, jobs: list[Job]) -> Head:
        row = _one(self._writer, sql.HEAD, self._chain)
        head = Head(*row) if row else Head()
        for job in jobs:
            entry = job.entry
            if entry and _one(self._writer, sql.USED, entry.kiosk, entry.nonce):
                job.result = Replayed()
                continue
            job.result = _tried(self._writer, job.work)
            if entry:
                data = entry.pack()
                head = head.next(self._chain, data)
                values = (self._chain, head.seq, entry.kiosk, entry.nonce, data, head.hash)
                self._writer.execute(sql.ADD_ENTRY, values)
        return head


class _Undo(Exception):
    """Undo this job alone; `result` is what it says."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


def _tried(db: apsw.Connection, work: Callable[[apsw.Connection], Any]) -> Any:
    db.execute("SAVEPOINT job")
    try:
        result = work(db)
    except _Undo as undo:
        db.execute("ROLLBACK TO job")
        result = undo.result
    db.execute("RELEASE job")
    return result


def _book(db: apsw.Connection, entry: Entry, sales: tuple[Booking, ...]) -> Booked:
    new, first = 0, sales[0].record
    for booking in sales:
        try:
            row = _one(db, sql.BOOK, *sql.sale_values(entry, booking))
        except apsw.ConstraintError:
            row = None  # another sale has this number of the outbox
        if row is None:
            raise _Undo(Booked(_outbox(db, entry.kiosk, first.outbox)[0], conflict=True))
        new += row[0] == 1
        if booking.member:
            values = (booking.member, entry.kiosk, booking.record.id, booking.level)
            db.execute(sql.LINK_SALE, values)
    contiguous, highest = _outbox(db, entry.kiosk, first.outbox)
    highest = max(highest, *(booking.record.sequence for booking in sales), 0)
    rows: list[Any] = db.execute(sql.NEXT_SALES, (entry.kiosk, first.outbox, contiguous)).fetchall()
    contiguous = sql.contiguous_after(contiguous, [row[0] for row in rows])
    db.execute(sql.PUT_OUTBOX, (entry.kiosk, first.outbox, contiguous, highest))
    return Booked(contiguous, new=new)


def _outbox(db: apsw.Connection, kiosk: bytes, outbox: bytes) -> tuple[int, int]:
    row = _one(db, sql.OUTBOX, kiosk, outbox)
    return (row[0], row[1]) if row else (0, 0)


def _connect(path: Path) -> apsw.Connection:
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE, statementcachesize=100)
    db.set_busy_timeout(BUSY_MS)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        db.execute(f"PRAGMA {pragma}").fetchall()
    return db


def _one(db: apsw.Connection, statement: str, *values: object) -> Any:
    return db.execute(statement, values).fetchone()


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


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        raise StoreAway(f"the store does not answer: {error}") from error


def _resolve(jobs: list[Job]) -> None:
    for job in jobs:
        if job.done.cancelled():
            continue
        if isinstance(job.result, Exception):
            job.done.set_exception(job.result)
        else:
            job.done.set_result(job.result)
