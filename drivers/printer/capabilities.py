"""What was learnt of each printer by asking it once, kept in one small file.

Keyed by address and by what the printer says it is: another one in its place is noticed and asked
anew. Whether a printer may hold a piece of a receipt is kept as well, so that a restart does not
forget that only a person can get rid of it. Nothing of a receipt is kept.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drivers.printer.profiles import Confirm
from kiosk.ports import Cancel

Identity = tuple[str, ...]
"""Maker, model and serial number, as far as it tells them."""
VERSION = 1
LOCK_SECONDS = 2.0
"""Another program writes a few lines meanwhile; longer than this nobody waits for it."""
_LOOK_SECONDS = 0.01

log = logging.getLogger("drivers.printer")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """How far the word of one printer goes. How it forgets is proved anew each time, never kept."""

    identity: Identity
    confirm: Confirm

    def as_json(self) -> dict[str, Any]:
        """For the file, and for people who ask."""
        return {"identity": list(self.identity), "confirm": self.confirm}


@dataclass(slots=True)
class _Body:
    """What the file says."""

    known: dict[str, Capabilities] = field(default_factory=dict)
    holding: set[str] = field(default_factory=set)

    def as_json(self) -> dict[str, Any]:
        rows = {address: known.as_json() for address, known in sorted(self.known.items())}
        return {"version": VERSION, "printers": rows, "holding": sorted(self.holding)}


@dataclass(slots=True)
class Memory:
    """The file; without one, the same for as long as the program runs. For one thread.

    The kiosk and a technician's tools share it: each reads it anew, and changes under a lock only
    what it has to say of one address. A file that cannot be read is as good as none; what was learnt
    and cannot be written costs the next start a question. A note that a printer holds something and
    that cannot be written is told, and counts.
    """

    path: Path | None = None
    _body: _Body = field(default_factory=_Body)
    _unwritten: set[str] = field(default_factory=set)
    """Addresses that hold something which the disk does not know."""

    def find(self, address: str, identity: Identity) -> Capabilities | None:
        """What is known of the printer that is there now."""
        self._read()
        found = self._body.known.get(address)
        return found if found and found.identity == identity else None

    def keep(self, address: str, learnt: Capabilities) -> None:
        """Remember it, in place of whatever was there before."""
        if self.find(address, learnt.identity) != learnt:
            self._change(lambda body: body.known.update({address: learnt}))

    def forget(self, address: str) -> None:
        """Have the printer asked again: it did not do what it is known for."""
        self._read()
        if address in self._body.known:
            self._change(lambda body: body.known.pop(address, None))

    def holds(self, address: str) -> bool:
        """Whether the printer may hold a piece of a receipt that no command drops."""
        self._read()
        return address in self._body.holding or address in self._unwritten

    def set_holding(self, address: str, holding: bool) -> bool:
        """Note it; whether that is on disk by the return. What could not be noted counts as held."""
        if holding == self.holds(address) and address not in self._unwritten:
            return True
        change = set[str].add if holding else set[str].discard
        written = self._change(lambda body: change(body.holding, address))
        if written:
            self._unwritten.discard(address)
        elif holding:
            self._unwritten.add(address)
        return written

    # --- the file -------------------------------------------------------------------------------

    def _change(self, change: Callable[[_Body], object]) -> bool:
        """Read, change and write, with nobody in between; whether it is on disk."""
        if self.path is None:
            change(self._body)
            return True
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with _locked(self.path.with_suffix(".lock")):
                self._read()
                change(self._body)
                _write(self.path, self._body.as_json())
        except OSError as error:
            log.error("%s: not written: %s", self.path, error.strerror or error)
            return False
        return True

    def _read(self) -> None:
        """What the file says now; what it said before where nobody can read it."""
        if self.path is None:
            return
        try:
            self._body = _parsed(self.path.read_bytes())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return


def _parsed(text: bytes) -> _Body:
    """Raises ValueError, KeyError, TypeError or AttributeError for what is no such file."""
    body = json.loads(text)
    if body["version"] != VERSION:
        raise ValueError("another version")
    found = _Body(holding={str(address) for address in body["holding"]})
    for address, row in body["printers"].items():
        identity = tuple(str(name) for name in row["identity"])
        found.known[str(address)] = Capabilities(identity, Confirm(row["confirm"]))
    return found


def _write(path: Path, body: dict[str, Any]) -> None:
    """In place of the old one, by the return, whatever happens to the power. Raises OSError."""
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(body, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One program at a time. Raises OSError, TimeoutError too."""
    waited, pause = 0.0, Cancel()
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if waited > LOCK_SECONDS:
                    raise TimeoutError("another program keeps it locked") from None
                waited += _LOOK_SECONDS
                pause.wait(_LOOK_SECONDS)
        yield
