"""Decisions of members about their own data, made where they are: kept for ever, in force at once.

Who may withdraw: whoever is recognised, at any level. Taking a consent back must be as easy as showing
the card it is used by (GDPR Art. 7(3)), it tells nothing to whoever does it, and a card that proves
little opens little. What somebody else could do with a copied number is to have less shown to its
member, a few times a minute at one kiosk, with an entry in the audit for each.
"""

from __future__ import annotations

from service.keys import Keys
from service.records import Damaged, DataKey, Group, MemberRow
from service.store.port import ConsentEvent
from service.wire.consent import Decision
from service.wire.messages import EvidenceKind

AGAIN_MS = 4 * 60 * 60_000
"""How long after the lookup of the same showing it may be withdrawn by it: a long purchase."""
A_MINUTE, BURST = 2, 5
"""Withdrawals of one kiosk: more come from no customers."""
AT_KIOSK, ON_PAGE = "kiosk", "page"
"""Channels of decisions that members make themselves."""


def withdrawals(
    member: MemberRow, decision: Decision, kiosk: bytes, kind: EvidenceKind, level: int, now: int
) -> tuple[ConsentEvent, ...]:
    """One for each group that is in force; none where all is withdrawn already."""
    method = f"button, {kind.name.lower()}, level {level}"
    version = f"{AT_KIOSK}-{decision.version}"
    return tuple(
        ConsentEvent(
            member.id,
            group,
            False,
            decision.text,
            version,
            decision.language,
            AT_KIOSK,
            now,
            kiosk,
            method,
        )
        for group in Group
        if group & member.consents
    )


def subject_of(row: MemberRow, kek: bytes | None) -> bytes:
    """How the audit names a member. Raises Damaged."""
    if kek is None:
        raise Damaged
    return DataKey.unwrap(kek, row.id, row.wrapped).seal_subject()


def named(row: MemberRow, keys: Keys) -> bytes:
    """The same by the service's keys. Raises Damaged."""
    return subject_of(row, keys.keks.get(row.kek))
