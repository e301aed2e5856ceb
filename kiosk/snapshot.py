"""The state as it was at one record, beside the journal: a shorter way to the end, and never more.

The journal alone is believed. A snapshot counts where it was made by this very code, of this very
journal, at a record that is still there with the same link and digest, and where what it holds has that
digest; else it is thrown away, and everything is replayed (ADR 0013).
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.checkout.front import Front, Shelf
from kiosk.checkout.states import Live, State
from kiosk.codec import decode, encode
from kiosk.journal import Journal, Reader, digest_of
from kiosk.offers.document import version_of
from kiosk.offers.promotions import Promotions

FORMAT = 1
MOST_BYTES = 64 << 20
"""A larger file is none of ours."""


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


def packed(journal: Reader, state: State, seq: int, link: str) -> bytes:
    """The state after one of the journal's records, sealed. Raises ValueError if it cannot be kept."""
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
    return _seal(text) + b"\n" + text


def write(journal: Journal, path: Path, state: State) -> None:
    """Keep the state after the journal's last record, in one step. Raises OSError, and then the last
    snapshot stands."""
    data = packed(journal, state, *journal.end)
    fresh = path.with_name(path.name + ".new")
    try:
        with fresh.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def replayable(state: State) -> State:
    """The state as a replay gives it: without what volatile events told, which is for no disk."""
    return replace(state, live=Live(), front=Front(), shelf=Shelf())


def read(path: Path) -> bytes:
    """A snapshot's bytes. Raises OSError."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def unpacked(journal: Reader, data: bytes, *, any_code: bool = False) -> tuple[int, str, State]:
    """Seq, link and state. Raises Unfit, or JournalError where there is no such record to read.

    `any_code`: also of a program that may decide otherwise; then it is a claim, to be proven.
    """
    seal, _, text = data.partition(b"\n")
    if len(data) > MOST_BYTES or seal != _seal(text):
        raise Unfit("it is torn or was altered")
    try:
        body: dict[str, Any] = json.loads(text)
        _check(journal, body, any_code=any_code)
        state = decode(State, body["state"], whole=True)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unfit(f"it cannot be read: {error}") from error
    if (state.kiosk, state.epoch) != (journal.kiosk, journal.epoch):
        raise Unfit("its state is that of another journal")
    if digest_of(state) != body["digest"] or not _offers_fit(state):
        raise Unfit("its state is not the one of its record")
    return body["seq"], body["link"], state


def _check(journal: Reader, body: dict[str, Any], *, any_code: bool) -> None:
    wanted = {"format": FORMAT, "kiosk": journal.kiosk, "epoch": journal.epoch}
    if not any_code:
        wanted["code"] = code_version()
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
