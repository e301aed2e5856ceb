"""Cards and codes at a lookup: each proves its level once, and whatever is odd looks like nobody."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.audit import NO_SUBJECT, Entry, unpack
from service.cards import ALARM_BURST, GAP_MOST
from service.keys import new_pepper
from service.proofs.table import Checker
from service.records import DataKey
from service.settings import Settings
from service.store.port import Booked, Booking, Use
from service.telemetry import JsonLines
from service.wire import token
from service.wire.envelope import ANSWER_BYTES
from service.wire.messages import CustomerView, EvidenceKind, Field, Status
from tests.card_stand import (
    HOST,
    OTHER_UID,
    UID,
    Proof,
    Wallet,
    ask,
    code_of,
    level_told,
    shown,
    wallet,
)
from tests.service.test_lookup import Scene
from tests.service.test_lookup import play as play_any
from tests.service_stand import NOW, Inside, inside

SHOWING, OTHER = b"s" * 16, b"t" * 16
IDM = bytes.fromhex("0114B2C3D4E5F6A7")


def play(settings: Settings, scene: Scene) -> None:
    """On a service that takes our cards."""
    play_any(replace(settings, card_hosts=(HOST,)), scene)


def reasons(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Why proofs were refused, as the log tells it."""
    told = [json.loads(JsonLines().format(record)) for record in caplog.records]
    return [line["reason"] for line in told if line.get("event") == "proof refused"]


async def alarms(service: Inside) -> list[str]:
    """Their kinds, the newest first."""
    return [kind for _, kind, _, _ in await service.store.alarms(99)]


# --- what each proves -----------------------------------------------------------------------------


async def held(member: Wallet, kind: EvidenceKind) -> Proof:
    """One of each kind."""
    match kind:
        case EvidenceKind.SUN:
            return (await member.sun()).tap()
        case EvidenceKind.NDEF_TOKEN:
            return await member.token()
        case EvidenceKind.COSE_TOKEN:
            return await member.code()
        case EvidenceKind.CARD_UID:
            return await member.number(kind, UID)
        case _:
            return await member.number(EvidenceKind.FELICA_IDM, IDM)


LEVELS = {
    EvidenceKind.CARD_UID: 0,
    EvidenceKind.FELICA_IDM: 0,
    EvidenceKind.NDEF_TOKEN: 1,
    EvidenceKind.COSE_TOKEN: 1,
    EvidenceKind.SUN: 2,
}


@pytest.mark.parametrize("kind", LEVELS)
def test_each_kind_opens_what_it_proves(settings: Settings, kind: EvidenceKind) -> None:
    async def scene(service: Inside) -> None:
        evidence = shown(await held(await wallet(service), kind))
        seen = CustomerView((await service.told(ask(service.kiosk, evidence))).body)
        assert seen.level == LEVELS[kind]
        assert (seen.granted == Field.PRICE_GROUP) is (LEVELS[kind] == 0)
        assert bytes(seen.name) == (b"Erika Beispiel" if LEVELS[kind] else b"")
        (entry,) = [unpack(row[3]) for row in await service.store.entries("w0", 0, 10)]
        assert (entry.outcome, entry.level) == (Status.FOUND, LEVELS[kind])
        row = await service.store.member(await member_of(service))
        assert row
        key = DataKey.unwrap(service.keys.keks[row.kek], row.id, row.wrapped)
        assert key.is_subject(entry.subject)

    play(settings, scene)


async def member_of(service: Inside) -> bytes:
    """Whose the first card is."""
    return (await service.store.cards())[0].member


def test_a_leakage_resilient_card_too(embedded: Settings) -> None:
    async def scene(service: Inside) -> None:
        card = await (await wallet(service)).sun(lrp=True)
        assert await level_told(service, shown(card.tap())) == 2

    play(embedded, scene)


