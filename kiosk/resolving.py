"""Staff's word on a payment in doubt, given while the kiosk is stopped."""

from __future__ import annotations

from kiosk.checkout.decide import decide
from kiosk.checkout.events import StaffResolved
from kiosk.checkout.states import InDoubt
from kiosk.clock import SystemClock
from kiosk.config import Config
from kiosk.ids import PaymentId
from kiosk.journal import Journal, digest_of, replay
from kiosk.ports import KioskError


def resolve(config: Config, payment: str, reason: str, *, paid: bool) -> str:
    """Journal the decision. Raises KioskError where that payment is not in doubt."""
    journal = Journal(config.kiosk.journal, config.kiosk.id)
    try:
        state = replay(journal, lambda before, event: decide(before, event).state)
        phase = state.phase
        if not isinstance(phase, InDoubt) or phase.payment.id != payment:
            raise KioskError(f"payment {payment} is not in doubt at kiosk {config.kiosk.id}")
        now = SystemClock().now()
        # The kiosk stands still, so no question to the terminal can be under way.
        event = StaffResolved(PaymentId(payment), paid, reason, at=now)
        after = decide(state, event).state
        if isinstance(after.phase, InDoubt):
            raise KioskError(
                "the kiosk was stopped in the middle of a question; start it once more"
            )
        journal.append(event, digest_of(after))
    finally:
        journal.close()
    return f"{payment}: {'paid' if paid else 'not paid'}; start the kiosk to go on"
