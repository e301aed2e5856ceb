"""The one writer of state: decide, keep on disk, answer, show, carry out. Knows no thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from kiosk.checkout.commands import Command
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    UNSTAMPED,
    Event,
    StorageLow,
    Volatile,
)
from kiosk.checkout.floor_events import AttendantArrived, PinRefused, PinTyped
from kiosk.checkout.goods_events import Resolved, Unresolved
from kiosk.checkout.states import State
from kiosk.checkout.step import Step, Verdict
from kiosk.clock import Clock
from kiosk.journal import Journal, digest_of
from kiosk.ports import DiskFull, JournalError

Resolve = Callable[[Unresolved], Resolved]
Unlock = Callable[[PinTyped], AttendantArrived | PinRefused]
log = logging.getLogger("kiosk.engine")


def no_pin(typed: PinTyped) -> PinRefused:
    """Where there is no PIN, none is right."""
    del typed
    return PinRefused()


class Engine:
    """Feeds events to the machine. `accept` first, answer its verdict, then `carry_out`."""

    def __init__(
        self,
        state: State,
        journal: Journal,
        *,
        clock: Clock,
        resolve: Resolve,
        unlock: Unlock = no_pin,
        dispatch: Callable[[Command], None],
        show: Callable[[State], None],
        halted: Callable[[str], None],
    ) -> None:
        self.state = state
        self.stopped = False
        self._journal = journal
        self._clock = clock
        self._resolve = resolve
        self._unlock = unlock
        self._dispatch = dispatch
        self._show = show
        self._halted = halted

    def accept(self, event: Event) -> Step:
        """Decide, and keep the event on disk. A stopped engine refuses everything."""
        if self.stopped:
            return Step(self.state, (), Verdict.REFUSE)
        try:
            if isinstance(event, Unresolved):
                event = self._resolve(event)
            elif isinstance(event, PinTyped):
                event = self._unlock(event)
            if event.at == UNSTAMPED:
                event = replace(event, at=self._clock.now())
            step = decide(self.state, event)
            if not isinstance(event, Volatile):
                step = self._kept(event, step)
        except JournalError as error:
            return self._halt(f"the journal failed: {error}")
        except Exception as error:
            log.exception("decide failed on %s", type(event).__name__)
            return self._halt(f"{type(error).__name__} in the checkout")
        self.state = step.state
        return step

    def carry_out(self, step: Step) -> None:
        """Show the new state and hand out the commands, in their order. A stopped engine does not."""
        if self.stopped:
            return
        try:
            self._show(self.state)
            for command in step.commands:
                self._dispatch(command)
        except Exception as error:
            log.exception("a step could not be shown or carried out")
            self._halt(f"{type(error).__name__} while showing or carrying out")

    def _kept(self, event: Event, step: Step) -> Step:
        """Journal the event. On a full disk: give the reserve back once, and tell the machine."""
        digest = digest_of(step.state)
        try:
            self._journal.append(event, digest)
        except DiskFull:
            if not self._journal.free_reserve():
                raise
            self._journal.append(event, digest)
            low = StorageLow(at=self._clock.now())
            after = decide(step.state, low)
            self._journal.append(low, digest_of(after.state))
            return replace(step, state=after.state, commands=step.commands + after.commands)
        return step

    def halt(self, reason: str) -> None:
        """Stop for good, from outside: nothing can be decided any more."""
        self._halt(reason)

    def _halt(self, reason: str) -> Step:
        self.stopped = True
        log.error("stopped: %s", reason)
        self._halted(reason)
        return Step(self.state, (), Verdict.REFUSE)
