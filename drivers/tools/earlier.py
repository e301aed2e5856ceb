"""What earlier runs of a tool moved, without their caller having heard of it."""

from __future__ import annotations

from typing import TypeAlias

from kiosk.checkout.decide import decide
from kiosk.checkout.events import Event, ReceiptWaived
from kiosk.checkout.staff_events import MoneyKind
from kiosk.checkout.states import Corrected, Paid, ReceiptOwed, Sold, State
from kiosk.journal import Journal, replay

Earlier: TypeAlias = Sold | Corrected


class Unheard:
    """A correction that was done, until the journal tells that its caller knows.

    A payment keeps its own phase until then. A correction has none: `ReceiptWaived` outside a sale
    stands for "heard". Without it a run that was killed before it could report would be repeated, and a
    refund paid twice.
    """

    def __init__(self) -> None:
        self._correction: Corrected | None = None
        self._known: Corrected | None = None

    def replayed(self, journal: Journal) -> State:
        """The state after the last record. Raises JournalError."""
        state = replay(journal, self._step)
        self._known = state.corrected
        return state

    def _step(self, before: State, event: Event) -> State:
        after = decide(before, event).state
        if after.corrected != before.corrected:
            self._correction = after.corrected
        elif isinstance(event, ReceiptWaived) and not isinstance(before.phase, Paid | ReceiptOwed):
            self._correction = None
        return after

    def after(self, state: State, sold: Sold | None) -> tuple[Earlier, ...]:
        """All of them, once a doubt has been resolved on top."""
        new = state.corrected != self._known
        correction = state.corrected if new else self._correction
        return tuple(each for each in (sold, correction) if each)


def told(earlier: tuple[Earlier, ...]) -> str:
    """Words to put behind a reason, so that nobody misses money that moved before."""
    return "".join(map(_told, earlier))


def _told(earlier: Earlier) -> str:
    payment, receipt = earlier.payment, earlier.card.receipt
    over = f"over {payment.amount.minor} cents (receipt {receipt})"
    if payment.kind is MoneyKind.PAYMENT:
        return f"; an earlier intent {over} was paid"
    return f"; an earlier {payment.kind.value} {over} was done"
