"""What could happen to a kiosk next: people, timers, devices, each with honest and false words."""

from __future__ import annotations

import random

from kiosk.checkout.events import (
    AgeReleased,
    ArticleScanned,
    CardApproved,
    CodeFault,
    CodeRefused,
    Device,
    DeviceFault,
    DeviceOnline,
    Event,
    FaultKind,
    LanguageChosen,
    LastOutcome,
    PaymentCancelPressed,
    PaymentClosed,
    PaymentDeclined,
    PayPressed,
    PrintAgainPressed,
    PrinterStatus,
    PrintFault,
    QuantitySet,
    ReceiptFailed,
    ReceiptPrinted,
    ReceiptWaived,
    Restarted,
    SlipReceived,
    StaffResolved,
    StartPressed,
    StorageLow,
    TerminalReady,
    TerminalShows,
    Timer,
    TimerFired,
    UndoPressed,
)
from kiosk.checkout.member_events import (
    CardFault,
    CardRefused,
    ConsentKept,
    ConsentWithdrawn,
    CustomerFound,
    CustomerShown,
    CustomerUnavailable,
    CustomerUnknown,
    LinkSealed,
    NotMePressed,
    SaleQueued,
    WhyKept,
    WithdrawPressed,
)
from kiosk.checkout.states import InDoubt, Link, Paid, Paying, Settling, Shopping, State
from kiosk.ids import Handle, JobId
from kiosk.pricing import total
from kiosk.receipt import Slip
from kiosk.words import Language
from tests.story import MILK, P1, SHOP, TID, WATER, WINE, card, transaction


def events_now(state: State, chance: random.Random) -> list[Event]:
    """Many events; those that lead on come more often than the others."""
    found: list[Event] = [
        StartPressed(),
        LanguageChosen(chance.choice(list(Language))),
        ArticleScanned(chance.choice((MILK, WATER, WINE))),
        CodeRefused("E0", 13, chance.choice(list(CodeFault))),
        AgeReleased(18),
        PaymentCancelPressed(),
        PrintAgainPressed(),
        ReceiptWaived(),
        TimerFired(chance.choice(list(Timer))),
        PrinterStatus(chance.choice((None, *PrintFault)), chance.random() < 0.5),
        DeviceOnline(chance.choice(list(Device))),
        DeviceFault(chance.choice(list(Device)), FaultKind.SILENT, False),
        StaffResolved(P1, True, "?"),
        ReceiptPrinted(JobId("K1-abc-j999999")),
        CustomerShown(Handle(f"{chance.randint(1, 3):x}")),
        CustomerShown(Handle(f"{chance.randint(1, 3):x}"), Device.READER),
        CardRefused(chance.choice(list(CardFault))),
        *_customer(state),
    ]
    if chance.random() < 0.05:
        found.append(Restarted(SHOP, service=chance.random() < 0.8))
    if chance.random() < 0.02:
        found.append(StorageLow())
    return found + _leading_on(state, chance) * 6


def _customer(state: State) -> list[Event]:
    found: list[Event] = [SaleQueued(each.sale) for each in state.undelivered]
    if state.member:
        handle = state.member.handle
        found += [CustomerFound(handle), CustomerUnavailable(handle), LinkSealed(handle)]
        found += [CustomerUnknown(handle), NotMePressed(), WithdrawPressed()]
        found += [ConsentWithdrawn(handle), ConsentKept(handle, WhyKept.UNSURE)]
    return found


def _leading_on(state: State, chance: random.Random) -> list[Event]:
    if state.devices.terminal is Link.UNKNOWN:
        return [DeviceOnline(Device.TERMINAL)]
    if state.devices.terminal is Link.READYING:
        return [TerminalReady(TID, chance.choice((None, transaction(trace=6))))]
    match state.phase:
        case Shopping(sale=sale):
            amount = total(sale.basket)
            lines = [QuantitySet(line.id, chance.randint(0, 3)) for line in sale.basket.lines]
            undo = [UndoPressed(line.id) for line in sale.basket.lines]
            return [PayPressed(1, amount), *lines, *undo]
        case Paying(payment=payment):
            return [
                CardApproved(payment.id, card(payment.amount.minor, trace=chance.randint(7, 99))),
                PaymentDeclined(payment.id, chance.choice((0x05, 0x6C))),
                TerminalShows(payment.id, 1, ("Karte einstecken",)),
                DeviceFault(Device.TERMINAL, FaultKind.SILENT, False, payment.id),
                DeviceFault(Device.TERMINAL, FaultKind.UNAVAILABLE, True, payment.id),
            ]
        case Settling(payment=payment):
            slip = Slip(chance.choice(("customer", "merchant")), ("Zahlung erfolgt",))
            return [PaymentClosed(payment.id), SlipReceived(payment.id, slip)]
        case InDoubt(payment=payment):
            last = transaction(payment.amount.minor, trace=chance.choice((6, 7, 8)))
            return [
                TimerFired(Timer.ASK_AGAIN),
                LastOutcome(payment.id, TID, last),
                StaffResolved(payment.id, chance.random() < 0.5, "slip"),
            ]
        case Paid(job=job):
            fault = chance.choice(list(PrintFault))
            lost = DeviceFault(Device.PRINTER, FaultKind.SILENT, False, job=job)
            return [ReceiptPrinted(job), ReceiptFailed(job, fault, partial=True), lost]
        case _:
            return []
