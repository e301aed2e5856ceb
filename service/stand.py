"""A ready service for demos, tests and measurements: kiosks let in and members added in one go.

Nobody compares a fingerprint here, so it only works on a service that takes test cards.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service import authority
from service.clock import SystemClock
from service.errors import SettingsError
from service.files import read_secret, write_secret
from service.keys import Keys
from service.members import Profile, decision, new_member
from service.records import KIOSK_GROUPS, Group
from service.server import open_store
from service.settings import Settings, endpoint
from service.setup import initialise
from service.store.port import KioskRow, Standing, Store

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
