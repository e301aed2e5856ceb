"""Kill the power at any call of a member's sale: it reaches the outbox once, with its link or without
by what the journal says, and what the kiosk no longer knows is nowhere on its disk."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import kiosk.lookup.courier
from drivers.zvt.memory import Memory
from drivers.zvt.scenes import Unacknowledged
from drivers.zvt.simulator import TerminalSimulator
from kiosk.checkout.commands import DeviceCommand, Identify
from kiosk.checkout.decide import decide
from kiosk.checkout.events import ArticleScanned, Device
from kiosk.checkout.member_events import CustomerFound, CustomerShown, LinkSealed, NotMePressed
from kiosk.checkout.states import InDoubt, Paid, ReceiptOwed, Shopping, State
from kiosk.clock import SystemClock
from kiosk.journal import replay
from kiosk.lookup.courier import Courier
from kiosk.lookup.outbox import Outbox
from kiosk.ports import Cancel, Run
from kiosk.vault import EvidenceKind, Vault
from tests.centre import Centre
from tests.story import MILK
from tests.system.lean import lean
from tests.wired import START, FakeClock, HookedJournal, Wired

NUMBER = b"4711-0815"
KILLED, DONE, BROKEN = 9, 0, 70


class Finder:
    """A lookup that knows everybody."""

    def execute(self, command: DeviceCommand, cancel: Cancel) -> Run:
        del cancel
        assert isinstance(command, Identify)
        yield CustomerFound(command.handle)

    def watch(self, wanted: Cancel) -> Run:
        del wanted
        yield from ()

    def close(self) -> None:
        """Nothing is held."""


class HookedOutbox(Outbox):
    """An outbox with a point before and after everything that is written."""

    hook: Callable[[str], None]

    @contextmanager
    def _whole(self) -> Iterator[None]:
        hook = getattr(self, "hook", lambda _: None)
        hook("before outbox")
        with super()._whole():
            yield
        hook("after outbox")


class Shop:
    """A kiosk that survives the death of its processes on disk."""

    def __init__(self, folder: Path, identity: Path) -> None:
        self.folder, self.identity = folder, identity
        self.clock_start = (SystemClock().now() - START).total_seconds()
        """The service's keys are in force now."""
        folder.mkdir()

    def run(self, act: Callable[[Wired, Vault], None], kill_at: int = 0) -> int:
        """In a child that dies at its `kill_at`-th call; how it ended."""
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            os._exit(self._child(act, kill_at))
        self.clock_start += 1000
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code != BROKEN, "the child failed; see its traceback above"
        return code

    def _child(self, act: Callable[[Wired, Vault], None], kill_at: int) -> int:
        calls = 0

        def hook(point: str) -> None:
            nonlocal calls
            del point
            calls += 1
            if calls == kill_at:
                os._exit(KILLED)

        try:
            HookedOutbox.hook = staticmethod(hook)
            vars(kiosk.lookup.courier)["Outbox"] = HookedOutbox
            clock, vault = FakeClock(self.clock_start), Vault()
            memory = Memory.at(self.folder / "terminal.json")
            simulator = TerminalSimulator(
                clock, memory, automatic="approve", unacknowledged=Unacknowledged.KEEP
            )
            courier = Courier(self.folder / "outbox.db", self.identity, vault, clock)
            wired = Wired(
                self.folder / "journal.db", simulator, clock, hook=hook, vault=vault,
                service={Device.LOOKUP: Finder(), Device.OUTBOX: courier},
            )  # fmt: skip
            act(wired, vault)
            wired.close()
        except BaseException:  # noqa: BLE001 - whatever it is, the parent must hear of it
            traceback.print_exc()
            return BROKEN
        return DONE


def sell(kiosk: Wired, vault: Vault) -> None:
    """A member buys milk."""
    kiosk.start()
    handle = vault.admit(EvidenceKind.TEST_CARD, bytearray(NUMBER))
    kiosk.kiosk.post(CustomerShown(handle))
    kiosk.kiosk.post(ArticleScanned(MILK))
    kiosk.pay()
    kiosk.let_pass(120, while_in=InDoubt)


def sell_to_nobody(kiosk: Wired, vault: Vault) -> None:
    """Somebody who says "not me" buys milk."""
    kiosk.start()
    handle = vault.admit(EvidenceKind.TEST_CARD, bytearray(NUMBER))
    kiosk.kiosk.post(CustomerShown(handle))
    kiosk.kiosk.post(ArticleScanned(MILK))
    kiosk.kiosk.post(NotMePressed())
    kiosk.pay()
    kiosk.let_pass(120, while_in=InDoubt)


def finish(kiosk: Wired, vault: Vault) -> None:
    """After power on: the customer, still there, pays if nothing was charged."""
    del vault
    kiosk.start()
    kiosk.let_pass(120, while_in=InDoubt)
    if isinstance(kiosk.state.phase, Shopping):
        kiosk.pay()
    kiosk.let_pass(120, while_in=InDoubt)
    assert not isinstance(kiosk.state.phase, Paid | ReceiptOwed | InDoubt)
    assert kiosk.state.undelivered == ()


def state_of(shop: Shop) -> tuple[State, list[type]]:
    """What the journal says, and the kinds of its events."""
    journal = HookedJournal(shop.folder / "journal.db", "K1")
    state = replay(journal, lambda before, event: decide(before, event).state)
    kinds = [type(record.event) for record in journal.records()]
    journal.close()
    return state, kinds


def check(shop: Shop, centre: Centre) -> None:
    """The outbox and the journal tell the same story."""
    state, kinds = state_of(shop)
    outbox = Outbox(shop.folder / "outbox.db")
    rows = outbox.oldest(16)
    pending: int = outbox._db.execute("SELECT count(*) FROM link").fetchone()[0]
    outbox.close()
    assert len(rows) == state.receipts <= 1
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        assert row.linked == (LinkSealed in kinds and NotMePressed not in kinds)
        if row.linked:
            link = centre.link_of(row)
            assert (link.sale, link.evidence.data) == (row.id, NUMBER)
    assert pending == 0 or isinstance(state.phase, Shopping)
    for path in shop.folder.iterdir():
        assert NUMBER not in path.read_bytes(), path.name


ACTS = {"sell": sell, "sell_to_nobody": sell_to_nobody}


def swept(tmp_path: Path, name: str) -> tuple[int, int]:
    """Every kill of that sale, for a process of its own: how many, and how many were linked."""
    act = ACTS[name]
    centre = Centre(tmp_path / "centre")
    centre.stop()
    ended, number, linked = KILLED, 0, 0
    while ended == KILLED:
        number += 1 if act is sell else 2  # the second one differs in few of its calls
        shop = Shop(tmp_path / str(number), centre.identity)
        ended = shop.run(act, kill_at=number)
        shop.run(finish)
        check(shop, centre)
        linked += LinkSealed in state_of(shop)[1]
    return number, linked


@pytest.mark.parametrize("name", ACTS)
def test_no_crash_point_loses_doubles_or_betrays_a_member(
    capfd: pytest.CaptureFixture[str], name: str
) -> None:
    """A kill at every call of journal, outbox, terminal and printer."""
    number, linked = lean(__name__, "swept", name)
    with capfd.disabled():
        print(f"\n  crash points of a member's sale: {number}, {linked} of them linked")
    assert 0 < linked < number
