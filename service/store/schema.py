"""Schema versions by Alembic: forward and back, and the check at start that the code fits."""

from __future__ import annotations

import asyncio
from pathlib import Path

from service.errors import SettingsError

MIGRATIONS = Path(__file__).parent / "migrations"
CURRENT = "0005"


def migrate(url: str, to: str = "head") -> None:
    """Bring a store to a version: `head`, `base` or a number. Raises SettingsError.

    `url`: `sqlite:///PATH` or `postgresql://...`. SQLite must not be in use meanwhile.
    """
    from sqlalchemy.exc import SQLAlchemyError

    try:
        if url.startswith("sqlite:"):
            _migrate_sqlite(url, to)
        else:
            asyncio.run(_migrate_postgres(url, to))
    except (SQLAlchemyError, OSError) as error:
        raise SettingsError(f"store: cannot be migrated: {error}") from error


def _migrate_sqlite(url: str, to: str) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            # This library's SQLite must be alone on the file while it is in WAL mode.
            connection.exec_driver_sql("PRAGMA locking_mode=EXCLUSIVE")
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.exec_driver_sql("PRAGMA synchronous=FULL")
            connection.commit()
            run(connection, to)
            connection.commit()
    finally:
        engine.dispose()


async def _migrate_postgres(url: str, to: str) -> None:
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine("postgresql+asyncpg://" + url.partition("://")[2])
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run, to)
            await connection.commit()
    finally:
        await engine.dispose()


def run(connection: object, to: str) -> None:
    """Run Alembic on an open SQLAlchemy connection."""
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import Connection

    assert isinstance(connection, Connection)  # noqa: S101 - for the type checker
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    now = MigrationContext.configure(connection).get_current_revision() or ""
    if to == "base" or (to != "head" and to < now):
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)