@pytest.mark.parametrize("kind", LEVELS)
def test_a_revoked_one_is_refused_at_once(
    settings: Settings, kind: EvidenceKind, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(service: Inside) -> None:
        member = await wallet(service)
        evidence = shown(await held(member, kind))
        assert await level_told(service, evidence) == LEVELS[kind]
        assert await service.store.revoke_card(member.rows[0].id, NOW)
        assert await level_told(service, evidence) == -1  # also asked again for the same showing
        assert reasons(caplog) == ["revoked"]

    play(settings, scene)


# --- counted once ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [EvidenceKind.SUN, EvidenceKind.COSE_TOKEN])
def test_a_lost_answer_may_be_asked_for_again(settings: Settings, kind: EvidenceKind) -> None:
    async def scene(service: Inside) -> None:
        evidence = shown(await held(await wallet(service), kind), SHOWING)
        for _ in range(3):
            assert await level_told(service, evidence) == LEVELS[kind]

    play(settings, scene)


@pytest.mark.parametrize("kind", [EvidenceKind.SUN, EvidenceKind.COSE_TOKEN])
def test_the_same_proof_in_another_showing_is_a_replay(
    settings: Settings, kind: EvidenceKind, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(service: Inside) -> None:
        proof = await held(await wallet(service), kind)
        other = await service.new_kiosk("K2")
        assert await level_told(service, shown(proof, SHOWING)) == LEVELS[kind]
        assert await level_told(service, shown(proof, OTHER)) == -1
        assert await level_told(service, shown(proof, SHOWING), other) == -1  # another kiosk's
        assert reasons(caplog) == ["replayed"] * 2
        wanted = ["card_replayed"] * 2 if kind is EvidenceKind.SUN else []
        assert await alarms(service) == wanted

    play(settings, scene)


def test_a_token_on_a_card_is_shown_each_day(embedded: Settings) -> None:
    """It counts nothing: a copy on another card is refused, a copy with its UID is not told apart."""

    async def scene(service: Inside) -> None:
        proof = await (await wallet(service)).token()
        for _ in range(3):
            assert await level_told(service, shown(proof)) == 1
        cloned = (proof[0], bytes((7,)) + OTHER_UID + proof[1][8:])
        assert await level_told(service, shown(cloned)) == -1
        assert await alarms(service) == ["card_copied"]

    play(embedded, scene)


def test_a_counter_never_goes_back(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    async def scene(service: Inside) -> None:
        card = await (await wallet(service)).sun()
        harvested = [card.tap() for _ in range(3)]
        assert await level_told(service, shown(harvested[1])) == 2
        assert await level_told(service, shown(harvested[0])) == -1
        assert await level_told(service, shown(harvested[2])) == 2
        assert reasons(caplog) == ["rolled_back"]
        assert await alarms(service) == ["card_rolled_back"]
        (row,) = await service.store.cards()
        assert row.counter == 3

    play(settings, scene)


def test_a_leap_of_the_counter_is_told_and_taken(embedded: Settings) -> None:
    async def scene(service: Inside) -> None:
        card = await (await wallet(service)).sun()
        card.counter = GAP_MOST - 1
        assert await level_told(service, shown(card.tap())) == 2
        assert await alarms(service) == []
        card.counter += GAP_MOST
        assert await level_told(service, shown(card.tap())) == 2
        assert await alarms(service) == ["card_gap"]

    play(embedded, scene)


@pytest.mark.parametrize("kind", [EvidenceKind.SUN, EvidenceKind.COSE_TOKEN])
def test_of_showings_at_once_exactly_one_wins(settings: Settings, kind: EvidenceKind) -> None:
    """Two processes of one service, each with a kiosk of its own."""

    async def scene(service: Inside) -> None:
        proof = await held(await wallet(service), kind)
        async with inside(service.settings, "w1") as second:
            asked = [
                (each, ask(each.kiosk, shown(proof, bytes([n]) * 16)))
                for n in range(6)
                for each in (service, second)
            ]
            answers = await asyncio.gather(*(each.told(sent) for each, sent in asked))
            assert (
                sorted(answer.status for answer in answers)
                == [Status.FOUND] + [Status.UNKNOWN] * 11
            )
            assert (await service.store.counts())["audit"] == 12

    play(settings, scene)


def test_a_race_that_only_the_store_sees(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody is first between the look at the card and the entry."""

    async def scene(service: Inside) -> None:
        card = await (await wallet(service)).sun()
        (row,) = await service.store.cards()
        real = service.store.record

        async def overtaken(
            entry: Entry, sales: tuple[Booking, ...] = (), use: Use | None = None
        ) -> Booked | None:
            if use:
                first = Use(row.id, 1, b"k" * 16, b"h" * 32, NOW)
                await real(replace(entry, nonce=b"n" * 16), use=first)
            return await real(entry, sales, use)

        monkeypatch.setattr(service.store, "record", overtaken)
        assert await level_told(service, shown(card.tap())) == -1
        assert reasons(caplog) == ["replayed"]
        entries = [unpack(each[3]) for each in await service.store.entries("w0", 0, 9)]
        assert [each.outcome for each in entries] == [Status.FOUND, Status.UNKNOWN]
        assert entries[1].subject == NO_SUBJECT

    play(settings, scene)


# --- nobody ---------------------------------------------------------------------------------------


def test_refused_found_and_unknown_have_one_size_and_one_record(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(service: Inside) -> None:
        member = await wallet(service)
        card = await member.sun()
        forged = replace(card, file_key=bytes(16))
        unknown = replace(await member.sun(OTHER_UID))
        await service.store.revoke_card(member.rows[1].id, NOW)
        bodies = []
        for proof in (card.tap(), forged.tap(), unknown.tap(), (EvidenceKind.SUN, b"x")):
            request, asked = ask(service.kiosk, shown(proof))
            answer = await service.desk.answer(request, service.kiosk.row.tls)
            assert (len(request), len(answer)) == (3189, ANSWER_BYTES)
            bodies.append(bytes(service.kiosk.read(answer, asked).body))
        assert len({len(body) for body in bodies}) == 1
        assert len(set(bodies[1:])) == 1
        assert reasons(caplog) == ["forged", "revoked", "malformed"]
        assert (await service.store.counts())["audit"] == 4

    play(settings, scene)


def test_nobodys_lookup_decrypts_as_much(
    embedded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Level and consent decide what is opened, not whether there is anybody."""

    async def scene(service: Inside) -> None:
        card = await (await wallet(service)).sun()
        counted: list[int] = []
        real = DataKey.open

        def spied(self: DataKey, group: object, sealed: bytes) -> dict[str, object]:
            counted[-1] += 1
            return real(self, group, sealed)  # type: ignore[arg-type]

        monkeypatch.setattr(DataKey, "open", spied)
        for proof in (card.tap(), replace(card, file_key=bytes(16)).tap(), (card.tap()[0], b"x")):
            counted.append(0)
            await service.told(ask(service.kiosk, shown(proof)))
        assert counted == [5, 5, 5]

    play(embedded, scene)


def test_every_refusal_is_told_inside_without_a_number(
    embedded: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def scene(service: Inside) -> None:
        member = await wallet(service)
        card, code = await member.sun(), await member.code()
        now = NOW // 1000
        claims = token.Claims(b"p" * 16, now, now + 60, once=True)
        foreign = Ed25519PrivateKey.generate()
        for proof in (
            replace(card, file_key=bytes(16)).tap(),
            replace(card, host="evil.example").tap(),
            code_of(claims, foreign),
            code_of(claims, service.keys.issuers[1]),
            code_of(replace(claims, expires=now), service.keys.issuers[1]),
            (EvidenceKind.CARD_UID, b"\x08abc"),
            (EvidenceKind.CARD_UID, OTHER_UID),
            (EvidenceKind.COSE_TOKEN, code[1][:-3]),
        ):
            assert await level_told(service, shown(proof)) == -1
        assert reasons(caplog) == [
            "forged",
            "foreign_host",
            "foreign_issuer",
            "unknown_card",
            "expired",
            "changing_number",
            "malformed",
        ]
        text = caplog.text + service.meters.text().decode()
        text += "".join(JsonLines().format(record) for record in caplog.records)
        for secret in (UID.hex(), OTHER_UID.hex(), code[1].decode(), HOST, "Erika"):
            assert secret.lower() not in text.lower()
        counted = 'kiosk_proofs_refused_total{kind="sun",reason="forged"} 1.0'
        assert counted in service.meters.text().decode()

    play(embedded, scene)


def test_whoever_taps_forged_cards_all_day_does_not_fill_the_store(embedded: Settings) -> None:
    async def scene(service: Inside) -> None:
        forged = replace(await (await wallet(service)).sun(), file_key=bytes(16))
        for _ in range(10):
            assert await level_told(service, shown(forged.tap())) == -1
        assert await alarms(service) == ["card_forged"] * ALARM_BURST
        assert 'kiosk_alarms_total{kind="card_forged"} 10.0' in service.meters.text().decode()

    play(embedded, scene)


def test_a_proof_is_looked_at_for_kiosks_that_are_served_only(
    embedded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(service: Inside) -> None:
        card = await (await wallet(service)).sun()
        monkeypatch.setattr(Checker, "check", None)  # it would raise
        for _ in range(embedded.lookup_burst):
            service.desk._lookups.wait(service.kiosk.row.id, 0.0)
        answer = await service.told(ask(service.kiosk, shown(card.tap())))
        assert answer.status is Status.SLOW_DOWN

    play(embedded, scene)


def test_cards_are_found_under_an_older_pepper(settings: Settings) -> None:
    async def scene(service: Inside) -> None:
        card = await (await wallet(service)).sun()
        proof = card.tap()
        assert await level_told(service, shown(proof, SHOWING)) == 2
        new_pepper(service.settings.folder / "keys")
        service.keys.refresh()
        assert await level_told(service, shown(proof, SHOWING)) == 2
        assert await level_told(service, shown(proof, OTHER)) == -1
        assert await level_told(service, shown(card.tap())) == 2

    play(settings, scene)


def test_a_card_that_ends_ends(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    async def scene(service: Inside) -> None:
        member = await wallet(service)
        row = (await member.issuer.sun(member.member, UID, days=1)).row
        card = await member.sun()  # the same once more
        service.clock.ms = row.expires - 1
        assert await level_told(service, shown(card.tap())) == 2
        service.clock.ms = row.expires
        assert await level_told(service, shown(card.tap())) == -1
        assert reasons(caplog) == ["expired"]

    play(settings, scene)
