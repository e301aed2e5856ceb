"""Power loss: whatever the disk may hold then, no acknowledged record is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

import kiosk.journal
from kiosk.journal import Journal
from kiosk.ports import JournalError
from tests.system.disk import images, record

RECORDS = 25


def lost(tmp_path: Path, kind: str) -> tuple[int, int]:
    """Images tried, and those in which an acknowledged record was gone or the journal unreadable."""
    folder = tmp_path / "written"
    folder.mkdir()
    calls = record(folder, "tests.system.journal_writer", kind, str(RECORDS))
    assert sum(call.kind == "ack" for call in calls) == RECORDS
    seen: set[tuple[int, bytes]] = set()
    tried = missing = 0
    for acknowledged, disk in images(calls, seed=20261121):
        content = b"".join(
            disk.get(str(folder / name), b"") for name in ("journal.db", "journal.db-wal")
        )
        if (acknowledged, content) in seen:
            continue
        seen.add((acknowledged, content))
        tried += 1
        place = tmp_path / f"image-{tried}"
        place.mkdir()
        for path, data in disk.items():
            (place / Path(path).name).write_bytes(data)
        missing += records_in(place) < acknowledged
    return tried, missing


def records_in(place: Path) -> int:
    """Records found after power on; -1 if the journal cannot be read."""
    try:
        journal = Journal(place / "journal.db", "K1")
    except JournalError:
        return -1
    try:
        return sum(1 for _ in journal.records())
    except JournalError:
        return -1
    finally:
        journal.close()


def test_no_acknowledged_record_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every moment, with all, none, some, or torn parts of what was not yet synced."""
    monkeypatch.setattr(kiosk.journal, "RESERVE_BYTES", 512)
    tried, missing = lost(tmp_path, "careful")
    with capfd.disabled():
        print(f"\n  power loss: {tried} images, {missing} lost a record")
    assert tried > 100
    assert missing == 0


def test_the_images_catch_a_journal_that_syncs_too_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant `synchronous=NORMAL` loses acknowledged records, and the images show it."""
    monkeypatch.setattr(kiosk.journal, "RESERVE_BYTES", 512)
    _, missing = lost(tmp_path, "careless")
    assert missing > 0
