"""A purchase on a disk that fills up under it, told as one JSON line. Run by test_full_disk.

`tmpfs` mounts a small file system at the folder: the caller gives it a mount namespace of its own.
`pages` does without any right, by a limit that sqlite holds to.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from kiosk.checkout.commands import Command, PrintReceipt
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    CardApproved,
    Device,
    DeviceOnline,
    Event,
    LanguageChosen,
    PaymentClosed,
    PayPressed,
    ReceiptPrinted,
    Restarted,
    StartPressed,
    StorageLow,
    TerminalReady,
    Timer,
    TimerFired,
)
from kiosk.checkout.states import OutOfService, Paying, State
from kiosk.engine import Engine
from kiosk.journal import Journal, replay
from kiosk.words import Language
from tests.story import MILK, SHOP, TID, card, transaction
from tests.wired import FakeClock, no_codes

MANY = 5000


class PagedJournal(Journal):
    """Full when sqlite may take no further page; the reserve is a few of them."""

    def limit(self, more: int) -> None:
        pages = self._db.execute("PRAGMA page_count").fetchone()[0]
        self._db.execute(f"PRAGMA max_page_count={pages + more}")

    def free_reserve(self) -> bool:
        given = super().free_reserve()
        if given:
            self.limit(16)
        return given


class Till:
    """An engine whose devices are played by hand."""

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        self.folder = folder
        self.journal = (Journal if mounted else PagedJournal)(folder / "journal.db", "K1")
        self.commands: list[Command] = []
        self.halts: list[str] = []
        self.engine = Engine(
            State("K1", self.journal.epoch),
            self.journal,
            clock=FakeClock(),
            resolve=no_codes,
            dispatch=self.commands.append,
            show=lambda state: None,
            halted=self.halts.append,
        )

    @property
    def phase(self) -> str:
        phase = self.engine.state.phase
        reason = f" {phase.reason}" if isinstance(phase, OutOfService) else ""
        return f"{type(phase).__name__}{reason}"

    def feed(self, *events: Event) -> list[str]:
        verdicts = []
        for event in events:
            step = self.engine.accept(event)
            self.engine.carry_out(step)
            verdicts.append(step.verdict.value)
        return verdicts

    def fill_disk(self) -> None:
        """Not one byte more."""
        if isinstance(self.journal, PagedJournal):
            self.journal.limit(0)
            return
        with (self.folder / "filler").open("ab", buffering=0) as file:
            for size in (4096, 1):
                try:
                    while file.write(bytes(size)):
                        pass
                except OSError:
                    continue

    def feed_until(self, done: str) -> set[str]:
        """Events of no weight until the disk was found full, or the engine has halted."""
        verdicts: set[str] = set()
        for _ in range(MANY):
            verdicts |= set(self.feed(LanguageChosen(Language.EN)))
            if self.engine.state.storage_low if done == "low" else self.halts:
                return verdicts
        raise RuntimeError(f"the disk was never {done}")


def shop(folder: Path, *, mounted: bool) -> dict[str, object]:
    """The disk fills up in a payment; then again, with no reserve left."""
    till = Till(folder, mounted=mounted)
    memory = TerminalReady(TID, transaction(trace=6))
    till.feed(Restarted(SHOP), DeviceOnline(Device.TERMINAL), memory, StartPressed())
    till.feed(ArticleScanned(MILK), PayPressed(1, MILK.price))
    paying = till.engine.state.phase
    assert isinstance(paying, Paying), paying
    had_reserve = till.journal.has_reserve
    till.fill_disk()
    verdicts = till.feed_until("low")
    payment = paying.payment.id
    finished = till.feed(CardApproved(payment, card()), PaymentClosed(payment))
    printing = next(each for each in till.commands if isinstance(each, PrintReceipt))
    finished += till.feed(ReceiptPrinted(printing.job), TimerFired(Timer.THANKS))
    after = till.phase
    reserve_left = till.journal.has_reserve
    till.fill_disk()
    till.feed_until("halted")
    frozen = till.engine.state
    refused = till.feed(StartPressed(), LanguageChosen(Language.DE))
    unchanged = till.engine.state == frozen
    till.journal.close()
    (folder / "filler").unlink(missing_ok=True)
    journal = Journal(folder / "journal.db", "K1")
    replayed = replay(journal, lambda state, event: decide(state, event).state) == frozen
    low = sum(isinstance(record.event, StorageLow) for record in journal.records())
    journal.close()
    return {
        "had_reserve": had_reserve,
        "while_full": sorted(verdicts),
        "finished": finished,
        "after": after,
        "reserve_left": reserve_left,
        "halts": len(till.halts),
        "halted_verdicts": refused,
        "unchanged": unchanged,
        "replayed": replayed,
        "storage_low": low,
    }


def main(kind: str, folder: str) -> None:
    """Mount if that is wanted, shop, and say how it went."""
    if kind == "tmpfs":
        mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder]
        subprocess.run(mount, check=True)
    print(json.dumps(shop(Path(folder), mounted=kind == "tmpfs")))


if __name__ == "__main__":
    main(*sys.argv[1:])
