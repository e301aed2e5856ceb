"""The service's own keys: one file a key, each for one use. What has run out is destroyed.

keys/lookup-<id>-<since>-<until>.seed   opens requests; a day each, kept a second day for late ones
keys/outbox-<id>-<since>-<until>.seed   opens customer links; outlives the longest time offline
keys/answer.key                         signs times and receipts (Ed25519 seed)
keys/checkpoint.key  keys/witness.key   sign the audit's checkpoints, authenticate its witness files
keys/kek-<version>.key                  wraps each customer's data key
keys/pepper-<version>.key               keys the blind index; the highest version writes
keys/card-master-<version>.key          AES-128; cards' own keys are derived from it (AN10922)
keys/issuer-<version>.key               signs tokens and codes (Ed25519 seed); the highest version signs
keys/keyset.bin                         the signed public key set that kiosks get

The key that signs key sets and the root certificate's key lie in another folder, to be taken away.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.errors import SettingsError
from service.files import destroy, read_secret, write_secret
from service.wire.envelope import SIGNATURE_BYTES
from service.wire.keyset import KeySet, ServiceKey, Use, read_key_set, sign_key_set
from service.wire.suite import SEED_BYTES, PrivateKey

DAY = 86_400_000
LOOKUP_DAYS, LOOKUP_OVERLAP_DAYS = 1, 1
OUTBOX_DAYS, OUTBOX_KEPT_DAYS = 30, 90
JUMP_MS = DAY // 2
"""Less than a key is kept beyond its day: a clock this far off destroys nothing in use."""
AHEAD_DAYS = 35
"""Key sets are made this far ahead, since the key that signs them is not at hand every day."""

SECRET_BYTES, CARD_MASTER_BYTES = 32, 16

_SEED = re.compile(r"(lookup|outbox)-([0-9a-f]{8})-(\d{13})-(\d{13})\.seed")
_VERSIONED = re.compile(r"(kek|pepper|card-master|issuer)-(\d{4})\.key")
_KEPT_DAYS = {Use.LOOKUP: LOOKUP_OVERLAP_DAYS, Use.OUTBOX: OUTBOX_KEPT_DAYS}


@dataclass(frozen=True, slots=True)
class Opening:
    """A private key and its time. It opens until `destroyed`, is sealed to until `until`."""

    id: bytes
    use: Use
    key: PrivateKey
    since: int
    until: int
    path: Path

    @property
    def destroyed(self) -> int:
        """When nothing sealed to it can be on its way any more (Unix ms)."""
        return self.until + _KEPT_DAYS[self.use] * DAY

    def public(self) -> ServiceKey:
        """Its place in the key set."""
        return ServiceKey(self.id, self.use, self.key.public.raw, self.since, self.until)


class Keys:
    """All keys of a running service, read once; `refresh` after the folder has changed."""

    def __init__(self, folder: Path) -> None:
        """Raises SettingsError."""
        self.folder = folder
        self.answer = signing_key(folder / "answer.key")
        self.checkpoint = signing_key(folder / "checkpoint.key")
        self.witness = read_secret(folder / "witness.key")
        self.refresh()

    def refresh(self) -> None:
        """Read what operators may have added: seeds, peppers, keks, key set. Raises SettingsError."""
        self.keks = _versions(self.folder, "kek")
        self.peppers = _versions(self.folder, "pepper")
        self.masters = _versions(self.folder, "card-master", CARD_MASTER_BYTES, needed=False)
        seeds = _versions(self.folder, "issuer", needed=False)
        self.issuers = {
            version: Ed25519PrivateKey.from_private_bytes(seed) for version, seed in seeds.items()
        }
        self.openings = {each.id: each for each in seeds_in(self.folder)}
        self.document = read_secret(self.folder / "keyset.bin")
        self.version = int(json.loads(self.document[SIGNATURE_BYTES:])["version"])

    def opening(self, key_id: bytes, use: Use, now: int) -> PrivateKey | None:
        """The key of this id, unless it is for another use or its time is over."""
        found = self.openings.get(key_id)
        return found.key if found and found.use is use and now < found.destroyed else None

    def destroy_old(self, now: int) -> int:
        """Destroy keys nothing may be opened with any more; how many.

        Raises SettingsError where the clock has jumped: a wrong one would destroy the keys in use.
        """
        confirm_clock(self.folder, now, jump=False)
        old = [each for each in self.openings.values() if now >= each.destroyed]
        for each in old:
            destroy(each.path)
            del self.openings[each.id]
        return len(old)


def confirm_clock(folder: Path, now: int, *, jump: bool) -> None:
    """Remember the time, for the next look at it; `jump`: an operator says that it is right.

    Raises SettingsError where it is days away from what was remembered.
    """
    path = folder / "clock"
    seen = int(path.read_text()) if path.exists() else now
    if abs(now - seen) > JUMP_MS and not jump:
        raise SettingsError(
            "the clock is half a day or more away from when this service last ran: old keys are "
            "kept. If it is right, run ./run service keys confirm-clock"
        )
    write_secret(path, str(now).encode())


def signing_key(path: Path) -> Ed25519PrivateKey:
    """Raises SettingsError."""
    try:
        return Ed25519PrivateKey.from_private_bytes(read_secret(path))
    except ValueError as error:
        raise SettingsError(f"{path}: is damaged; restore it from a backup") from error


def seeds_in(folder: Path) -> list[Opening]:
    """Every lookup and outbox key of a folder. Raises SettingsError."""
    found = []
    for path in sorted(folder.glob("*.seed")):
        match = _SEED.fullmatch(path.name)
        if not match:
            raise SettingsError(f"{path}: is no key of this service; take it away")
        use, key_id, since, until = match.groups()
        key = PrivateKey(read_secret(path))
        found.append(Opening(bytes.fromhex(key_id), Use(use), key, int(since), int(until), path))
    return found


def _versions(
    folder: Path, name: str, size: int = SECRET_BYTES, *, needed: bool = True
) -> dict[int, bytes]:
    found = {}
    for path in sorted(folder.glob(f"{name}-*.key")):
        match = _VERSIONED.fullmatch(path.name)
        secret = read_secret(path)
        if not match or len(secret) != size:
            raise SettingsError(f"{path}: is damaged; restore it from a backup")
        found[int(match[2])] = secret
    if needed and not found:
        raise SettingsError(f"{folder}: has no {name}-0001.key; restore it from a backup")
    return found


# --- making and signing ---------------------------------------------------------------------------


def make_keys(folder: Path, offline: Ed25519PrivateKey, tenant: str, now: int) -> None:
    """A new service's keys and first key set. Raises OSError."""
    for name in ("answer.key", "checkpoint.key", "witness.key", "kek-0001.key", "pepper-0001.key"):
        write_secret(folder / name, secrets.token_bytes(SECRET_BYTES))
    make_card_keys(folder)
    extend(folder, offline, tenant, now, version=1)


