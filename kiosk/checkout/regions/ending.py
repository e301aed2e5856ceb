"""From paid to goodbye: the sale stands, whatever becomes of its receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kiosk.checkout.commands import PrintReceipt, QueueSale, StartTimer, StopTimer
from kiosk.checkout.delivery import Delivery, digest_of_sale
from kiosk.checkout.events import (
    Card,
    DeviceFault,
    PrintFault,
    ReceiptFailed,
    ReceiptPrinted,
    Timer,
)
from kiosk.checkout.regions.correcting import accept
from kiosk.checkout.states import (
    Baseline,
    Live,
    Paid,
    Payment,
    ReceiptOwed,
    Sale,
    Sold,
    State,
    Thanks,
)
from kiosk.checkout.step import Step, enter, forget, mint, stay
from kiosk.ids import NOBODY, JobId
from kiosk.receipt import Receipt, Slip, Tender, receipt_of

THANKS_SECONDS = 8.0
OWED_SECONDS = 90.0


def paid(
    state: State,
    sale: Sale,
    payment: Payment,
    card: Card,
    slips: tuple[Slip, ...],
    ended: datetime,
) -> Step:
    """The terminal holds the payment: number the receipt and print it. Nobody is greeted any more."""
    number = state.receipts + 1
    baseline = Baseline(card.terminal_id, card.trace, card.receipt)
    devices = replace(state.devices, baseline=baseline if card.trace else state.devices.baseline)
    state = replace(state, receipts=number, devices=devices, live=Live())
    state = accept(state, card)
    member = state.member
    link = member.handle if member and member.sealed else NOBODY
    sold = Sold(sale, payment, card, slips, number, ended, link)
    return forget(print_receipt(state, sold, copy=False))


def print_receipt(state: State, sold: Sold, *, copy: bool) -> Step:
    """A print job of its own; a second one of a sale that may be on paper is a copy."""
    state, job = mint(state, "j")
    receipt = _receipt(state, sold, copy=copy)
    return enter(
        state,
        Paid(sold, JobId(job), copy),
        StopTimer(Timer.IDLE),
        PrintReceipt(JobId(job), receipt),
    )


def printed(state: State, phase: Paid, event: ReceiptPrinted) -> Step:
    """The printer said so."""
    if phase.job != event.job:
        return stay(state)
    return _thanks(state, phase.sold, printed=True)


def failed(state: State, phase: Paid, event: ReceiptFailed) -> Step:
    """No receipt yet; the sale stands."""
    if phase.job != event.job:
        return stay(state)
    return _owe(state, phase, event.fault, partial=event.partial)


def printer_fault(state: State, phase: Paid, event: DeviceFault) -> Step:
    """The printer was lost with the job under way."""
    if event.job != phase.job:
        return stay(state)
    fault = PrintFault.OFFLINE if event.outcome_known else PrintFault.UNCONFIRMED
    return _owe(state, phase, fault, partial=not event.outcome_known)


def waived(state: State, phase: ReceiptOwed) -> Step:
    """The customer goes on without paper, or has gone."""
    return _thanks(state, phase.sold, printed=False)


def _owe(state: State, phase: Paid, fault: PrintFault, *, partial: bool) -> Step:
    owed = ReceiptOwed(phase.sold, fault, partial or phase.copy)
    return enter(state, owed, StartTimer(Timer.IDLE, OWED_SECONDS))


def _thanks(state: State, sold: Sold, *, printed: bool) -> Step:
    step = enter(
        state,
        Thanks(sold.number, printed),
        StopTimer(Timer.IDLE),
        StartTimer(Timer.THANKS, THANKS_SECONDS),
    )
    return _deliver(step, sold) if state.service else step


def _deliver(step: Step, sold: Sold) -> Step:
    """Have the service learn of the sale; the state keeps it until the outbox does."""
    record = Delivery(
        sale=sold.sale.id,
        ended=sold.ended,
        total=sold.payment.amount,
        lines=len(sold.sale.basket.lines),
        receipt=sold.number,
        digest=digest_of_sale(sold),
        link=sold.link,
    )
    undelivered = (*step.state.undelivered, record)
    return replace(step, state=replace(step.state, undelivered=undelivered)).then(
        QueueSale(record, record.link)
    )


def _receipt(state: State, sold: Sold, *, copy: bool) -> Receipt:
    card = sold.card
    return receipt_of(
        sold.sale.basket,
        number=sold.number,
        sale=sold.sale.id,
        kiosk=state.kiosk,
        shop=state.shop,
        started=sold.sale.started,
        ended=sold.ended,
        tender=Tender(
            sold.payment.amount,
            card.scheme,
            card.number,
            card.terminal_id,
            card.trace,
            card.receipt,
        ),
        slips=tuple(slip for slip in sold.slips if slip.for_customer),
        language=state.language,
        copy=copy,
    )
