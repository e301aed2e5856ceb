"""Sales with cards: a sale is booked whatever its link is worth, and earns what was proven."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from service.cards import REPEAT_MS
from service.keys import DAY
from service.proofs.table import HOUR
from service.settings import Settings
from service.wire.messages import EvidenceKind, Status
from service.wire.sales import SaleRecord, receipt_in
from tests.card_stand import Proof, ask, level_told, linked, shown, wallet
from tests.service.test_cards import LEVELS, OTHER, SHOWING, alarms, held, play, reasons
from tests.service_stand import NOW, FakeKiosk, Inside

ONCE = [EvidenceKind.SUN, EvidenceKind.COSE_TOKEN]


async def booked(service: Inside, *records: SaleRecord, kiosk: FakeKiosk | None = None) -> Status:
    """Deliver, and see that everything is in."""
    kiosk = kiosk or service.kiosk
    answer = await service.told(kiosk.sales(*records), kiosk)
    assert receipt_in(answer.body).contiguous == max(record.sequence for record in records)
    return answer.status


async def earned(service: Inside) -> dict[str, int]:
    """Level by sale, of those that have a member."""
    rows = service.store._read("SELECT sale, level FROM sale_link")  # type: ignore[attr-defined]
    return dict(await rows if asyncio.iscoroutine(rows) else rows)


@pytest.mark.parametrize("kind", LEVELS)
def test_a_link_after_its_lookup_earns_as_proven(settings: Settings, kind: EvidenceKind) -> None:
    async def scene(service: Inside) -> None:
        proof = await held(await wallet(service), kind)
        evidence = shown(proof, SHOWING)
        assert await level_told(service, evidence) == LEVELS[kind]
        record = linked(service.kiosk, 1, evidence)
        for _ in range(2):  # delivered twice
            assert await booked(service, record) is Status.BOOKED
        assert await earned(service) == {"K1-1": LEVELS[kind]}
        assert await alarms(service) == []

    play(settings, scene)


@pytest.mark.parametrize("kind", LEVELS)
def test_a_link_of_a_kiosk_that_was_offline_earns_as_proven(
    settings: Settings, kind: EvidenceKind
) -> None:
    async def scene(service: Inside) -> None:
        proof = await held(await wallet(service), kind)
        record = linked(service.kiosk, 1, shown(proof, SHOWING))
        for _ in range(2):
            await booked(service, record)
        assert await earned(service) == {"K1-1": LEVELS[kind]}
        if kind in ONCE:  # it has counted: nobody can show it at a lookup now
            assert await level_told(service, shown(proof, OTHER)) == -1
            (row,) = await service.store.cards()
            assert row.counter == (1 if kind is EvidenceKind.SUN else 0)

    play(settings, scene)


def test_a_link_that_comes_after_later_taps_earns_as_proven(settings: Settings) -> None:
    """The counter has gone on; the showing is remembered."""

    async def scene(service: Inside) -> None:
        card = await (await wallet(service)).sun()
        first = shown(card.tap(), SHOWING)
        assert await level_told(service, first) == 2
        for _ in range(3):
            assert await level_told(service, shown(card.tap())) == 2
        await booked(service, linked(service.kiosk, 1, first))
        assert await earned(service) == {"K1-1": 2}

    play(settings, scene)


@pytest.mark.parametrize("kind", ONCE)
@pytest.mark.parametrize("together", [True, False])
def test_what_is_shown_twice_offline_earns_as_a_number_the_second_time(
    settings: Settings, kind: EvidenceKind, together: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """A screenshot at two purchases, or a link that was kept."""

    async def scene(service: Inside) -> None:
        proof = await held(await wallet(service), kind)
        records = [linked(service.kiosk, n, shown(proof)) for n in (1, 2)]
        if together:
            await booked(service, *records)
        else:
            for record in records:
                await booked(service, record)
        await booked(service, *records)  # a second delivery tells nothing new
        assert await earned(service) == {"K1-1": LEVELS[kind], "K1-2": 0}
        assert reasons(caplog) == ["replayed"]
        assert await alarms(service) == (["card_replayed"] if kind is EvidenceKind.SUN else [])

    play(settings, scene)


def test_a_lower_counter_earns_as_a_number(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(service: Inside) -> None:
        card = await (await wallet(service)).sun()
        kept = card.tap()
        assert await level_told(service, shown(card.tap())) == 2
        await booked(service, linked(service.kiosk, 1, shown(kept)))
        assert await earned(service) == {"K1-1": 0}
        assert reasons(caplog) == ["rolled_back"]
        assert await alarms(service) == []

    play(settings, scene)


def test_a_tap_offline_then_one_elsewhere_is_no_alarm(settings: Settings) -> None:
    """An honest customer; a link that is kept and looked up is one still."""

    async def scene(service: Inside) -> None:
        card = await (await wallet(service)).sun()
        offline = shown(card.tap())
        other = await service.new_kiosk("K2")
        answer = await service.told(ask(other, shown(card.tap())), other)
        assert answer.status is Status.FOUND
        await booked(service, linked(service.kiosk, 1, offline))
        assert await earned(service) == {"K1-1": 0}
        assert await alarms(service) == []
        assert 'reason="rolled_back"} 1.0' in service.meters.text().decode()
        assert await level_told(service, offline) == -1
        assert await alarms(service) == ["card_rolled_back"]

    play(settings, scene)


def test_a_showing_of_another_kiosk_earns_as_a_number(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        evidence = shown(await (await wallet(service)).code(), SHOWING)
        other = await service.new_kiosk("K2")
        assert await level_told(service, evidence) == 1
        await booked(service, linked(other, 1, evidence), kiosk=other)
        assert await earned(service) == {"K2-1": 0}

    play(settings, scene)


def test_a_code_is_judged_at_the_time_of_its_link(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(service: Inside) -> None:
        member = await wallet(service)
        in_time, late = await member.code(), await member.code()
        service.clock.ms = NOW + 20 * DAY
        kiosk = service.kiosk
        await booked(service, linked(kiosk, 1, shown(in_time), NOW + DAY - 1))
        await booked(service, linked(kiosk, 2, shown(late), NOW + DAY))
        assert await earned(service) == {"K1-1": 1}
        assert reasons(caplog) == ["expired"]

    play(settings, scene)


def test_a_sale_is_never_lost_for_its_link(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(service: Inside) -> None:
        member = await wallet(service)
        card = await member.sun()
        junk: list[Proof] = [
            replace(card, file_key=bytes(16)).tap(),
            replace(card, host="evil.example").tap(),
            (EvidenceKind.COSE_TOKEN, b"NONSENSE"),
            (EvidenceKind.CARD_UID, b"\x08abc"),
            (EvidenceKind.CARD_UID, b"\x04abc"),
        ]
        records = [linked(service.kiosk, n, shown(each)) for n, each in enumerate(junk, 1)]
        assert await booked(service, *records) is Status.BOOKED
        assert await earned(service) == {}
        assert reasons(caplog) == ["forged", "foreign_host", "malformed", "changing_number"]
        assert 'kiosk_alarms_total{kind="link"} 4.0' in service.meters.text().decode()

    play(settings, scene)


@pytest.mark.parametrize("looked_up", [True, False])
def test_a_card_revoked_before_its_link_comes(settings: Settings, looked_up: bool) -> None:
    """Only our own word that it was shown before counts, not the kiosk's time."""

    async def scene(service: Inside) -> None:
        member = await wallet(service)
        proof = (await member.sun()).tap()
        if looked_up:
            assert await level_told(service, shown(proof, SHOWING)) == 2
        await service.store.revoke_card(member.rows[0].id, NOW)
        await booked(service, linked(service.kiosk, 1, shown(proof, SHOWING)))
        await booked(service, linked(service.kiosk, 2, shown(proof, OTHER)))
        assert await earned(service) == ({"K1-1": 2} if looked_up else {})

    play(settings, scene)


