"""What comes at one moment is done together: who shares a commit, or a read, and who waits for it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import apsw
import asyncpg
import pytest
from starlette.types import Message, Receive, Scope

from service.app import Hot
from service.cards import indexes_of
from service.errors import StoreAway
from service.keys import Keys
from service.members import new_member
from service.records import Group
from service.server import open_store
from service.settings import Settings
from service.store import sqlite, sqlite_writer
from service.store.gathering import MOST, Gathering
from service.store.port import KioskRow, Standing, Store
from service.store.postgres_finds import Finds, Found, _Asked
from service.store.sqlite_writer import Job, Writer, one
from service.wire.envelope import ANSWER_BYTES
from service.wire.messages import EvidenceKind
from tests.cluster import Cluster
from tests.service.test_store import entry, on_store
from tests.service_stand import MEMBER, NOW, TENANT

ACTIVE = Standing.ACTIVE


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many jobs the writer's thread was given each time."""
    counts: list[int] = []
    real = Gathering.flush

    def counted(gathering: Gathering[Job]) -> None:
        counts.append(len(gathering._gathered))
        real(gathering)

    monkeypatch.setattr(Gathering, "flush", counted)
    return counts


async def turns(count: int) -> None:
    """Let the loop turn."""
    for _ in range(count):
        await asyncio.sleep(0)


def arrivals(store: Store, count: int, *, apart: int) -> list[asyncio.Task[object]]:
    """Entries that begin one after another, each so many turns of the loop later."""

    async def one(after: int) -> object:
        await turns(after)
        return await store.record(entry())

    return [asyncio.create_task(one(number * apart)) for number in range(count)]


def test_what_comes_in_one_turn_after_another_shares_a_commit(
    embedded: Settings, handed: list[int]
) -> None:
    async def act(store: Store, keys: object) -> None:
        del keys
        await asyncio.gather(*arrivals(store, 10, apart=1))
        assert handed == [10]
        assert (await store.counts())["audit"] == 10

    on_store(embedded, act)


def test_nobody_waits_for_more_than_a_few(embedded: Settings, handed: list[int]) -> None:
    async def act(store: Store, keys: object) -> None:
        del keys
        await asyncio.gather(*arrivals(store, 10 * MOST, apart=1))
        assert handed
        assert max(handed) <= MOST
        assert sum(handed) == (await store.counts())["audit"] == 10 * MOST

    on_store(embedded, act)


def test_one_alone_waits_for_nobody(embedded: Settings, handed: list[int]) -> None:
    async def act(store: Store, keys: object) -> None:
        del keys
        task = asyncio.create_task(store.record(entry()))
        await turns(4)  # its start, its gathering, and the look that finds nobody else
        assert handed == [1]
        await task

    on_store(embedded, act)


def test_what_is_gathered_when_the_store_closes_is_kept(
    embedded: Settings, handed: list[int]
) -> None:
    async def whole() -> None:
        keys = Keys(embedded.folder / "keys")
        store = await open_store(embedded, keys, "w0")
        task = asyncio.create_task(store.record(entry()))
        await turns(1)
        assert not handed
        await store.close()
        await task
        again = await open_store(embedded, keys, "w0")
        assert (await again.counts())["audit"] == 1
        await again.close()

    asyncio.run(whole())


def test_who_comes_while_it_closes_is_told(embedded: Settings) -> None:
    async def whole() -> None:
        store = await open_store(embedded, Keys(embedded.folder / "keys"), "w0")
        closing = asyncio.create_task(store.close())
        await turns(1)
        with pytest.raises(StoreAway):
            await asyncio.wait_for(store.record(entry()), 5)
        await closing

    asyncio.run(whole())


def test_answers_of_one_commit_are_all_made_before_the_first_leaves() -> None:
    """Whoever is woken for the first finds the others there."""
    order: list[str] = []

    async def act() -> None:
        commit = asyncio.get_running_loop().create_future()

        async def ask(scope: Scope, receive: Receive) -> bytes:
            await asyncio.shield(commit)
            order.append("made")
            return bytes(ANSWER_BYTES)

        async def send(message: Message) -> None:
            order.append(message["type"])

        calls = [asyncio.create_task(Hot(ask)({}, send, send)) for _ in range(3)]  # type: ignore[arg-type]
        await turns(1)
        commit.set_result(None)
        await asyncio.gather(*calls)

    asyncio.run(act())
    assert order == ["made"] * 3 + ["http.response.start", "http.response.body"] * 3


def test_a_waiting_pile_is_taken_in_groups(
    embedded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_writer, "GROUP_MOST", 32)
    groups: list[int] = []
    real = Writer._commit

    def counted(writer: Writer, jobs: list[Job]) -> None:
        groups.append(len(jobs))
        real(writer, jobs)

    monkeypatch.setattr(Writer, "_commit", counted)

    async def act(store: Store, keys: object) -> None:
        del keys
        await asyncio.gather(*arrivals(store, 200, apart=1))
        assert sum(groups) == 200
        assert max(groups) < 32 + MOST

    on_store(embedded, act)


# --- finds in PostgreSQL ------------------------------------------------------------------------------


