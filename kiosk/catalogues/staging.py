"""The next catalogue as it comes in, piece by piece; what was there before a power cut counts again."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

SPARE_BYTES = 256 << 20
"""Left free for the journal and the outbox, whatever a catalogue would need."""


class NoRoom(Exception):
    """The disk has not that much to spare."""


class Staging:
    """One file and the statement that it belongs to. For one thread."""

    def __init__(self, staged: Path, piece_bytes: int) -> None:
        """`staged`: where it is put together. Nothing is made yet."""
        self._path = staged
        self._statement = staged.with_suffix(".statement")
        self._piece = piece_bytes

    @property
    def size(self) -> int:
        """Bytes that are there."""
        return self._path.stat().st_size if self._path.exists() else 0

    def begin(self, statement: bytes, size: int) -> int:
        """Begin, or go on where the same statement was broken off; the number of the next piece.

        Whether those before it are whole is only known by the digest at the end. Raises NoRoom, OSError.
        """
        same = self._statement.exists() and self._statement.read_bytes() == statement
        if not same or self.size > size:
            self.discard()
        there = self.size
        if shutil.disk_usage(self._path.parent).free < size - there + SPARE_BYTES:
            raise NoRoom(f"{(size - there + SPARE_BYTES) >> 20} MiB are wanted free on the disk")
        if not same:
            self._statement.write_bytes(statement)
        if there == size:
            return -(-size // self._piece)
        if there % self._piece:
            os.truncate(self._path, there - there % self._piece)
        return there // self._piece

    def add(self, data: bytes) -> None:
        """The next piece. Raises OSError; then what came is gone, so that the disk has its room back."""
        try:
            with self._path.open("ab") as file:
                file.write(data)
        except OSError:
            self.discard()
            raise

    def finish(self) -> str:
        """All is there: on the disk, too. Its SHA-256 in small hexadecimal digits. Raises OSError."""
        with self._path.open("rb") as file:
            os.fsync(file.fileno())
            return hashlib.file_digest(file, "sha256").hexdigest()

    def discard(self) -> None:
        """Nothing of it is left, as far as the disk allows."""
        for path in (self._path, self._statement):
            with suppress(OSError):
                path.unlink(missing_ok=True)
