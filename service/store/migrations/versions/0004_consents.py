"""Where and how a member decided; invitations that were used, and members' own pages."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

BYTES, TEXT = sa.LargeBinary, sa.Text
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a strict table knows no BIGINT


def column(name: str, kind: Any, **more: Any) -> sa.Column[Any]:
    """One that is never null."""
    return sa.Column(name, kind, nullable=False, **more)


def upgrade() -> None:
    """Add both columns, and the table."""
    nowhere = sa.text("''" if op.get_bind().dialect.name == "postgresql" else "x''")
    op.add_column("consent", column("kiosk", BYTES, server_default=nowhere))
    op.add_column("consent", column("method", TEXT, server_default=""))
    op.create_table(
        "joined",
        column("invitation", BYTES, primary_key=True),
        column("page", BYTES),
        column("member", BYTES),
        column("kiosk", BYTES),
        column("at", NUMBER),
        sa.UniqueConstraint("page", name="joined_page"),
        sqlite_strict=True,
    )
    op.create_index("joined_member", "joined", ["member"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("joined_member", "joined")
    op.drop_table("joined")
    op.drop_column("consent", "method")
    op.drop_column("consent", "kiosk")
