"""Where a kiosk's records come from: the kiosk itself while it runs, else its closed journal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.control import Running, door_of
from kiosk.errors import ConfigError, JournalError, Unavailable
from kiosk.journal import Journal, Record, Row, checked


@dataclass(frozen=True, slots=True)
class Source:
    """A journal to be read once. The links of its records are checked on the way."""

    kiosk: str
    epoch: str
    records: Iterator[Record]


@contextmanager
def opened(path: Path, kiosk: str) -> Iterator[Source]:
    """Raises ConfigError if there is none, JournalError if it cannot be read, Unavailable if the kiosk
    that holds it does not answer."""
    if not path.exists():
        raise ConfigError(f"kiosk.journal: {path} does not exist")
    try:
        line = Running(door_of(path))
    except Unavailable:
        with _closed(path, kiosk) as source:
            yield source
        return
    try:
        first = line.ask(records_after=0)
        if first["kiosk"] != kiosk:
            raise JournalError(f'{path}: belongs to kiosk "{first["kiosk"]}", not "{kiosk}"')
        rows = checked(_asked(line, first), str(path))
        yield Source(first["kiosk"], first["epoch"], rows)
    finally:
        line.close()


@contextmanager
def _closed(path: Path, kiosk: str) -> Iterator[Source]:
    journal = Journal(path, kiosk)
    try:
        yield Source(journal.kiosk, journal.epoch, journal.records())
    finally:
        journal.close()


def _asked(line: Running, answer: dict[str, Any]) -> Iterator[Row]:
    """Row by row, to the end as it was when the last question was asked."""
    while rows := answer["rows"]:
        yield from rows
        answer = line.ask(records_after=rows[-1][0])
