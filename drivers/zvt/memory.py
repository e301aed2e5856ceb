"""What a simulated terminal remembers over a restart: its transactions, and one not yet settled."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Entry:
    """One transaction. `kind` is payment, decline or reversal; `at` is local time, ISO 8601."""

    kind: str
    trace: int
    receipt: int
    amount: int
    at: str
    result: int = 0
    reversal_of: int = 0

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


@dataclass(slots=True)
class Memory:
    """The turnover memory. Every change is on disk before the terminal says anything about it."""

    path: Path | None = None
    trace: int = 0
    receipt: int = 0
    entries: list[Entry] = field(default_factory=list)
    pending: Entry | None = None
    """Approved, but the till has not acknowledged all of it."""
    reversal_due: bool = False
    """The last payment stands, was never acknowledged, and will be taken back."""

    @staticmethod
    def at(path: Path | None) -> Memory:
        """The memory kept at `path`, or an empty one."""
        memory = Memory(path)
        if path and path.exists():
            kept = json.loads(path.read_text())
            memory.trace, memory.receipt = kept["trace"], kept["receipt"]
            memory.entries = [Entry(**each) for each in kept["entries"]]
            memory.pending = Entry(**kept["pending"]) if kept["pending"] else None
            memory.reversal_due = kept["reversal_due"]
        return memory

    def begin(self, amount: int, at: datetime) -> Entry:
        """A payment is approved and waits for the till's word."""
        self.trace, self.receipt = self.trace % 999_999 + 1, self.receipt % 9_999 + 1
        self.pending = Entry("payment", self.trace, self.receipt, amount, _iso(at))
        self._save()
        return self.pending

    def decline(self, amount: int, result: int, at: datetime) -> Entry:
        """The host, the card or the customer said no."""
        self.trace = self.trace % 999_999 + 1
        entry = Entry("decline", self.trace, self.receipt, amount, _iso(at), result)
        self.entries.append(entry)
        self._save()
        return entry

    def commit(self, *, reversal_due: bool = False) -> None:
        """The payment stands: the till acknowledged it, or it is kept without (chapter 4)."""
        if self.pending:
            self.entries.append(self.pending)
            self.pending = None
            self.reversal_due = reversal_due
            self._save()

    def reverse(self, at: datetime) -> None:
        """Take the unsettled payment, or the last one, back; both stand in the memory."""
        if self.pending:
            self.entries.append(self.pending)
            self.pending = None
        paid = self.entries[-1]
        self.trace, self.receipt = self.trace % 999_999 + 1, self.receipt % 9_999 + 1
        self.entries.append(
            Entry("reversal", self.trace, self.receipt, paid.amount, _iso(at), 0, paid.trace)
        )
        self.reversal_due = False
        self._save()

    @property
    def last(self) -> Entry | None:
        """The last transaction that is settled."""
        return self.entries[-1] if self.entries else None

    def turnover(self) -> int:
        """Sum of all payments that stand, in minor units."""
        return sum(entry.amount for entry in self.standing())

    def standing(self) -> list[Entry]:
        """Payments that were not reversed."""
        reversed_traces = {each.reversal_of for each in self.entries if each.kind == "reversal"}
        return [
            each
            for each in self.entries
            if each.kind == "payment" and each.trace not in reversed_traces
        ]

    def _save(self) -> None:
        if not self.path:
            return
        kept = {
            "trace": self.trace,
            "receipt": self.receipt,
            "entries": [asdict(each) for each in self.entries],
            "pending": asdict(self.pending) if self.pending else None,
            "reversal_due": self.reversal_due,
        }
        fresh = self.path.with_name(self.path.name + ".new")
        with fresh.open("w") as file:
            json.dump(kept, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)


def _iso(at: datetime) -> str:
    return at.replace(tzinfo=None, microsecond=0).isoformat()
