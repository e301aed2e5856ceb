"""Lookups of one moment are read in one statement: each round trip wakes a process of the database."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from service.errors import StoreAway
from service.records import MemberRow
from service.store import statements as sql
from service.store.gathering import Gathering
from service.store.lines import Lines
from service.store.port import KioskRow
from service.telemetry import tell_error

Found = tuple[KioskRow | None, MemberRow | None]


@dataclass(slots=True)
class _Asked:
    """Whom to look for. `blind` None: for the kiosk alone."""

    kiosk: bytes
    blind: bytes | None
    found: asyncio.Future[Found]


class Finds:
    """Finds kiosks and members, those of several lookups together."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._asked = Gathering(self._begin)
        self._tasks: set[asyncio.Task[None]] = set()

    async def find(self, kiosk: bytes, blind: bytes | None) -> Found:
        """Raises StoreAway."""
        asked = _Asked(kiosk, blind, asyncio.get_running_loop().create_future())
        self._asked.add(asked)
        return await asked.found

    def _begin(self, asked: list[_Asked]) -> None:
        task = asyncio.create_task(self._find(asked), name="store-finds")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _find(self, asked: list[_Asked]) -> None:
        try:
            found: list[Found | Exception] = [*await self._read(asked)]
        except StoreAway as error:
            found = [error] * len(asked)
        except Exception as error:  # noqa: BLE001 - a bug must not leave everybody waiting
            tell_error(error)
            found = [StoreAway("the store failed")] * len(asked)
        for each, what in zip(asked, found, strict=True):
            if each.found.done():
                continue  # whoever asked has gone
            if isinstance(what, Exception):
                each.found.set_exception(what)
            else:
                each.found.set_result(what)

    async def _read(self, asked: list[_Asked]) -> list[Found]:
        kiosks, blinds = [each.kiosk for each in asked], [each.blind for each in asked]
        async with self._lines.use() as db:
            rows = await db.fetch(sql.FIND_MANY, kiosks, blinds)
        return [sql.found_of(tuple(row), blind) for row, blind in zip(rows, blinds, strict=True)]
