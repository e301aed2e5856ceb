"""Members: added with a recorded consent, changed only by decisions that are kept for ever."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from service.keys import Keys
from service.records import KIOSK_GROUPS, DataKey, Group, MemberRow, blind, wrap
from service.store.port import ConsentEvent, NewMember
from service.wire.messages import (
    GROUP_BYTES,
    NAME_BYTES,
    OFFER_BYTES,
    OFFERS_MOST,
    TIER_BYTES,
    EvidenceKind,
)
from service.wire.suite import sha256

CONSENT_TEXTS = {
    ("1", "de"): "Ich willige ein, dass {groups} beim Einkauf verwendet und an der Kasse angezeigt "
    "werden. Ich kann das jederzeit an der Kasse, im Netz oder mit dem Bon widerrufen.",
    ("1", "en"): "I consent to {groups} being used when I shop and shown at the checkout. I can "
    "withdraw this at any time at the checkout, online or with the receipt.",
}
"""The wordings that were ever shown, by version and language. One that was shown never changes."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a new member, and the credential it is found by."""

    card: str
    name: str = ""
    balance: int = 0
    tier: str = ""
    price_group: str = ""
    language: str = "de"
    offers: tuple[str, ...] = ()
    canary: bool = False
    mail: str = ""


class BadProfile(ValueError):
    """Something does not fit; the message names the field and never its content."""


def _check(profile: Profile) -> None:
    if not 4 <= len(profile.card) <= 32 or not profile.card.isascii():
        raise BadProfile("card: 4 to 32 ASCII characters are wanted")
    sizes = (("name", NAME_BYTES), ("tier", TIER_BYTES), ("price_group", GROUP_BYTES))
    for field, size in sizes:
        if len(getattr(profile, field).encode()) > size - 1:
            raise BadProfile(f"{field}: at most {size - 1} bytes of UTF-8 fit")
    if not profile.price_group.isascii() or len(profile.language.encode()) > 2:
        raise BadProfile("price_group, language: short ASCII codes are wanted")
    if len(profile.offers) > OFFERS_MOST:
        raise BadProfile(f"offers: at most {OFFERS_MOST}")
    if any(len(offer.encode()) > OFFER_BYTES - 1 for offer in profile.offers):
        raise BadProfile(f"offers: at most {OFFER_BYTES - 1} bytes each")
    if profile.mail and (len(profile.mail) > 254 or "@" not in profile.mail):
        raise BadProfile("mail: an address of at most 254 characters is wanted")
    if not -(1 << 62) < profile.balance < 1 << 62:
        raise BadProfile("balance: out of range")


def _values(profile: Profile) -> dict[Group, dict[str, Any]]:
    return {
        Group.DISPLAY: {"name": profile.name},
        Group.POINTS: {"balance": profile.balance, "tier": profile.tier},
        Group.PRICES: {"price_group": profile.price_group},
        Group.LANGUAGE: {"language": profile.language},
        Group.OFFERS: {"offers": list(profile.offers)},
        Group.CONTACT: {"mail": profile.mail},
        Group.CREDENTIALS: {"card": profile.card},
    }


def new_member(profile: Profile, keys: Keys, now: int, consents: Group) -> NewMember:
    """Everything to be written: encrypted, indexed by the newest pepper. Raises BadProfile."""
    _check(profile)
    pepper, row = max(keys.peppers), _row(profile, keys, consents)
    card = profile.card.encode("ascii")
    indexes = tuple(
        (pepper, blind(keys.peppers[pepper], kind, card))
        for kind in (EvidenceKind.NUMBER, EvidenceKind.TEST_CARD)
    )
    return NewMember(row, indexes, now)


def pseudonym(profile: Profile, keys: Keys, now: int, consents: Group) -> NewMember:
    """Somebody without a number of their own: known by the codes that are issued to them."""
    return NewMember(_row(profile, keys, consents), (), now)


def _row(profile: Profile, keys: Keys, consents: Group) -> MemberRow:
    member, data_key = secrets.token_bytes(16), secrets.token_bytes(32)
    kek, key = max(keys.keks), DataKey(member, data_key)
    return MemberRow(
        member,
        wrap(keys.keks[kek], member, data_key),
        kek,
        consents,
        profile.canary,
        {group: key.seal(group, value) for group, value in _values(profile).items()},
    )


def decision(
    member: bytes, group: Group, *, given: bool, language: str, channel: str, now: int
) -> ConsentEvent:
    """A decision with the wording that was shown. Raises BadProfile for an unknown language."""
    version = "1"
    text = CONSENT_TEXTS.get((version, language))
    if text is None:
        raise BadProfile(f"language: no consent text in {language!r}")
    shown = text.format(groups=group.name)
    return ConsentEvent(
        member, group, given, sha256(shown.encode()), version, language, channel, now
    )


def shown(row: MemberRow, keys: Keys) -> dict[str, Any]:
    """A member for an operator: only groups with consent. Raises Damaged."""
    key = DataKey.unwrap(keys.keks[row.kek], row.id, row.wrapped)
    values: dict[str, Any] = {"id": row.id.hex(), "canary": row.canary}
    values["consents"] = [str(group.name).lower() for group in KIOSK_GROUPS if group & row.consents]
    for group in KIOSK_GROUPS:
        if group & row.consents and group in row.groups:
            values |= key.open(group, row.groups[group])
    return values


def decoy() -> tuple[MemberRow, bytes]:
    """Nobody, with a key of their own: for the work done where nobody was found."""
    member, data_key, kek = (secrets.token_bytes(size) for size in (16, 32, 32))
    key = DataKey(member, data_key)
    groups = Group(sum(KIOSK_GROUPS))
    values = _values(Profile(card="0000"))
    row = MemberRow(
        member,
        wrap(kek, member, data_key),
        0,
        groups,
        False,
        {group: key.seal(group, values[group]) for group in KIOSK_GROUPS},
    )
    return row, kek
