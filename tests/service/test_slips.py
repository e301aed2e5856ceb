"""A deposit slip is redeemed once among all kiosks: by who holds it, and never for more than is left."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace

import pytest

from service.audit import NO_SUBJECT, unpack
from service.errors import Reason
from service.settings import Settings
from service.slips import BURST
from service.store.port import Standing
from service.telemetry import JsonLines
from service.wire.envelope import ANSWER_BYTES
from service.wire.messages import Field, Kind, Status
from service.wire.slip import (
    Held,
    SlipAct,
    SlipRequest,
    SlipWhy,
    held_in,
    pack_slip,
    why_in,
)
from tests.service.test_lookup import play, refused
from tests.service_stand import FakeKiosk, Inside

NUMBER, FACE = "0041788", 250
HOLD = SlipRequest(SlipAct.HOLD, NUMBER, FACE)


def release(turn: int, left: int) -> SlipRequest:
    """Of the hold with this turn."""
    return SlipRequest(SlipAct.RELEASE, NUMBER, FACE, turn, left)


async def told(service: Inside, ask: SlipRequest, kiosk: FakeKiosk | None = None) -> Held | SlipWhy:
    """What a kiosk hears; it is signed, whichever it is."""
    kiosk = kiosk or service.kiosk
    answer = await service.told(kiosk.slip(ask), kiosk)
    assert answer.signed
    if answer.status is Status.FOUND:
        return held_in(answer.body)
    assert answer.status is Status.UNKNOWN
    return why_in(answer.body)


def test_what_one_kiosk_leaves_another_redeems(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        one, two = service.kiosk, await service.new_kiosk("K2")
        assert await told(service, HOLD, one) == Held(1, 250)
        assert await told(service, HOLD, two) is SlipWhy.ELSEWHERE
        assert await told(service, release(1, 100), one) == Held(1, 100)
        assert await told(service, HOLD, two) == Held(2, 100)
        assert await told(service, HOLD, one) is SlipWhy.ELSEWHERE
        assert await told(service, release(2, 0), two) == Held(2, 0)
        for kiosk in (one, two):
            assert await told(service, HOLD, kiosk) is SlipWhy.REDEEMED

    play(settings, scene)


def test_held_again_a_late_release_lets_go_of_nothing_newer(settings: Settings) -> None:
    """The answer was lost and the kiosk asks again: its first release may still be on the way."""

    async def scene(service: Inside) -> None:
        two = await service.new_kiosk("K2")
        assert await told(service, HOLD) == Held(1, 250)
        assert await told(service, HOLD) == Held(2, 250)
        assert await told(service, release(1, 250)) is SlipWhy.NOT_HELD
        assert await told(service, HOLD, two) is SlipWhy.ELSEWHERE
        assert await told(service, release(2, 250)) == Held(2, 250)
        assert await told(service, HOLD, two) == Held(3, 250)

    play(settings, scene)


def test_what_was_used_counts_whatever_became_of_its_hold(settings: Settings) -> None:
    """A question that came late moved the turn: the slip stays with its kiosk, and is not whole again."""

    async def scene(service: Inside) -> None:
        two = await service.new_kiosk("K2")
        assert await told(service, HOLD) == Held(1, 250)
        assert await told(service, HOLD) == Held(2, 250)
        assert await told(service, release(1, 50)) is SlipWhy.NOT_HELD
        assert await told(service, HOLD, two) is SlipWhy.ELSEWHERE
        assert await told(service, HOLD) == Held(3, 50)
        assert await told(service, release(4, 25)) is SlipWhy.NOT_HELD  # an older backup runs here
        assert await told(service, release(3, 50)) == Held(3, 25)
        assert await told(service, release(2, 0), two) is SlipWhy.NOT_HELD  # let go of by hand
        assert await told(service, HOLD, two) is SlipWhy.REDEEMED

    play(settings, scene)


def test_what_was_used_counts_at_an_older_backup(settings: Settings) -> None:
    """It knows nothing of the slip; its kiosk tells what is left, and that is so for all."""

    async def scene(service: Inside) -> None:
        assert await told(service, release(7, 0)) is SlipWhy.NOT_HELD
        assert await told(service, HOLD) is SlipWhy.REDEEMED

    play(settings, scene)


def test_only_who_holds_it_lets_go_and_once(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        two = await service.new_kiosk("K2")
        assert await told(service, release(1, 250)) is SlipWhy.NOT_HELD  # never held by anybody
        assert await told(service, HOLD) == Held(1, 250)
        assert await told(service, release(1, 250), two) is SlipWhy.NOT_HELD
        assert await told(service, release(2, 250)) is SlipWhy.NOT_HELD
        assert await told(service, release(1, 200)) == Held(1, 200)
        assert await told(service, release(1, 200)) is SlipWhy.NOT_HELD  # its answer was lost
        assert await told(service, HOLD, two) == Held(2, 200)

    play(settings, scene)


def test_what_is_left_never_rises(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        await told(service, HOLD)
        assert await told(service, release(1, 100)) == Held(1, 100)
        assert await told(service, HOLD) == Held(2, 100)
        assert await told(service, release(2, 250)) == Held(2, 100)
        assert await told(service, HOLD) == Held(3, 100)

    play(settings, scene)


def test_number_and_face_make_the_slip(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        two = await service.new_kiosk("K2")
        await told(service, HOLD)
        assert await told(service, replace(HOLD, face=25), two) == Held(1, 25)
        assert await told(service, replace(HOLD, number="41788"), two) == Held(1, 250)
        assert (await service.store.counts())["slip"] == 3

    play(settings, scene)


def test_of_two_kiosks_at_once_one_holds_it(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        kiosks = [service.kiosk, await service.new_kiosk("K2")]
        found = await asyncio.gather(*(told(service, HOLD, kiosk) for kiosk in kiosks))
        assert set(found) == {Held(1, 250), SlipWhy.ELSEWHERE}

    play(settings, scene)


def test_a_request_counts_once(settings: Settings) -> None:
    """Sent again as it is, alone or at once, it moves no turn."""

    async def scene(service: Inside) -> None:
        request, asked = service.kiosk.slip(HOLD)
        tls = service.kiosk.row.tls
        race = (service.desk.answer(request, tls) for _ in range(4))
        found = await asyncio.gather(*race, return_exceptions=True)
        (answer,) = (each for each in found if isinstance(each, bytes))
        assert held_in(service.kiosk.read(answer, asked).body) == Held(1, 250)
        with refused(Reason.REPLAY):
            await service.desk.answer(request, tls)
        freed, _ = service.kiosk.slip(release(1, 250))
        await service.desk.answer(freed, tls)
        with refused(Reason.REPLAY):
            await service.desk.answer(freed, tls)
        assert await told(service, HOLD) == Held(2, 250)
        assert (await service.store.counts())["audit"] == 3

    play(settings, scene)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        pack_slip(HOLD)[:-1],
        pack_slip(HOLD) + b"\0",
        b"\x03" + pack_slip(HOLD)[1:],
        pack_slip(HOLD).replace(b"0041788", b"004x788"),
        pack_slip(HOLD)[:-4] + b"\0\0\0\1",
        b"\x02" + pack_slip(HOLD)[1:],
    ],
)
def test_what_is_no_slip_is_refused(embedded: Settings, body: bytes) -> None:
    async def scene(service: Inside) -> None:
        request, _ = service.kiosk.ask(body, Kind.SLIP, fields=Field(0))
        with refused(Reason.MALFORMED):
            await service.desk.answer(request, service.kiosk.row.tls)
        counts = await service.store.counts()
        assert (counts["audit"], counts["slip"]) == (0, 0)

    play(embedded, scene)


def test_who_is_not_that_kiosk_holds_nothing(embedded: Settings) -> None:
    async def scene(service: Inside) -> None:
        other = await service.new_kiosk("K2")
        request, _ = service.kiosk.slip(HOLD)
        with refused(Reason.PEER_FOREIGN):
            await service.desk.answer(request, other.row.tls)
        mine = replace(other.identity, kiosk=service.kiosk.identity.kiosk)
        request, _ = FakeKiosk(mine, service.kiosk.row, service.clock).slip(HOLD)
        with refused(Reason.FORGED):
            await service.desk.answer(request, service.kiosk.row.tls)
        await service.store.put_kiosk(replace(service.kiosk.row, standing=Standing.REVOKED))
        request, _ = service.kiosk.slip(HOLD)
        with refused(Reason.KIOSK_REVOKED):
            await service.desk.answer(request, service.kiosk.row.tls)
        assert await told(service, HOLD, other) == Held(1, 250)

    play(embedded, scene)


def test_a_bag_of_slips_is_no_flood_and_a_flood_slows_nothing_else(embedded: Settings) -> None:
    async def scene(service: Inside) -> None:
        for _ in range(BURST):
            assert isinstance(await told(service, HOLD), Held)
        slow = await service.told(service.kiosk.slip(HOLD))
        assert (slow.status, slow.retry) == (Status.SLOW_DOWN, 1)
        assert (await service.told(service.kiosk.lookup())).status is Status.UNKNOWN
        service.clock.seconds += 1
        assert await told(service, HOLD) == Held(BURST + 1, 250)

    play(embedded, scene)


def test_the_audit_says_what_came_of_it_and_of_nobody(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        two = await service.new_kiosk("K2")
        await told(service, HOLD)
        await told(service, HOLD, two)
        await told(service, release(1, 250))
        await told(service, release(1, 250))
        rows = [unpack(row[3]) for row in await service.store.entries("w0", 0, 10)]
        assert [(row.kiosk, row.outcome) for row in rows] == [
            (service.kiosk.row.id, Status.FOUND),
            (two.row.id, Status.UNKNOWN),
            (service.kiosk.row.id, Status.FOUND),
            (service.kiosk.row.id, Status.UNKNOWN),
        ]
        assert {(row.kind, row.subject, row.granted) for row in rows} == {
            (Kind.SLIP, NO_SUBJECT, 0)
        }

    play(settings, scene)


def test_no_answer_differs_in_size_and_no_number_leaves_the_store(
    embedded: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def scene(service: Inside) -> None:
        two = await service.new_kiosk("K2")
        for kiosk, ask in (
            (service.kiosk, HOLD),
            (two, HOLD),
            (two, release(1, 0)),
            (service.kiosk, release(1, 0)),
            *((two, HOLD),) * BURST,
        ):
            request, _ = kiosk.slip(ask)
            assert len(await service.desk.answer(request, kiosk.row.tls)) == ANSWER_BYTES
        lines = [JsonLines().format(record) for record in caplog.records]
        assert "slow_down" in {json.loads(line)["event"] for line in lines}
        metrics = service.meters.text().decode()
        assert 'kiosk_requests_total{kind="slip",outcome="answered"}' in metrics
        assert NUMBER not in metrics + "".join(lines) + caplog.text

    play(embedded, scene)
