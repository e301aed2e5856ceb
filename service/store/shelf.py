"""The store as the public process sees it: sealed receipts to read, and nothing else.

It writes nothing, knows no audit chain and needs none of the service's keys. On PostgreSQL its role
may be one that can only SELECT from `receipt` and `alembic_version`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import apsw
import asyncpg

from service.errors import SettingsError, StoreAway
from service.settings import Settings
from service.store import receipts
from service.store import statements as sql
from service.store.lines import Lines, open_lines
from service.store.port import SealedReceipt
from service.store.schema import CURRENT
from service.store.sqlite_writer import one

BUSY_MS = 5000


class Shelf(Protocol):
    """Used by one event loop. Every method may raise StoreAway."""

    async def receipt(self, name: bytes, now: int) -> SealedReceipt | None:
        """Unless it has run out."""
        ...

    async def ready(self) -> None:
        """Whether it can be read now."""
        ...

    async def close(self) -> None:
        """Let go."""
        ...


async def open_shelf(settings: Settings) -> Shelf:
    """Raises SettingsError if it is no store of this version, StoreAway if it does not answer."""
    if settings.store.startswith("sqlite:"):
        return SqliteShelf(settings.folder / settings.store.removeprefix("sqlite:"))
    lines = await open_lines(settings.store)
    shelf = PostgresShelf(lines)
    try:
        await shelf.ready()
    except (SettingsError, StoreAway):
        await lines.close()
        raise
    return shelf


class SqliteShelf:
    """The file, opened for reading."""

    def __init__(self, path: Path) -> None:
        """Raises SettingsError."""
        try:
            self._db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
            self._db.set_busy_timeout(BUSY_MS)
            _check(one(self._db, sql.VERSION))
        except apsw.Error as error:
            raise SettingsError(f"{path}: {error}; ./run service init makes a store") from error

    async def receipt(self, name: bytes, now: int) -> SealedReceipt | None:
        found = self._one(receipts.FETCH, name, now)
        return SealedReceipt(*found) if found else None

    async def ready(self) -> None:
        _check(self._one(sql.VERSION))

    async def close(self) -> None:
        self._db.close()

    def _one(self, statement: str, *values: object) -> Any:
        try:
            return one(self._db, statement, *values)
        except apsw.Error as error:
            raise StoreAway(f"the store does not answer: {type(error).__name__}") from error


class PostgresShelf:
    """A few connections. Make it with `open_shelf`."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    async def receipt(self, name: bytes, now: int) -> SealedReceipt | None:
        async with self._lines.use() as db:
            found = await db.fetchrow(sql.numbered(receipts.FETCH), name, now)
        return SealedReceipt(*found) if found else None

    async def ready(self) -> None:
        async with self._lines.use() as db:
            try:
                version = await db.fetchrow(sql.VERSION)
            except asyncpg.UndefinedTableError:
                version = None
        _check(version)

    async def close(self) -> None:
        await self._lines.close()


def _check(version: Any) -> None:
    if version is None or version[0] != CURRENT:
        raise SettingsError("store: is of another version; ./run service migrate")