def make_card_keys(folder: Path) -> None:
    """The card master key and the issuer's key, where the folder has none. Raises OSError."""
    for name, size in (("card-master", CARD_MASTER_BYTES), ("issuer", SECRET_BYTES)):
        if not list(folder.glob(f"{name}-*.key")):
            write_secret(folder / f"{name}-0001.key", secrets.token_bytes(size))


def extend(
    folder: Path, offline: Ed25519PrivateKey, tenant: str, now: int, *, version: int | None = None
) -> KeySet:
    """Make the keys of the days ahead that are missing, and sign a new key set.

    Raises SettingsError if `offline` is not the key that signed the last set.
    """
    if version is None:
        version = read_pinned(folder, offline).version + 1
    for use, days in ((Use.LOOKUP, LOOKUP_DAYS), (Use.OUTBOX, OUTBOX_DAYS)):
        _make_ahead(folder, use, days * DAY, now)
    answer = signing_key(folder / "answer.key")
    public = ServiceKey(
        bytes(4), Use.ANSWER, answer.public_key().public_bytes_raw(), now, now + 366 * DAY
    )
    alive = [each.public() for each in seeds_in(folder) if now < each.until]
    keys = KeySet(tenant, version, (public, *sorted(alive, key=lambda each: each.since)))
    write_secret(folder / "keyset.bin", sign_key_set(keys, offline))
    return keys


def read_pinned(folder: Path, offline: Ed25519PrivateKey) -> KeySet:
    """The key set in force. Raises SettingsError if this key did not sign it."""
    from service.wire.envelope import Forged

    try:
        return read_key_set(read_secret(folder / "keyset.bin"), offline.public_key())
    except Forged as error:
        raise SettingsError("the offline key is not the one kiosks have pinned") from error


def _make_ahead(folder: Path, use: Use, length: int, now: int) -> None:
    last = max((each.until for each in seeds_in(folder) if each.use is use), default=now)
    start = max(last, now)
    while start < now + AHEAD_DAYS * DAY:
        key_id = secrets.token_bytes(4)
        name = f"{use.value}-{key_id.hex()}-{start:013d}-{start + length:013d}.seed"
        write_secret(folder / name, secrets.token_bytes(SEED_BYTES))
        start += length


def rotate(folder: Path, offline: Ed25519PrivateKey, tenant: str, now: int) -> KeySet:
    """End the keys in force now: destroy every lookup key, keep outbox keys for what is on its way.

    For the day after a break-in. Kiosks fetch the new set when their old key is refused.
    Raises SettingsError.
    """
    read_pinned(folder, offline)
    for each in seeds_in(folder):
        if each.use is Use.LOOKUP:
            destroy(each.path)
        elif each.until > now:
            ended = f"{each.use.value}-{each.id.hex()}-{each.since:013d}-{now:013d}.seed"
            each.path.rename(folder / ended)
    return extend(folder, offline, tenant, now)


def new_pepper(folder: Path) -> int:
    """A new version for the blind index; older ones still find, until all members are re-indexed."""
    version = max(_versions(folder, "pepper")) + 1
    write_secret(folder / f"pepper-{version:04d}.key", secrets.token_bytes(SECRET_BYTES))
    return version
