"""One suite for every store: what returned is kept, what failed left nothing."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.audit import NO_KIOSK, Entry
from service.errors import SettingsError, StoreAway
from service.keys import Keys
from service.members import decision, new_member
from service.records import Damaged, DataKey, Group, _context
from service.server import open_store
from service.settings import Settings
from service.setup import store_url
from service.store.port import InviteRow, KioskRow, Replayed, Standing, Store, Waiting
from service.store.schema import migrate
from tests.cluster import Cluster
from tests.service_stand import MEMBER, NOW


def on_store(settings: Settings, act: Callable[[Store, Keys], Awaitable[None]]) -> None:
    """Open, act, close."""

    async def whole() -> None:
        keys = Keys(settings.folder / "keys")
        store = await open_store(settings, keys, "w0")
        try:
            await act(store, keys)
        finally:
            await store.close()

    asyncio.run(whole())


def entry(nonce: bytes | None = None) -> Entry:
    """Some entry."""
    return Entry(NOW, b"k" * 16, nonce or secrets.token_bytes(16), 1)


def test_a_kiosk_is_kept_and_changed(settings: Settings) -> None:
    row = KioskRow(b"k" * 16, "K1", b"s" * 32, b"t" * 32, Standing.ACTIVE, 1, 2)

    async def act(store: Store, keys: Keys) -> None:
        del keys
        await store.put_kiosk(row)
        assert await store.find(row.id, ()) == (row, None)
        await store.put_kiosk(replace(row, standing=Standing.REVOKED, renewed=3))
        assert await store.kiosks() == [replace(row, standing=Standing.REVOKED, renewed=3)]
        assert await store.find(b"x" * 16, (b"i" * 32,)) == (None, None)

    on_store(settings, act)


def test_a_member_is_found_by_each_of_their_indexes_and_opens(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        member = new_member(MEMBER, keys, NOW, Group.DISPLAY)
        assert await store.add_member(member, ())
        for _, index in member.indexes:
            _, found = await store.find(NO_KIOSK, (b"miss" * 8, index))
            assert found == member.row
        assert await store.member(member.row.id) == member.row
        key = DataKey.unwrap(keys.keks[1], member.row.id, member.row.wrapped)
        assert key.open(Group.DISPLAY, member.row.groups[Group.DISPLAY]) == {"name": MEMBER.name}
        assert not await store.add_member(new_member(MEMBER, keys, NOW, Group(0)), ())
        assert (await store.counts())["member"] == 1

    on_store(settings, act)


def test_who_stands_behind_an_index_is_nobody(settings: Settings) -> None:
    """A row is read for nobody as well, so that it takes as long; it is never told."""

    async def act(store: Store, keys: Keys) -> None:
        member = new_member(MEMBER, keys, NOW, Group.DISPLAY)
        assert await store.add_member(member, ())
        for _, index in member.indexes:
            before = (int.from_bytes(index, "big") - 1).to_bytes(len(index), "big")
            for other in (before, index[:-1], bytes(32), index + b"\0", b"\xff" * 32):
                assert await store.find(NO_KIOSK, (other,)) == (None, None)
                assert await store.find(NO_KIOSK, (bytes(32), other)) == (None, None)
            _, found = await store.find(NO_KIOSK, (bytes(32), before, index))
            assert found == member.row

    on_store(settings, act)


@pytest.mark.parametrize("text", [b"", b"[1]", b"{}x", b'{"name": 1', b"\xff", b'{"name": NaN}x'])
def test_a_group_that_is_no_object_is_damaged(text: bytes) -> None:
    """However it came to be sealed with the right key."""
    member, raw, nonce = bytes(16), bytes(range(32)), bytes(12)
    key = DataKey(member, raw)
    context = _context(member, Group.DISPLAY)
    plain = (len(text).to_bytes(2, "big") + text).ljust(64, b"\0")
    sealed = nonce + AESGCM(raw).encrypt(nonce, plain, context)
    with pytest.raises(Damaged):
        key.open(Group.DISPLAY, sealed)


def test_rows_and_groups_cannot_be_swapped(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        del store
        one = new_member(MEMBER, keys, NOW, Group.DISPLAY).row
        two = new_member(replace(MEMBER, card="47110000222"), keys, NOW, Group.DISPLAY).row
        with pytest.raises(Damaged):
            DataKey.unwrap(keys.keks[1], one.id, two.wrapped)
        key = DataKey.unwrap(keys.keks[1], one.id, one.wrapped)
        with pytest.raises(Damaged):
            key.open(Group.DISPLAY, two.groups[Group.DISPLAY])
        with pytest.raises(Damaged):
            key.open(Group.DISPLAY, one.groups[Group.POINTS])

    on_store(settings, act)


def test_consents_are_kept_for_ever_and_the_last_one_counts(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        member = new_member(MEMBER, keys, NOW, Group(0))
        await store.add_member(member, ())
        events = [
            decision(member.row.id, group, given=given, language="de", channel="test", now=NOW + n)
            for n, (group, given) in enumerate(
                [(Group.DISPLAY, True), (Group.POINTS, True), (Group.DISPLAY, False)]
            )
        ]
        for event in events:
            assert await store.consent(event)
        assert await store.consents(member.row.id) == events
        found = await store.member(member.row.id)
        assert found
        assert found.consents == Group.POINTS
        assert not await store.consent(replace(events[0], member=b"n" * 16))

    on_store(settings, act)


def test_an_invite_goes_through_its_states(settings: Settings) -> None:
    invite = InviteRow(b"s" * 32, "K1", 5)

    async def act(store: Store, keys: Keys) -> None:
        del keys
        await store.put_invite(invite)
        assert await store.invite(invite.secret) == invite
        used = replace(invite, standing=Waiting.APPLIED, csr=b"c", signing=b"k", fingerprint="F")
        await store.put_invite(used)
        assert await store.invites() == [used]
        assert await store.invite(b"x" * 32) is None

    on_store(settings, act)


def test_a_nonce_counts_once_and_the_chain_has_no_hole(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        del keys
        nonces = [secrets.token_bytes(16) for _ in range(20)]
        doubled = [entry(nonce) for nonce in nonces * 2]
        found = await asyncio.gather(
            *(store.record(each) for each in doubled), return_exceptions=True
        )
        assert sum(isinstance(each, Replayed) for each in found) == 20
        rows = await store.entries("w0", 0, 100)
        assert [row[0] for row in rows] == list(range(1, 21))
        assert {row[2] for row in rows} == set(nonces)

    on_store(settings, act)


def test_what_was_acknowledged_is_there_after_reopening(settings: Settings) -> None:
    async def write(store: Store, keys: Keys) -> None:
        del keys
        await store.record(entry(b"n" * 16))

    async def read(store: Store, keys: Keys) -> None:
        del keys
        with pytest.raises(Replayed):
            await store.record(entry(b"n" * 16))

    on_store(settings, write)
    on_store(settings, read)


def test_two_processes_on_one_store(settings: Settings) -> None:
    """The command line works beside a running service; a nonce used there is used here."""

    async def whole() -> None:
        keys = Keys(settings.folder / "keys")
        one, two = [await open_store(settings, keys, chain) for chain in ("w0", "cli")]
        try:
            writes = [store.record(entry()) for _ in range(25) for store in (one, two)]
            await asyncio.gather(*writes)
            race = [store.record(entry(b"r" * 16)) for store in (one, two)]
            found = await asyncio.gather(*race, return_exceptions=True)
            assert sorted(map(type, found), key=str) == sorted([Replayed, type(None)], key=str)
            heads = await one.heads()
            assert sum(head.seq for head in heads.values()) == 51
        finally:
            await one.close()
            await two.close()

    asyncio.run(whole())


def test_forward_and_back(settings: Settings) -> None:
    url = store_url(settings)
    migrate(url, "base")
    with pytest.raises(SettingsError, match="migrate"):
        on_store(settings, _nothing)
    migrate(url)
    on_store(settings, _nothing)


async def _nothing(store: Store, keys: Keys) -> None:
    del keys
    await store.ready()


def test_a_store_of_no_service_is_told(embedded: Settings) -> None:
    (embedded.folder / "store.db").write_bytes(b"no database at all, but long enough" * 100)
    with pytest.raises(SettingsError, match=r"store\.db"):
        on_store(embedded, _nothing)


def test_an_unreachable_database_is_told(folder: Path) -> None:
    settings = Settings(folder, "markt", "DE", "postgresql://kiosk@127.0.0.1:1/kiosk")
    with pytest.raises(StoreAway, match="does not answer"):
        on_store(settings, _nothing)


def test_a_database_that_goes_and_comes_back(folder: Path) -> None:
    """Killed while requests come: clear errors meanwhile, and nothing acknowledged is lost."""
    cluster = Cluster()
    try:
        settings = Settings(folder, "markt", "DE", cluster.database())

        async def act(store: Store, keys: Keys) -> None:
            del keys
            await store.record(entry(b"n" * 16))
            cluster.crash()
            with pytest.raises(StoreAway):
                await store.record(entry())
            with pytest.raises(StoreAway):
                await store.find(NO_KIOSK, ())
            await asyncio.to_thread(cluster.start)
            await store.ready()
            with pytest.raises(Replayed):
                await store.record(entry(b"n" * 16))
            await store.record(entry())
            assert len(await store.entries("w0", 0, 10)) == 2

        on_store(settings, act)
    finally:
        cluster.stop()
