"""What a simulated terminal remembers over a restart: its transactions, and one not yet settled."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from drivers.zvt.messages import KINDS

TAKES_MONEY = ("payment", "booking", "tip")
MOST_TRACE = 999_999


@dataclass(frozen=True, slots=True)
class Entry:
    """One transaction. `at` is local time, ISO 8601.

    `kind` is payment, decline, reversal, refund, reservation, booking (of a reservation) or tip.
    """

    kind: str
    trace: int
    receipt: int
    amount: int
    at: str
    result: int = 0
    reversal_of: int = 0
    """Trace number of what this takes back."""
    of: int = 0
    """Receipt number of what this belongs to: a booking's reservation, a tip's payment."""
    number: int = 0
    """Turnover number: counts every transaction (BMP 88)."""
    scheme: str = "girocard"
    technology: int = 1
    verification: int = 2
    synchronised: bool = False
    """The till brought tag 1F1F, so that this is kept if it is not acknowledged (chapter 4)."""

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True, slots=True)
class Closing:
    """An end of day."""

    trace: int
    at: str
    first_receipt: int
    last_receipt: int
    amount: int
    cards: tuple[tuple[int, int], ...]
    """How often and for how much each of `KINDS` paid."""
    kept: int = 0
    """Entries that outlived it: reservations still open."""

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


@dataclass(slots=True)
class Memory:
    """The turnover memory. Every change is on disk before the terminal says anything about it."""

    path: Path | None = None
    trace: int = 0
    receipt: int = 0
    number: int = 0
    entries: list[Entry] = field(default_factory=list)
    pending: Entry | None = None
    """Approved, but the till has not acknowledged all of it."""
    reversal_due: bool = False
    """The last payment stands, was never acknowledged, and will be taken back."""
    closing: Closing | None = None
    """The last end of day."""
    closing_due: bool = False
    password: int | None = None
    terminal_id: int | None = None
    most_receipt: int = field(default=9_999, compare=False)
    _kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was saved last, for a memory without a file."""

    @staticmethod
    def at(path: Path | None) -> Memory:
        """The memory kept at `path`, or an empty one."""
        memory = Memory(path)
        if path and path.exists():
            memory._take(json.loads(path.read_text()))
        return memory

    def after_power_loss(self) -> Memory:
        """What a terminal finds when it is up again."""
        if self.path:
            return Memory.at(self.path)
        memory = Memory()
        if self._kept:
            memory._take(json.loads(json.dumps(self._kept, default=_plain)))
        return memory

    # --- transactions -------------------------------------------------------------------------------

    def begin(self, amount: int, at: datetime, kind: str = "payment", **more: Any) -> Entry:
        """Something is approved and waits for the till's word. `more`: further fields of `Entry`."""
        self._count()
        self.receipt = self.receipt % self.most_receipt + 1
        self.pending = Entry(
            kind, self.trace, self.receipt, amount, _iso(at), number=self.number, **more
        )
        self.save()
        return self.pending

    def decline(self, amount: int, result: int, at: datetime) -> Entry:
        """The host, the card or the customer said no."""
        self._count()
        entry = Entry(
            "decline", self.trace, self.receipt, amount, _iso(at), result, number=self.number
        )
        self.entries.append(entry)
        self.save()
        return entry

    def part(self, amount: int) -> Entry | None:
        """Only goods of this price were handed out."""
        if self.pending:
            self.pending = replace(self.pending, amount=amount)
            self.save()
        return self.pending

    def commit(self, *, reversal_due: bool = False) -> None:
        """It stands: the till acknowledged it, or it is kept without (chapter 4)."""
        if self.pending:
            self.entries.append(self.pending)
            self.pending = None
            self.reversal_due = reversal_due
            self.save()

    def reverse(self, at: datetime) -> None:
        """Take the unsettled transaction, or the last one, back; both stand in the memory."""
        if self.pending:
            self.entries.append(self.pending)
            self.pending = None
        self.receipt = self.receipt % self.most_receipt + 1
        self._reverse(self.entries[-1], self.receipt, at)

    def reverse_again(self, undone: Entry, at: datetime) -> None:
        """Take back what the till never heard of; its receipt number is given again (chapter 4)."""
        self.receipt = undone.receipt - 1 or self.most_receipt
        self._reverse(undone, undone.receipt, at)

    def is_undoing(self, entry: Entry) -> bool:
        """Whether it took something back whose receipt number it was given."""
        return any(
            each.trace == entry.reversal_of and each.receipt == entry.receipt
            for each in self.entries
        )

    def _reverse(self, undone: Entry, receipt: int, at: datetime) -> None:
        self._count()
        reversal = Entry(
            "reversal",
            self.trace,
            receipt,
            undone.amount,
            _iso(at),
            reversal_of=undone.trace,
            number=self.number,
        )
        self.entries.append(reversal)
        self.reversal_due = False
        self.save()

    def mark_declined(self, result: int) -> None:
        """The unsettled transaction never was one."""
        if self.pending:
            self.entries.append(replace(self.pending, kind="decline", result=result))
            self.pending = None
            self.save()

    def totals(self, at: datetime) -> Closing:
        """What an end of day would tell now."""
        receipts = [each.receipt for each in self.entries if not each.result] or [0]
        cards = [[0, 0] for _ in KINDS]
        for each in (*self.standing(), *self._of_kind("refund")):
            row = cards[KINDS.index(each.scheme) if each.scheme in KINDS else -1]
            row[0] += 1
            row[1] += -each.amount if each.kind == "refund" else each.amount
        return Closing(
            trace=self.trace,
            at=_iso(at),
            first_receipt=receipts[0],
            last_receipt=receipts[-1],
            amount=self.turnover(),
            cards=tuple((count, total) for count, total in cards),
        )

    def close_day(self, at: datetime) -> Closing:
        """Everything goes to the host; open reservations stay."""
        self._count()
        opened = self.reservations()
        self.closing = replace(self.totals(at), kept=len(opened))
        self.entries = opened
        self.closing_due = self.reversal_due = False
        self.save()
        return self.closing

    # --- what stands --------------------------------------------------------------------------------

    @property
    def last(self) -> Entry | None:
        """The last transaction that is settled."""
        return self.entries[-1] if self.entries else None

    def latest(self) -> Entry | Closing | None:
        """The last transaction, or the end of day if nothing followed it."""
        if self.closing and len(self.entries) <= self.closing.kept:
            return self.closing
        return self.last

    def turnover(self) -> int:
        """Sum of what stands, refunds taken off, in minor units."""
        refunds = sum(entry.amount for entry in self._of_kind("refund"))
        return sum(entry.amount for entry in self.standing()) - refunds

    def standing(self) -> list[Entry]:
        """Payments, bookings and tips that were not reversed."""
        return self._of_kind(*TAKES_MONEY)

    def reservations(self) -> list[Entry]:
        """Those still open: neither booked, extended nor given up."""
        done = {each.of for each in self._of_kind("booking", "reservation") if each.of}
        return [each for each in self._of_kind("reservation") if each.receipt not in done]

    def stands(self, entry: Entry) -> bool:
        """Whether nothing took it back."""
        return entry.trace not in self._undone()

    def by_receipt(self, receipt: int, *kinds: str) -> Entry | None:
        """The newest transaction of these kinds with this number, as the wire shows it."""
        found = (each for each in reversed(self.entries) if each.kind in kinds)
        return next((each for each in found if each.receipt % 10_000 == receipt), None)

    def _of_kind(self, *kinds: str) -> list[Entry]:
        undone = self._undone()
        return [each for each in self.entries if each.kind in kinds and each.trace not in undone]

    def _undone(self) -> set[int]:
        """Traces of what was taken back, by reversals that stand themselves."""
        undone: set[int] = set()
        for each in reversed(self.entries):
            if each.kind == "reversal" and each.trace not in undone:
                undone.add(each.reversal_of)
        return undone

    # --- within -------------------------------------------------------------------------------------

    def _count(self) -> None:
        self.trace = self.trace % MOST_TRACE + 1
        self.number = self.number % MOST_TRACE + 1

    def _take(self, kept: dict[str, Any]) -> None:
        self.trace, self.receipt = kept["trace"], kept["receipt"]
        self.entries = [Entry(**each) for each in kept["entries"]]
        self.pending = Entry(**kept["pending"]) if kept["pending"] else None
        self.reversal_due = kept["reversal_due"]
        self.number = kept.get("number", self.trace)
        if closing := kept.get("closing"):
            cards = tuple((count, amount) for count, amount in closing["cards"])
            self.closing = Closing(**{**closing, "cards": cards})
        self.closing_due = kept.get("closing_due", False)
        self.password, self.terminal_id = kept.get("password"), kept.get("terminal_id")
        self._kept = kept

    def save(self) -> None:
        """Put all of it on disk; without a file entries, which never change, are kept as they are."""
        kept: dict[str, Any] = {
            "trace": self.trace,
            "receipt": self.receipt,
            "number": self.number,
            "entries": [_plain(each) for each in self.entries] if self.path else [*self.entries],
            "pending": _plain(self.pending) if self.pending else None,
            "reversal_due": self.reversal_due,
            "closing": asdict(self.closing) if self.closing else None,
            "closing_due": self.closing_due,
            "password": self.password,
            "terminal_id": self.terminal_id,
        }
        if not self.path:
            self._kept = kept
            return
        fresh = self.path.with_name(self.path.name + ".new")
        with fresh.open("w") as file:
            json.dump(kept, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)


def _plain(entry: Entry) -> dict[str, Any]:
    """Its fields; `asdict` would copy each value of each entry at every payment."""
    return {name: getattr(entry, name) for name in _FIELDS}


_FIELDS = tuple(each.name for each in fields(Entry))


def _iso(at: datetime) -> str:
    return at.replace(tzinfo=None, microsecond=0).isoformat()
