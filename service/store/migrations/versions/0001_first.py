"""Members, kiosks, audit and sales. Customer id or blind index stands in every customer key."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

BYTES, TEXT = sa.LargeBinary, sa.Text
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # a strict table knows no BIGINT

GROUPS = (0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x80)


def column(name: str, kind: Any, **more: Any) -> sa.Column[Any]:
    """One that is never null."""
    return sa.Column(name, kind, nullable=False, **more)


def table(name: str, *parts: sa.schema.SchemaItem) -> None:
    """A table with the key given; on SQLite one that checks types."""
    op.create_table(name, *parts, sqlite_strict=True)


def upgrade() -> None:
    """Make everything."""
    table(
        "kiosk",
        column("id", BYTES, primary_key=True),
        column("name", TEXT),
        column("signing", BYTES),
        column("tls", BYTES),
        column("standing", TEXT),
        column("enrolled", NUMBER),
        column("renewed", NUMBER),
    )
    table(
        "invite",
        column("secret", BYTES, primary_key=True),
        column("name", TEXT),
        column("expires", NUMBER),
        column("standing", TEXT),
        column("csr", BYTES),
        column("signing", BYTES),
        column("fingerprint", TEXT),
        column("kiosk", BYTES),
        column("certificate", BYTES),
    )
    table(
        "member",
        column("id", BYTES, primary_key=True),
        column("consents", NUMBER),
        column("canary", NUMBER),
        column("created", NUMBER),
        *(sa.Column(f"group_{bit:02x}", BYTES) for bit in GROUPS),
    )
    table(  # apart, so that its backups can be kept shorter: a restored key would undo an erasure
        "member_key",
        column("member", BYTES, primary_key=True),
        column("wrapped", BYTES),
        column("kek", NUMBER),
    )
    table(
        "credential",
        column("blind", BYTES, primary_key=True),
        column("pepper", NUMBER),
        column("member", BYTES),
    )
    op.create_index("credential_member", "credential", ["member"])
    table(
        "consent",
        column("member", BYTES),
        column("seq", NUMBER),
        column("grp", NUMBER),
        column("given", NUMBER),
        column("text", BYTES),
        column("text_version", TEXT),
        column("language", TEXT),
        column("channel", TEXT),
        column("at", NUMBER),
        sa.PrimaryKeyConstraint("member", "seq"),
    )
    table(
        "sale",
        column("kiosk", BYTES),
        column("id", TEXT),
        column("outbox", BYTES),
        column("sequence", NUMBER),
        column("at", NUMBER),
        column("total", NUMBER),
        column("currency", TEXT),
        column("lines", NUMBER),
        column("receipt", NUMBER),
        column("digest", BYTES),
        column("fingerprint", BYTES),
        column("received", NUMBER),
        column("deliveries", NUMBER),
        sa.PrimaryKeyConstraint("kiosk", "id"),
        sa.UniqueConstraint("kiosk", "outbox", "sequence", name="sale_sequence"),
    )
    table(
        "sale_link",
        column("member", BYTES),
        column("kiosk", BYTES),
        column("sale", TEXT),
        column("level", NUMBER),
        sa.PrimaryKeyConstraint("member", "kiosk", "sale"),
    )
    table(
        "outbox",
        column("kiosk", BYTES),
        column("outbox", BYTES),
        column("contiguous", NUMBER),
        column("highest", NUMBER),
        sa.PrimaryKeyConstraint("kiosk", "outbox"),
    )
    table(
        "audit",
        column("chain", TEXT),
        column("seq", NUMBER),
        column("kiosk", BYTES),
        column("nonce", BYTES),
        column("entry", BYTES),
        column("hash", BYTES),
        sa.PrimaryKeyConstraint("chain", "seq"),
        sa.UniqueConstraint("kiosk", "nonce", name="audit_once"),
    )
    table(
        "checkpoint",
        column("seq", NUMBER, primary_key=True, autoincrement=False),
        column("at", NUMBER),
        column("heads", TEXT),
        column("previous", BYTES),
        column("signature", BYTES),
    )
    table(
        "alarm",
        column("id", BYTES, primary_key=True),
        column("at", NUMBER),
        column("kind", TEXT),
        column("kiosk", BYTES),
        column("detail", TEXT),
    )


def downgrade() -> None:
    """Take everything away."""
    op.drop_index("credential_member", "credential")
    for name in (
        "alarm",
        "checkpoint",
        "audit",
        "outbox",
        "sale_link",
        "sale",
        "consent",
        "credential",
        "member_key",
        "member",
        "invite",
        "kiosk",
    ):
        op.drop_table(name)
