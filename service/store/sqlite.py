"""The embedded store: one file, a writer thread with group commit, reads in the caller's loop.

Through apsw, since the interpreter's own SQLite may carry the WAL defect that loses committed data
when two connections meet; this one also serves the command line beside a running service.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from service.audit import Checkpoint, Entry, Head, Witness
from service.errors import SettingsError, StoreAway
from service.proofs.verdict import Why
from service.records import MemberRow
from service.slips import NOBODY, SlipRow, stepped
from service.store import cards, joining, receipts, slips
from service.store import statements as sql
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
    SealedReceipt,
    Spent,
    Use,
)
from service.store.schema import CURRENT
from service.store.sqlite_writer import Undo, Writer, one
from service.wire.slip import Held, SlipRequest, SlipWhy

BUSY_MS = 5000


class SqliteStore:
    """One process's door to the file."""

    def __init__(self, path: Path, chain: str, witness: Witness) -> None:
        """Raises SettingsError if it is no store of this version, or StoreAway."""
        self._witness = witness
        try:
            self._reader = _connect(path)
            writer = _connect(path)
            found = one(self._reader, sql.VERSION)
        except apsw.Error as error:
            raise SettingsError(f"{path}: {error}; ./run service init makes a store") from error
        if found is None or found[0] != CURRENT:
            raise SettingsError(f"{path}: is of another version; ./run service migrate")
        self._writer = Writer(writer, chain, witness)

    # --- reads: in the loop, since handing a point read to a thread costs more than the read --------

    async def find(
        self, kiosk: bytes, indexes: tuple[bytes, ...]
    ) -> tuple[KioskRow | None, MemberRow | None]:
        try:
            found = one(self._reader, sql.KIOSK, kiosk)
            member = None
            for index in indexes:  # all of them: who is found by the first takes no less time
                row = one(self._reader, sql.MEMBER_BY_INDEX, index)
                member = sql.member_at(row, index) or member
        except apsw.Error as error:
            raise _not_answering(error) from error
        return sql.kiosk_of(found) if found else None, member

    async def member(self, member: bytes) -> MemberRow | None:
        found = self._read_one(sql.MEMBER, member)
        return sql.member_of(found) if found else None

    async def find_card(self, indexes: tuple[bytes, ...], serial: int) -> FoundCard | None:
        found = None
        for index in indexes:
            row = self._read_one(cards.FIND_CARD, serial, index)
            found = cards.found_at(row, index) or found
        return found

    async def cards(self) -> list[CardRow]:
        return [cards.card_of(row) for row in self._read(cards.CARDS)]

    async def joined(self, page: bytes) -> Joined | None:
        found = self._read_one(joining.BY_PAGE, page)
        return joining.joined_of(found) if found else None

    async def receipt(self, name: bytes, now: int) -> SealedReceipt | None:
        found = self._read_one(receipts.FETCH, name, now)
        return SealedReceipt(*found) if found else None

    async def held_slips(self) -> list[SlipRow]:
        return [slips.slip_of(row) for row in self._read(slips.HELD, NOBODY)]

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

    async def record(
        self,
        entry: Entry,
        sales: tuple[Booking, ...] = (),
        use: Use | None = None,
        decided: tuple[ConsentEvent, ...] = (),
    ) -> Booked | None:
        def work(db: apsw.Connection) -> Booked | None:
            if use and (why := _spend(db, use)):
                raise Undo(Spent(why))
            for event in decided:
                _decide(db, event)
            return _book(db, entry, sales) if sales else None

        busy = sales or use or decided
        booked: Booked | None = await self._writer.submit(work if busy else None, entry)
        return booked

    async def slip(self, entry: Entry, ask: SlipRequest) -> Held | SlipWhy:
        said: Held | SlipWhy = await self._writer.submit(lambda db: _step(db, entry, ask), entry)
        return said

    async def add_member(self, member: NewMember, consents: tuple[ConsentEvent, ...]) -> bool:
        def work(db: apsw.Connection) -> bool:
            try:
                _add_member(db, member, consents)
            except apsw.ConstraintError:
                raise Undo(False) from None
            return True

        return bool(await self._writer.submit(work))

    async def join(
        self, joined: Joined, member: NewMember, consents: tuple[ConsentEvent, ...]
    ) -> Joined:
        def work(db: apsw.Connection) -> Joined:
            if one(db, joining.JOIN, *joining.values(joined)):
                _add_member(db, member, consents)
                return joined
            return joining.joined_of(one(db, joining.BY_INVITATION, joined.invitation))

        found: Joined = await self._writer.submit(work)
        return found

    async def consent(self, event: ConsentEvent) -> bool:
        return bool(await self._writer.submit(lambda db: _decide(db, event)))

    async def add_card(self, card: NewCard) -> bool:
        return await self._changed(cards.ADD_CARD, cards.new_values(card))

    async def revoke_card(self, card: bytes, at: int) -> bool:
        return await self._changed(cards.REVOKE_CARD, (at, card))

    async def purge_cards(self, before: int) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute(cards.PURGE_USES, (before,))
            db.execute(cards.PURGE_CODES, (before,))

        await self._writer.submit(work)

    async def keep_receipt(self, receipt: SealedReceipt) -> Kept:
        def work(db: apsw.Connection) -> Kept:
            return receipts.kept(one(db, receipts.KEEP, *receipts.values(receipt)))

        kept: Kept = await self._writer.submit(work)
        return kept

    async def purge_receipts(self, now: int) -> None:
        await self._execute(receipts.PURGE, (now,))

    async def free_slip(self, row: SlipRow, at: int) -> bool:
        return await self._changed(slips.FREE, slips.free_values(row, at))

    async def forget_slip(self, number: str, face: int) -> bool:
        return await self._changed(slips.FORGET, (number, face))

    async def purge_slips(self, before: int) -> None:
        await self._execute(slips.PURGE, (before,))

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
                raise Undo(False) from None
            return True

        return bool(await self._writer.submit(work))

    async def ready(self) -> None:
        await self._execute("SELECT 1", ())

    async def close(self) -> None:
        await self._writer.close()
        self._reader.close()
        self._witness.close()

    # --- the loop's side ------------------------------------------------------------------------------

    def _read(self, statement: str, *values: object) -> list[Any]:
        with _away():
            return self._reader.execute(statement, values).fetchall()

    def _read_one(self, statement: str, *values: object) -> Any:
        with _away():
            return one(self._reader, statement, *values)

    async def _execute(self, statement: str, values: tuple[Any, ...]) -> None:
        def work(db: apsw.Connection) -> None:
            db.execute(statement, values)

        await self._writer.submit(work)

    async def _changed(self, statement: str, values: tuple[Any, ...]) -> bool:
        """Whether a statement that returns what it changed changed something."""

        def work(db: apsw.Connection) -> bool:
            return one(db, statement, *values) is not None

        return bool(await self._writer.submit(work))


