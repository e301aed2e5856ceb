"""A ready service for demos, tests and measurements: kiosks let in and members added in one go.

Nobody compares a fingerprint here, so it only works on a service that takes test cards.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service import authority
from service.cards import indexes_of
from service.clock import SystemClock
from service.errors import SettingsError
from service.files import read_secret, write_secret
from service.issuing import CannotIssue, Personalisation, issuer_of
from service.keys import Keys
from service.members import Profile, decision, new_member
from service.records import KIOSK_GROUPS, Group
from service.server import open_store
from service.settings import Settings, endpoint
from service.setup import initialise
from service.store.port import KioskRow, Standing, Store
from service.wire.messages import EvidenceKind

DEMO_HOST = "karte.example"
"""Stands in the links of the demo's cards; nobody ever calls it."""
DEMO_CODES = 20
DEMO_UIDS = {
    "uid": "04A1B2C3D4E5F6",
    "token": "04B1C2D3E4F506",
    "sun": "04C1D2E3F40516",
    "lrp": "04D1E2F3041526",
}
"""Of the demo's cards, by what they prove."""
CARDS_FILE = "cards.json"
"""In the demo's folder: its cards with their keys, for a simulated reader. A shop has no such file."""

ERIKA = Profile(
    card="4711",
    name="Erika",
    balance=1250,
    tier="Gold",
    price_group="member",
    offers=("10 % auf Brot",),
)
"""The demo's member: `./run lab card 4711`."""


def make_stand(
    settings: Settings, kiosks: Iterable[Path], members: Iterable[Profile] = (ERIKA,)
) -> None:
    """A new service, with an identity folder for each kiosk. Raises SettingsError, or StoreAway."""
    if not settings.test_cards:
        raise SettingsError("test_cards: a stand is for tests; a shop enrols kiosks one by one")
    offline = settings.folder.with_name(settings.folder.name + "-offline")
    initialise(settings, offline, SystemClock().now_ms())
    asyncio.run(_fill(settings, list(kiosks), list(members)))


async def _fill(settings: Settings, kiosks: list[Path], members: list[Profile]) -> None:
    keys = Keys(settings.folder / "keys")
    store = await open_store(settings, keys, f"{settings.writer}-cli")
    try:
        for identity in kiosks:
            await let_in(settings, keys, store, identity)
        for member in members:
            await join(keys, store, member)
    finally:
        await store.close()


async def let_in(settings: Settings, keys: Keys, store: Store, identity: Path) -> KioskRow:
    """Make both of a kiosk's keys and write its identity folder. Raises SettingsError, StoreAway."""
    now, folder = SystemClock().now_ms(), settings.folder
    tls, signing = ec.generate_private_key(ec.SECP256R1()), Ed25519PrivateKey.generate()
    row = KioskRow(
        secrets.token_bytes(16),
        identity.name,
        signing.public_key().public_bytes_raw(),
        authority.key_digest(tls.public_key()),
        Standing.ACTIVE,
        now,
        now,
    )
    await store.put_kiosk(row)
    issuing = authority.load(folder / "tls", "issuing")
    certificate = authority.issue_kiosk(issuing, row.id, tls.public_key(), now)
    chain = authority.pem(certificate) + authority.pem(issuing.certificate)
    told = {
        "kiosk": row.id.hex(),
        "tenant": settings.tenant,
        "host": settings.host,
        "port": endpoint(settings.kiosks, "kiosks")[1],
    }
    for name, data in (
        ("tls.key", authority.pem_key(tls)),
        ("tls.pem", chain),
        ("signing.key", signing.private_bytes_raw()),
        ("root.pem", read_secret(folder / "tls" / "root.pem")),
        ("pinned.key", read_secret(folder / "keys" / "pinned.key")),
        ("keyset.bin", keys.document),
        ("identity.json", json.dumps(told).encode()),
    ):
        write_secret(identity / name, data)
    return row


def make_demo_cards(settings: Settings, profile: Profile = ERIKA) -> Path:
    """Cards and fresh codes of the demo's member, and the file that tells them; its path.

    May be called again: cards stay, codes are new. Raises SettingsError, StoreAway.
    """
    if not settings.test_cards:
        raise SettingsError("test_cards: cards whose keys lie in a file are for demos")
    path = settings.folder / CARDS_FILE

    async def whole() -> None:
        keys = Keys(settings.folder / "keys")
        store = await open_store(settings, keys, f"{settings.writer}-cli")
        try:
            found = await _cards(settings, keys, store, profile)
            write_secret(path, json.dumps(found, indent=1).encode())
        finally:
            await store.close()

    asyncio.run(whole())
    return path


async def _cards(settings: Settings, keys: Keys, store: Store, profile: Profile) -> dict[str, Any]:
    indexes = indexes_of(keys, EvidenceKind.NUMBER, profile.card.encode("ascii"))
    _, member = await store.find(b"", indexes)
    if member is None:
        raise SettingsError("the demo has no member; remove its folder to begin anew")
    issuer = await issuer_of(settings, keys, store, SystemClock().now_ms())
    uids = {name: bytes.fromhex(uid) for name, uid in DEMO_UIDS.items()}
    with contextlib.suppress(CannotIssue):  # it is registered already
        await issuer.number(member.id, EvidenceKind.CARD_UID, uids["uid"])
    signed = await issuer.card_token(member.id, uids["token"])
    try:
        counting = {
            name: await issuer.sun(member.id, uids[name], lrp=name == "lrp")
            for name in ("sun", "lrp")
        }
    except CannotIssue as error:
        raise SettingsError(f"the demo's card: {error}; remove its folder to begin anew") from error
    codes = [(await issuer.code(member.id)).text for _ in range(DEMO_CODES)]
    return {
        "uid": {"uid": DEMO_UIDS["uid"]},
        "token": {"uid": DEMO_UIDS["token"], "ndef": signed.ndef.hex().upper()},
        **{name: {"uid": DEMO_UIDS[name], **_chip(made)} for name, made in counting.items()},
        "code": codes[0],
        "codes": codes,
    }


def _chip(made: Personalisation) -> dict[str, Any]:
    return {
        "key": made.file_key.hex().upper(),
        "meta_key": made.meta_key.hex().upper(),
        "uri": made.uri,
        "picc_offset": made.picc_offset,
        "mac_input_offset": made.mac_input_offset,
        "mac_offset": made.mac_offset,
        "lrp": made.lrp,
    }


async def join(keys: Keys, store: Store, profile: Profile) -> bytes:
    """Add a member who consents to everything; their id. Raises BadProfile, StoreAway."""
    now = SystemClock().now_ms()
    member = new_member(profile, keys, now, Group(sum(KIOSK_GROUPS)))
    events = tuple(
        decision(member.row.id, group, given=True, language="de", channel="stand", now=now)
        for group in KIOSK_GROUPS
    )
    await store.add_member(member, events)
    return member.row.id
