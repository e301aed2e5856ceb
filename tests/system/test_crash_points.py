"""Kill the power at any call of a sale, again in the recovery: never two charges, no sale lost.

Each run is a forked child that dies by `_exit` at its n-th call of a port (journal, terminal line,
printer line). The terminal's memory is on disk; what it does with a payment whose result was never
acknowledged is told by its policy.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drivers.printer.escpos import encode
from drivers.printer.layout import lay_out
from drivers.printer.specimen import specimen
from drivers.zvt.memory import Memory
from drivers.zvt.scenes import Unacknowledged
from drivers.zvt.simulator import TerminalSimulator
from kiosk.checkout.events import CardApproved, PaymentClosed
from kiosk.checkout.states import Attract, InDoubt, Shopping, Thanks
from tests.system.lean import lean
from tests.wired import FakeClock, HookedJournal, Wired

# Loaded once here: each of a thousand forked children would load it anew.
encode(lay_out(specimen(1)))
KILLED, DONE, BROKEN = 9, 0, 70
STRIDE, LAST = 59, 60
"""Second kills come after every other first one, strided, with an offset that moves with it."""


@dataclass
class Shop:
    """A kiosk and a terminal that survive the death of their processes on disk."""

    folder: Path
    policy: Unacknowledged
    clock_start: float = 0.0
    kind: type[HookedJournal] = HookedJournal
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def memory(self) -> Memory:
        return Memory.at(self.folder / "terminal.json")

    def run(self, act: Callable[[Wired], None], kill_at: int = 0) -> int:
        """Run in a child that dies at its `kill_at`-th port call; how it ended."""
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            os._exit(self._child(act, kill_at))
        self.clock_start += 1000
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code != BROKEN, "the child failed; see its traceback above"
        return code

    def _child(self, act: Callable[[Wired], None], kill_at: int) -> int:
        calls = 0

        def hook(point: str) -> None:
            nonlocal calls
            del point
            calls += 1
            if calls == kill_at:
                os._exit(KILLED)

        try:
            clock = FakeClock(self.clock_start)
            simulator = TerminalSimulator(
                clock, self.memory, automatic="approve", unacknowledged=self.policy
            )
            kiosk = Wired(
                self.folder / "journal.db", simulator, clock, hook=hook, journal_type=self.kind
            )
            act(kiosk)
            kiosk.close()
        except BaseException:  # noqa: BLE001 - whatever it is, the parent must hear of it
            traceback.print_exc()
            return BROKEN
        return DONE


def sell(kiosk: Wired) -> None:
    """A whole sale."""
    kiosk.start()
    kiosk.buy()
    kiosk.let_pass(120, while_in=InDoubt)


def recover(kiosk: Wired) -> None:
    """After power on: until no doubt is left."""
    kiosk.start()
    kiosk.let_pass(120, while_in=InDoubt)


def finish(kiosk: Wired) -> None:
    """Recover; the customer, still there, pays if nothing was charged; then look at both books."""
    recover(kiosk)
    assert not isinstance(kiosk.state.phase, InDoubt), "doubt was never resolved"
    kiosk.let_pass(60)  # a terminal that reverses later has done so by now
    paid_before = kiosk.state.receipts
    if isinstance(kiosk.state.phase, Shopping):
        if not kiosk.state.phase.sale.basket.lines:
            kiosk.let_pass(30)
        kiosk.pay()
    kiosk.let_pass(120, while_in=InDoubt)
    assert kiosk.state.receipts <= paid_before + 1
    assert isinstance(kiosk.state.phase, Attract | Thanks | Shopping), kiosk.state.phase


def check_books(shop: Shop) -> None:
    """What the journal calls paid is what the terminal holds, to the cent."""
    journal = HookedJournal(shop.folder / "journal.db", "K1")
    events = [record.event for record in journal.records()]
    journal.close()
    memory = shop.memory
    held = memory.standing()
    assert len(held) <= 1, "two charges for one basket"
    receipts = _receipts(shop)
    assert receipts == len(held), f"{receipts} receipts, {len(held)} payments held"
    closed = sum(isinstance(event, PaymentClosed) for event in events)
    approved = sum(isinstance(event, CardApproved) for event in events)
    assert closed <= approved


def _receipts(shop: Shop) -> int:
    clock = FakeClock(9_000_000)
    simulator = TerminalSimulator(clock, Memory())
    kiosk = Wired(shop.folder / "journal.db", simulator, clock)
    found = kiosk.state.receipts
    kiosk.close()
    return found


def sweep(tmp_path: Path, policy: Unacknowledged, kind: type[HookedJournal] = HookedJournal) -> int:
    """Every first kill, and for each a sweep of second kills inside the recovery; runs made."""
    runs = 0
    first = 0
    while True:
        first += 1
        ended = DONE
        seconds = range(1 + first % STRIDE, LAST, STRIDE) if first % 2 else ()
        for second in (0, *seconds):
            shop = Shop(tmp_path / f"{policy}-{first}-{second}", policy, kind=kind)
            shop.folder.mkdir()
            ended = shop.run(sell, kill_at=first)
            if ended == DONE and second:
                break
            recovery_ended = shop.run(recover, kill_at=second) if second else DONE
            shop.run(finish)
            check_books(shop)
            runs += 1
            if second and recovery_ended == DONE:
                break  # the recovery has fewer calls than that
        if ended == DONE:
            return runs


def swept(tmp_path: Path, policy: str) -> int:
    """The sweep, for a process of its own."""
    return sweep(tmp_path, Unacknowledged(policy))


@pytest.mark.parametrize(
    "policy", [Unacknowledged.REVERSE, Unacknowledged.LATER, Unacknowledged.KEEP]
)
def test_no_crash_point_loses_or_doubles_money(
    policy: Unacknowledged, capfd: pytest.CaptureFixture[str]
) -> None:
    """A kill at every port call of a sale, and a second one inside the recovery."""
    runs = lean(__name__, "swept", policy.value)
    with capfd.disabled():
        print(f"\n  crash points ({policy}): {runs} runs")
    assert runs > 100
