"""`drivers terminal reverse` and `refund`: money back, asked for once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from drivers.tools.earlier import Earlier
from drivers.tools.money import Mover, Outcome
from drivers.zvt.codes import Next, meaning_of
from drivers.zvt.trace import Trace
from kiosk.checkout.events import (
    Device,
    DeviceOnline,
    QuantitySet,
    StartPressed,
    Timer,
    TimerFired,
)
from kiosk.checkout.staff_events import CorrectionAsked, MoneyKind
from kiosk.checkout.states import Attract, Link, Notice, Paying, Shopping, State, Thanks, Told
from kiosk.checkout.step import Verdict
from kiosk.money import Money
from kiosk.sequential import Sequential

NOT_REVERSIBLE = frozenset({0x15, 0x83, 0xB5})
"""Results that say that a refund is what is left: the host's 21, "not possible", "no reversal"."""


class Corrector(Mover):
    """Takes one payment back, or pays an amount back to a card."""

    YES = "done"

    def __init__(
        self,
        address: str,
        amount: Money,
        journal: Path | None,
        password: int,
        trace: Trace | None = None,
        *,
        receipt: int = 0,
    ) -> None:
        """`receipt`: the terminal's number of the payment to reverse; 0 for a refund."""
        super().__init__(address, amount, journal, password, trace)
        self._kind = MoneyKind.REVERSAL if receipt else MoneyKind.REFUND
        self._receipt = receipt
        self._why_not = ""
        self._notice: Notice | None = None
        self._contested = False

    def _is_asked(self, earlier: Earlier) -> bool:
        payment = earlier.payment
        asked = (self._kind, self._amount, self._receipt)
        return (payment.kind, payment.amount, payment.original) == asked

    def _move(self, kiosk: Sequential) -> bool:
        kiosk.post(DeviceOnline(Device.TERMINAL))
        _to_attract(kiosk)
        self._notice, self._contested = None, False
        verdict = kiosk.post(CorrectionAsked(self._kind, self._amount, self._receipt, by="tool"))
        if verdict is not Verdict.KEEP:
            self._why_not = _why_refused(kiosk)
        return self._settled(kiosk)

    def _show(self, state: State) -> None:
        super()._show(state)
        self._notice = state.notice or self._notice
        if isinstance(state.phase, Paying) and state.phase.refused:
            self._contested = True

    def _outcome(self, kiosk: Sequential, before: str) -> Outcome:
        done = kiosk.state.corrected
        notice = self._notice
        if done and notice and notice.told in (Told.REVERSED, Told.REFUNDED):
            lines = (line for slip in done.slips if slip.for_customer for line in slip.lines)
            moved = self.moved(done, f"{notice.told.value}{before}")
            return replace(moved, slip=tuple(lines))
        reason = self._why_not or self._refusal(kiosk)
        return Outcome("not_done", self._amount.minor, reason=f"{reason}{before}")

    def _refusal(self, kiosk: Sequential) -> str:
        """In words, with what helps."""
        code = self._notice.code if self._notice else 0
        if code:
            said = meaning_of(code)
            back = self._kind is MoneyKind.REVERSAL and code in NOT_REVERSIBLE
            helps = Next.REFUND if back else said.next
            return f"refused ({code:02X}): {said.english}; {helps.value}"
        if self._contested:
            return (
                "the terminal's result was not the one asked for, or wants a signature: it took it"
                " back; do it at the terminal's own menu if it must be signed"
            )
        if kiosk.last_fault:
            return f"nothing was moved: {kiosk.last_fault.detail}"
        return "the terminal did not do it; nothing was moved"


def _to_attract(kiosk: Sequential) -> None:
    """Corrections begin where no customer is: clear what an earlier run left."""
    phase = kiosk.state.phase
    if isinstance(phase, Shopping):
        for line in phase.sale.basket.lines:
            kiosk.post(QuantitySet(line.id, 0))
        kiosk.post(TimerFired(Timer.IDLE))
    elif isinstance(phase, Thanks):
        kiosk.post(StartPressed())


def _why_refused(kiosk: Sequential) -> str:
    """Why the kiosk's engine did not send it."""
    state = kiosk.state
    if state.storage_low:
        return "the disk of the journal is full, nothing was sent; make room and try again"
    if state.devices.terminal is not Link.READY or state.devices.baseline is None:
        if kiosk.last_fault:
            return f"the terminal is not ready, nothing was sent: {kiosk.last_fault.detail}"
        return "the terminal is not ready, nothing was sent; see `terminal status`"
    where = "" if isinstance(state.phase, Attract) else f" in {type(state.phase).__name__}"
    return f"the journal's kiosk does not take it{where}; nothing was sent; use another --journal"
