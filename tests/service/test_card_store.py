"""Cards at rest: indexes, compare and set, what is forgotten, and the schema there and back."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace

import pytest

from service.keys import Keys
from service.proofs.verdict import Why
from service.server import open_store
from service.settings import Settings
from service.setup import store_url
from service.store.port import CardRow, NewCard, Replayed, Spent, Standing, Store, Use
from service.store.schema import migrate
from service.wire.messages import EvidenceKind
from tests.service.test_store import entry, on_store
from tests.service_stand import MEMBER, NOW

CARD = CardRow(b"c" * 8, EvidenceKind.SUN, b"m" * 16, issued=NOW, expires=NOW + 9)
INDEX = b"i" * 32
USE = Use(CARD.id, 5, b"k" * 16, b"s" * 32, NOW)


async def _spend(store: Store, use: Use) -> Why | None:
    try:
        await store.record(entry(), use=use)
    except Spent as spent:
        return spent.why
    return None


def test_a_card_is_found_by_its_index_and_once_only(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        assert await store.add_card(NewCard(CARD, 1, INDEX))
        assert not await store.add_card(NewCard(replace(CARD, id=b"d" * 8), 1, INDEX))
        found = await store.find_card((b"x" * 32, INDEX), 0)
        assert found
        assert (found.row, found.used, found.member) == (CARD, None, None)
        for other in (b"x" * 32, bytes(32), INDEX[:-1] + b"h", INDEX[:-1], INDEX + b"\0"):
            assert await store.find_card((other,), 0) is None  # whatever card stands behind it
        assert await store.find_card((), 0) is None
        assert await store.cards() == [CARD]
        assert (await store.counts())["card"] == 1

    on_store(settings, act)


def test_a_revoked_card_stays_so(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        await store.add_card(NewCard(CARD, 1, INDEX))
        assert await store.revoke_card(CARD.id, NOW + 1)
        assert await store.revoke_card(CARD.id, NOW + 2)
        assert not await store.revoke_card(b"x" * 8, NOW)
        assert await store.cards() == [replace(CARD, standing=Standing.REVOKED, revoked=NOW + 1)]
        assert await _spend(store, USE) is Why.REVOKED

    on_store(settings, act)


def test_compare_and_set(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        await store.add_card(NewCard(CARD, 1, INDEX))
        assert await _spend(store, USE) is None
        assert await _spend(store, USE) is None  # the same showing
        assert await _spend(store, replace(USE, showing=b"t" * 32)) is Why.REPLAYED
        assert await _spend(store, replace(USE, kiosk=b"l" * 16)) is Why.REPLAYED
        assert await _spend(store, replace(USE, serial=4)) is Why.ROLLED_BACK
        assert await _spend(store, replace(USE, serial=6, showing=b"t" * 32)) is None
        assert await _spend(store, USE) is None  # still the same showing
        assert await _spend(store, replace(USE, card=b"x" * 8)) is Why.UNKNOWN_CARD
        found = await store.find_card((INDEX,), 5)
        assert found
        assert (found.row.counter, found.used) == (6, (USE.kiosk, USE.showing, USE.at))
        assert len(await store.entries("w0", 0, 99)) == 4  # those that counted, without a hole

    on_store(settings, act)


def test_a_showing_belongs_to_its_first_sale(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        await store.add_card(NewCard(CARD, 1, INDEX))
        first, second = replace(USE, sale="K1-1"), replace(USE, sale="K1-2")
        assert await _spend(store, USE) is None
        assert await _spend(store, first) is None
        assert await _spend(store, first) is None  # delivered twice
        assert await _spend(store, second) is Why.REPLAYED
        assert await _spend(store, USE) is None  # a lookup asks again
        later = replace(second, serial=6)  # of a kiosk that was offline
        assert await _spend(store, later) is None
        assert await _spend(store, later) is None
        assert await _spend(store, replace(later, sale="K1-3")) is Why.REPLAYED

    on_store(settings, act)


def test_a_refused_showing_leaves_its_nonce_and_a_replayed_request_counts_nothing(
    settings: Settings,
) -> None:
    async def act(store: Store, keys: Keys) -> None:
        await store.add_card(NewCard(CARD, 1, INDEX))
        await store.record(entry(), use=USE)
        once = entry(b"n" * 16)
        with pytest.raises(Spent):
            await store.record(once, use=replace(USE, serial=3))
        await store.record(once)
        with pytest.raises(Replayed):
            await store.record(once, use=replace(USE, serial=7))
        assert (await store.cards())[0].counter == 5

    on_store(settings, act)


def test_a_refused_showing_beside_a_doubled_request(settings: Settings) -> None:
    """All in one commit, which has to be done once more with care: the chain has no entry of it."""

    async def act(store: Store, keys: Keys) -> None:
        await store.add_card(NewCard(CARD, 1, INDEX))
        await store.record(entry(), use=USE)
        doubled = entry(b"n" * 16)
        found = await asyncio.gather(
            store.record(doubled),
            store.record(doubled),
            store.record(entry(), use=replace(USE, serial=2)),
            store.record(entry(), use=replace(USE, serial=9)),
            return_exceptions=True,
        )
        assert [type(each) for each in found] == [type(None), Replayed, Spent, type(None)]
        assert len(await store.entries("w0", 0, 99)) == 3
        assert (await store.cards())[0].counter == 9

    on_store(settings, act)


def test_many_at_once_each_counts_once(settings: Settings) -> None:
    """In one commit and in two processes."""

    async def whole() -> None:
        keys = Keys(settings.folder / "keys")
        stores = [await open_store(settings, keys, chain) for chain in ("w0", "w1")]
        try:
            cards = [replace(CARD, id=secrets.token_bytes(8)) for _ in range(8)]
            for card in cards:
                await stores[0].add_card(NewCard(card, 1, secrets.token_bytes(32)))
            uses = [
                Use(card.id, 1, b"k" * 16, secrets.token_bytes(32), NOW)
                for card in cards
                for _ in range(4)
            ]
            race = [_spend(stores[n % 2], use) for n, use in enumerate(uses)]
            found = await asyncio.gather(*race)
            assert [found[at : at + 4].count(None) for at in range(0, 32, 4)] == [1] * 8
            assert set(found) == {None, Why.REPLAYED}
            heads = await stores[0].heads()
            assert sum(head.seq for head in heads.values()) == 8
        finally:
            for store in stores:
                await store.close()

    asyncio.run(whole())


def test_what_nothing_can_refer_to_is_forgotten(settings: Settings) -> None:
    async def act(store: Store, keys: Keys) -> None:
        code = replace(CARD, id=b"d" * 8, kind=EvidenceKind.COSE_TOKEN)
        fresh = replace(code, id=b"e" * 8, expires=NOW + 10)
        for n, row in enumerate((CARD, code, fresh)):
            await store.add_card(NewCard(row, 1, bytes([n]) * 32))
        await store.record(entry(), use=USE)
        await store.record(entry(), use=replace(USE, serial=6, at=NOW + 10))
        await store.purge_cards(NOW + 10)
        assert {row.id for row in await store.cards()} == {CARD.id, fresh.id}
        assert await _spend(store, USE) is Why.ROLLED_BACK  # the counter remembers for ever
        assert await _spend(store, replace(USE, serial=6)) is None

    on_store(settings, act)


def test_there_and_back_with_members_and_cards(settings: Settings) -> None:
    """Back to 0001 cards are gone and members stay; forward again all works."""
    url = store_url(settings)

    async def fill(store: Store, keys: Keys) -> None:
        from service.stand import join

        await join(keys, store, MEMBER)
        await store.add_card(NewCard(CARD, 1, INDEX))
        await store.record(entry(), use=USE)

    async def look(store: Store, keys: Keys) -> None:
        counts = await store.counts()
        assert (counts["member"], counts["card"], counts["audit"]) == (1, 0, 1)
        assert await store.add_card(NewCard(CARD, 1, INDEX))
        assert await _spend(store, USE) is None

    on_store(settings, fill)
    migrate(url, "0001")
    migrate(url)
    on_store(settings, look)
