"""Connections to PostgreSQL: few, kept, and borrowed for one statement or transaction at a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from service.errors import StoreAway

Connection = Any
"""asyncpg ships no types for its pooled connections."""
MOST = 4
DEADLINE_SECONDS, CLOSING_SECONDS = 10.0, 5


class _NoReset(asyncpg.Connection):  # type: ignore[misc]
    """Our statements leave nothing behind in a session: the round trip to reset it is saved."""

    def get_reset_query(self) -> str:
        return ""


_GONE = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # how asyncpg takes a line that is cut in the middle of an answer
    RuntimeError,  # how uvloop takes writing to a line that has closed meanwhile
    OSError,
    TimeoutError,
)


class Lines:
    """A pool whose idle connections stay at hand: its own ways cost as much as a point read."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._idle: list[Connection] = []
        self._waiting = 0
        self._closing = False

    @asynccontextmanager
    async def use(self) -> AsyncIterator[Connection]:
        """One connection. Raises StoreAway for all errors but a unique key that exists."""
        try:
            db = await self._borrowed()
            try:
                yield db
            except BaseException:
                await self._pool.release(db)  # whatever state it is in: the pool sees to it
                raise
            await self._returned(db)
        except asyncpg.UniqueViolationError:
            raise
        except _GONE as error:
            raise StoreAway(f"the database does not answer: {type(error).__name__}") from error

    async def close(self) -> None:
        """Let go of all of them."""
        self._closing = True
        while self._idle:
            await self._pool.release(self._idle.pop())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._pool.close(), CLOSING_SECONDS)

    async def _borrowed(self) -> Connection:
        while self._idle:
            db = self._idle.pop()
            if not db.is_closed():
                return db
            await self._pool.release(db)
        self._waiting += 1
        try:
            return await self._pool.acquire(timeout=DEADLINE_SECONDS)
        finally:
            self._waiting -= 1

    async def _returned(self, db: Connection) -> None:
        if self._waiting or self._closing:
            await self._pool.release(db)  # to whoever waits longest
        else:
            self._idle.append(db)


async def open_lines(url: str) -> Lines:
    """Raises StoreAway if the database does not answer."""
    try:
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=MOST,
            connection_class=_NoReset,
            command_timeout=DEADLINE_SECONDS,
            timeout=DEADLINE_SECONDS,
            max_inactive_connection_lifetime=0,
        )
    except (asyncpg.PostgresError, OSError, TimeoutError, ValueError) as error:
        raise StoreAway(f"the database does not answer: {error}") from error
    return Lines(pool)
