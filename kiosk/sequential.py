"""The engine and its devices on the caller's own thread: for tools, crash tests and benchmarks.

The same engine, journal and drivers as `runtime`; only the order of things is fixed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping

from kiosk.checkout.commands import (
    Command,
    DeviceCommand,
    Forget,
    RequestCancel,
    StartTimer,
    StopTimer,
)
from kiosk.checkout.events import Device, DeviceFault, Event, TimerFired
from kiosk.checkout.states import State
from kiosk.checkout.step import Verdict
from kiosk.clock import Clock
from kiosk.engine import Engine, Resolve
from kiosk.faults import fault_of
from kiosk.ids import Handle
from kiosk.journal import Journal
from kiosk.ports import Cancel, ConfigError, Driver, JournalError, Unavailable
from kiosk.timers import Timers


class Sequential:
    """Post events; commands are carried out at once, timers when `wait` lets time pass."""

    def __init__(
        self,
        state: State,
        journal: Journal,
        drivers: Mapping[Device, Driver],
        *,
        clock: Clock,
        resolve: Resolve,
        show: Callable[[State], None] | None = None,
        forget: Callable[[Handle], None] | None = None,
    ) -> None:
        self._clock = clock
        self._forget = forget or _nobody
        self._drivers = drivers
        self._commands: deque[DeviceCommand] = deque()
        self._cancel = Cancel()
        self.last_fault: DeviceFault | None = None
        """Why a command failed last: the detail is for people at a tool."""
        self.timers = Timers(clock)
        self.engine = Engine(
            state,
            journal,
            clock=clock,
            resolve=resolve,
            dispatch=self._dispatch,
            show=show or _unseen,
            halted=_stop,
        )

    @property
    def state(self) -> State:
        return self.engine.state

    def post(self, event: Event) -> Verdict:
        """Feed one event, then carry out whatever it brings about; the verdict is the event's own.

        Raises JournalError.
        """
        verdict = self._feed(event)
        while self._commands:
            self._execute(self._commands.popleft())
        return verdict

    def request_cancel(self) -> None:
        """Ask the command under way to stop. Callable from another thread."""
        self._cancel.set()

    def fire_due(self) -> bool:
        """Fire one timer that has run out; whether there was one."""
        timer = self.timers.take_due()
        if timer is None:
            return False
        self.post(TimerFired(timer))
        return True

    def _feed(self, event: Event) -> Verdict:
        step = self.engine.accept(event)
        self.engine.carry_out(step)
        return step.verdict

    def _execute(self, command: DeviceCommand) -> None:
        driver = self._drivers.get(command.device)
        if driver is None:
            missing = Unavailable(f"no {command.device} is configured")
            self.last_fault = fault_of(missing, command.device, command)
            self._feed(self.last_fault)
            return
        self._cancel = Cancel()  # one a command, never reused
        run = driver.execute(command, self._cancel)
        try:
            event = next(run)
            while True:
                event = run.send(self._feed(event))
        except StopIteration:
            return
        except (JournalError, ConfigError):
            raise
        except Exception as error:  # noqa: BLE001 - any failure of a driver becomes a fault
            self.last_fault = fault_of(error, command.device, command)
            self._feed(self.last_fault)

    def _dispatch(self, command: Command) -> None:
        match command:
            case StartTimer(timer=timer, seconds=seconds):
                self.timers.start(timer, seconds)
            case StopTimer(timer=timer):
                self.timers.stop(timer)
            case RequestCancel():
                self._cancel.set()
            case Forget(handle=handle):
                self._forget(handle)
            case _:
                self._commands.append(command)


def _unseen(state: State) -> None:
    """Nobody looks."""
    del state


def _nobody(handle: Handle) -> None:
    """No customer is known here."""
    del handle


def _stop(reason: str) -> None:
    raise JournalError(reason)