@pytest.mark.parametrize("kind", ONCE)
def test_a_showing_earns_at_one_sale_only(
    settings: Settings, kind: EvidenceKind, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(service: Inside) -> None:
        evidence = shown(await held(await wallet(service), kind), SHOWING)
        assert await level_told(service, evidence) == LEVELS[kind]
        records = [linked(service.kiosk, n, evidence) for n in range(1, 6)]
        await booked(service, *records[:3])
        await booked(service, *records)
        assert await earned(service) == {"K1-1": LEVELS[kind]} | {f"K1-{n}": 0 for n in range(2, 6)}
        assert reasons(caplog) == ["replayed"] * 4

    play(settings, scene)


@pytest.mark.parametrize("kind", ONCE)
def test_a_lookup_is_repeated_within_minutes_only(
    settings: Settings, kind: EvidenceKind, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(service: Inside) -> None:
        evidence = shown(await held(await wallet(service), kind), SHOWING)
        levels = []
        for later in (0, REPEAT_MS, REPEAT_MS + 1, 20 * HOUR):
            service.clock.ms = NOW + later
            levels.append(await level_told(service, evidence))
        assert levels == [LEVELS[kind]] * 2 + [-1] * 2
        assert reasons(caplog) == ["replayed"] * 2

    play(settings, scene)


@pytest.mark.parametrize("kind", ONCE)
def test_a_link_from_after_the_revocation_earns_nothing(
    settings: Settings, kind: EvidenceKind, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(service: Inside) -> None:
        member = await wallet(service)
        evidence = shown(await held(member, kind), SHOWING)
        assert await level_told(service, evidence) == LEVELS[kind]
        await service.store.revoke_card(member.rows[0].id, NOW + 1)
        service.clock.ms = NOW + 60_000
        await booked(service, linked(service.kiosk, 1, evidence, NOW + 2))
        assert await earned(service) == {}
        await booked(service, linked(service.kiosk, 2, evidence, NOW + 1))
        assert await earned(service) == {"K1-2": LEVELS[kind]}
        assert reasons(caplog) == ["revoked"]

    play(settings, scene)


def test_a_conflict_counts_nothing(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        card = await (await wallet(service)).sun()
        await booked(service, service.kiosk.record(1))
        proof = card.tap()
        second = linked(service.kiosk, 2, shown(proof))
        answer = await service.told(service.kiosk.sales(second, service.kiosk.record(1, total=7)))
        assert answer.status is Status.CONFLICT
        (row,) = await service.store.cards()
        assert row.counter == -1
        assert await level_told(service, shown(proof)) == 2

    play(settings, scene)
