"""Sales for the central service, on disk until it has booked them. Nobody can read here who bought.

SQLite in WAL mode with `synchronous=FULL`, one connection, locked, like the journal (ADR 0003). What is
deleted is overwritten (`secure_delete`). Sequence numbers count from 1 without a gap, for one outbox id
of one kiosk: another kiosk id, or a sale that is set aside, begins a new outbox id in the same file.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.checkout.delivery import Delivery
from kiosk.ids import NOBODY, Handle, SaleId
from kiosk.ports import Forged, Unavailable
from service.wire.ereceipt import Sealed
from service.wire.sales import NO_LINK, SaleRecord

FORMAT = 3
REMEMBERED = 4096
"""Sales that are remembered as delivered, so that one queued again after a crash is not sent twice."""

_SCHEMA = """
CREATE TABLE head (
    format INTEGER NOT NULL, outbox BLOB NOT NULL, last INTEGER NOT NULL,
    kiosk BLOB NOT NULL DEFAULT x''
) STRICT;
CREATE TABLE link (
    sale TEXT NOT NULL, handle TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (sale, handle)
) STRICT;
CREATE TABLE queue (
    sequence INTEGER PRIMARY KEY, sale TEXT NOT NULL UNIQUE, ended INTEGER NOT NULL,
    total INTEGER NOT NULL, currency TEXT NOT NULL, lines INTEGER NOT NULL,
    receipt INTEGER NOT NULL, digest BLOB NOT NULL, link BLOB NOT NULL
) STRICT;
CREATE TABLE delivered (number INTEGER PRIMARY KEY, sale TEXT NOT NULL UNIQUE) STRICT;
"""
_SET_ASIDE = """
CREATE TABLE set_aside (
    sale TEXT PRIMARY KEY, outbox BLOB NOT NULL, sequence INTEGER NOT NULL, ended INTEGER NOT NULL,
    total INTEGER NOT NULL, currency TEXT NOT NULL, lines INTEGER NOT NULL,
    receipt INTEGER NOT NULL, digest BLOB NOT NULL, link BLOB NOT NULL
) STRICT;
"""
"""Sales that the service does not book beside what it has: for people, and never sent again."""
_FROM_1 = """
DROP TABLE link;
CREATE TABLE link (
    sale TEXT NOT NULL, handle TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (sale, handle)
) STRICT;
ALTER TABLE delivered RENAME COLUMN sequence TO number;
ALTER TABLE head ADD COLUMN kiosk BLOB NOT NULL DEFAULT x'';
UPDATE head SET format = 2;
"""
"""Format 1 did not know whose link it held, so it might be that of somebody who took it back."""
_RECEIPTS = """
CREATE TABLE receipt (
    number INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL
) STRICT;
"""
"""Since format 3: receipts that a customer fetches by a link, sealed by that link."""
RECEIPTS_MOST = 1000
"""Of more that the service does not take, the oldest give way: nobody asks for them any more."""


class Outbox:
    """The one user of an outbox file. For one thread."""

    def __init__(self, path: Path) -> None:
        """Open or create. Raises Unavailable, also when another process holds the file."""
        self._path = path
        self._kiosk = b""
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=1)
        except (OSError, sqlite3.Error) as error:
            raise Unavailable(f"{path}: {error}") from error
        try:
            self.id = self._prepare()
        except (sqlite3.Error, Unavailable) as error:
            self._db.close()
            raise Unavailable(f"{path}: {error}") from error

    def _prepare(self) -> bytes:
        run = self._db.execute
        run("PRAGMA locking_mode=EXCLUSIVE")
        run("PRAGMA journal_mode=WAL")
        run("PRAGMA synchronous=FULL")
        run("PRAGMA secure_delete=ON")
        durable = run("PRAGMA synchronous").fetchone()[0] == 2
        if not durable or run("PRAGMA journal_mode").fetchone()[0] != "wal":
            raise Unavailable("this disk does not give the durability an outbox needs")
        with self._whole():
            if not run("SELECT 1 FROM sqlite_master WHERE name='head'").fetchone():
                self._run_all(_SCHEMA + _SET_ASIDE + _RECEIPTS)
                run("INSERT INTO head VALUES (?, ?, 0, x'')", (FORMAT, secrets.token_bytes(16)))
            head = run("SELECT format, outbox FROM head").fetchone()
            if head and head[0] == 1:
                self._run_all(_FROM_1 + _SET_ASIDE)
                head = (2, head[1])
            if head and head[0] == 2:
                self._run_all(_RECEIPTS)
                run("UPDATE head SET format = ?", (FORMAT,))
                head = (FORMAT, head[1])
        if head is None or head[0] != FORMAT:
            raise Unavailable("this is no outbox that this program can read")
        found: bytes = head[1]
        return found

    def _run_all(self, statements: str) -> None:
        for statement in statements.split(";")[:-1]:
            self._db.execute(statement)

    def check(self) -> None:
        """Whether something can be written. Raises Unavailable."""
        with self._whole():
            self._db.execute("UPDATE head SET last = last")

    def keep_link(self, sale: SaleId, handle: Handle, sealed: bytes) -> None:
        """On disk when it returns; a link of this customer and sale from before is overwritten."""
        with self._whole():
            self._db.execute("INSERT OR REPLACE INTO link VALUES (?, ?, ?)", (sale, handle, sealed))

    def drop_link(self, sale: SaleId) -> None:
        """Nothing of it stays. A sale that is queued already keeps its link."""
        with self._whole():
            self._db.execute("DELETE FROM link WHERE sale = ?", (sale,))

    def keep_links(self, wanted: Collection[tuple[SaleId, Handle]]) -> None:
        """Nothing stays of any other link."""
        run = self._db.execute
        with self._whole():
            for each in run("SELECT sale, handle FROM link").fetchall():
                if each not in wanted:
                    run("DELETE FROM link WHERE sale = ? AND handle = ?", each)

    def queue(self, record: Delivery, handle: Handle = NOBODY) -> None:
        """Give the sale the next number, and this customer's link; any other of it is dropped.

        One that was queued before is left alone.
        """
        run = self._db.execute
        with self._whole():
            found = run(
                "SELECT sealed FROM link WHERE sale = ? AND handle = ?", (record.sale, handle)
            ).fetchone()
            run("DELETE FROM link WHERE sale = ?", (record.sale,))
            if self._known(record.sale):
                return
            sequence = run("UPDATE head SET last = last + 1 RETURNING last").fetchone()[0]
            run(
                "INSERT INTO queue VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    sequence,
                    record.sale,
                    round(record.ended.timestamp() * 1000),
                    record.total.minor,
                    record.total.currency,
                    record.lines,
                    record.receipt,
                    bytes.fromhex(record.digest),
                    found[0] if found else NO_LINK,
                ),
            )

    def _known(self, sale: SaleId) -> bool:
        for table in ("queue", "delivered", "set_aside"):
            if self._db.execute(f"SELECT 1 FROM {table} WHERE sale = ?", (sale,)).fetchone():  # noqa: S608
                return True
        return False

    def oldest(self, most: int) -> tuple[SaleRecord, ...]:
        """What is to be delivered next, in its order."""
        try:
            rows = self._db.execute("SELECT * FROM queue ORDER BY sequence LIMIT ?", (most,))
            return tuple(
                SaleRecord(
                    sale, self.id, sequence, ended, total, currency, lines, number, digest, link
                )
                for sequence, sale, ended, total, currency, lines, number, digest, link in rows
            )
        except sqlite3.Error as error:
            raise Unavailable(f"{self._path}: {error}") from error

    def booked(self, contiguous: int) -> int:
        """The service has all up to this number: delete them; how many that were. Raises Forged."""
        run = self._db.execute
        with self._whole():
            last = run("SELECT last FROM head").fetchone()[0]
            if contiguous > last:
                raise Forged(f"a receipt for {contiguous} sales, and there were {last}")
            run(
                "INSERT OR IGNORE INTO delivered (sale)"
                " SELECT sale FROM queue WHERE sequence <= ? ORDER BY sequence",
                (contiguous,),
            )
            gone = run("DELETE FROM queue WHERE sequence <= ?", (contiguous,)).rowcount
            run(
                "DELETE FROM delivered WHERE number <= (SELECT max(number) FROM delivered) - ?",
                (REMEMBERED,),
            )
        return gone

    def belong_to(self, kiosk: bytes) -> int:
        """The service counts for each kiosk: under another id, number what is queued from 1.

        How many queued sales have a link of the former id, which the service will not believe.
        """
        run = self._db.execute
        if self._kiosk == kiosk:
            return 0
        with self._whole():
            found: bytes = run("SELECT kiosk FROM head").fetchone()[0]
            fresh = self._numbered_anew() if found not in (b"", kiosk) else self.id
            run("UPDATE head SET kiosk = ?", (kiosk,))
            count: int = run("SELECT count(*) FROM queue WHERE link != ?", (NO_LINK,)).fetchone()[0]
        renewed, self.id, self._kiosk = fresh != self.id, fresh, kiosk
        return count if renewed else 0

    def set_aside(self, sequence: int) -> None:
        """Keep this sale for people, and go on with the others: numbers have no gap."""
        with self._whole():
            self._db.execute(
                "INSERT INTO set_aside SELECT sale, ?, sequence, ended, total, currency, lines,"
                " receipt, digest, link FROM queue WHERE sequence = ?",
                (self.id, sequence),
            )
            self._db.execute("DELETE FROM queue WHERE sequence = ?", (sequence,))
            fresh = self._numbered_anew()
        self.id = fresh

    def keep_receipt(self, sealed: Sealed) -> None:
        """On disk when it returns."""
        run = self._db.execute
        with self._whole():
            run("INSERT INTO receipt (name, sealed) VALUES (?, ?)", (sealed.name, sealed.data))
            run(
                "DELETE FROM receipt WHERE number <= (SELECT max(number) FROM receipt) - ?",
                (RECEIPTS_MOST,),
            )

    def next_receipt(self) -> Sealed | None:
        """The newest first: somebody may stand there and wait for it."""
        try:
            row = self._db.execute(
                "SELECT name, sealed FROM receipt ORDER BY number DESC LIMIT 1"
            ).fetchone()
        except sqlite3.Error as error:
            raise Unavailable(f"{self._path}: {error}") from error
        return Sealed(*row) if row else None

    def drop_receipt(self, name: bytes) -> None:
        """The service has it, or will never take it."""
        with self._whole():
            self._db.execute("DELETE FROM receipt WHERE name = ?", (name,))

    def _numbered_anew(self) -> bytes:
        """A new outbox id, and the queue counted from 1 in its order."""
        run = self._db.execute
        fresh = secrets.token_bytes(16)
        rows = run("SELECT sequence FROM queue ORDER BY sequence").fetchall()
        for number, (sequence,) in enumerate(rows, 1):  # never more than it was: no two are equal
            run("UPDATE queue SET sequence = ? WHERE sequence = ?", (number, sequence))
        run("UPDATE head SET outbox = ?, last = ?", (fresh, len(rows)))
        return fresh

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """All of it, synced, or nothing. Raises Unavailable, also on a full disk."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise Unavailable(f"{self._path}: {error}") from error