def _spend(db: apsw.Connection, use: Use) -> Why | None:
    if one(db, cards.SPEND, *cards.spend_values(use)):
        db.execute(cards.ADD_USE, cards.use_values(use))
        return None
    if use.sale is not None and one(db, cards.BIND_USE, *cards.bind_values(use)):
        return None
    return cards.spent(one(db, cards.USE, use.serial, use.card), use)


def _add_member(db: apsw.Connection, member: NewMember, consents: tuple[ConsentEvent, ...]) -> None:
    """Raises ConstraintError where one of its indexes is taken."""
    db.execute(sql.ADD_MEMBER, sql.member_values(member))
    db.execute(sql.ADD_KEY, (member.row.id, member.row.wrapped, member.row.kek))
    for version, index in member.indexes:
        db.execute(sql.ADD_CREDENTIAL, (index, version, member.row.id))
    for event in consents:
        db.execute(sql.ADD_CONSENT, sql.consent_values(event))


def _decide(db: apsw.Connection, event: ConsentEvent) -> bool:
    row = one(db, sql.MEMBER, event.member)
    if row is None:
        return False
    after = sql.after_consent(sql.member_of(row).consents, event)
    db.execute(sql.ADD_CONSENT, sql.consent_values(event))
    db.execute(sql.SET_CONSENTS, (int(after), event.member))
    return True


def _book(db: apsw.Connection, entry: Entry, sales: tuple[Booking, ...]) -> Booked:
    new, first, spent = 0, sales[0].record, []
    for place, booking in enumerate(sales):
        try:
            row = one(db, sql.BOOK, *sql.sale_values(entry, booking))
        except apsw.ConstraintError:
            row = None  # another sale has this number of the outbox
        if row is None:
            raise Undo(Booked(_outbox(db, entry.kiosk, first.outbox)[0], conflict=True))
        new += row[0] == 1
        if booking.member:
            why = _spend(db, booking.use) if booking.use else None
            if why and row[0] == 1:
                spent.append((place, why))
            level = 0 if why else booking.level
            db.execute(sql.LINK_SALE, (booking.member, entry.kiosk, booking.record.id, level))
    contiguous, highest = _outbox(db, entry.kiosk, first.outbox)
    highest = max(highest, *(booking.record.sequence for booking in sales), 0)
    rows: list[Any] = db.execute(sql.NEXT_SALES, (entry.kiosk, first.outbox, contiguous)).fetchall()
    contiguous = sql.contiguous_after(contiguous, [row[0] for row in rows])
    db.execute(sql.PUT_OUTBOX, (entry.kiosk, first.outbox, contiguous, highest))
    return Booked(contiguous, new=new, spent=tuple(spent))


def _step(db: apsw.Connection, entry: Entry, ask: SlipRequest) -> Held | SlipWhy:
    statement, values = slips.locking(ask, entry.at)
    found = one(db, statement, *values)
    row = slips.slip_of(found)
    after, said = stepped(row, ask, entry.kiosk, entry.at)
    if after != row:
        db.execute(slips.PUT, slips.put_values(after))
    return said


def _outbox(db: apsw.Connection, kiosk: bytes, outbox: bytes) -> tuple[int, int]:
    row = one(db, sql.OUTBOX, kiosk, outbox)
    return (row[0], row[1]) if row else (0, 0)


def _connect(path: Path) -> apsw.Connection:
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE, statementcachesize=100)
    db.set_busy_timeout(BUSY_MS)
    # Else each new value that is bound has its statement parsed and planned anew.
    db.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        db.execute(f"PRAGMA {pragma}").fetchall()
    return db


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        raise _not_answering(error) from error


def _not_answering(error: apsw.Error) -> StoreAway:
    return StoreAway(f"the store does not answer: {error}")
