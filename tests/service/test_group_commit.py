"""The embedded store's writer: who shares a commit, and how long anybody waits for the others."""

from __future__ import annotations

import asyncio

import pytest

from service.keys import Keys
from service.server import open_store
from service.settings import Settings
from service.store import sqlite_writer
from service.store.port import Store
from service.store.sqlite_writer import GATHER_MOST, Job, Writer
from tests.service.test_store import entry, on_store


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many jobs the writer's thread was given each time."""
    counts: list[int] = []
    real = Writer._hand_over

    def counted(writer: Writer) -> None:
        counts.append(len(writer._gathered))
        real(writer)

    monkeypatch.setattr(Writer, "_hand_over", counted)
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
        await asyncio.gather(*arrivals(store, 10 * GATHER_MOST, apart=1))
        assert handed
        assert max(handed) <= GATHER_MOST
        assert sum(handed) == (await store.counts())["audit"] == 10 * GATHER_MOST

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
        assert max(groups) < 32 + GATHER_MOST

    on_store(embedded, act)
