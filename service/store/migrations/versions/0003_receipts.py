"""Sealed receipts that customers fetch by a link."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None

BYTES = sa.LargeBinary
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a strict table knows no BIGINT


def column(name: str, kind: Any, **more: Any) -> sa.Column[Any]:
    """One that is never null."""
    return sa.Column(name, kind, nullable=False, **more)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "receipt",
        column("name", BYTES, primary_key=True),
        column("kiosk", BYTES),
        column("sealed", BYTES),
        column("received", NUMBER),
        column("expires", NUMBER),
        column("deliveries", NUMBER),
        sqlite_strict=True,
    )
    op.create_index("receipt_expires", "receipt", ["expires"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("receipt_expires", "receipt")
    op.drop_table("receipt")
