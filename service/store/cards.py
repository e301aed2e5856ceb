"""Cards in the store: the statements both stores share, and what their rows mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.proofs.verdict import Why
from service.store.port import CardRow, FoundCard, NewCard, Standing, Use
from service.store.statements import MEMBER_COLUMNS, member_of
from service.wire.messages import EvidenceKind

_CARD = "c.id, c.kind, c.member, c.standing, c.counter, c.issued, c.expires, c.revoked"
_CARD_WIDTH = 8

FIND_CARD = f"""SELECT {_CARD}, u.kiosk, u.showing, u.at, {MEMBER_COLUMNS}, c.blind
    FROM card c LEFT JOIN card_use u ON u.card = c.id AND u.serial = ?
    LEFT JOIN member m ON m.id = c.member LEFT JOIN member_key k ON k.member = m.id
    WHERE c.blind >= ? ORDER BY c.blind LIMIT 1"""
"""The card at an index, or the one behind: so looking for none takes as long as for a card."""
CARDS = f"SELECT {_CARD} FROM card c ORDER BY c.issued, c.id"
ADD_CARD = """INSERT INTO card
    (blind, pepper, id, kind, member, standing, counter, issued, expires, revoked)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (blind) DO NOTHING RETURNING id"""
REVOKE_CARD = """UPDATE card SET standing = 'revoked',
    revoked = CASE WHEN standing = 'active' THEN CAST(? AS BIGINT) ELSE revoked END
    WHERE id = ? RETURNING id"""
"""Once: revoked again it stays revoked since the first time."""

SPEND = """UPDATE card SET counter = ? WHERE id = ? AND counter < ? AND standing = 'active'
    RETURNING id"""
"""Compare and set: of two showings at once the second finds no row."""
ADD_USE = """INSERT INTO card_use (card, serial, kiosk, showing, at, sale) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (card, serial) DO NOTHING"""
BIND_USE = """UPDATE card_use SET sale = ?
    WHERE card = ? AND serial = ? AND kiosk = ? AND showing = ? AND (sale IS NULL OR sale = ?)
    RETURNING serial"""
"""A showing that counted before becomes that of a sale: of two sales at once the second finds no row."""
USE = """SELECT c.standing, u.kiosk, u.showing FROM card c
    LEFT JOIN card_use u ON u.card = c.id AND u.serial = ? WHERE c.id = ?"""
PURGE_USES = "DELETE FROM card_use WHERE at < ?"
PURGE_CODES = f"DELETE FROM card WHERE kind = {EvidenceKind.COSE_TOKEN:d} AND expires < ?"


def card_of(row: Sequence[Any]) -> CardRow:
    """A row of CARDS."""
    return CardRow(row[0], EvidenceKind(row[1]), row[2], Standing(row[3]), *row[4:_CARD_WIDTH])


def found_at(row: Sequence[Any] | None, index: bytes) -> FoundCard | None:
    """A row of FIND_CARD: the card, unless it is only the one behind. Without a key: nobody's."""
    if row is None:
        return None
    used = row[_CARD_WIDTH : _CARD_WIDTH + 3]
    member = row[_CARD_WIDTH + 3 : -1]
    found = FoundCard(
        card_of(row),
        (used[0], used[1], used[2]) if used[0] is not None else None,
        member_of(member) if member[1] is not None else None,
    )
    return found if row[-1] == index else None


def new_values(card: NewCard) -> tuple[Any, ...]:
    """For ADD_CARD."""
    row = card.row
    return (
        card.index,
        card.pepper,
        row.id,
        int(row.kind),
        row.member,
        row.standing.value,
        row.counter,
        row.issued,
        row.expires,
        row.revoked,
    )


def spend_values(use: Use) -> tuple[Any, ...]:
    """For SPEND."""
    return use.serial, use.card, use.serial


def use_values(use: Use) -> tuple[Any, ...]:
    """For ADD_USE."""
    return use.card, use.serial, use.kiosk, use.showing, use.at, use.sale


def bind_values(use: Use) -> tuple[Any, ...]:
    """For BIND_USE."""
    return use.sale, use.card, use.serial, use.kiosk, use.showing, use.sale


def spent(row: Sequence[Any] | None, use: Use) -> Why | None:
    """Why neither SPEND nor, for a sale, BIND_USE found a row, by one of USE.

    None at a lookup of this very showing; a sale of it comes after another one.
    """
    if row is None:
        return Why.UNKNOWN_CARD
    standing, kiosk, showing = row
    if (kiosk, showing) == (use.kiosk, use.showing):
        return None if use.sale is None else Why.REPLAYED
    if standing != Standing.ACTIVE:
        return Why.REVOKED
    return Why.ROLLED_BACK if kiosk is None else Why.REPLAYED
