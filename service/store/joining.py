"""Members who joined by an invitation: the statements both stores share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.store.port import Joined

JOIN = """INSERT INTO joined (invitation, page, member, kiosk, at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (invitation) DO NOTHING RETURNING invitation"""
"""Of two presses at once the second finds no row."""
BY_INVITATION = "SELECT invitation, page, member, kiosk, at FROM joined WHERE invitation = ?"
BY_PAGE = "SELECT invitation, page, member, kiosk, at FROM joined WHERE page = ?"


def values(joined: Joined) -> tuple[Any, ...]:
    """For JOIN."""
    return joined.invitation, joined.page, joined.member, joined.kiosk, joined.at


def joined_of(row: Sequence[Any]) -> Joined:
    """A row of any of them."""
    return Joined(*row)
