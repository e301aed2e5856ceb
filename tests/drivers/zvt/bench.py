"""A till's driver and a terminal to lay hands on: wired on one thread, or told what to say."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from drivers.line import Line
from drivers.zvt.codec import encode
from drivers.zvt.framing import frame
from drivers.zvt.link import Settings
from drivers.zvt.memory import Memory
from drivers.zvt.messages import Completion, Message, Positive
from drivers.zvt.profiles import STANDARD
from drivers.zvt.scenes import Fault, Unacknowledged
from drivers.zvt.simulator import TerminalSimulator
from drivers.zvt.terminal import ZvtTerminal
from kiosk.checkout.commands import AskLastOutcome, Authorize, DeviceCommand, ReadyTerminal
from kiosk.checkout.events import CardApproved, Event, LastOutcome, TerminalReady, TerminalShows
from kiosk.checkout.states import Baseline
from kiosk.ids import PaymentId
from kiosk.money import Money
from kiosk.ports import Cancel, Run, Verdict
from tests.wired import FakeClock, TerminalLine

P1 = PaymentId("K1-abc-p000001")
PAY = Authorize(P1, Money(119))
ASK = AskLastOutcome(P1)
READY = ReadyTerminal()
TID = 52001234
ALONE = replace(STANDARD, synchronises=False)
"""A terminal that decides by itself about what was not acknowledged."""
Judge = Callable[[Event], Verdict]


def keep(event: Event) -> Verdict:
    """A checkout that accepts everything."""
    del event
    return Verdict.KEEP


def refuses(kind: type[Event]) -> Judge:
    """A checkout that refuses this one kind of event."""
    return lambda event: Verdict.REFUSE if isinstance(event, kind) else Verdict.KEEP


def say(*messages: Message) -> bytes:
    """Bytes of these messages, in one segment."""
    return b"".join(frame(*encode(message)) for message in messages)


def drive(run: Run, judge: Judge = keep, told: list[Event] | None = None) -> list[Event]:
    """Answer a driver's events to its end; `told` keeps them if it fails on the way."""
    events = [] if told is None else told
    try:
        event = next(run)
        while True:
            events.append(event)
            event = run.send(judge(event))
    except StopIteration:
        return events


class ClockedCancel(Cancel):
    """Waiting on it lets the fake clock go on; it is set by itself after some looks or waits."""

    __slots__ = ("_clock", "_left", "waits")

    def __init__(self, clock: FakeClock, left: int = 1000) -> None:
        super().__init__()
        self._clock, self._left = clock, left
        self.waits: list[float] = []

    def __bool__(self) -> bool:
        self._look()
        return super().__bool__()

    def wait(self, seconds: float) -> bool:
        self._look()
        if not super().__bool__():
            self._clock.pass_time(seconds)
        return super().__bool__()

    def _look(self) -> None:
        self.waits.append(self._clock.seconds)
        self._left -= 1
        if self._left <= 0:
            self.set()


class Till:
    """A driver wired to a simulated terminal; both outlive any line between them."""

    def __init__(
        self,
        *faults: Fault,
        automatic: str | int | None = "approve",
        unacknowledged: Unacknowledged = Unacknowledged.REVERSE,
        settings: Settings | None = None,
        memory: Path | None = None,
    ) -> None:
        self.clock = FakeClock()
        self.simulator = TerminalSimulator(
            self.clock,
            Memory.at(memory),
            automatic=automatic,
            unacknowledged=unacknowledged,
            profile=ALONE,
            faults=set(faults),
        )
        self.connections = 0
        self.wrap: Callable[[Line], Line] = lambda line: line
        self.settings = settings or Settings()
        self.driver = self.new_driver()

    def new_driver(self) -> ZvtTerminal:
        """As after a restart of the kiosk."""
        return ZvtTerminal("wired", clock=self.clock, settings=self.settings, connect=self._connect)

    def _connect(self, address: str) -> Line:
        del address
        self.connections += 1
        return self.wrap(TerminalLine(self.simulator, self.clock))

    def does(self, command: DeviceCommand, judge: Judge = keep) -> list[Event]:
        """The events of one command."""
        return drive(self.driver.execute(command, ClockedCancel(self.clock)), judge)

    def pays(self, judge: Judge = keep, *, cancel_at: int | None = None) -> list[Event]:
        """A payment; cancelled as soon as the terminal shows status `cancel_at`."""
        cancel = Cancel()

        def judged(event: Event) -> Verdict:
            if isinstance(event, TerminalShows) and event.code == cancel_at:
                cancel.set()
            return judge(event)

        return drive(self.driver.execute(PAY, cancel), judged)

    def baseline(self) -> Baseline:
        """What the terminal remembers now."""
        (ready,) = self.does(READY)
        assert isinstance(ready, TerminalReady)
        last = ready.last
        return Baseline(ready.terminal_id, last.trace if last else 0, last.receipt if last else 0)

    def outcome(self) -> LastOutcome:
        """The answer to the question about the last outcome."""
        (event,) = self.does(ASK)
        assert isinstance(event, LastOutcome)
        return event

    @property
    def standing(self) -> list[int]:
        """Amounts the terminal holds."""
        return [entry.amount for entry in self.simulator.memory.standing()]


@dataclass
class Script:
    """A terminal that says the next thing on its list after every write of the till."""

    clock: FakeClock
    answers: deque[bytes]
    heard: list[bytes] = field(default_factory=list)
    _ready: bytes = b""

    def read(self, seconds: float) -> bytes:
        data, self._ready = self._ready, b""
        if not data:
            self.clock.pass_time(seconds)
        return data

    def write(self, data: bytes) -> None:
        self.heard.append(data)
        self._ready += self.answers.popleft() if self.answers else b""

    def close(self) -> None:
        """Nothing is held."""


REGISTERED = (say(Positive(), Completion(status_byte=0, terminal_id=TID, currency=978)), b"")
"""What a terminal says to a registration, and to the till's answer to that."""


def scripted(*answers: bytes, settings: Settings | None = None) -> tuple[ZvtTerminal, Script]:
    """A driver before a terminal that says these."""
    clock = FakeClock()
    script = Script(clock, deque(answers))
    used = settings or Settings()
    driver = ZvtTerminal("script", clock=clock, settings=used, connect=lambda _: script)
    return driver, script


def approvals(events: list[Event]) -> list[CardApproved]:
    """Those among the events."""
    return [event for event in events if isinstance(event, CardApproved)]


def kinds(events: list[Event]) -> list[str]:
    """Names of the events, without what the terminal shows."""
    return [type(each).__name__ for each in events if not isinstance(each, TerminalShows)]
