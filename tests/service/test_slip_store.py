"""Slips at rest: two processes at once, numbers that come round, letting go by hand, the schema."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace

import pytest

from service.audit import Entry
from service.errors import SettingsError
from service.keys import DAY, Keys
from service.server import Service, open_store
from service.settings import Settings
from service.setup import store_url
from service.slips import SLIP_DAYS, SLIP_MS, SlipRow
from service.store.port import Replayed, Store
from service.store.schema import migrate
from service.wire.slip import Held, SlipAct, SlipRequest, SlipWhy
from tests.service.test_store import entry, on_store
from tests.service_stand import NOW, StillClock

ONE, TWO = b"k" * 16, b"l" * 16
HOLD = SlipRequest(SlipAct.HOLD, "00417", 250)
RELEASE = SlipRequest(SlipAct.RELEASE, "00417", 250, 1, 250)


async def ask(store: Store, what: SlipRequest, kiosk: bytes = ONE, at: int = NOW) -> Held | SlipWhy:
    """As the desk asks for a kiosk."""
    return await store.slip(Entry(at, kiosk, secrets.token_bytes(16), 9, outcome=1), what)


def test_a_hold_is_kept_over_a_restart(settings: Settings) -> None:
    async def hold(store: Store, keys: Keys) -> None:
        assert await ask(store, HOLD) == Held(1, 250)

    async def look(store: Store, keys: Keys) -> None:
        assert await store.held_slips() == [SlipRow("00417", 250, ONE, 1, 250, NOW)]
        assert await ask(store, HOLD, TWO) is SlipWhy.ELSEWHERE

    on_store(settings, hold)
    on_store(settings, look)


def test_many_kiosks_in_two_processes_and_each_slip_is_held_once(settings: Settings) -> None:
    """From both ends, so that each process waits for what the other has. Half of them are no new ones."""

    async def whole() -> None:
        keys = Keys(settings.folder / "keys")
        stores = [await open_store(settings, keys, chain) for chain in ("w0", "w1")]
        try:
            slips = [replace(HOLD, number=f"{n:05}") for n in range(8)]
            await asyncio.gather(*(ask(store, replace(HOLD, face=1)) for store in stores))
            for each in slips[::2]:
                assert await ask(stores[0], each) == Held(1, 250)
                assert await ask(stores[1], replace(RELEASE, number=each.number)) == Held(1, 250)
            race = [ask(stores[0], each, ONE) for each in slips]
            race += [ask(stores[1], each, TWO) for each in reversed(slips)]
            found = await asyncio.gather(*race)
            for n, pair in enumerate(zip(found[:8], reversed(found[8:]), strict=True)):
                assert set(pair) == {Held(1 if n % 2 else 2, 250), SlipWhy.ELSEWHERE}
            heads = await stores[0].heads()
            assert sum(head.seq for head in heads.values()) == 26
        finally:
            for store in stores:
                await store.close()

    asyncio.run(whole())


def test_a_request_beside_a_doubled_one_counts_as_if_alone(settings: Settings) -> None:
    """All in one commit, which has to be done once more with care: no turn is counted twice."""

    async def act(store: Store, keys: Keys) -> None:
        doubled = entry(b"n" * 16)
        found = await asyncio.gather(
            store.slip(doubled, HOLD),
            store.slip(doubled, HOLD),
            ask(store, HOLD),
            ask(store, HOLD, TWO),
            store.record(entry()),
            return_exceptions=True,
        )
        assert [found[0], *found[2:]] == [Held(1, 250), Held(2, 250), SlipWhy.ELSEWHERE, None]
        assert isinstance(found[1], Replayed)
        assert len(await store.entries("w0", 0, 99)) == 4

    on_store(settings, act)


def test_a_number_that_came_round_is_another_slip(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        used = replace(RELEASE, left=0)
        assert await ask(store, HOLD) == Held(1, 250)
        assert await ask(store, used) == Held(1, 0)
        assert await ask(store, HOLD, TWO, NOW + SLIP_MS) is SlipWhy.REDEEMED
        later = NOW + SLIP_MS + 1  # of the last change: that it was refused is none
        assert await ask(store, HOLD, TWO, later) == Held(2, 250)
        assert await ask(store, HOLD, ONE, later + SLIP_MS) is SlipWhy.ELSEWHERE
        assert await ask(store, HOLD, ONE, later + SLIP_MS + 1) == Held(3, 250)
        assert await ask(store, replace(used, turn=2), TWO, later) is SlipWhy.NOT_HELD
        assert await ask(store, replace(used, turn=1), ONE, later) is SlipWhy.NOT_HELD

    assert SLIP_DAYS * DAY == SLIP_MS
    on_store(settings, act)


def test_let_go_by_hand_a_late_release_says_what_was_used_and_no_more(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        await ask(store, HOLD)
        (older,) = await store.held_slips()
        await ask(store, HOLD)
        (row,) = await store.held_slips()
        assert not await store.free_slip(older, NOW)
        assert not await store.free_slip(replace(row, turn=3), NOW)
        assert not await store.free_slip(replace(row, face=25), NOW)
        assert not await store.free_slip(replace(row, holder=TWO), NOW)
        assert await store.free_slip(row, NOW + 1)
        assert not await store.free_slip(row, NOW + 1)
        assert await store.held_slips() == []
        assert await ask(store, HOLD, TWO) == Held(4, 250)
        assert await ask(store, replace(RELEASE, turn=2, left=100)) is SlipWhy.NOT_HELD
        assert [(row.holder, row.left) for row in await store.held_slips()] == [(TWO, 100)]

    on_store(settings, act)


def test_old_slips_are_forgotten(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        await ask(store, HOLD)
        await ask(store, replace(HOLD, number="00418"), at=NOW + 1)
        await store.purge_slips(NOW + 1)
        assert [row.number for row in await store.held_slips()] == ["00418"]
        assert (await store.counts())["slip"] == 1

    on_store(settings, act)


def test_the_first_process_forgets_them_once_a_day(embedded: Settings) -> None:
    free = "127.0.0.1:0"
    settings = replace(embedded, kiosks=free, enrolment=free, operations=free)

    async def act(store: Store, keys: Keys) -> None:
        clock = StillClock()
        service = Service(settings, clock=clock)
        await ask(store, HOLD)
        clock.ms = NOW + SLIP_MS
        await service._forget(store)
        assert len(await store.held_slips()) == 1
        clock.ms += DAY
        await service._forget(store)
        assert await store.held_slips() == []
        for each in service.sockets.values():
            each.close()

    on_store(settings, act)


def test_a_store_without_slips_has_to_be_migrated(settings: Settings) -> None:
    async def fill(store: Store, keys: Keys) -> None:
        await ask(store, HOLD)

    async def look(store: Store, keys: Keys) -> None:
        counts = await store.counts()
        assert (counts["slip"], counts["audit"]) == (0, 1)
        assert await ask(store, HOLD, TWO) == Held(1, 250)

    on_store(settings, fill)
    migrate(store_url(settings), "0004")
    with pytest.raises(SettingsError, match="migrate"):
        on_store(settings, look)
    migrate(store_url(settings))
    on_store(settings, look)
