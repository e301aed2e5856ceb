"""What becomes of everything that has to do with customers who identify, and with their sales."""

from __future__ import annotations

from typing import assert_never

from kiosk.checkout.member_events import (
    CardRefused,
    ConsentKept,
    ConsentWithdrawn,
    CustomerFound,
    CustomerShown,
    CustomerUnavailable,
    CustomerUnknown,
    LinkSealed,
    MemberEvent,
    NotMePressed,
    ReceiptOffered,
    SaleQueued,
    WithdrawPressed,
)
from kiosk.checkout.regions import consent, ending, member
from kiosk.checkout.states import Shopping, State
from kiosk.checkout.step import Step, stay


def happened(state: State, event: MemberEvent) -> Step:
    """Each event to whom it concerns."""
    match event:
        case CustomerShown():
            return member.shown(state, event)
        case CardRefused():
            return member.refused_card(state, event)
        case CustomerFound() | CustomerUnavailable():
            return member.answered(state, event)
        case CustomerUnknown():
            return member.unknown(state, event)
        case NotMePressed():
            phase = state.phase
            return member.not_me(state, phase) if isinstance(phase, Shopping) else stay(state)
        case WithdrawPressed():
            return consent.pressed(state)
        case ConsentWithdrawn():
            return consent.withdrawn(state, event)
        case ConsentKept():
            return consent.kept(state, event)
        case LinkSealed():
            return member.sealed(state, event)
        case ReceiptOffered():
            return ending.offered(state, event)
        case SaleQueued():
            return member.queued(state, event)
        case _:
            assert_never(event)
