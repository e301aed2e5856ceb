"""The story of one attempt to move money, told from the records around it."""

from __future__ import annotations

from datetime import datetime

from kiosk.books.entries import Attempt, Ending, Word
from kiosk.checkout.events import (
    Card,
    CardApproved,
    Device,
    DeviceFault,
    Event,
    LastOutcome,
    PaymentCancelPressed,
    PaymentClosed,
    PaymentDeclined,
    Restarted,
    SlipReceived,
    StaffResolved,
    Transaction,
)
from kiosk.checkout.states import InDoubt, Paid, Paying, Payment, Settling, State
from kiosk.checkout.step import Step, Verdict
from kiosk.money import Money

MOST_WORDS = 200
"""Of one story: a terminal that is asked for days says the same again and again."""


def payment_of(state: State) -> Payment | None:
    """The attempt under way."""
    phase = state.phase
    return phase.payment if isinstance(phase, Paying | Settling | InDoubt) else None


class Story:
    """An attempt that is being told. Feed it every record from its intent on."""

    def __init__(self, payment: Payment, seq: int, at: datetime) -> None:
        self.payment = payment
        base = payment.baseline
        before = "no transaction" if base.empty else f"trace {base.trace} receipt {base.receipt}"
        asked = f"{_amount(payment.amount)}, terminal {base.terminal_id or '?'} held {before}"
        self._words = [Word(seq, at, "asked", asked)]
        self._declined: PaymentDeclined | None = None

    def hear(self, before: State, seq: int, event: Event, step: Step) -> Attempt | None:
        """Whether it ended with this record, and how."""
        told = _told(event, refused=step.verdict is Verdict.REFUSE)
        if told:
            self._add(Word(seq, event.at, *told))
        doubtful = isinstance(step.state.phase, InDoubt)
        if doubtful and not isinstance(before.phase, InDoubt):
            self._add(Word(seq, event.at, "in doubt", "the outcome is not known"))
        now = payment_of(step.state)
        if now is not None and now.id == self.payment.id:
            return None
        return self._ended(before, seq, event, step.state)

    def open(self) -> Attempt:
        """As far as it is known."""
        return self._attempt(Ending.OPEN, None, None)

    def _ended(self, before: State, seq: int, event: Event, after: State) -> Attempt:
        card = _card(self.payment, before, after)
        if card is not None:
            ending = Ending.PAID
        elif isinstance(event, PaymentDeclined):
            ending, self._declined = Ending.DECLINED, event
        elif isinstance(event, DeviceFault):
            ending = Ending.NOT_SENT
        else:
            ending = Ending.NOT_PAID
        by_staff = isinstance(event, StaffResolved)
        self._add(Word(seq, event.at, ending.value.replace("_", " ")), last=True)
        return self._attempt(ending, event.at, card, by_staff=by_staff)

    def _add(self, word: Word, *, last: bool = False) -> None:
        if last or len(self._words) < MOST_WORDS:
            self._words.append(word)

    def _attempt(
        self, ending: Ending, ended: datetime | None, card: Card | None, *, by_staff: bool = False
    ) -> Attempt:
        return Attempt(
            id=self.payment.id,
            kind=self.payment.kind,
            amount=self.payment.amount,
            asked=self.payment.intent,
            ending=ending,
            ended=ended,
            by_staff=by_staff,
            code=self._declined.code if self._declined else None,
            text=self._declined.text if self._declined else "",
            terminal_id=card.terminal_id if card else self.payment.baseline.terminal_id,
            trace=card.trace if card else 0,
            receipt=card.receipt if card else 0,
            scheme=card.scheme if card else "",
            approval=card.approval if card else "",
            story=tuple(self._words),
        )


def _card(payment: Payment, before: State, after: State) -> Card | None:
    """What the terminal told of the money that moved; None if it did not."""
    phase = after.phase
    if isinstance(phase, Paid) and phase.sold.payment.id == payment.id:
        return phase.sold.card
    done = after.corrected
    if done is not None and done is not before.corrected and done.payment.id == payment.id:
        return done.card
    return None


def _told(event: Event, *, refused: bool) -> tuple[str, str] | None:
    """What a record says about it: a word and its details. A card's number is not among them."""
    match event:
        case CardApproved(card=card):
            number = f"trace {card.trace} receipt {card.receipt}"
            said = f"{_amount(card.amount)} terminal {card.terminal_id} {number} {card.scheme}"
            return "approval refused" if refused else "approved", said.rstrip()
        case PaymentDeclined(code=code, text=text):
            return "terminal declined", f"{code:02X} {text}".rstrip()
        case PaymentClosed():
            return "terminal closed", ""
        case SlipReceived(slip=slip):
            what = "slip refused" if refused else "slip"
            return what, f"{slip.kind or 'of no kind'}, {len(slip.lines)} lines"
        case LastOutcome(last=last, tells=tells):
            return "terminal remembers", _memory(last) if tells else "it cannot tell"
        case DeviceFault(device=Device.TERMINAL, kind=kind, detail=detail):
            return "terminal fault", f"{kind.value} {detail}".rstrip()
        case StaffResolved(paid=paid, reason=reason):
            return "staff say", f"{'paid' if paid else 'not paid'}: {reason}"
        case PaymentCancelPressed():
            return "customer wants to stop", ""
        case Restarted():
            return "kiosk restarted", ""
        case _:
            return None


def _memory(last: Transaction | None) -> str:
    if last is None:
        return "no transaction"
    said = f"{_amount(last.amount)} trace {last.trace} receipt {last.receipt}"
    undone = f" reverses {last.reversal_of}" if last.reversal_of is not None else ""
    return f"{said} result {last.result:02X}{undone}"


def _amount(amount: Money) -> str:
    return f"{amount.decimal} {amount.currency}"
