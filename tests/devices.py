"""Small drivers for tests of the threads: they do what they are told, and remember."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from kiosk.checkout.commands import DeviceCommand
from kiosk.checkout.events import CodeFault, CodeRefused, Device, Event
from kiosk.checkout.goods_events import Unresolved
from kiosk.checkout.states import State
from kiosk.checkout.step import Verdict
from kiosk.clock import SystemClock
from kiosk.engine import Resolve
from kiosk.ids import Handle
from kiosk.journal import Journal
from kiosk.ports import Cancel, Driver, Run
from kiosk.runtime import Runtime

Script = Callable[["ScriptedDriver", DeviceCommand, Cancel], Run]
PATIENCE = 20.0
"""A test that waits longer has failed; none passes by waiting."""


class ScriptedDriver:
    """Says `hello` once it is watched, then waits; commands are carried out by `script`."""

    def __init__(
        self, device: Device, hello: tuple[Event, ...] = (), script: Script | None = None
    ) -> None:
        self.device = device
        self.heard: list[Verdict] = []
        self.commands: list[DeviceCommand] = []
        self.running = 0
        self.most_running = 0
        self.began = threading.Event()
        self.closed = threading.Event()
        self._hello = hello
        self._script = script

    def execute(self, command: DeviceCommand, cancel: Cancel) -> Run:
        self.commands.append(command)
        self.began.set()
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            if self._script:
                yield from self._script(self, command, cancel)
        finally:
            self.running -= 1

    def watch(self, wanted: Cancel) -> Run:
        hello, self._hello = self._hello, ()
        for event in hello:
            self.heard.append((yield event))
        wanted.wait(PATIENCE)

    def close(self) -> None:
        self.closed.set()


class Stand:
    """A runtime over fake drivers, its journal in a folder, and a way to wait for states."""

    def __init__(
        self,
        folder: Path,
        drivers: dict[Device, Callable[[], Driver]],
        *,
        state: State | None = None,
        journal: Journal | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self.journal = journal or Journal(folder / "journal.db", "K1")
        self.states: list[State] = []
        self.halts: list[str] = []
        self.forgotten: list[Handle] = []
        self.halted = threading.Event()
        self._changed = threading.Condition()
        self.runtime = Runtime(
            state or State("K1", self.journal.epoch),
            self.journal,
            drivers,
            clock=SystemClock(),
            resolve=resolve or refuse_codes,
            show=self._show,
            halted=self._halt,
            forget=self.forgotten.append,
        )

    def _show(self, state: State) -> None:
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()

    def _halt(self, reason: str) -> None:
        self.halts.append(reason)
        self.halted.set()

    @property
    def state(self) -> State:
        return self.states[-1]

    def until(self, holds: Callable[[State], bool]) -> State:
        """Wait for a state that was shown, now or earlier."""
        with self._changed:
            seen = self._changed.wait_for(lambda: any(map(holds, self.states)), PATIENCE)
        assert seen, self.states[-1:]
        return next(state for state in self.states if holds(state))

    def events(self) -> dict[type[Event], list[Event]]:
        """What stands in the journal, by kind. Only after `stop`."""
        found: dict[type[Event], list[Event]] = defaultdict(list)
        for record in self.journal.records():
            found[type(record.event)].append(record.event)
        return found

    def stop(self, seconds: float = 3.0) -> list[Device]:
        return self.runtime.stop(seconds)


def refuse_codes(shown: Unresolved) -> CodeRefused:
    """Nothing is sold by code here."""
    del shown
    return CodeRefused("", 0, CodeFault.FOREIGN)
