"""Deposit slips: who holds them, and what they are still worth."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

BYTES, TEXT = sa.LargeBinary, sa.Text
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a strict table knows no BIGINT


def column(name: str, kind: Any, **more: Any) -> sa.Column[Any]:
    """One that is never null."""
    return sa.Column(name, kind, nullable=False, **more)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "slip",
        column("number", TEXT, primary_key=True),
        column("face", NUMBER, primary_key=True, autoincrement=False),
        column("holder", BYTES),
        column("turn", NUMBER),
        column("cents_left", NUMBER),
        column("at", NUMBER),
        sqlite_strict=True,
    )
    op.create_index("slip_at", "slip", ["at"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("slip_at", "slip")
    op.drop_table("slip")
