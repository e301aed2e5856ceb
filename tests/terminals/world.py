"""A kiosk, a terminal and a customer on one thread, with a clock that moves only when somebody waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from drivers.zvt.link import Settings
from drivers.zvt.memory import Memory
from drivers.zvt.profiles import STANDARD, Profile
from drivers.zvt.scenes import Unacknowledged
from drivers.zvt.simulator import TerminalSimulator
from drivers.zvt.terminal import ZvtTerminal
from kiosk.checkout.commands import DeviceCommand, PrintReceipt
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    Device,
    DeviceOnline,
    Event,
    PaymentCancelPressed,
    PayPressed,
    QuantitySet,
    ReceiptPrinted,
    Restarted,
    StaffResolved,
    StartPressed,
    Timer,
    TimerFired,
)
from kiosk.checkout.staff_events import CorrectionAsked, MoneyKind
from kiosk.checkout.states import (
    Attract,
    InDoubt,
    Paying,
    Settling,
    Shopping,
    State,
    Thanks,
)
from kiosk.journal import Journal
from kiosk.money import Money
from kiosk.ports import Cancel, Driver, Run
from kiosk.pricing import total
from kiosk.sequential import Sequential
from tests.story import MILK, SHOP
from tests.terminals.wire import Blow, Fate, Harm, Killed, Way, Wire
from tests.wired import FakeClock, no_codes

Hook = Callable[[str], None]
PATIENCE_SECONDS = 1800.0


class MemoryJournal:
    """A journal whose disk is a list; what was appended survives any kill. `settle` cuts its past off."""

    def __init__(self) -> None:
        self.kiosk, self.epoch = "K1", "abc"
        self.base = State(self.kiosk, self.epoch)
        self.events: list[Event] = []
        self.hook: Hook = lambda _: None

    def append(self, event: Event, digest: str) -> int:
        del digest
        self.hook("before journal")
        self.events.append(event)
        self.hook("after journal")
        return len(self.events)

    def free_reserve(self) -> bool:
        return False

    def replayed(self) -> State:
        """The state after the last event that was kept."""
        state = self.base
        for event in self.events:
            state = decide(state, event).state
        return state

    def settle(self, state: State) -> None:
        """Nothing is open: what comes later is replayed from here."""
        self.base, self.events = state, []


class SurePrinter:
    """A printer that prints: here the terminal is the matter."""

    def execute(self, command: DeviceCommand, cancel: Cancel) -> Run:
        del cancel
        assert isinstance(command, PrintReceipt)
        yield ReceiptPrinted(command.job)

    def watch(self, wanted: Cancel) -> Run:
        del wanted
        yield DeviceOnline(Device.PRINTER)

    def close(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a purchase ended: what the kiosk found, and what the terminal holds."""

    outcome: str
    """`paid`, `not_paid` or `unknown` (then staff decided)."""
    held: bool
    """The terminal's memory holds the payment, after its own reversals."""


