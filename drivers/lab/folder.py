"""The folder where a demo keeps things: one demo at a time, and only its own files forgotten."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.errors import Unavailable

DEFAULT = Path(__file__).parents[2] / ".demo"
"""The clone's own, wherever the caller stands."""
OCCUPIED_EXIT = 75
KEPT = ("journal.db*", "catalogue.db*", "terminal.json*", "lab.json")
PRINTED = ("receipt-[0-9]*.png", "receipt-[0-9]*.txt", "torn-[0-9]*.png", "torn-[0-9]*.txt")


class Occupied(Unavailable):
    """Another demo is at home there."""


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """The folder is made and is ours alone. Raises Occupied or Unavailable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".lock").open("a")
    except OSError as error:
        raise Unavailable(f"{folder}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Occupied(f"a demo already runs in {folder}") from error
        yield


def forget(folder: Path) -> None:
    """Delete what a demo writes there, and nothing else. Raises Unavailable."""
    try:
        for pattern in KEPT:
            _delete(folder, pattern)
        waypoints = folder / "journal.db.waypoints"
        if waypoints.is_dir() and not waypoints.is_symlink():
            _delete(waypoints, "[0-9]" * 12)
            with suppress(OSError):
                waypoints.rmdir()
        for line in ("scanner", "scale"):
            if (folder / line).is_symlink():
                (folder / line).unlink()
        central = folder / "central"
        if (central / "service" / "service.toml").is_file() and not central.is_symlink():
            shutil.rmtree(central)
        printed = folder / "printed"
        if printed.is_dir() and not printed.is_symlink():
            for pattern in PRINTED:
                _delete(printed, pattern)
            with suppress(OSError):  # somebody else's files are in it
                printed.rmdir()
    except OSError as error:
        raise Unavailable(f"{error.filename or folder}: {error.strerror}") from error


def _delete(folder: Path, pattern: str) -> None:
    for path in folder.glob(pattern):
        if path.is_file() or path.is_symlink():
            path.unlink()
