"""From paid to goodbye: the sale stands, whatever becomes of its receipt."""

from __future__ import annotations

from datetime import datetime

from kiosk.checkout.commands import (
    Forget,
    OfferReceipt,
    PrintReceipt,
    QueueSale,
    StartTimer,
    StopTimer,
)
from kiosk.checkout.delivery import Delivery, digest_of_sale
from kiosk.checkout.events import (
    Card,
    DeviceFault,
    PrintFault,
    ReceiptFailed,
    ReceiptPrinted,
    Timer,
)
from kiosk.checkout.front import is_own
from kiosk.checkout.member_events import ReceiptOffered
from kiosk.checkout.regions import slips as slips_region
from kiosk.checkout.regions.correcting import accept
from kiosk.checkout.regions.home import home
from kiosk.checkout.regions.prices import bill_of, total_of
from kiosk.checkout.states import (
    Attract,
    Baseline,
    Known,
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
from kiosk.ids import NOBODY, Handle, JobId, PaymentId
from kiosk.receipt import Receipt, Slip, Tender, receipt_of
from kiosk.replacing import replace
from kiosk.words import on_paper

THANKS_SECONDS = 8.0
GATE_SECONDS = 30.0
"""So long there is time to have the exit's code seen, or a picture taken of it."""
OWED_SECONDS = 90.0
PICKED_MOST = 40
"""Goods of the last sales that say what is bought often here."""
OWED_MOST = 20
"""Sales whose receipt staff can still have printed; of older ones the journal tells."""


def paid(
    state: State,
    sale: Sale,
    payment: Payment,
    card: Card,
    slips: tuple[Slip, ...],
    ended: datetime,
) -> Step:
    """The terminal holds the payment: number the receipt and print it. Nobody is greeted any more.

    What the vault holds of a member stays for their points on the paper, and until it came out.
    """
    number = state.receipts + 1
    picked = tuple(line.article.gtin for line in sale.basket.lines if is_own(line.article.gtin))
    state = replace(state, picked=(*state.picked, *picked)[-PICKED_MOST:])
    state = slips_region.spent(state, sale, ended)
    baseline = Baseline(card.terminal_id, card.trace, card.receipt)
    devices = replace(state.devices, baseline=baseline if card.trace else state.devices.baseline)
    state = replace(state, receipts=number, devices=devices, live=Live())
    if payment.amount.minor:
        state = accept(state, card)
    member = state.member
    link = member.handle if member and member.sealed else NOBODY
    sold = Sold(sale, payment, card, slips, number, ended, link)
    if member is None or member.known is not Known.FOUND:
        return forget(print_receipt(state, sold, copy=False))
    state = replace(state, member=None)
    step = print_receipt(state, sold, copy=False, loyalty=member.handle)
    return step.then(StopTimer(Timer.LINK))


def for_nothing(state: State, sale: Sale, at: datetime) -> Step:
    """Promotions took it all: no card is needed, and the receipt has no payment."""
    state, number = mint(state, "p")
    payment = Payment(PaymentId(number), total_of(sale), Baseline(""), at)
    step = paid(state, sale, payment, Card(payment.amount, "", 0, 0), (), at)
    return step.then(StopTimer(Timer.IDLE), StopTimer(Timer.UNDO))


def print_receipt(
    state: State,
    sold: Sold,
    *,
    copy: bool,
    loyalty: Handle = NOBODY,
    offer: Handle = NOBODY,
    later: bool = False,
) -> Step:
    """A print job of its own; a second one of a sale that may be on paper is a copy."""
    state, job = mint(state, "j")
    receipt = _receipt(state, sold, copy=copy)
    return enter(
        state,
        Paid(sold, JobId(job), copy, loyalty, offer, later),
        StopTimer(Timer.IDLE),
        PrintReceipt(JobId(job), receipt, loyalty),
    )


def print_again(state: State, phase: ReceiptOwed) -> Step:
    """The customer wants to try once more."""
    copy = phase.partial or bool(phase.offer)  # what was fetched by the link is the first
    return print_receipt(state, phase.sold, copy=copy, offer=phase.offer)


def print_owed(state: State) -> Step:
    """The newest receipt that never came out: its customer may still be there."""
    if not state.owed:
        return stay(state)
    *others, sold = state.owed
    return print_receipt(replace(state, owed=tuple(others)), sold, copy=True, later=True)


def offered(state: State, event: ReceiptOffered) -> Step:
    """The link is there; for somebody who has gone meanwhile it is wiped."""
    phase = state.phase
    if isinstance(phase, Paid | ReceiptOwed) and phase.sold.sale.id == event.sale:
        former = _forgotten(phase.offer) if phase.offer != event.handle else ()
        return Step(replace(state, phase=replace(phase, offer=event.handle))).then(*former)
    return stay(state).then(Forget(event.handle))


def printed(state: State, phase: Paid, event: ReceiptPrinted) -> Step:
    """The printer said so."""
    if phase.job != event.job:
        return stay(state)
    gone = _forgotten(phase.loyalty, phase.offer)
    if phase.later:
        return home(state).then(*gone)
    return _thanks(state, phase.sold, printed=True).then(*gone)


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
    """The customer goes on without paper, or has gone. Staff can print it, a link or not."""
    owed = (*state.owed, phase.sold)[-OWED_MOST:]
    step = _thanks(replace(state, owed=owed), phase.sold, printed=False)
    return step.then(*_forgotten(phase.offer))


def resumed(state: State, phase: ReceiptOwed) -> Step:
    """After a restart: the link went with the memory, so another one is made."""
    phase = replace(phase, offer=NOBODY)
    step = Step(replace(state, phase=phase), (StartTimer(Timer.IDLE, OWED_SECONDS),))
    return _offer(step, phase.sold, copy=True)


def _owe(state: State, phase: Paid, fault: PrintFault, *, partial: bool) -> Step:
    gone = _forgotten(phase.loyalty)
    if phase.later:
        owed = (*state.owed, phase.sold)[-OWED_MOST:]
        return home(replace(state, owed=owed)).then(*gone, *_forgotten(phase.offer))
    copy = partial or phase.copy
    owing = ReceiptOwed(phase.sold, fault, copy, phase.offer)
    step = enter(state, owing, StartTimer(Timer.IDLE, OWED_SECONDS)).then(*gone)
    return step if phase.offer else _offer(step, phase.sold, copy=copy)


def _offer(step: Step, sold: Sold, *, copy: bool) -> Step:
    """The receipt by a link, where the service takes receipts."""
    if not step.state.links:
        return step
    return step.then(OfferReceipt(sold.sale.id, _receipt(step.state, sold, copy=copy)))


def _forgotten(*handles: Handle) -> tuple[Forget, ...]:
    return tuple(Forget(handle) for handle in handles if handle)


def answered(state: State, phase: Thanks) -> Step:
    """Finished: the next may come. The exit's code can be shown again, until somebody else begins."""
    if phase.ended is None:
        return home(state)
    return home(replace(state, departed=phase)).then(StartTimer(Timer.EXIT, GATE_SECONDS))


def shown_again(state: State) -> Step:
    """The code for the gate, for as long as before."""
    if not isinstance(state.phase, Attract) or state.departed is None:
        return stay(state)
    again = StartTimer(Timer.THANKS, GATE_SECONDS)
    return enter(replace(state, departed=None), state.departed, StopTimer(Timer.EXIT), again)


def _thanks(state: State, sold: Sold, *, printed: bool) -> Step:
    step = enter(
        replace(state, departed=None),
        Thanks(sold.number, printed, sold.ended if state.gate else None),
        StopTimer(Timer.IDLE),
        StartTimer(Timer.THANKS, GATE_SECONDS if state.gate else THANKS_SECONDS),
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
        tender=_tender(sold.payment, card),
        slips=tuple(slip for slip in sold.slips if slip.for_customer),
        language=on_paper(state.language, state.home_language),
        copy=copy,
        priced=sold.sale.priced,
        returned=bill_of(sold.sale) if sold.sale.slips else None,
    )


def _tender(payment: Payment, card: Card) -> Tender | None:
    """None where there was nothing to pay."""
    if not payment.amount.minor:
        return None
    return Tender(
        payment.amount, card.scheme, card.number, card.terminal_id, card.trace, card.receipt
    )
