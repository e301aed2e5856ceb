"""Who gets to know what: proof, purpose and consent decide; everybody else learns nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from service.audit import NO_SUBJECT, unpack
from service.errors import Reason, Refusal
from service.lookup import WINDOW_MS
from service.members import decision
from service.records import DataKey, Group
from service.settings import Settings
from service.store.port import Standing
from service.wire.envelope import ANSWER_BYTES, Recipient
from service.wire.messages import (
    ALL_FIELDS,
    CustomerView,
    EvidenceKind,
    Field,
    Kind,
    Status,
)
from service.wire.suite import PublicKey
from tests.service_stand import MEMBER, FakeKiosk, Inside, inside

Scene = Callable[[Inside], Awaitable[None]]


def play(settings: Settings, scene: Scene) -> None:
    """Run a scene on an open service."""

    async def whole() -> None:
        async with inside(settings) as opened:
            await scene(opened)

    asyncio.run(whole())


def refused(reason: Reason) -> pytest.RaisesExc[Refusal]:
    """This request is not accepted, for this reason."""
    return pytest.RaisesExc(Refusal, check=lambda error: error.reason is reason)


def test_a_member_who_consented_is_greeted(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        await service.join()
        answer = await service.told(service.kiosk.lookup())
        seen = CustomerView(answer.body)
        assert answer.status is Status.FOUND
        assert (bytes(seen.name), seen.balance, bytes(seen.tier)) == (
            b"Erika Beispiel",
            1250,
            b"Gold",
        )
        assert (seen.level, seen.price_group, seen.language) == (1, "member", "de")
        assert bytes(seen.offer(0)) == b"10 % auf Brot"
        assert seen.granted == ALL_FIELDS

    play(settings, scene)


def test_only_what_was_asked_for_is_told(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        await service.join()
        answer = await service.told(service.kiosk.lookup(fields=Field.NAME))
        seen = CustomerView(answer.body)
        assert (bytes(seen.name), seen.balance, bytes(seen.tier)) == (b"Erika Beispiel", 0, b"")
        assert seen.granted == Field.NAME

    play(settings, scene)


def test_without_consent_a_group_is_not_even_decrypted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Group] = []
    real = DataKey.open

    def spied(self: DataKey, group: Group, sealed: bytes) -> dict[str, object]:
        opened.append(group)
        return real(self, group, sealed)

    async def scene(service: Inside) -> None:
        member = await service.join()
        event = decision(member, Group.DISPLAY, given=False, language="de", channel="test", now=1)
        await service.store.consent(event)
        monkeypatch.setattr(DataKey, "open", spied)
        seen = CustomerView((await service.told(service.kiosk.lookup())).body)
        assert bytes(seen.name) == b""
        assert Field.NAME not in seen.granted
        assert seen.balance == 1250
        assert Group.DISPLAY not in opened
        assert Group.POINTS in opened

    play(settings, scene)


def test_a_number_anybody_can_copy_opens_the_public_price_group_only(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        await service.join()
        sent = service.kiosk.lookup(kind=EvidenceKind.NUMBER)
        seen = CustomerView((await service.told(sent)).body)
        assert (seen.level, seen.granted, seen.price_group) == (0, Field.PRICE_GROUP, "member")
        assert (bytes(seen.name), seen.balance, seen.offer_count) == (b"", 0, 0)

    play(settings, scene)


def test_cards_typed_at_a_bench_are_nothing_to_a_shop(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        await service.join()
        answer = await service.told(service.kiosk.lookup())
        assert answer.status is Status.UNKNOWN

    play(replace(settings, test_cards=False), scene)


@pytest.mark.parametrize("kind", [kind for kind in EvidenceKind if kind > 2])
def test_a_number_under_another_kind_proves_nothing(embedded: Settings, kind: EvidenceKind) -> None:
    async def scene(service: Inside) -> None:
        await service.join()
        answer = await service.told(service.kiosk.lookup(kind=kind))
        assert answer.status is Status.UNKNOWN

    play(embedded, scene)


def test_found_and_unknown_have_one_size_and_one_place(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        await service.join()
        answers = []
        for card in ("4711000011", "9999999999"):
            request, asked = service.kiosk.lookup(card)
            answer = await service.desk.answer(request, service.kiosk.row.tls)
            answers.append((len(request), len(answer), service.kiosk.read(answer, asked)))
        assert [each[:2] for each in answers] == [(3189, ANSWER_BYTES)] * 2
        assert [each[2].status for each in answers] == [Status.FOUND, Status.UNKNOWN]
        assert len(answers[0][2].body) == len(answers[1][2].body)

    play(settings, scene)


def test_a_request_counts_once_also_after_a_restart(settings: Settings) -> None:
    kept: list[tuple[bytes, bytes]] = []

    async def first(service: Inside) -> None:
        request, _ = service.kiosk.lookup()
        kept.append((request, service.kiosk.row.tls))
        await service.desk.answer(*kept[0])
        with refused(Reason.REPLAY):
            await service.desk.answer(*kept[0])

    async def again(service: Inside) -> None:
        with refused(Reason.REPLAY):
            await service.desk.answer(*kept[0])

    play(settings, first)
    play(settings, again)


def test_the_same_request_twice_at_once_is_answered_once(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        request, _ = service.kiosk.lookup()
        found = await asyncio.gather(
            *(service.desk.answer(request, service.kiosk.row.tls) for _ in range(8)),
            return_exceptions=True,
        )
        assert sum(isinstance(each, bytes) for each in found) == 1
        assert all(isinstance(each, bytes | Refusal) for each in found)

    play(settings, scene)


def test_a_wrong_clock_heals(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        for off in (-WINDOW_MS - 1, WINDOW_MS + 1, 86_400_000):
            sent = service.kiosk.lookup(at=service.clock.ms + off)
            answer = await service.told(sent)
            assert (answer.status, answer.at, answer.signed) == (
                Status.CLOCK,
                service.clock.ms,
                True,
            )
        for off in (-WINDOW_MS, WINDOW_MS):
            sent = service.kiosk.lookup(at=service.clock.ms + off)
            assert (await service.told(sent)).status is Status.UNKNOWN

    play(settings, scene)


def test_a_stolen_kiosk_cannot_try_numbers_out(embedded: Settings) -> None:
    async def scene(service: Inside) -> None:
        for _ in range(embedded.lookup_burst):
            assert (await service.told(service.kiosk.lookup())).status is Status.UNKNOWN
        slow = await service.told(service.kiosk.lookup())
        assert (slow.status, slow.retry) == (Status.SLOW_DOWN, 2)
        service.clock.seconds += 2
        assert (await service.told(service.kiosk.lookup())).status is Status.UNKNOWN
        other = await service.new_kiosk("K2")
        assert (await service.told(other.lookup(), other)).status is Status.UNKNOWN

    play(embedded, scene)


def test_a_canary_raises_an_alarm_and_looks_like_anybody(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        await service.join(replace(MEMBER, canary=True))
        answer = await service.told(service.kiosk.lookup())
        assert answer.status is Status.FOUND
        ((_, kind, kiosk, _),) = await service.store.alarms(5)
        assert (kind, kiosk) == ("canary", service.kiosk.row.id)

    play(settings, scene)


def test_a_revoked_kiosk_is_refused_from_the_next_request_on(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        request, _ = service.kiosk.lookup()
        await service.desk.answer(request, service.kiosk.row.tls)
        await service.store.put_kiosk(replace(service.kiosk.row, standing=Standing.REVOKED))
        request, _ = service.kiosk.lookup()
        with refused(Reason.KIOSK_REVOKED):
            await service.desk.answer(request, service.kiosk.row.tls)

    play(settings, scene)


def test_line_and_signature_must_be_of_one_kiosk(embedded: Settings) -> None:
    async def scene(service: Inside) -> None:
        other = await service.new_kiosk("K2")
        request, _ = service.kiosk.lookup()
        for peer in (other.row.tls, None):
            with refused(Reason.PEER_FOREIGN):
                await service.desk.answer(request, peer)
        thief = FakeKiosk(
            replace(other.identity, kiosk=service.kiosk.identity.kiosk),
            service.kiosk.row,
            service.clock,
        )
        request, _ = thief.lookup()  # another kiosk's id under one's own key
        with refused(Reason.FORGED):
            await service.desk.answer(request, service.kiosk.row.tls)

    play(embedded, scene)


def test_every_flipped_byte_is_refused(embedded: Settings) -> None:
    async def scene(service: Inside) -> None:
        request, _ = service.kiosk.lookup()
        for at in range(len(request)):
            broken = bytearray(request)
            broken[at] ^= 1 << (at % 8)
            with pytest.raises(Refusal):
                await service.desk.answer(bytes(broken), service.kiosk.row.tls)
        for cut in (0, 1, 4, 5, 6, 1125, len(request) - 1):
            with refused(Reason.MALFORMED):
                await service.desk.answer(request[:cut], service.kiosk.row.tls)
        with refused(Reason.MALFORMED):
            await service.desk.answer(request + b"\0", service.kiosk.row.tls)
        assert (await service.store.counts())["audit"] == 0

    play(embedded, scene)


def test_a_request_for_another_service_cannot_be_sealed_on(embedded: Settings) -> None:
    """A staging service with the same key id takes it apart and seals it on: the signature is off."""

    async def scene(service: Inside) -> None:
        right = service.kiosk.to
        staging = Recipient(
            right.key_id, PublicKey(right.key.raw[:1184] + bytes(31) + b"\x09"), "markt"
        )
        request, _ = service.kiosk.ask(b"\x01\x00\x01x" + bytes(511), to=staging)
        with refused(Reason.NOT_OPENED):
            await service.desk.answer(request, service.kiosk.row.tls)
        foreign = Recipient(right.key_id, right.key, "laden")
        request, _ = service.kiosk.ask(b"\x01\x00\x01x" + bytes(511), to=foreign)
        with refused(Reason.NOT_OPENED):
            await service.desk.answer(request, service.kiosk.row.tls)

    play(embedded, scene)


@pytest.mark.parametrize(
    "kind",
    [kind for kind in Kind if kind not in (Kind.LOOKUP, Kind.CONSENT, Kind.SALE, Kind.SLIP)],
)
def test_reserved_kinds_are_answered_and_do_nothing(embedded: Settings, kind: Kind) -> None:
    async def scene(service: Inside) -> None:
        answer = await service.told(service.kiosk.ask(b"", kind))
        assert answer.status is Status.NOT_SERVED

    play(embedded, scene)


def test_the_audit_names_members_under_their_own_key_and_misses_not_at_all(
    settings: Settings,
) -> None:
    async def scene(service: Inside) -> None:
        member = await service.join()
        await service.told(service.kiosk.lookup())
        await service.told(service.kiosk.lookup("9999999999"))
        hit, miss = [unpack(row[3]) for row in await service.store.entries("w0", 0, 10)]
        row = await service.store.member(member)
        assert row
        key = DataKey.unwrap(service.keys.keks[row.kek], row.id, row.wrapped)
        assert key.is_subject(hit.subject)
        assert member not in hit.subject
        assert miss.subject == NO_SUBJECT
        assert (hit.outcome, miss.outcome) == (Status.FOUND, Status.UNKNOWN)
        assert (hit.asked, hit.granted, hit.purpose) == (ALL_FIELDS, ALL_FIELDS, 1)

    play(settings, scene)
