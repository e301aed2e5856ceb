"""The central store: PostgreSQL by asyncpg."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from service.audit import Checkpoint, Entry, Head, Witness
from service.errors import SettingsError, StoreAway
from service.records import MemberRow
from service.slips import NOBODY, SlipRow
from service.store import cards, joining, receipts, slips
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
    SealedReceipt,
    Use,
)
from service.store.postgres_finds import Finds
from service.store.postgres_members import add_member, decide, join
from service.store.postgres_writer import Job, Writer
from service.store.schema import CURRENT
from service.wire.slip import Held, SlipRequest, SlipWhy

_N = sql.numbered


class PostgresStore:
    """One process's connections. Make it with `open_postgres`."""

    def __init__(self, lines: Lines, chain: str, witness: Witness) -> None:
        self._lines = lines
        self._witness = witness
        self._finds = Finds(lines)
        self._writer = Writer(lines, chain, witness)

    async def find(
        self, kiosk: bytes, indexes: tuple[bytes, ...]
    ) -> tuple[KioskRow | None, MemberRow | None]:
        if len(indexes) <= 1:
            return await self._finds.find(kiosk, indexes[0] if indexes else None)
        found = await asyncio.gather(*(self._finds.find(kiosk, index) for index in indexes))
        return found[0][0], next((member for _, member in found if member), None)

    async def member(self, member: bytes) -> MemberRow | None:
        found = await self._read(sql.MEMBER, member)
        return sql.member_of(found[0]) if found else None

    async def find_card(self, indexes: tuple[bytes, ...], serial: int) -> FoundCard | None:
        found = None
        for index in indexes:
            rows = await self._read(cards.FIND_CARD, serial, index)
            found = cards.found_at(rows[0] if rows else None, index) or found
        return found

    async def cards(self) -> list[CardRow]:
        return [cards.card_of(row) for row in await self._read(cards.CARDS)]

    async def joined(self, page: bytes) -> Joined | None:
        found = await self._read(joining.BY_PAGE, page)
        return joining.joined_of(found[0]) if found else None

    async def receipt(self, name: bytes, now: int) -> SealedReceipt | None:
        found = await self._read(receipts.FETCH, name, now)
        return SealedReceipt(*found[0]) if found else None

    async def held_slips(self) -> list[SlipRow]:
        return [slips.slip_of(row) for row in await self._read(slips.HELD, NOBODY)]

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
        booked: Booked | None = await self._writer.submit(
            Job(entry, _future(), sales=sales, use=use, decided=decided)
        )
        return booked

    async def slip(self, entry: Entry, ask: SlipRequest) -> Held | SlipWhy:
        said: Held | SlipWhy = await self._writer.submit(Job(entry, _future(), slip=ask))
        return said

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

    async def free_slip(self, row: SlipRow, at: int) -> bool:
        return bool(await self._read(slips.FREE, *slips.free_values(row, at)))

    async def forget_slip(self, number: str, face: int) -> bool:
        return bool(await self._read(slips.FORGET, number, face))

    async def purge_slips(self, before: int) -> None:
        await self._execute(slips.PURGE, before)

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
        if self._writer.ended:
            raise StoreAway("the store has ended")
        await self._read("SELECT 1")

    async def close(self) -> None:
        await self._writer.close()
        await self._lines.close()
        self._witness.close()

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


def _future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()


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
