"""Sealed receipts at rest: kept once, read by name, gone when they have run out."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from service.errors import SettingsError, StoreAway
from service.keys import DAY, Keys
from service.server import Service, open_store
from service.settings import Settings, settings_of
from service.setup import store_url
from service.store.port import Kept, SealedReceipt, Store
from service.store.schema import migrate
from service.store.shelf import open_shelf
from tests.cluster import Cluster
from tests.service.test_store import on_store
from tests.service_stand import NOW, TENANT, StillClock

ONE = SealedReceipt(b"n" * 32, b"k" * 16, b"\x01" + b"sealed" * 500, NOW, NOW + 1000)


def test_kept_once_however_often_it_comes(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        later = replace(ONE, received=NOW + 5, expires=NOW + 5000, kiosk=b"l" * 16)
        assert await store.keep_receipt(ONE) is Kept.NEW
        assert await store.keep_receipt(ONE) is Kept.SAME
        assert await store.keep_receipt(later) is Kept.SAME
        assert await store.receipt(ONE.name, NOW) == ONE  # the first one's time counts
        assert (await store.counts())["receipt"] == 1

    on_store(settings, act)


def test_a_name_is_never_given_to_another_receipt(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        await store.keep_receipt(ONE)
        assert await store.keep_receipt(replace(ONE, sealed=b"\x01other")) is Kept.OTHER
        assert await store.receipt(ONE.name, NOW) == ONE
        assert await store.receipt(b"x" * 32, NOW) is None

    on_store(settings, act)


def test_of_two_kiosks_at_once_one_name_belongs_to_one(settings: Settings) -> None:
    """In two processes, with other bytes each."""

    async def whole() -> None:
        keys = Keys(settings.folder / "keys")
        stores = [await open_store(settings, keys, chain) for chain in ("w0", "w1")]
        try:
            sent = [replace(ONE, kiosk=bytes([n]) * 16, sealed=bytes([n]) * 99) for n in range(8)]
            race = [stores[n % 2].keep_receipt(each) for n, each in enumerate(sent)]
            found = await asyncio.gather(*race)
            assert sorted(found, key=str) == [Kept.NEW] + [Kept.OTHER] * 7
            assert await stores[0].receipt(ONE.name, NOW) == sent[found.index(Kept.NEW)]
        finally:
            for store in stores:
                await store.close()

    asyncio.run(whole())


def test_what_has_run_out_is_not_read_and_then_forgotten(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        await store.keep_receipt(ONE)
        kept = replace(ONE, name=b"m" * 32, expires=NOW + 2000)
        await store.keep_receipt(kept)
        assert await store.receipt(ONE.name, ONE.expires - 1) == ONE
        assert await store.receipt(ONE.name, ONE.expires) is None
        await store.purge_receipts(ONE.expires)
        assert (await store.counts())["receipt"] == 1
        assert await store.receipt(kept.name, NOW) == kept
        assert await store.receipt(ONE.name, NOW) is None

    on_store(settings, act)


def test_the_service_forgets_once_a_day(embedded: Settings) -> None:
    ports = dict.fromkeys(("kiosks", "enrolment", "operations"), "127.0.0.1:0")
    settings = settings_of(
        embedded.folder, {"tenant": TENANT, "region": "DE", "store": embedded.store, **ports}
    )

    async def act(store: Store, keys: Keys) -> None:
        clock = StillClock()
        service = Service(settings, clock=clock)
        for n in (1, 2):
            kept = replace(ONE, name=bytes([n]) * 32, expires=NOW + n * DAY - 1)
            await store.keep_receipt(kept)
        for day, left in ((0, 2), (1, 1), (2, 0)):
            clock.ms = NOW + day * DAY
            await service._forget(store)
            assert (await store.counts())["receipt"] == left
        for opened in service.sockets.values():
            opened.close()

    on_store(embedded, act)


def test_what_is_forgotten_is_overwritten(embedded: Settings) -> None:
    """Where the store is a file: nothing of it is left there after the last one has closed it."""
    needle = b"\x01" + b"sealed" * 500

    async def act(store: Store, keys: Keys) -> None:
        await store.keep_receipt(replace(ONE, sealed=needle))

    async def forget(store: Store, keys: Keys) -> None:
        await store.purge_receipts(ONE.expires)

    on_store(embedded, act)
    path = embedded.folder / "store.db"
    assert needle[:100] in path.read_bytes()
    on_store(embedded, forget)
    assert b"sealedsealed" not in path.read_bytes()
    assert not path.with_name("store.db-wal").exists()


def test_the_shelf_reads_what_the_store_keeps_and_writes_nothing(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        shelf = await open_shelf(settings)
        try:
            await shelf.ready()
            assert await shelf.receipt(ONE.name, NOW) is None
            await store.keep_receipt(ONE)
            assert await shelf.receipt(ONE.name, NOW) == ONE
            assert await shelf.receipt(ONE.name, ONE.expires) is None
            await store.purge_receipts(ONE.expires)
            assert await shelf.receipt(ONE.name, NOW) is None
        finally:
            await shelf.close()

    on_store(settings, act)


def test_the_shelfs_role_can_read_receipts_and_nothing_else(folder: Path, cluster: Cluster) -> None:
    """As docs/service.md makes it."""
    settings = Settings(folder, TENANT, "DE", cluster.database())
    role = f"shelf_{secrets.token_hex(4)}"
    limited = replace(settings, store=settings.store.replace("//kiosk@", f"//{role}@"))

    async def whole() -> None:
        db = await asyncpg.connect(settings.store)
        await db.execute(f"CREATE ROLE {role} LOGIN")
        with pytest.raises(StoreAway):
            await _opened(limited)
        await db.execute(f"GRANT SELECT ON receipt, alembic_version TO {role}")
        shelf = await open_shelf(limited)
        assert await shelf.receipt(ONE.name, NOW) is None
        await shelf.close()
        other = await asyncpg.connect(limited.store)
        for forbidden in ("SELECT * FROM member", "SELECT * FROM kiosk", "DELETE FROM receipt"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await other.execute(forbidden)
        await other.close()
        await db.close()

    asyncio.run(whole())


def test_a_shelf_of_another_version_is_told(settings: Settings) -> None:
    for version in ("0002", "base"):
        migrate(store_url(settings), version)
        with pytest.raises(SettingsError, match=r"migrate|init"):
            asyncio.run(_opened(settings))
    migrate(store_url(settings))
    asyncio.run(_opened(settings))


def test_a_shelf_without_a_store_is_told(embedded: Settings) -> None:
    (embedded.folder / "store.db").unlink()
    with pytest.raises(SettingsError, match=r"store\.db"):
        asyncio.run(_opened(embedded))
    away = replace(embedded, store="postgresql://kiosk@127.0.0.1:1/kiosk")
    with pytest.raises(StoreAway, match="does not answer"):
        asyncio.run(_opened(away))


async def _opened(settings: Settings) -> None:
    shelf = await open_shelf(settings)
    await shelf.close()
