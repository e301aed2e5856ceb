"""What one event did: the new state, what is to be done, and the word to who yielded it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from kiosk.checkout.commands import Command, Forget, StartTimer, StopTimer
from kiosk.checkout.events import Timer
from kiosk.checkout.states import Notice, Phase, State, Told
from kiosk.ids import minted
from kiosk.replacing import replace

NOTICE_SECONDS = 6.0


class Verdict(Enum):
    """The answer to a yielded event. Nothing but KEEP approves."""

    KEEP = "keep"
    REFUSE = "refuse"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Step:
    """The result of `decide`."""

    state: State
    commands: tuple[Command, ...] = ()
    verdict: Verdict = Verdict.KEEP

    def then(self, *commands: Command) -> Step:
        """The same with further commands."""
        return replace(self, commands=(*self.commands, *commands))


def stay(state: State) -> Step:
    """The event changes nothing."""
    return Step(state)


def refuse(state: State) -> Step:
    """The event was not expected: who yielded it must not go on as if it had been kept."""
    return Step(state, (), Verdict.REFUSE)


def enter(state: State, phase: Phase, *commands: Command) -> Step:
    """Go to a phase; what was said to the customer before is over."""
    quiet = (StopTimer(Timer.NOTICE),) if state.notice else ()
    return Step(replace(state, phase=phase, notice=None, undo=None), (*quiet, *commands))


def tell(step: Step, told: Told, code: int = 0) -> Step:
    """Tell the customer something for a while."""
    state = replace(step.state, notice=Notice(told, code))
    return replace(step, state=state).then(StartTimer(Timer.NOTICE, NOTICE_SECONDS))


def forget(step: Step) -> Step:
    """The customer is gone: nothing of them stays, in the state or in memory."""
    member = step.state.member
    if member is None:
        return step
    return replace(step, state=replace(step.state, member=None)).then(
        StopTimer(Timer.LINK), Forget(member.handle)
    )


def mint(state: State, kind: str) -> tuple[State, str]:
    """A new id from the counter in the state: kiosk, epoch, kind, number."""
    number = state.minted + 1
    return replace(state, minted=number), minted(state.kiosk, state.epoch, kind, number)
