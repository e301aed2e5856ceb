"""The audit: who asked about whom, when, from where, and what came of it. One hash chain a writer.

An entry's hash covers the one before it, so nothing inside can be changed. Checkpoints sign all
heads together, and a witness file outside the database remembers each head, so that a cut-off tail
shows. Entries name members only under the member's own key: erasing the key erases them here too.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import struct
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.records import SUBJECT_BYTES

NO_SUBJECT = bytes(SUBJECT_BYTES)
NO_KIOSK = bytes(16)
ENTRY_VERSION = 1
_ENTRY = struct.Struct(f">BQ16s16sBBHHBB{SUBJECT_BYTES}s")
GENESIS = bytes(32)


class Act:
    """Kinds of entries beside those of the wire (`service.wire.messages.Kind`)."""

    MEMBER_ADDED = 0x81
    MEMBER_SHOWN = 0x82
    CONSENT_CHANGED = 0x83
    KIOSK_INVITED = 0x91
    KIOSK_APPROVED = 0x92
    KIOSK_REVOKED = 0x93
    KIOSK_RENEWED = 0x94
    CARD_ISSUED = 0xA1
    CARD_REVOKED = 0xA2
    CATALOGUE_PUBLISHED = 0xB1
    CATALOGUE_WITHDRAWN = 0xB2
    SLIP_FREED = 0xC1
    SLIP_FORGOTTEN = 0xC2


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. `nonce` is unique for each kiosk: a request counts once, for ever.

    `asked`, `granted`: field bitmaps. `subject`: sealed under the member's key, or NO_SUBJECT.
    """

    at: int
    kiosk: bytes
    nonce: bytes
    kind: int
    purpose: int = 0
    asked: int = 0
    granted: int = 0
    outcome: int = 0
    level: int = 0
    subject: bytes = NO_SUBJECT

    def pack(self) -> bytes:
        """The canonical bytes that are hashed and stored."""
        return _ENTRY.pack(
            ENTRY_VERSION,
            self.at,
            self.kiosk,
            self.nonce,
            self.kind,
            self.purpose,
            self.asked,
            self.granted,
            self.outcome,
            self.level,
            self.subject,
        )


def unpack(data: bytes) -> Entry:
    """Raises ValueError."""
    if len(data) != _ENTRY.size or data[0] != ENTRY_VERSION:
        raise ValueError("no audit entry of this version")
    return Entry(*_ENTRY.unpack(data)[1:])


def link(previous: bytes, chain: str, seq: int, entry: bytes) -> bytes:
    """The hash of entry `seq` of a chain."""
    name = chain.encode()
    text = b"openkiosk/audit/v1\0" + previous + bytes((len(name),)) + name + struct.pack(">Q", seq)
    return hashlib.sha256(text + entry).digest()


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends. An empty chain is (0, GENESIS)."""

    seq: int = 0
    hash: bytes = GENESIS

    def next(self, chain: str, entry: bytes) -> Head:
        """The head after one more entry."""
        return Head(self.seq + 1, link(self.hash, chain, self.seq + 1, entry))


# --- checkpoints ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signature over all heads at one time, and over the checkpoint before."""

    seq: int
    at: int
    heads: str
    """Canonical JSON: chain -> [seq, hash]."""
    previous: bytes
    signature: bytes


def heads_text(heads: dict[str, Head]) -> str:
    """Canonical JSON of all heads."""
    return json.dumps(
        {name: [head.seq, head.hash.hex()] for name, head in heads.items()},
        sort_keys=True,
        separators=(",", ":"),
    )


def heads_of(text: str) -> dict[str, Head]:
    """Raises ValueError."""
    try:
        return {name: Head(seq, bytes.fromhex(at)) for name, (seq, at) in json.loads(text).items()}
    except (TypeError, AttributeError) as error:
        raise ValueError("no heads") from error


def _text(seq: int, at: int, heads: str, previous: bytes) -> bytes:
    return (
        b"openkiosk/audit-checkpoint/v1\0" + struct.pack(">QQ", seq, at) + previous + heads.encode()
    )


def make_checkpoint(
    last: Checkpoint | None, heads: dict[str, Head], at: int, key: Ed25519PrivateKey
) -> Checkpoint:
    """The next checkpoint."""
    seq = last.seq + 1 if last else 1
    previous = hashlib.sha256(last.signature).digest() if last else GENESIS
    heads_now = heads_text(heads)
    return Checkpoint(seq, at, heads_now, previous, key.sign(_text(seq, at, heads_now, previous)))


def holds(checkpoint: Checkpoint, last: Checkpoint | None, key: Ed25519PublicKey) -> bool:
    """Whether a checkpoint follows the last one and is signed."""
    previous = hashlib.sha256(last.signature).digest() if last else GENESIS
    if checkpoint.seq != (last.seq + 1 if last else 1) or checkpoint.previous != previous:
        return False
    text = _text(checkpoint.seq, checkpoint.at, checkpoint.heads, checkpoint.previous)
    try:
        key.verify(checkpoint.signature, text)
    except InvalidSignature:
        return False
    return True


# --- the witness ------------------------------------------------------------------------------------

_WITNESS = struct.Struct(">Q32s32s")


BROKEN = ".broken"
"""Ends the name of the file beside a witness that remembers that the chain once was shorter."""


class Witness:
    """A file outside the database with the head of one chain, authenticated.

    Written after each commit and not synced: it may be behind the database, never ahead of it. Where
    it is ahead, entries were cut off: that is written down beside it, and stays written down.
    """

    def __init__(self, folder: Path, chain: str, key: bytes) -> None:
        """Raises OSError."""
        folder.mkdir(mode=0o700, exist_ok=True)
        self._broken = folder / f"{chain}{BROKEN}"
        self._key = key + chain.encode()
        self._handle = os.open(folder / chain, os.O_RDWR | os.O_CREAT, 0o600)

    def keep(self, head: Head) -> None:
        """Remember. Raises OSError."""
        body = struct.pack(">Q", head.seq) + head.hash
        os.pwrite(self._handle, body + self._mac(body), 0)

    def check(self, head: Head) -> Head:
        """The head as the database has it, before anything is added to it. Raises OSError."""
        try:
            seen = self.read()
            why = f"{seen.seq} was witnessed" if seen and _is_short(head, seen) else ""
        except ValueError as error:
            why = str(error)
        if why and not self._broken.exists():
            self._broken.write_text(f"the database ended at {head.seq}; {why}\n")
        return head

    def read(self) -> Head | None:
        """None for a new file. Raises ValueError if it was changed."""
        data = os.pread(self._handle, _WITNESS.size + 1, 0)
        if not data:
            return None
        if len(data) != _WITNESS.size or not hmac.compare_digest(data[40:], self._mac(data[:40])):
            raise ValueError("the witness was changed")
        seq, digest, _ = _WITNESS.unpack(data)
        return Head(seq, digest)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._handle)

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, b"openkiosk/audit-witness/v1\0" + body, hashlib.sha256)


def _is_short(head: Head, seen: Head) -> bool:
    return head.seq < seen.seq or (head.seq == seen.seq and head.hash != seen.hash)
