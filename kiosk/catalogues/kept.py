"""Catalogues on this kiosk's disk: the imported file, and beside it those that were fetched.

catalogue.db                    what the technician imported: version 0
catalogue.db.fetched/
  standing.json                 which one is sold from, and which one before it
  <version>.db                  those two
  staged.db staged.statement    the next one, as far as it has come
  attempt.json                  how the last look at the service ended, for people

One rename of standing.json is the swap: whatever happens before it leaves the old catalogue, whatever
happens after it the new one. All files it names were synced before.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from kiosk.catalog import Catalogue, CatalogueError
from kiosk.errors import Unavailable

FORMAT = 1
STANDING_MOST = 1 << 16
log = logging.getLogger("kiosk.catalogue")


@dataclass(frozen=True, slots=True)
class Entry:
    """One catalogue. `version` 0: the imported file, of which nothing else is known here.

    `since`: when this kiosk began to sell from it (ISO 8601).
    """

    version: int = 0
    sha256: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is sold from. `seen`: the highest version that was ever taken; only newer ones are."""

    seen: int = 0
    current: Entry = Entry()
    previous: Entry | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a look at the service ended. `at`: ISO 8601; `version`: the one it was about, 0 if none."""

    at: str
    outcome: str
    why: str = ""
    version: int = 0


class Kept:
    """The files of one kiosk. `adopt` and `go_back` are for one thread, and only under the lock."""

    def __init__(self, imported: Path, *, alone: bool = False) -> None:
        """Nothing is made or opened yet. `alone`: the imported file counts, whatever was fetched."""
        self.imported = imported
        self.folder = imported.with_name(imported.name + ".fetched")
        self.staged = self.folder / "staged.db"
        self.standing = Standing() if alone else self._read()
        """Replaced as a whole, never changed: may be read from any thread."""
        self._lock: TextIO | None = None

    def lock(self) -> None:
        """Make the folder, and keep everybody else from changing it. Raises Unavailable."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (self.folder / "lock").open("w")
        except OSError as error:
            raise Unavailable(f"{self.folder}: {error.strerror}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise Unavailable(f"{self.folder}: another process uses it") from error
        self._lock = lock

    def reread(self) -> None:
        """As it stands now that nobody else can change it: who did may have ended just before."""
        self.standing = self._read()

    def unlock(self) -> None:
        """Others may change it; safe to call twice."""
        lock, self._lock = self._lock, None
        if lock:
            lock.close()

    def path(self, entry: Entry) -> Path:
        """Where this catalogue lies."""
        return self.folder / f"{entry.version}.db" if entry.version else self.imported

    def open(self) -> Catalogue:
        """The catalogue to sell from. One that does not open is gone back from, and that is told.

        Raises CatalogueError if none does; its text is about the first one.
        """
        standing = self.standing
        try:
            return Catalogue(self.path(standing.current))
        except CatalogueError as error:
            for earlier in (standing.previous, Entry()):
                if earlier is None or earlier == standing.current:
                    continue
                with suppress(CatalogueError):
                    found = Catalogue(self.path(earlier))
                    self.standing = replace(standing, current=earlier, previous=None)
                    log.error("catalogue %s, back to %s", error, name_of(earlier, found))
                    return found
            raise

    def adopt(self, entry: Entry) -> None:
        """What is staged is the catalogue from now on. Raises OSError, and then the old one is."""
        self.staged.replace(self.path(entry))
        _sync(self.folder)
        old = self.standing.current
        previous = old if self.path(old).exists() else None
        self._put(Standing(max(entry.version, self.standing.seen), entry, previous))

    def earlier(self) -> Catalogue:
        """The one before, opened. Raises Unavailable if there is none, or it does not open."""
        if self.standing.previous is None:
            raise Unavailable("there is no earlier catalogue to go back to")
        try:
            return Catalogue(self.path(self.standing.previous))
        except CatalogueError as error:
            raise Unavailable(f"the earlier catalogue does not open: {error}") from error

    def go_back(self, since: str) -> Catalogue:
        """The one before, opened, is the catalogue from now on. Raises as `earlier`, and OSError."""
        catalogue, previous = self.earlier(), self.standing.previous
        try:
            if previous:
                self._put(Standing(self.standing.seen, replace(previous, since=since)))
        except OSError:
            catalogue.close()
            raise
        return catalogue

    def prune(self) -> None:
        """Files that nothing refers to any more go. Raises OSError."""
        entries = (self.standing.current, self.standing.previous)
        wanted = {self.path(entry).name for entry in entries if entry}
        for path in self.folder.glob("[0-9]*.db"):
            if path.name not in wanted:
                path.unlink()

    def note(self, attempt: Attempt) -> None:
        """How a look ended. A disk that does not take it harms nothing."""
        with suppress(OSError):
            _write(self.folder / "attempt.json", asdict(attempt), durable=False)

    @property
    def attempt(self) -> Attempt | None:
        """The last one; None if there was none, or nobody can read it."""
        try:
            return Attempt(**_read(self.folder / "attempt.json"))
        except (OSError, ValueError, TypeError, RecursionError):
            return None

    def _put(self, standing: Standing) -> None:
        _write(self.folder / "standing.json", {"format": FORMAT, **asdict(standing)}, durable=True)
        self.standing = standing

    def _read(self) -> Standing:
        """The imported file where nothing else was ever taken, or nobody can read what was."""
        try:
            told = _read(self.folder / "standing.json")
            if told.pop("format") != FORMAT:
                raise ValueError("of another format")
            previous = told["previous"] and Entry(**told["previous"])
            standing = Standing(told["seen"], Entry(**told["current"]), previous)
            entries = [standing.current] + ([previous] if previous else [])
            if any(type(n) is not int for n in (standing.seen, *(e.version for e in entries))):
                raise ValueError("a version that is no number")
        except FileNotFoundError:
            return Standing()
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            log.error("%s/standing.json is not used: %s", self.folder, error)
            return Standing()
        return standing


def name_of(entry: Entry, catalogue: Catalogue) -> str:
    """What the journal, the log and people call it."""
    return str(entry.version) if entry.version else f"imported {catalogue.made}"


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        told = json.loads(file.read(STANDING_MOST))
    if not isinstance(told, dict):
        raise ValueError("no object")
    return told


def _write(path: Path, told: dict[str, Any], *, durable: bool) -> None:
    """Whole or not at all. Raises OSError."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(told, file)
        file.flush()
        if durable:
            os.fsync(file.fileno())
    fresh.replace(path)
    if durable:
        _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make names durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
