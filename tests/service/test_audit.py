"""The audit cannot be bent: any flipped byte, a missing entry and a cut-off tail are found."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from service.keys import Keys
from service.server import checkpoint, open_store
from service.settings import Settings
from service.verify import Report, verify
from tests.service_stand import StillClock, inside


async def _filled(settings: Settings, lookups: int = 6) -> None:
    async with inside(settings) as service:
        await service.join()
        for number in range(lookups):
            await service.told(service.kiosk.lookup("4711000011" if number % 2 else "9999999999"))
            if number == lookups // 2:
                await checkpoint(service.store, service.keys, service.clock)
        await checkpoint(service.store, service.keys, service.clock)


def _report(settings: Settings) -> Report:
    async def whole() -> Report:
        keys = Keys(settings.folder / "keys")
        store = await open_store(settings, keys, "verify")
        try:
            return await verify(store, keys, settings.folder / "witness")
        finally:
            await store.close()

    return asyncio.run(whole())


@pytest.fixture
def filled(embedded: Settings) -> Settings:
    """A service with six lookups and two checkpoints."""
    asyncio.run(_filled(embedded))
    return embedded


def test_an_untouched_audit_stands(settings: Settings) -> None:
    asyncio.run(_filled(settings))
    report = _report(settings)
    assert (report.findings, report.entries, report.checkpoints) == ([], 6, 2)


def _cells(path: Path) -> list[tuple[str, int, str, bytes | str | int]]:
    """Every cell of the audit's tables: table, rowid, column, value."""
    db = sqlite3.connect(path)
    found = []
    for table in ("audit", "checkpoint"):
        names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        for row in db.execute(f"SELECT rowid, * FROM {table}"):
            found += [
                (table, row[0], name, value) for name, value in zip(names, row[1:], strict=True)
            ]
    db.close()
    return found


def _set(path: Path, table: str, rowid: object, column: str, value: object) -> None:
    db = sqlite3.connect(path)
    db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, rowid))
    db.commit()
    db.close()


def _bent(value: bytes | str | int, at: int) -> bytes | str | int:
    if isinstance(value, int):
        return value + 1000
    if isinstance(value, str):
        return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
    return value[:at] + bytes((value[at] ^ 1,)) + value[at + 1 :]


def test_a_flip_in_any_cell_is_found(filled: Settings) -> None:
    path = filled.folder / "store.db"
    for table, rowid, column, value in _cells(path):
        length = 1 if isinstance(value, int) else len(value)
        for at in {0, length // 2, length - 1}:
            bent = _bent(value, at)
            _set(path, table, rowid, column, bent)
            assert _report(filled).findings, f"{table} {rowid} {column} byte {at}"
            moved = isinstance(bent, int) and table == "checkpoint" and column == "seq"
            _set(path, table, bent if moved else rowid, column, value)
    assert _report(filled).findings == []


def test_every_byte_of_an_entry_counts(filled: Settings) -> None:
    path = filled.folder / "store.db"
    table, rowid, column, value = next(cell for cell in _cells(path) if cell[2] == "entry")
    assert isinstance(value, bytes)
    for at in range(len(value)):
        _set(path, table, rowid, column, _bent(value, at))
        assert _report(filled).findings, f"byte {at}"
    _set(path, table, rowid, column, value)


def _delete(settings: Settings, statement: str) -> None:
    db = sqlite3.connect(settings.folder / "store.db")
    db.execute(statement)
    db.commit()
    db.close()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit WHERE seq = 6",
        "DELETE FROM audit WHERE seq > 2",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM checkpoint WHERE seq = 1",
    ],
)
def test_what_is_missing_is_found(filled: Settings, statement: str) -> None:
    _delete(filled, statement)
    assert _report(filled).findings


def test_a_tail_cut_off_before_any_checkpoint_shows_by_the_witness(embedded: Settings) -> None:
    async def scene() -> None:
        async with inside(embedded) as service:
            for _ in range(3):
                await service.told(service.kiosk.lookup())

    asyncio.run(scene())
    _delete(embedded, "DELETE FROM audit WHERE seq > 1")
    assert any("cut off" in each for each in _report(embedded).findings)


@pytest.mark.parametrize("act", ["gone", "changed", "empty"])
def test_a_bent_witness_is_found(filled: Settings, act: str) -> None:
    path = filled.folder / "witness" / "w0"
    if act == "gone":
        path.unlink()
    elif act == "changed":
        data = bytearray(path.read_bytes())
        data[3] ^= 1
        path.write_bytes(data)
    else:
        path.write_bytes(b"")
    assert _report(filled).findings


def test_a_chain_goes_on_after_a_restart(settings: Settings) -> None:
    async def scene() -> None:
        for _ in range(2):
            async with inside(settings) as service:
                await service.told(service.kiosk.lookup())

    asyncio.run(scene())
    report = _report(settings)
    assert (report.findings, report.entries) == ([], 2)


def test_two_writers_have_a_chain_each(settings: Settings) -> None:
    async def scene() -> None:
        for chain in ("w0", "w1"):
            async with inside(settings, chain) as service:
                await service.told(service.kiosk.lookup())
        await _signed(settings)

    asyncio.run(scene())
    report = _report(settings)
    assert (report.findings, report.chains[:2], report.entries) == ([], ["verify", "w0"], 2)


async def _signed(settings: Settings) -> None:
    keys = Keys(settings.folder / "keys")
    store = await open_store(settings, keys, "w2")
    try:
        await checkpoint(store, keys, StillClock())
        assert set(await store.heads()) == {"w0", "w1"}
    finally:
        await store.close()
