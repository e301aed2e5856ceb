"""What may be told, to whom, for what: purpose, level of proof and consent, each a table."""

from __future__ import annotations

from service.records import GROUP_OF, Group
from service.wire.messages import ALL_FIELDS, Customer, EvidenceKind, Field, Offer, Purpose

PURPOSES = {Purpose.CHECKOUT: ALL_FIELDS}
"""Fields a purpose can need at most."""
LEVELS = {0: Field.PRICE_GROUP, 1: ALL_FIELDS, 2: ALL_FIELDS, 3: ALL_FIELDS}
"""Fields a level of proof allows: what anybody can copy opens the public price group only."""


def level_of(kind: EvidenceKind, *, test_cards: bool) -> int | None:
    """How well this kind of evidence proves who shows it; None: it proves nothing here."""
    match kind:
        case EvidenceKind.NUMBER:
            return 0
        case EvidenceKind.TEST_CARD:
            return 1 if test_cards else None
        case _:
            return None  # their proofs are not verified yet, so they prove nothing


def granted(asked: Field, purpose: Purpose, level: int, consents: Group) -> Field:
    """What a kiosk may be told."""
    allowed = asked & PURPOSES[purpose] & LEVELS[level]
    return Field(sum(field for field in allowed if GROUP_OF[field] & consents))


def groups_of(fields: Field) -> Group:
    """What must be decrypted for these fields."""
    found = Group(0)
    for field in fields:
        found |= GROUP_OF[field]
    return found


def customer_of(level: int, fields: Field, values: dict[Group, dict[str, object]]) -> Customer:
    """The customer as a kiosk may see them; what was not granted stays empty."""

    def text(field: Field, key: str) -> str:
        return str(values[GROUP_OF[field]].get(key, "")) if field in fields else ""

    offers: tuple[Offer, ...] = ()
    if Field.OFFERS in fields:
        told = values[Group.OFFERS].get("offers", [])
        offers = tuple(Offer(str(each)) for each in told) if isinstance(told, list) else ()
    balance = values[Group.POINTS].get("balance", 0) if Field.BALANCE in fields else 0
    return Customer(
        level,
        fields,
        name=text(Field.NAME, "name"),
        balance=balance if isinstance(balance, int) else 0,
        tier=text(Field.TIER, "tier"),
        price_group=text(Field.PRICE_GROUP, "price_group"),
        language=text(Field.LANGUAGE, "language"),
        offers=offers,
    )