@pytest.fixture
def central(folder: Path, cluster: Cluster) -> Settings:
    """Settings on a fresh PostgreSQL store."""
    return Settings(folder, TENANT, "DE", cluster.database(), test_cards=True)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many were looked for by each statement."""
    counts: list[int] = []
    real = Finds._read

    async def counted(finds: Finds, asked: list[_Asked]) -> list[Found]:
        counts.append(len(asked))
        return await real(finds, asked)

    monkeypatch.setattr(Finds, "_read", counted)
    return counts


def test_lookups_of_one_moment_are_found_in_one_statement(
    central: Settings, statements: list[int]
) -> None:
    """Each hears of its own kiosk and member, wherever among the others it stood."""

    async def act(store: Store, keys: Keys) -> None:
        kiosks = [KioskRow(bytes((n,)) * 16, f"K{n}", b"s", b"t", ACTIVE, 1, 2) for n in range(5)]
        for kiosk in kiosks:
            await store.put_kiosk(kiosk)
        members = [await _joined(store, keys, f"47{n:02}") for n in range(5)]
        asks = [(kiosks[n % 5].id, members[n * 3 % 5][0]) for n in range(10)]
        asks += [(b"x" * 16, ()), (kiosks[2].id, (b"?" * 32,)), (kiosks[3].id, ())]
        found = await asyncio.gather(*(store.find(*ask) for ask in asks))
        for n, (shown, member) in enumerate(found[:10]):
            assert shown == kiosks[n % 5]
            assert member is not None
            assert member.id == members[n * 3 % 5][1]
        assert found[10:] == [(None, None), (kiosks[2], None), (kiosks[3], None)]
        assert statements == [13]

    on_store(central, act)


def test_nobody_is_looked_for_as_often_as_a_member(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where cards are indexed anew, and the first of several indexes would do."""
    reads: list[object] = []
    finds = Finds.find

    def counted(db: apsw.Connection, statement: str, *values: object) -> object:
        reads.append(statement)
        return one(db, statement, *values)

    monkeypatch.setattr(sqlite, "one", counted)

    async def found(self: Finds, kiosk: bytes, blind: bytes | None) -> Found:
        reads.append(blind)
        return await finds(self, kiosk, blind)

    monkeypatch.setattr(Finds, "find", found)

    async def act(store: Store, keys: Keys) -> None:
        [index], _ = await _joined(store, keys, "4711")
        counts = []
        for ask in ((index, b"n" * 32), (b"n" * 32, index), (b"n" * 32, b"o" * 32)):
            reads.clear()
            _, member = await store.find(b"x" * 16, ask)
            assert (member is not None) is (index in ask)
            counts.append(len(reads))
        assert len(set(counts)) == 1

    on_store(settings, act)


def test_more_than_a_few_lookups_take_several_statements(
    central: Settings, statements: list[int]
) -> None:
    async def act(store: Store, keys: Keys) -> None:
        del keys

        async def one(after: int) -> object:
            await turns(after)
            return await store.find(b"x" * 16, ())

        found = await asyncio.gather(*(one(n) for n in range(5 * MOST)))
        assert found == [(None, None)] * 5 * MOST
        assert max(statements) <= MOST
        assert sum(statements) == 5 * MOST

    on_store(central, act)


def test_who_has_gone_keeps_nobody_from_an_answer(central: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        del keys
        tasks = [asyncio.create_task(store.find(b"x" * 16, ())) for _ in range(3)]
        await turns(1)
        tasks[1].cancel()
        assert [await tasks[0], await tasks[2]] == [(None, None)] * 2

    on_store(central, act)


def test_a_database_that_is_away_is_told_to_each_of_them(central: Settings) -> None:
    cluster = Cluster()
    try:

        async def act(store: Store, keys: Keys) -> None:
            del keys
            await asyncio.to_thread(cluster.crash)
            asks = (store.find(b"x" * 16, ()) for _ in range(3))
            told = await asyncio.gather(*asks, return_exceptions=True)
            assert [type(each) for each in told] == [StoreAway] * 3
            assert len({id(each) for each in told}) == 3  # each has a traceback of its own

        on_store(replace(central, store=cluster.database()), act)
    finally:
        cluster.stop()


def test_a_row_that_makes_no_sense_is_its_own_fault_alone(central: Settings) -> None:
    """As one that a newer version wrote: the lookups beside it are answered."""

    async def act(store: Store, keys: Keys) -> None:
        del keys
        good = KioskRow(b"g" * 16, "K1", b"s", b"t", ACTIVE, 1, 2)
        for row in (good, replace(good, id=b"b" * 16)):
            await store.put_kiosk(row)
        db = await asyncpg.connect(central.store)
        await db.execute("UPDATE kiosk SET standing = 'dreaming' WHERE id = $1", b"b" * 16)
        await db.close()
        asks = (store.find(bytes((n,)) * 16, ()) for n in b"gbg")
        told = await asyncio.gather(*asks, return_exceptions=True)
        assert told[0] == told[2] == (good, None)
        assert isinstance(told[1], StoreAway)

    on_store(central, act)


def test_a_bug_leaves_nobody_waiting(central: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(finds: Finds, asked: list[_Asked]) -> list[Found]:
        raise KeyError

    async def act(store: Store, keys: Keys) -> None:
        del keys
        monkeypatch.setattr(Finds, "_read", broken)
        with pytest.raises(StoreAway):
            await asyncio.wait_for(store.find(b"x" * 16, ()), 5)

    on_store(central, act)


async def _joined(store: Store, keys: Keys, card: str) -> tuple[tuple[bytes, ...], bytes]:
    """A new member's indexes, and their id."""
    member = new_member(replace(MEMBER, card=card), keys, NOW, Group.POINTS)
    assert await store.add_member(member, ())
    return indexes_of(keys, EvidenceKind.NUMBER, card.encode()), member.row.id
