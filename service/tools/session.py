"""Opening a service for one command: settings, keys, store, and an audit chain of its own."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.audit import NO_KIOSK, NO_SUBJECT, Entry
from service.clock import Clock, SystemClock
from service.keys import Keys
from service.server import open_store
from service.settings import Settings, load
from service.store.port import Store

DEFAULT = Path("service-data")


@dataclass(frozen=True, slots=True)
class Session:
    """What a command works with."""

    settings: Settings
    keys: Keys
    store: Store
    clock: Clock

    async def audit(self, act: int, kiosk: bytes = NO_KIOSK, subject: bytes = NO_SUBJECT) -> None:
        """Every act of an operator stands in the audit, too."""
        nonce = secrets.token_bytes(16)
        await self.store.record(Entry(self.clock.now_ms(), kiosk, nonce, act, subject=subject))


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Session]:
    """Raises SettingsError, or StoreAway."""
    settings = load(folder)
    keys = Keys(settings.folder / "keys")
    store = await open_store(settings, keys, f"{settings.writer}-cli")
    try:
        yield Session(settings, keys, store, SystemClock())
    finally:
        await store.close()


def run(folder: Path, act: Callable[[Session], Awaitable[int]]) -> int:
    """One command, from opening to closing; its exit code."""

    async def whole() -> int:
        async with opened(folder) as session:
            return await act(session)

    return asyncio.run(whole())


def show(value: Any, *, as_json: bool, lines: list[str]) -> None:
    """For programs, or for people."""
    if as_json:
        print(json.dumps(value, ensure_ascii=False))
    else:
        for line in lines:
            print(line)


def complain(text: str) -> int:
    """One line for people; exit code 65."""
    print(f"service: {text}", file=sys.stderr)
    return 65
