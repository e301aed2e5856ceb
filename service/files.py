"""Secret files: for their owner only, written whole or not at all, and overwritten when destroyed."""

from __future__ import annotations

import os
from pathlib import Path

from service.errors import SettingsError


def write_secret(path: Path, data: bytes) -> None:
    """Durable, mode 600. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    beside.replace(path)
    sync_folder(path.parent)


def read_secret(path: Path) -> bytes:
    """Raises SettingsError, also where others may read it."""
    try:
        if path.stat().st_mode & 0o077:
            raise SettingsError(f"{path}: others may read it; chmod 600 it")
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error


def destroy(path: Path) -> None:
    """Overwrite, sync, unlink. Journals and copies of the disk may keep older blocks."""
    size = path.stat().st_size
    handle = os.open(path, os.O_WRONLY)
    try:
        os.write(handle, bytes(size))
        os.fsync(handle)
    finally:
        os.close(handle)
    path.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
