"""What happened, on disk before anything is done about it.

SQLite in WAL mode with `synchronous=FULL`: one connection, one process, locked (ADR 0003). Each
record carries the event, a digest of the state after it, and a link over all before it, so that a
replay notices a flipped byte, a missing record, and code that decides otherwise than it did.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from kiosk.checkout import events as kinds
from kiosk.checkout import (
    floor_events,
    goods_events,
    member_events,
    staff_events,
    weigh_events,
)
from kiosk.checkout.events import Event, Private, Volatile
from kiosk.checkout.states import State
from kiosk.codec import TAG, decode, encode
from kiosk.fingerprint import fingerprint
from kiosk.ports import DiskFull, JournalError

FORMAT = 1
"""Of the table and of the state's digest. A record of another format is not replayed by guess."""

RESERVE_BYTES = 1 << 20
"""Kept beside the journal, given back when the disk is full: enough to end any purchase."""

_SCHEMA = """
CREATE TABLE head (format INTEGER NOT NULL, kiosk TEXT NOT NULL, epoch TEXT NOT NULL) STRICT;
CREATE TABLE record (
    seq INTEGER PRIMARY KEY, event TEXT NOT NULL, digest TEXT NOT NULL, link TEXT NOT NULL
) STRICT;
"""


Row = tuple[int, str, str, str]
"""A record as it lies in the file: seq, event, digest, link."""

_ROWS = "SELECT seq, event, digest, link FROM record "


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the journal; `digest` is that of the state after the event."""

    seq: int
    event: Event
    digest: str


def digest_of(state: State) -> str:
    """A short fingerprint of everything the state holds but what is only shown."""
    return hashlib.blake2b(fingerprint(state), digest_size=12).hexdigest()


class Reader:
    """The records of a file that is open. Use it from one thread at a time."""

    kiosk: str
    epoch: str
    _path: Path
    _db: sqlite3.Connection
    _seq: int
    _link: str

    def _read_head(self) -> None:
        head = self._db.execute("SELECT format, kiosk, epoch FROM head").fetchone()
        if head is None:
            raise JournalError(f"{self._path}: has no head")
        form, self.kiosk, self.epoch = head
        if form != FORMAT:
            raise JournalError(
                f"{self._path}: written in format {form}, this program reads {FORMAT}"
            )
        which = "SELECT seq, link FROM record ORDER BY seq DESC LIMIT 1"
        self._seq, self._link = self._db.execute(which).fetchone() or (0, "")

    @contextmanager
    def _closed_on_error(self) -> Iterator[None]:
        """What goes wrong in here leaves no file open, and is a JournalError."""
        try:
            yield
        except sqlite3.Error as error:
            self._db.close()
            raise JournalError(f"{self._path}: {_reason(error)}") from error
        except JournalError:
            self._db.close()
            raise

    @property
    def end(self) -> tuple[int, str]:
        """Number and link of the last record; 0 and nothing where there is none."""
        return self._seq, self._link

    def records(self, after: int = 0, link: str = "") -> Iterator[Record]:
        """All records behind one, whose link is told, in order, each link checked.

        Raises JournalError at the first that is wrong.
        """
        rows = self._rows("WHERE seq > ? ORDER BY seq", after)
        return checked(rows, str(self._path), after, link)

    def rows(self, after: int, most: int) -> list[Row]:
        """At most so many records behind a seq, unchecked: for who checks them. Raises JournalError."""
        return list(self._rows("WHERE seq > ? ORDER BY seq LIMIT ?", after, most))

    def _rows(self, which: str, *values: int) -> Iterator[Row]:
        try:
            for row in self._db.execute(_ROWS + which, values):  # noqa: UP028
                yield row  # `yield from` would close the cursor of a file that is closed already
        except sqlite3.Error as error:  # a flipped bit may leave no text, or no page
            raise JournalError(f"{self._path}: {_reason(error)}") from error

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


class Still(Reader):
    """The file as it lies there, beside the one who holds it and writes nothing meanwhile (`settle`)."""

    def __init__(self, path: Path) -> None:
        """Raises JournalError."""
        self._path = path
        where = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            self._db = sqlite3.connect(where, uri=True)
        except sqlite3.Error as error:
            raise JournalError(f"{path}: {_reason(error)}") from error
        with self._closed_on_error():
            self._read_head()


class Journal(Reader):
    """The one writer of a journal file."""

    def __init__(self, path: Path, kiosk: str) -> None:
        """Open or create. Raises JournalError, also when another process holds the file."""
        self._path = path
        self._reserve = path.with_name(path.name + ".reserve")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._db = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, timeout=1
            )
        except (OSError, sqlite3.Error) as error:
            raise JournalError(f"{path}: {error}") from error
        with self._closed_on_error():
            self._prepare(kiosk)

    def _prepare(self, kiosk: str) -> None:
        run = self._db.execute
        run("PRAGMA locking_mode=EXCLUSIVE")
        run("PRAGMA journal_mode=WAL")
        run("PRAGMA synchronous=FULL")
        if run("PRAGMA synchronous").fetchone()[0] != 2 or not self._is_wal():
            raise JournalError(
                f"{self._path}: this disk does not give the durability a journal needs"
            )
        run("BEGIN IMMEDIATE")
        if not run("SELECT 1 FROM sqlite_master WHERE name='head'").fetchone():
            for statement in _SCHEMA.split(";")[:-1]:
                run(statement)
            run("INSERT INTO head VALUES (?, ?, ?)", (FORMAT, kiosk, secrets.token_hex(3)))
        run("COMMIT")
        self._read_head()
        if self.kiosk != kiosk:
            raise JournalError(f'{self._path}: belongs to kiosk "{self.kiosk}", not "{kiosk}"')
        self._keep_reserve()

    def _is_wal(self) -> bool:
        return bool(self._db.execute("PRAGMA journal_mode").fetchone()[0] == "wal")

    @property
    def fresh(self) -> bool:
        """Nothing has been recorded yet."""
        return self._seq == 0

    def append(self, event: Event, digest: str) -> int:
        """Keep one event, synced to disk; its number. Raises JournalError: then nothing was kept."""
        if isinstance(event, Volatile | Private):
            raise JournalError(f"{type(event).__name__} is not for the disk")
        seq = self._seq + 1
        try:
            text = json.dumps(encode(event), separators=(",", ":"), ensure_ascii=False)
            link = linked(self._link, seq, text, digest)
        except ValueError as error:  # half a character, too: no file holds one
            raise JournalError(f"{type(event).__name__} cannot be kept: {error}") from error
        try:
            self._db.execute("INSERT INTO record VALUES (?, ?, ?, ?)", (seq, text, digest, link))
        except sqlite3.Error as error:
            full = getattr(error, "sqlite_errorname", "") == "SQLITE_FULL"
            kind = DiskFull if full else JournalError
            raise kind(f"{self._path}: {_reason(error)}") from error
        self._seq, self._link = seq, link
        return seq

    def settle(self) -> bool:
        """Bring all of it into the one file, for a `Still`; False if the disk does not take it."""
        try:
            busy, left, done = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error:
            return False
        return not busy and left == done

    def free_reserve(self) -> bool:
        """Give the reserve back to a full disk; False if it is gone already."""
        try:
            self._reserve.unlink()
        except OSError:
            return False
        return True

    def _keep_reserve(self) -> None:
        """Set space aside, if the disk has it; a start on a full disk is told by its absence."""
        try:
            if not self._reserve.exists() or self._reserve.stat().st_size < RESERVE_BYTES:
                self._reserve.write_bytes(bytes(RESERVE_BYTES))
        except OSError:
            self._reserve.unlink(missing_ok=True)

    @property
    def has_reserve(self) -> bool:
        """Whether a full disk could still be survived."""
        return self._reserve.exists()


def checked(rows: Iterable[Row], where: str, after: int = 0, link: str = "") -> Iterator[Record]:
    """The records of rows behind one, whose link is told. Raises JournalError at the first wrong one."""
    for expected, (seq, text, digest, found) in enumerate(rows, after + 1):
        link = linked(link, seq, text, digest)
        if seq != expected or link != found:
            raise JournalError(f"{where}: record {expected} was altered or is missing")
        yield Record(seq, read_event(text), digest)


_DECODER = json.JSONDecoder()


def read_event(text: str) -> Event:
    """The event of a record's text. Raises JournalError."""
    try:
        body, end = _DECODER.raw_decode(text)
        if end != len(text):
            raise ValueError("something follows it")
        return decode(_kinds()[body[TAG]], body)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise JournalError(f"a record cannot be read: {error}") from error


