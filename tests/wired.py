"""Kiosk and simulators on one thread: lines that lead straight into a simulator, and a clock that
moves only when somebody waits. The bytes are the same as on a real line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from drivers.printer.device import EscposPrinter
from drivers.printer.mechanism import Mechanism
from drivers.zvt.simulator import TerminalSimulator
from drivers.zvt.terminal import ZvtTerminal
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    CodeFault,
    CodeRefused,
    Device,
    DeviceOnline,
    Event,
    PayPressed,
    Restarted,
    StartPressed,
    Timer,
    TimerFired,
)
from kiosk.checkout.goods_events import Unresolved
from kiosk.checkout.states import Shopping, State
from kiosk.journal import Journal, replay
from kiosk.ports import Driver, Silent
from kiosk.pricing import total
from kiosk.sequential import Sequential
from kiosk.vault import Vault
from tests.story import MILK, SHOP

Hook = Callable[[str], None]
START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def nothing(point: str) -> None:
    """No hook."""
    del point


class FakeClock:
    """Time passes when somebody waits."""

    def __init__(self, start: float = 0.0) -> None:
        self.seconds = start

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def pass_time(self, seconds: float) -> None:
        self.seconds += max(seconds, 0.001)


class TerminalLine:
    """A line into a terminal simulator; every call is a point where power may be lost."""

    def __init__(
        self, simulator: TerminalSimulator, clock: FakeClock, hook: Hook = nothing
    ) -> None:
        self._simulator, self._clock, self._hook = simulator, clock, hook
        simulator.connected()

    def read(self, seconds: float) -> bytes:
        self._hook("terminal read")
        data = self._simulator.take()
        if data:
            return data
        if self._simulator.hangs_up():
            raise Silent("hung up")
        self._clock.pass_time(seconds)
        self._simulator.tick()
        return self._simulator.take()

    def write(self, data: bytes) -> None:
        self._hook("before terminal write")
        self._simulator.receive(data)
        self._hook("after terminal write")

    def close(self) -> None:
        self._simulator.disconnected()


class PrinterLine:
    """A line into a printer's mechanism."""

    def __init__(self, mechanism: Mechanism, clock: FakeClock, hook: Hook = nothing) -> None:
        self._mechanism, self._clock, self._hook = mechanism, clock, hook

    def read(self, seconds: float) -> bytes:
        self._hook("printer read")
        self._mechanism.advance(self._clock.seconds)
        data = self._mechanism.answers()
        if not data:
            self._clock.pass_time(seconds)
            self._mechanism.advance(self._clock.seconds)
            data = self._mechanism.answers()
        return data

    def write(self, data: bytes) -> None:
        self._hook("before printer write")
        self._mechanism.receive(data)
        self._mechanism.advance(self._clock.seconds)
        self._hook("after printer write")

    def close(self) -> None:
        """Nothing is held."""


class HookedJournal(Journal):
    """A journal with a point before and after every record."""

    hook: Hook = staticmethod(nothing)

    def append(self, event: Event, digest: str) -> int:
        self.hook("before journal")
        seq = super().append(event, digest)
        self.hook("after journal")
        return seq


class Wired:
    """A whole kiosk on one thread, from its journal file."""

    def __init__(
        self,
        journal: Path,
        simulator: TerminalSimulator,
        clock: FakeClock,
        *,
        hook: Hook = nothing,
        mechanism: Mechanism | None = None,
        journal_type: type[HookedJournal] = HookedJournal,
        service: Mapping[Device, Driver] | None = None,
        vault: Vault | None = None,
    ) -> None:
        """`service`: the drivers that talk to a central service, if there is one."""
        self._service = dict(service or {})
        self.clock = clock
        self.simulator = simulator
        self.mechanism = mechanism or Mechanism()
        self.terminal = ZvtTerminal(
            "wired", clock=clock, connect=lambda _: TerminalLine(simulator, clock, hook)
        )
        self.printer = EscposPrinter(
            "wired", clock=clock, connect=lambda _: PrinterLine(self.mechanism, clock, hook)
        )
        self.journal = journal_type(journal, "K1")
        self.journal.hook = hook
        state = replay(self.journal, lambda before, event: decide(before, event).state)
        self.kiosk = Sequential(
            state,
            self.journal,
            {Device.TERMINAL: self.terminal, Device.PRINTER: self.printer, **self._service},
            clock=clock,
            resolve=no_codes,
            forget=vault.wipe if vault else None,
        )

    @property
    def state(self) -> State:
        return self.kiosk.state

    def start(self) -> None:
        """As after power on: replay is done, devices come up, doubts are asked about."""
        self.kiosk.post(Restarted(SHOP, service=bool(self._service)))
        self.kiosk.post(DeviceOnline(Device.TERMINAL))

    def let_pass(self, seconds: float, while_in: type | None = None) -> None:
        """Let timers fire in time; stop early once the phase is another."""
        end = self.clock.seconds + seconds
        while self.clock.seconds < end:
            if while_in and not isinstance(self.state.phase, while_in):
                return
            due = self.kiosk.timers.next_due()
            self.clock.seconds = min(end, max(due, self.clock.seconds)) if due is not None else end
            self.simulator.tick()
            while self.kiosk.fire_due():
                pass

    def buy(self) -> None:
        """One bottle of milk, by card."""
        if not isinstance(self.state.phase, Shopping):
            self.kiosk.post(StartPressed())
            self.kiosk.post(ArticleScanned(MILK))
        self.pay()

    def pay(self) -> None:
        """Press pay as the screen offers it."""
        phase = self.state.phase
        if isinstance(phase, Shopping):
            self.kiosk.post(PayPressed(0, total(phase.sale.basket)))

    def leave(self) -> None:
        """Thanks is over."""
        self.kiosk.post(TimerFired(Timer.THANKS))

    def close(self) -> None:
        self.terminal.close()
        self.printer.close()
        for driver in self._service.values():
            driver.close()
        self.journal.close()


def no_codes(shown: Unresolved) -> CodeRefused:
    """Nothing is scanned by bytes here."""
    del shown
    return CodeRefused("", 0, CodeFault.FOREIGN)
