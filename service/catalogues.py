"""Catalogues for kiosks, in a folder beside the store: signed statements, and the files they are about.

catalogues/<version>.statement   what kiosks are told; the highest version is offered
catalogues/<version>.withdrawn   was one; its number is not used again
catalogues/<sha256>.db           a snapshot, in as many statements as speak of it
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.errors import SettingsError, StoreAway
from service.files import sync_folder, write_secret
from service.wire.catalogue import (
    PIECE_BYTES,
    VERSION_MOST,
    Statement,
    read_statement,
    sign_statement,
)
from service.wire.envelope import Forged
from service.wire.messages import Malformed

KEPT = 8
"""Versions whose files are kept, to go back to."""
_NAME = re.compile(r"(\d{10})\.(statement|withdrawn)")


@dataclass(frozen=True, slots=True)
class Offer:
    """What kiosks are told now."""

    version: int
    document: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """One version, for operators. `statement` is None where it cannot be believed any more."""

    version: int
    withdrawn: bool
    statement: Statement | None


class Catalogues:
    """One service's folder of catalogues. Holds nothing open; safe from any thread."""

    def __init__(self, service: Path) -> None:
        """`service`: its folder. Nothing is made before something is published."""
        self.folder = service / "catalogues"

    def offer(self) -> Offer | None:
        """The newest statement, or none. Raises StoreAway."""
        try:
            found = [version for version, kind in self._names() if kind == "statement"]
            return Offer(max(found), self._path(max(found)).read_bytes()) if found else None
        except OSError as error:  # also one that is withdrawn at this moment
            raise StoreAway from error

    def piece(self, sha256: str, number: int) -> bytes | None:
        """A piece of a file; None where there is no such file or piece. Raises StoreAway.

        `sha256` has to be 64 small hexadecimal digits: it becomes part of a path.
        """
        try:
            with (self.folder / f"{sha256}.db").open("rb") as file:
                return os.pread(file.fileno(), PIECE_BYTES, number * PIECE_BYTES) or None
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreAway from error

    def listed(self, pinned: Ed25519PublicKey) -> list[Listed]:
        """All versions, the newest first. Raises OSError."""
        found = []
        for version, kind in sorted(self._names(), reverse=True):
            try:
                told = read_statement(self._path(version, kind).read_bytes(), pinned)
            except (Forged, Malformed):
                told = None
            found.append(Listed(version, kind == "withdrawn", told))
        return found

    @property
    def next_version(self) -> int:
        """Higher than any that was ever given."""
        return max((version for version, _ in self._names()), default=0) + 1

    def draft(self) -> Path:
        """Where a snapshot may be made that is to be published. Raises OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.folder / "draft.db"

    def take(self, draft: Path) -> tuple[str, int]:
        """Keep a snapshot under its digest; that and its size in bytes. Raises OSError."""
        with draft.open("rb") as file:
            os.fsync(file.fileno())
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = os.fstat(file.fileno()).st_size
        draft.chmod(0o600)
        draft.replace(self.folder / f"{digest}.db")
        sync_folder(self.folder)
        return digest, size

    def holds(self, statement: Statement) -> bool:
        """Whether the file of this statement is there, whole. Raises OSError."""
        path = self.folder / f"{statement.sha256}.db"
        if not path.exists() or path.stat().st_size != statement.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == statement.sha256

    def publish(self, statement: Statement, offline: Ed25519PrivateKey) -> None:
        """Sign it and offer it from now on; what is too old goes. Raises OSError, or SettingsError."""
        if statement.version > VERSION_MOST:
            raise SettingsError(f"{self.folder}: there is no version after {VERSION_MOST}")
        write_secret(self._path(statement.version), sign_statement(statement, offline))
        self._prune(offline.public_key())

    def withdraw(self) -> int | None:
        """Offer the newest version no more; which that was, None if nothing is offered.

        Kiosks that have it go on with it. Raises OSError, or StoreAway.
        """
        offer = self.offer()
        if offer is None:
            return None
        self._path(offer.version).rename(self._path(offer.version, "withdrawn"))
        sync_folder(self.folder)
        return offer.version

    def _prune(self, pinned: Ed25519PublicKey) -> None:
        listed = self.listed(pinned)
        wanted = {each.statement.sha256 for each in listed[:KEPT] if each.statement}
        for path in self.folder.glob("*.db"):
            if path.stem not in wanted:
                path.unlink()
        for each in listed[KEPT:]:  # the newest ones remember the number
            self._path(each.version, "withdrawn" if each.withdrawn else "statement").unlink()

    def _names(self) -> list[tuple[int, str]]:
        if not self.folder.exists():
            return []
        found = (_NAME.fullmatch(path.name) for path in self.folder.iterdir())
        return [(int(match[1]), match[2]) for match in found if match]

    def _path(self, version: int, kind: str = "statement") -> Path:
        return self.folder / f"{version:010d}.{kind}"