@cache
def _kinds() -> dict[str, type[Event]]:
    modules = (kinds, member_events, staff_events, floor_events, goods_events, weigh_events)
    named = {name: kind for module in modules for name, kind in vars(module).items()}
    found = [kind for kind in named.values() if isinstance(kind, type)]
    return {
        kind.__name__: kind
        for kind in found
        if issubclass(kind, Event) and not issubclass(kind, Volatile | Private)
    }


def linked(before: str, seq: int, text: str, digest: str) -> str:
    """The link of a record: over all that came before it, and itself."""
    content = f"{before}\n{seq}\n{text}\n{digest}"
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def _reason(error: sqlite3.Error) -> str:
    if getattr(error, "sqlite_errorname", "") == "SQLITE_BUSY":
        return "another process has it open"
    return str(error)


Decide = Callable[[State, Event], State]
_BATCH = 200


def replay(journal: Journal, decide: Decide) -> State:
    """The state after the last record. Raises JournalError if the code decides otherwise now."""
    return replayed(journal.records(), State(journal.kiosk, journal.epoch), decide)


def replayed(records: Iterable[Record], state: State, decide: Decide) -> State:
    """The state after these records. Raises JournalError if one leads to another than it says."""
    rest = iter(records)
    # One kind of work at a time: mixed, each would push the other out of the processor's caches.
    while batch := list(islice(rest, _BATCH)):
        states: list[State] = []
        try:
            for record in batch:
                state = decide(state, record.event)
                states.append(state)
        finally:  # what cannot be decided comes of what was decided otherwise
            for record, each in zip(batch, states, strict=False):
                if digest_of(each) != record.digest:
                    raise differs(record.seq)
    return state


def differs(seq: int) -> JournalError:
    """What to raise where a record's digest is not that of the state it leads to."""
    return JournalError(
        f"record {seq}: this program decides otherwise than the one that wrote it;"
        " start the version that wrote the journal, or begin a new journal after closing it"
    )
