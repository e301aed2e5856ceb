"""Withdrawing at a kiosk: kept for ever, in force at once, and nothing is told by it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from service.audit import unpack
from service.cards import REPEAT_MS
from service.consents import AGAIN_MS, BURST
from service.errors import Reason, Refusal
from service.issuing import issuer_of
from service.records import KIOSK_GROUPS, DataKey, Group
from service.settings import Settings
from service.wire.consent import CONSENT_BYTES, Act, Decision, put_decision
from service.wire.envelope import ANSWER_BYTES, Answer, Asked
from service.wire.messages import (
    EVIDENCE_FIELD_BYTES,
    CustomerView,
    EvidenceKind,
    Field,
    Kind,
    Status,
    put_evidence,
)
from tests.service_stand import CARD, Inside, inside

Scene = Callable[[Inside], Awaitable[None]]
TEXT = b"t" * 32
SHOWING = b"s" * 16


def play(settings: Settings, scene: Scene) -> None:
    """Run a scene on an open service."""

    async def whole() -> None:
        async with inside(settings) as opened:
            await scene(opened)

    asyncio.run(whole())


def withdraw(
    service: Inside,
    data: bytes = CARD.encode(),
    kind: EvidenceKind = EvidenceKind.TEST_CARD,
    *,
    kiosk: int = 0,
) -> tuple[bytes, Asked]:
    """A sealed withdrawal."""
    body = bytearray(CONSENT_BYTES)
    put_decision(memoryview(body), kind, data, Decision(Act.WITHDRAW, 3, "fr", TEXT))
    return service.kiosks[kiosk].ask(bytes(body), Kind.CONSENT, fields=Field(0))


async def looked_up(service: Inside, data: bytes, kind: EvidenceKind) -> Answer:
    """What a lookup by this tells."""
    body = bytearray(EVIDENCE_FIELD_BYTES)
    put_evidence(memoryview(body), kind, data)
    return await service.told(service.kiosk.ask(bytes(body)))


def test_whoever_withdraws_is_nobody_from_the_next_lookup_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Group] = []
    real = DataKey.open

    def spied(self: DataKey, group: Group, sealed: bytes) -> dict[str, object]:
        if self._member == member:
            opened.append(group)
        return real(self, group, sealed)

    member = b""

    async def scene(service: Inside) -> None:
        nonlocal member
        member = await service.join()
        assert (await service.told(service.kiosk.lookup())).status is Status.FOUND
        answer = await service.told(withdraw(service))
        assert (answer.status, answer.signed, bytes(answer.body)) == (Status.FOUND, True, b"")
        monkeypatch.setattr(DataKey, "open", spied)
        later = await service.told(service.kiosk.lookup())
        seen = CustomerView(later.body)
        assert (later.status, seen.granted, bytes(seen.name)) == (Status.UNKNOWN, Field(0), b"")
        assert opened == []
        row = await service.store.member(member)
        assert row
        assert row.consents == Group(0)

    play(settings, scene)


def test_each_decision_is_kept_with_all_that_proves_it(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        member = await service.join()
        await service.told(withdraw(service))
        kept = (await service.store.consents(member))[len(KIOSK_GROUPS) :]
        assert {each.group for each in kept} == set(KIOSK_GROUPS)
        for each in kept:
            assert (each.given, each.text, each.text_version) == (False, TEXT, "kiosk-3")
            assert (each.language, each.channel, each.at) == ("fr", "kiosk", service.clock.ms)
            assert each.kiosk == service.kiosk.row.id
            assert each.method == "button, test_card, level 1"
        (entry,) = [unpack(row[3]) for row in await service.store.entries("w0", 0, 10)]
        row = await service.store.member(member)
        assert row
        key = DataKey.unwrap(service.keys.keks[row.kek], row.id, row.wrapped)
        assert (entry.kind, entry.outcome, entry.level) == (Kind.CONSENT, Status.FOUND, 1)
        assert (entry.granted, key.is_subject(entry.subject)) == (0, True)

    play(settings, scene)


def test_asked_again_it_is_kept_once(settings: Settings) -> None:
    """The answer was lost: the kiosk asks again, and hears the same."""

    async def scene(service: Inside) -> None:
        member = await service.join()
        for _ in range(2):
            assert (await service.told(withdraw(service))).status is Status.FOUND
        assert len(await service.store.consents(member)) == 2 * len(KIOSK_GROUPS)

    play(settings, scene)


def test_nobody_has_nothing_to_withdraw_and_looks_alike(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        request, asked = withdraw(service, b"9999999999")
        raw = await service.desk.answer(request, service.kiosk.row.tls)
        answer = service.kiosk.read(raw, asked)
        assert (len(raw), answer.status, bytes(answer.body)) == (ANSWER_BYTES, Status.UNKNOWN, b"")

    play(settings, scene)


def test_a_number_anybody_can_copy_is_enough_to_have_less_shown(settings: Settings) -> None:
    """It opens the price group, so it must be able to close it again; it still tells nothing."""

    async def scene(service: Inside) -> None:
        await service.join()
        sent = withdraw(service, kind=EvidenceKind.NUMBER)
        answer = await service.told(sent)
        assert (answer.status, bytes(answer.body)) == (Status.FOUND, b"")
        assert (await service.told(service.kiosk.lookup())).status is Status.UNKNOWN

    play(settings, scene)


def test_a_code_withdraws_by_the_showing_it_was_looked_up_with(settings: Settings) -> None:
    """However long the purchase took; by no other showing, and at no other kiosk."""

    async def scene(service: Inside) -> None:
        member = await service.join()
        issuer = await issuer_of(service.settings, service.keys, service.store, service.clock.ms)
        code = (await issuer.code(member)).text.removeprefix("OK1:").encode()
        kind = EvidenceKind.COSE_TOKEN
        assert (await looked_up(service, SHOWING + code, kind)).status is Status.FOUND
        await service.new_kiosk("K2")
        service.clock.ms += 10 * REPEAT_MS
        for kiosk, showing in ((0, b"x" * 16), (1, SHOWING)):
            request, asked = withdraw(service, showing + code, kind, kiosk=kiosk)
            found = service.kiosks[kiosk]
            answer = found.read(await service.desk.answer(request, found.row.tls), asked)
            assert answer.status is Status.UNKNOWN
        assert len(await service.store.consents(member)) == len(KIOSK_GROUPS)
        assert (await service.told(withdraw(service, SHOWING + code, kind))).status is Status.FOUND
        assert len(await service.store.consents(member)) == 2 * len(KIOSK_GROUPS)

    play(settings, scene)


def test_a_showing_of_yesterday_withdraws_nothing(embedded: Settings) -> None:
    async def scene(service: Inside) -> None:
        member = await service.join()
        issuer = await issuer_of(service.settings, service.keys, service.store, service.clock.ms)
        code = (await issuer.code(member)).text.removeprefix("OK1:").encode()
        await looked_up(service, SHOWING + code, EvidenceKind.COSE_TOKEN)
        service.clock.ms += AGAIN_MS + 1
        sent = withdraw(service, SHOWING + code, EvidenceKind.COSE_TOKEN)
        assert (await service.told(sent)).status is Status.UNKNOWN

    play(embedded, scene)


def test_sales_on_their_way_are_not_linked_any_more(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        await service.join()
        first, second = (service.kiosk.record(number, CARD) for number in (1, 2))
        await service.told(service.kiosk.sales(first))
        await service.told(withdraw(service))
        await service.told(service.kiosk.sales(second))
        counts = await service.store.counts()
        assert (counts["sale"], counts["sale_link"]) == (2, 1)

    play(settings, scene)


def test_a_kiosk_withdraws_a_few_times_a_minute_and_no_more(embedded: Settings) -> None:
    async def scene(service: Inside) -> None:
        for _ in range(BURST):
            assert (await service.told(withdraw(service))).status is Status.UNKNOWN
        assert (await service.told(withdraw(service))).status is Status.SLOW_DOWN
        assert (await service.told(service.kiosk.lookup())).status is Status.UNKNOWN

    play(embedded, scene)


@pytest.mark.parametrize("body", [b"", bytes(CONSENT_BYTES), b"\x01\x00\x01x" + bytes(547)])
def test_what_is_no_decision_is_refused(embedded: Settings, body: bytes) -> None:
    async def scene(service: Inside) -> None:
        request, _ = service.kiosk.ask(body, Kind.CONSENT)
        with pytest.RaisesExc(Refusal, check=lambda error: error.reason is Reason.MALFORMED):
            await service.desk.answer(request, service.kiosk.row.tls)
        assert (await service.store.counts())["audit"] == 0

    play(embedded, scene)
