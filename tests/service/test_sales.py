"""Sales are booked once each, in any order, however often they come; people hear of what is odd."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pytest

from service.errors import Reason
from service.settings import Settings
from service.wire.keyset import Use
from service.wire.messages import Status
from service.wire.sales import BATCH_MOST, LINK_BYTES, Receipt, SaleRecord, receipt_in
from tests.service.test_lookup import play, refused
from tests.service_stand import CARD, Inside


async def _sent(service: Inside, *records: SaleRecord) -> tuple[Status, Receipt]:
    answer = await service.told(service.kiosk.sales(*records))
    assert answer.signed
    return answer.status, receipt_in(answer.body)


def test_a_sale_is_booked_with_a_signed_receipt(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        status, receipt = await _sent(service, service.kiosk.record(1))
        assert status is Status.BOOKED
        assert receipt == Receipt(service.kiosk.row.id, service.kiosk.outbox, 1)
        counts = await service.store.counts()
        assert (counts["sale"], counts["sale_link"], counts["audit"]) == (1, 0, 1)

    play(settings, scene)


def test_a_second_delivery_changes_nothing(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        await service.join()
        record = service.kiosk.record(1, CARD)
        for _ in range(3):
            assert (await _sent(service, record))[1].contiguous == 1
        counts = await service.store.counts()
        assert (counts["sale"], counts["sale_link"]) == (1, 1)

    play(settings, scene)


def test_gaps_are_seen_and_closed_in_any_order(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        kiosk = service.kiosk
        assert (await _sent(service, kiosk.record(3)))[1].contiguous == 0
        (gap,) = await service.store.gaps()
        assert (gap.contiguous, gap.highest) == (0, 3)
        assert (await _sent(service, kiosk.record(1)))[1].contiguous == 1
        assert (await _sent(service, kiosk.record(2)))[1].contiguous == 3
        assert await service.store.gaps() == []

    play(settings, scene)


def test_another_sale_under_a_known_id_is_a_conflict_and_an_alarm(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        kiosk = service.kiosk
        await _sent(service, kiosk.record(1))
        changed = kiosk.record(1, total=1)
        assert (await _sent(service, changed))[0] is Status.CONFLICT
        same_number = replace(kiosk.record(1), id="another")
        assert (await _sent(service, kiosk.record(2), same_number))[0] is Status.CONFLICT
        assert (await service.store.counts())["sale"] == 1  # of the last request nothing is booked
        alarms = await service.store.alarms(5)
        assert [alarm[1] for alarm in alarms] == ["sale_conflict"] * 2

    play(settings, scene)


def test_a_batch_counts_as_its_sales(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        await service.join()
        records = [
            service.kiosk.record(n, CARD if n % 2 else None) for n in range(1, BATCH_MOST + 1)
        ]
        assert (await _sent(service, *records))[1].contiguous == BATCH_MOST
        counts = await service.store.counts()
        assert (counts["sale"], counts["sale_link"]) == (BATCH_MOST, BATCH_MOST // 2)

    play(settings, scene)


def test_a_link_that_cannot_be_used_does_not_lose_the_sale(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        await service.join()
        kiosk = service.kiosk
        torn = replace(kiosk.record(1, CARD), link=b"\x01" + bytes(LINK_BYTES - 1))
        swapped = replace(kiosk.record(2), link=kiosk.record(9, CARD).link)
        nobody = kiosk.record(3, "9999999999")
        status, receipt = await _sent(service, torn, swapped, nobody)
        assert (status, receipt.contiguous) == (Status.BOOKED, 3)
        assert (await service.store.counts())["sale_link"] == 0

    play(settings, scene)


def test_links_open_long_after_their_key_was_in_force(embedded: Settings) -> None:
    async def scene(service: Inside) -> None:
        await service.join()
        record = service.kiosk.record(1, CARD)
        key = service.kiosk.identity.keys.current(Use.OUTBOX, service.clock.ms)
        assert key
        opening = service.keys.openings[key.id]
        assert service.keys.opening(key.id, Use.OUTBOX, key.until + 1)
        assert service.keys.opening(key.id, Use.OUTBOX, opening.destroyed) is None
        await _sent(service, record)
        assert (await service.store.counts())["sale_link"] == 1

    play(embedded, scene)


def test_two_outboxes_in_one_request_are_refused(embedded: Settings) -> None:
    async def scene(service: Inside) -> None:
        kiosk = service.kiosk
        request, _ = kiosk.sales(kiosk.record(1), replace(kiosk.record(2), outbox=b"p" * 16))
        with refused(Reason.MALFORMED):
            await service.desk.answer(request, kiosk.row.tls)

    play(embedded, scene)


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_and_doubled_the_sum_is_the_same(settings: Settings, seed: int) -> None:
    chance = random.Random(seed)

    async def scene(service: Inside) -> None:
        await service.join()
        kiosk = service.kiosk
        records = [kiosk.record(n, CARD if n % 3 else None, total=n) for n in range(1, 41)]
        deliveries = [chance.sample(records, chance.randrange(1, 9)) for _ in range(30)]
        deliveries += [[record] for record in records]
        chance.shuffle(deliveries)
        service.clock.seconds += 1000
        for group in deliveries:
            service.clock.seconds += 10
            await _sent(service, *group)
        assert (await _sent(service, records[0]))[1].contiguous == 40
        counts = await service.store.counts()
        assert (counts["sale"], counts["sale_link"]) == (40, 27)
        assert await service.store.gaps() == []

    play(settings, scene)


def test_many_at_once_are_all_booked(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        kiosk = service.kiosk
        requests = [kiosk.sales(kiosk.record(n)) for n in range(1, 31) for _ in range(2)]
        await asyncio.gather(*(service.told(each) for each in requests))
        assert (await _sent(service, kiosk.record(1)))[1].contiguous == 30

    play(settings, scene)
