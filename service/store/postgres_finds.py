"""Lookups of one moment are read in one statement: each round trip wakes a process of the database."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

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
        """Each hears of their own rows; one that makes no sense is no fault of the others."""
        try:
            rows = await self._read(asked)
        except Exception as error:  # noqa: BLE001 - a bug must not leave everybody waiting
            _failed(asked, error)
            return
        for each, row in zip(asked, rows, strict=True):
            try:
                found = sql.found_of(tuple(row), each.blind)
            except ValueError as error:  # of another version of ours
                _failed([each], error)
            else:
                if not each.found.done():  # whoever asked may have gone
                    each.found.set_result(found)

    async def _read(self, asked: list[_Asked]) -> list[Any]:
        kiosks, blinds = [each.kiosk for each in asked], [each.blind for each in asked]
        async with self._lines.use() as db:
            rows: list[Any] = await db.fetch(sql.FIND_MANY, kiosks, blinds)
        return rows


def _failed(asked: list[_Asked], error: Exception) -> None:
    if not isinstance(error, StoreAway):
        tell_error(error)
    for each in asked:
        if not each.found.done():
            away = StoreAway(str(error) if isinstance(error, StoreAway) else "the store failed")
            away.__cause__ = error.__cause__ or error
            each.found.set_exception(away)