class World:
    """One kiosk before one terminal."""

    def __init__(
        self,
        *,
        serial: bool = False,
        policy: Unacknowledged | None = None,
        profile: Profile = STANDARD,
        settings: Settings | None = None,
    ) -> None:
        """`policy`: of a terminal without 1F1F; None: it synchronises, and keeps what was not answered."""
        if policy:
            profile = replace(profile, synchronises=False)
        self.clock = FakeClock()
        self.serial = serial
        self.settings = settings or Settings()
        self.fate = Fate()
        self.customer: str | int | None = "approve"
        self.journal = MemoryJournal()
        self.kills = 0
        self.simulator = TerminalSimulator(
            self.clock, Memory(None), unacknowledged=policy, automatic="approve", profile=profile
        )
        self.kiosk = self._boot()

    # --- power ------------------------------------------------------------------------------------

    @property
    def memory(self) -> Memory:
        """What the terminal holds."""
        return self.simulator.memory

    def restart_terminal(self) -> TerminalSimulator:
        """Power is lost: only the turnover memory is left."""
        self.simulator = self.simulator.restarted()
        return self.simulator

    def _boot(self) -> Sequential:
        address = "serial:///wired" if self.serial else "tcp://wired"
        terminal = ZvtTerminal(
            address, clock=self.clock, settings=self.settings, connect=lambda _: self._wire()
        )
        drivers: dict[Device, Driver] = {Device.TERMINAL: terminal, Device.PRINTER: SurePrinter()}
        self.terminal = terminal
        journal = cast("Journal", self.journal)
        return Sequential(
            self.journal.replayed(), journal, drivers, clock=self.clock, resolve=no_codes
        )

    def _wire(self) -> Wire:
        return Wire(
            self.simulator, self.clock, lambda: self.fate, self.restart_terminal, serial=self.serial
        )

    def _alive(self, *events: Event) -> None:
        """Post events; a kiosk that is killed comes up again and resolves what it left."""
        try:
            for event in events:
                self.kiosk.post(event)
        except Killed:
            self._resurrect()

    def _resurrect(self) -> None:
        while True:
            self.kills += 1
            self.terminal.close()  # the kernel closes what the dead process held
            self.kiosk = self._boot()
            try:
                self.kiosk.post(Restarted(SHOP))
                self.kiosk.post(DeviceOnline(Device.TERMINAL))
            except Killed:
                continue
            return

    # --- what happens -------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        return self.kiosk.state

    def start(self) -> None:
        """Power on, without harm."""
        self._alive(Restarted(SHOP), DeviceOnline(Device.TERMINAL))

    def rest(self) -> None:
        """Nobody is here, the terminal is ready, and nothing is open."""
        self.fate = Fate()
        end = self.clock.seconds + PATIENCE_SECONDS
        while not isinstance(self.state.phase, Attract) and self.clock.seconds < end:
            self._leave()
            self._pass(11)
        self._until_ready(end)
        assert isinstance(self.state.phase, Attract), self.state.phase
        self.journal.settle(self.state)

    def _leave(self) -> None:
        phase = self.state.phase
        if isinstance(phase, Thanks):
            self._alive(TimerFired(Timer.THANKS))
        elif isinstance(phase, Shopping):
            for line in phase.sale.basket.lines:
                self._alive(QuantitySet(line.id, 0))
            self._alive(TimerFired(Timer.IDLE))
        else:
            self._alive(DeviceOnline(Device.TERMINAL))

    def _until_ready(self, end: float) -> None:
        while self.state.devices.baseline is None and self.clock.seconds < end:
            self._alive(DeviceOnline(Device.TERMINAL))
            self._pass(2)

    def buy(
        self, amount: int, fate: Fate, *, cancel: bool = False, hook: Hook | None = None
    ) -> Verdict:
        """One purchase under this fate, to its end."""
        article = replace(MILK, price=Money(amount))
        self._alive(StartPressed(), ArticleScanned(article))
        phase = self.state.phase
        assert isinstance(phase, Shopping), phase
        before = {entry.trace for entry in self.memory.standing()}
        sold = self.state.receipts
        self.simulator.automatic = self.customer
        self.fate = fate
        self.journal.hook = hook or (lambda _: None)
        self._alive(PayPressed(0, total(phase.sale.basket)))
        if cancel:
            self._alive(PaymentCancelPressed())
        self.journal.hook = lambda _: None
        outcome = self._settled(lambda: self.state.receipts > sold)
        self._pass(30)  # whatever the terminal means to reverse by itself is reversed by now
        return Verdict(outcome, self._holds(before, amount))

    def correct(self, kind: MoneyKind, amount: int, fate: Fate, *, receipt: int = 0) -> Verdict:
        """Staff take a payment back, or refund one, under this fate."""
        done = self.memory.turnover()
        self.simulator.automatic = self.customer
        self.fate = fate
        before = self.state.corrected
        self._alive(CorrectionAsked(kind, Money(amount), receipt, "staff"))
        outcome = self._settled(lambda: self.state.corrected != before)
        self._pass(30)
        gone = done - self.memory.turnover()
        assert gone in (0, amount), f"{gone} went back instead of {amount}"
        return Verdict(outcome, gone == amount)

    def lose(self, amount: int) -> None:
        """A payment whose result is lost, a terminal nobody can reach, and staff who say: not paid."""
        blows = [Blow(Way.TERMINAL, number, Harm.CUT_BEFORE) for number in range(4, 200)]
        self._alive(StartPressed(), ArticleScanned(replace(MILK, price=Money(amount))))
        self.fate = Fate(blows)
        self._alive(PayPressed(0, Money(amount)))
        phase = self.state.phase
        assert isinstance(phase, InDoubt)
        self._pass(5)
        self._alive(StaffResolved(phase.payment.id, False, "nothing came"))

    def by_hand(self, amount: int) -> None:
        """Somebody uses the terminal without the kiosk, which is switched on anew then."""
        self.memory.begin(amount, self.clock.now())
        self.memory.commit()
        self._resurrect()
        self.rest()

    def _holds(self, before: set[int], amount: int) -> bool:
        new = [each for each in self.memory.standing() if each.trace not in before]
        assert [each.amount for each in new] in ([], [amount]), "more than what was asked for"
        return bool(new)

    def _settled(self, done: Callable[[], bool]) -> str:
        """Let time pass until nothing is open; staff decide what only they can."""
        end = self.clock.seconds + PATIENCE_SECONDS
        while isinstance(self.state.phase, Paying | Settling | InDoubt):
            phase = self.state.phase
            stuck = isinstance(phase, InDoubt) and phase.unclear
            if isinstance(phase, InDoubt) and (stuck or self.clock.seconds > end):
                self._pass(30)
                self._alive(StaffResolved(phase.payment.id, self._looks_done(phase), "looked"))
                return "unknown"
            self._pass(1)
        return "paid" if done() else "not_paid"

    def _looks_done(self, phase: InDoubt) -> bool:
        """What people see in the terminal's journal."""
        last = self.memory.last
        if last is None or last.result or last.trace == phase.payment.baseline.trace:
            return False
        kinds = {MoneyKind.PAYMENT: "payment", MoneyKind.REVERSAL: "reversal"}
        return last.kind == kinds.get(phase.payment.kind, "refund")

    def _pass(self, seconds: float) -> None:
        end = self.clock.seconds + seconds
        while self.clock.seconds < end:
            due = self.kiosk.timers.next_due()
            self.clock.seconds = min(end, max(due, self.clock.seconds)) if due is not None else end
            self.simulator.tick()
            try:
                while self.kiosk.fire_due():
                    pass
            except Killed:
                self._resurrect()

    @property
    def asked(self) -> int:
        """Authorisations the terminal ever accepted."""
        return self.simulator.authorisations
