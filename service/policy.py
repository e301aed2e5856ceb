"""What may be told, to whom, for what: purpose, level of proof and consent, each a table."""

from __future__ import annotations

from functools import lru_cache

from service.records import GROUP_OF, KIOSK_GROUPS, Group, MemberRow
from service.wire.messages import ALL_FIELDS, Customer, EvidenceKind, Field, Offer, Purpose

PURPOSES = {Purpose.CHECKOUT: ALL_FIELDS}
"""Fields a purpose can need at most."""
LEVELS = {0: Field.PRICE_GROUP, 1: ALL_FIELDS, 2: ALL_FIELDS, 3: ALL_FIELDS}
"""Fields a level of proof allows: what anybody can copy opens the public price group only."""


BARE = (EvidenceKind.NUMBER, EvidenceKind.TEST_CARD)
"""Kinds that hold nothing but a number; `service.proofs` is about all the others."""


def level_of(kind: EvidenceKind, *, test_cards: bool) -> int | None:
    """How well a kind of BARE proves who shows it; None: it proves nothing here."""
    match kind:
        case EvidenceKind.NUMBER:
            return 0
        case EvidenceKind.TEST_CARD:
            return 1 if test_cards else None
        case _:
            return None


@lru_cache(maxsize=4096)
def granted(asked: Field, purpose: Purpose, level: int, consents: Group) -> Field:
    """What a kiosk may be told."""
    allowed = asked & PURPOSES[purpose] & LEVELS[level]
    return Field(sum(field for field in allowed if GROUP_OF[field] & consents))


def served(member: MemberRow | None) -> MemberRow | None:
    """The member, unless there is nothing they consent to: then they are nobody to a kiosk."""
    return member if member and any(member.consents & group for group in KIOSK_GROUPS) else None


@lru_cache(maxsize=64)
def groups_of(fields: Field) -> frozenset[Group]:
    """What must be decrypted for these fields."""
    return frozenset(GROUP_OF[field] for field in fields)


@lru_cache(maxsize=64)
def _shown(fields: Field) -> tuple[tuple[str, Group], ...]:
    """Where the granted fields stand: the key, and in which group."""
    return tuple((str(field.name).lower(), GROUP_OF[field]) for field in fields)


def customer_of(level: int, fields: Field, values: dict[Group, dict[str, object]]) -> Customer:
    """The customer as a kiosk may see them; what was not granted stays empty."""
    told = {key: values[group].get(key) for key, group in _shown(fields)}
    balance, offers = told.get("balance"), told.get("offers")
    return Customer(
        level,
        fields,
        name=_text(told.get("name")),
        balance=balance if isinstance(balance, int) else 0,
        tier=_text(told.get("tier")),
        price_group=_text(told.get("price_group")),
        language=_text(told.get("language")),
        offers=tuple(Offer(str(each)) for each in offers) if isinstance(offers, list) else (),
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)
