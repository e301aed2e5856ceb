"""The state as it was at one record, beside the journal: a shorter way to the end, and never more.

The journal alone is believed. A snapshot counts where it was made by this very code, of this very
journal, at a record that is still there with the same link and digest, and where what it holds has that
digest; else it is thrown away, and everything is replayed (ADR 0013).
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import platform
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.checkout.front import Front, Shelf
from kiosk.checkout.states import Attract, Live, OutOfService, State
from kiosk.codec import decode, encode
from kiosk.errors import JournalError
from kiosk.journal import Decide, Journal, digest_of, replay, replayed
from kiosk.offers.document import version_of
from kiosk.offers.promotions import Promotions

FORMAT = 1
EVERY = 2000
"""Records between two snapshots: what is replayed at most, until nobody is at the kiosk any more."""
MOST_BYTES = 64 << 20
"""A larger file is none of ours."""
log = logging.getLogger("kiosk.snapshot")


class Unfit(Exception):
    """A snapshot that is not to be used, and why."""


def snapshot_of(journal: Path) -> Path:
    """Where the snapshot of this journal lies."""
    return journal.with_name(journal.name + ".snapshot")


@cache
def code_version() -> str:
    """Of all that decides, and of what it runs on: other code may decide otherwise."""
    digest = hashlib.blake2b(platform.python_version().encode(), digest_size=16)
    here = Path(__file__).parent
    for path in sorted(here.rglob("*.py")):
        digest.update(f"\0{path.relative_to(here)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def write(journal: Journal, path: Path, state: State) -> None:
    """Keep the state after the journal's last record, in one step. Raises OSError, and then the last
    snapshot stands."""
    seq, link = journal.end
    body = {
        "format": FORMAT,
        "code": code_version(),
        "kiosk": journal.kiosk,
        "epoch": journal.epoch,
        "seq": seq,
        "link": link,
        "digest": digest_of(state),
        "state": encode(replayable(state), whole=True),
    }
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    fresh = path.with_name(path.name + ".new")
    try:
        with fresh.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(_seal(text) + b"\n" + text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def replayable(state: State) -> State:
    """The state as a replay gives it: without what volatile events told, which is for no disk."""
    return replace(state, live=Live(), front=Front(), shelf=Shelf())


def _read(journal: Journal, path: Path) -> tuple[int, str, State]:
    """Seq, link and state. Raises Unfit, or OSError."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    seal, _, text = data.partition(b"\n")
    if len(data) > MOST_BYTES or seal != _seal(text):
        raise Unfit("it is torn or was altered")
    try:
        body: dict[str, Any] = json.loads(text)
        _check(journal, body)
        state = decode(State, body["state"], whole=True)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unfit(f"it cannot be read: {error}") from error
    if (state.kiosk, state.epoch) != (journal.kiosk, journal.epoch):
        raise Unfit("its state is that of another journal")
    if digest_of(state) != body["digest"] or not _offers_fit(state):
        raise Unfit("its state is not the one of its record")
    return body["seq"], body["link"], state


def _check(journal: Journal, body: dict[str, Any]) -> None:
    wanted = {
        "format": FORMAT,
        "code": code_version(),
        "kiosk": journal.kiosk,
        "epoch": journal.epoch,
    }
    for name, value in wanted.items():
        if body[name] != value:
            raise Unfit(f"it is of another {name}")
    seq = body["seq"]
    if type(seq) is not int or not 0 < seq <= journal.end[0]:
        raise Unfit(f"the journal has no record {seq}")
    [(_, _, digest, link)] = journal.rows(seq - 1, 1)
    if (digest, link) != (body["digest"], body["link"]):
        raise Unfit(f"record {seq} is another one")


def _offers_fit(state: State) -> bool:
    """The digest has the version of the promotions only, and none before there were any."""
    version = state.offers_version or version_of(Promotions())
    return version_of(state.offers) == version


def _seal(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=16).hexdigest().encode()


class Keeper:
    """The snapshot of one journal: read at the start, written now and then. For one thread at a time."""

    def __init__(self, journal: Journal, path: Path) -> None:
        self._journal = journal
        self._path = path
        self._last = 0
        """The record of the snapshot that lies there."""

    def restored(self, decide: Decide) -> State:
        """The state after the journal's last record, by way of the snapshot where it is fit.

        Raises JournalError as a replay does.
        """
        try:
            seq, link, state = _read(self._journal, self._path)
            state = replayed(self._journal.records(seq, link), state, decide)
        except FileNotFoundError:
            return replay(self._journal, decide)
        except (Unfit, OSError, JournalError) as error:
            # Also where the records behind it do not fit: what is wrong is told by the whole replay.
            log.warning("%s is not used, the whole journal is replayed: %s", self._path, error)
            return replay(self._journal, decide)
        self._last = seq
        return state

    def rest(self, state: State) -> None:
        """A moment in which nothing is to be done: write if nobody is at the kiosk, and it is time."""
        idle = isinstance(state.phase, Attract | OutOfService) and not state.storage_low
        if idle and self._journal.end[0] - self._last >= EVERY:
            self.write(state)

    def write(self, state: State) -> None:
        """Write it if there is anything new. A disk that does not take it harms nothing.

        `state`: that after the last record.
        """
        if self._journal.end[0] == self._last:
            return
        self._last = self._journal.end[0]  # one that fails is tried again in its turn, not at once
        try:
            write(self._journal, self._path, state)
        except (OSError, ValueError) as error:
            log.warning("%s could not be written: %s", self._path, error)
