"""Cards and codes, and the showings of those that count."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None

BYTES, TEXT = sa.LargeBinary, sa.Text
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a strict table knows no BIGINT


def column(name: str, kind: Any, **more: Any) -> sa.Column[Any]:
    """One that is never null."""
    return sa.Column(name, kind, nullable=False, **more)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "card",
        column("blind", BYTES, primary_key=True),
        column("pepper", NUMBER),
        column("id", BYTES),
        column("kind", NUMBER),
        column("member", BYTES),
        column("standing", TEXT),
        column("counter", NUMBER),
        column("issued", NUMBER),
        column("expires", NUMBER),
        column("revoked", NUMBER),
        sa.UniqueConstraint("id", name="card_id"),
        sqlite_strict=True,
    )
    op.create_index("card_member", "card", ["member"])
    op.create_table(
        "card_use",
        column("card", BYTES),
        column("serial", NUMBER),
        column("kiosk", BYTES),
        column("showing", BYTES),
        column("at", NUMBER),
        sa.Column("sale", TEXT),  # null until a sale's link was booked with it
        sa.PrimaryKeyConstraint("card", "serial"),
        sqlite_strict=True,
    )
    op.create_index("card_use_at", "card_use", ["at"])


def downgrade() -> None:
    """Take both away."""
    op.drop_index("card_use_at", "card_use")
    op.drop_table("card_use")
    op.drop_index("card_member", "card")
    op.drop_table("card")
