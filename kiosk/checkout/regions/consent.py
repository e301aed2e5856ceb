"""A customer withdraws: the service is told, and forgets; only then they are told that it has."""

from __future__ import annotations

from kiosk.checkout.commands import Withdraw
from kiosk.checkout.member_events import ConsentKept, ConsentWithdrawn, WhyKept
from kiosk.checkout.regions import member
from kiosk.checkout.states import Known, Shopping, State, Told
from kiosk.checkout.step import Step, stay, tell
from kiosk.replacing import replace

_TOLD = {WhyKept.UNSURE: Told.WITHDRAW_UNSURE, WhyKept.UNKNOWN: Told.WITHDRAW_UNKNOWN}


def pressed(state: State) -> Step:
    """Ask the service once; pressed twice, it is the same question."""
    who = state.member
    if who is None or not may_withdraw(state):
        return stay(state)
    asked = replace(state, member=replace(who, leaving=True), notice=None)
    return Step(asked, (Withdraw(who.handle, state.language),))


def withdrawn(state: State, event: ConsentWithdrawn) -> Step:
    """The service uses nothing of theirs any more, and neither does this purchase."""
    if state.member is None or state.member.handle != event.handle:
        return stay(state)
    return member.without(state, event, Told.WITHDRAWN)


def kept(state: State, event: ConsentKept) -> Step:
    """It is not known to be done: the customer is told so, and decides what comes next."""
    who = state.member
    if who is None or who.handle != event.handle or not who.leaving:
        return stay(state)
    stays = replace(state, member=replace(who, leaving=False))
    return tell(stay(stays), _TOLD[event.why])


def lookup_lost(state: State) -> Step:
    """The service cannot be asked, or did not answer."""
    who = state.member
    if who and who.leaving:
        stays = replace(state, member=replace(who, leaving=False))
        return tell(stay(stays), Told.WITHDRAW_UNSURE)
    return member.lookup_lost(state)


def after_restart(before: State, step: Step) -> Step:
    """Whoever was about to leave is forgotten, and told that nobody knows the answer."""
    asked = before.member is not None and before.member.leaving
    if not asked or not isinstance(step.state.phase, Shopping):
        return step
    return tell(step, Told.WITHDRAW_UNSURE)


def may_withdraw(state: State) -> bool:
    """Only who is recognised: what was shown is still there, and the service knew it."""
    who = state.member
    recognised = who is not None and who.known in (Known.FOUND, Known.COUNTED)
    free = who is not None and not who.leaving and who.pay is None
    return recognised and free and isinstance(state.phase, Shopping)
