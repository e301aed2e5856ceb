"""What could happen next at a checkout: people, timers and devices, honest or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kiosk.basket import Article, Unit
from kiosk.checkout.commands import (
    AskLastOutcome,
    Authorize,
    ClearPrinter,
    DeviceCommand,
    DropLink,
    HoldSlip,
    Identify,
    KeepLinks,
    MakeInvitation,
    OfferReceipt,
    PrintReceipt,
    QueueSale,
    ReadyTerminal,
    Refund,
    ReleaseSlip,
    Reverse,
    SealLink,
    Weigh,
    Withdraw,
)
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
    Timer,
    TimerFired,
    UndoPressed,
)
from kiosk.checkout.floor import Act, Comfort, Reason
from kiosk.checkout.floor_events import (
    Acted,
    AttendantArrived,
    AttendantLeft,
    ComfortChosen,
    ExitCodeAsked,
    HelpPressed,
    HelpPromised,
    MoreTimePressed,
    ParkPressed,
    PinRefused,
    ResumeAsked,
    ScreenFailed,
    TillChosen,
)
from kiosk.checkout.front import Sheet
from kiosk.checkout.front_events import SheetOpened
from kiosk.checkout.goods_events import (
    CouponShown,
    DepositSlipScanned,
    SlipFault,
    SlipHeld,
    SlipRefused,
    SlipReleased,
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
    ReceiptOffered,
    SaleQueued,
    WhyKept,
    WithdrawPressed,
)
from kiosk.checkout.staff_events import CorrectionAsked, MoneyKind
from kiosk.checkout.states import (
    InDoubt,
    Paid,
    Paying,
    ReceiptOwed,
    Settling,
    Shopping,
    State,
)
from kiosk.checkout.weigh_events import (
    GoodsWeighed,
    ScaleSays,
    ScaleShown,
    TareChosen,
    WeighingAsked,
    WeighingCancelled,
    WeighingEnded,
    WeighingTerms,
)
from kiosk.ids import Gtin, Handle, JobId, PaymentId, SaleId, WeighingId
from kiosk.money import Money
from kiosk.pricing import total
from kiosk.receipt import Slip
from kiosk.weighing import Limits
from tests.story import MILK, SHOP, TID, card, transaction

STALE = PaymentId("K1-abc-p999999")
APPLES = Article(Gtin(2800017000004), "Äpfel", Money(249), 700, Unit.KILOGRAM)
PEARS = Article(Gtin(2800021000007), "Birnen", Money(279), 700, Unit.KILOGRAM)
LOAD = 100
"""Grams; worth so little that taking it out again is no affair of the staff."""
TERMS = WeighingTerms(Limits(20, 15_000), (0, 5))
SLIP = Slip("customer", ("Zahlung erfolgt",))


@dataclass(frozen=True)
class Node:
    """A state, the commands under way, and the payments whose outcome nobody knows yet."""

    state: State
    busy: tuple[tuple[Device, DeviceCommand], ...] = ()
    open: frozenset[PaymentId] = frozenset()
    kept: frozenset[PaymentId] = frozenset()
    """Payments whose approval was answered with KEEP."""


def events_of(node: Node) -> Iterator[Event]:
    """What could happen next: people, timers, idle devices, and the devices that are busy."""
    state, phase = node.state, node.state.phase
    busy = dict(node.busy)
    if corrects(state):
        yield from correcting_events(node)
        return
    yield from (
        StartPressed(),
        ArticleScanned(MILK),
        CodeRefused("E0", 13, CodeFault.UNKNOWN),
        PaymentCancelPressed(),
        PrintAgainPressed(),
        ReceiptWaived(),
        StorageLow(),
        SheetOpened(Sheet.HELP),
        CouponShown("welcome"),
        CardApproved(STALE, card()),
        PaymentClosed(STALE),
        SlipReceived(STALE, SLIP),
        ReceiptPrinted(JobId("K1-abc-j999999")),
        StaffResolved(STALE, True, "?"),
        CorrectionAsked(MoneyKind.REVERSAL, Money(119), 6, "staff"),
    )
    yield from (TimerFired(timer) for timer in Timer)
    if state.departed:
        yield ExitCodeAsked()
    if isinstance(phase, Shopping):
        yield PayPressed(1, total(phase.sale.basket))
        yield PayPressed(1, Money(1))
        for line in phase.sale.basket.lines:
            yield from (QuantitySet(line.id, 0), QuantitySet(line.id, 2), UndoPressed(line.id))
    if isinstance(phase, InDoubt):
        yield from (StaffResolved(phase.payment.id, paid, "slip") for paid in (True, False))
    terminal = busy.get(Device.TERMINAL)
    if terminal is None:
        yield from (
            DeviceOnline(Device.TERMINAL),
            DeviceFault(Device.TERMINAL, FaultKind.SILENT, False),
        )
    else:
        yield from terminal_events(terminal)
    printer = busy.get(Device.PRINTER)
    if isinstance(printer, PrintReceipt):
        yield ReceiptPrinted(printer.job)
        yield ReceiptFailed(printer.job, PrintFault.PAPER_OUT, True)
        yield DeviceFault(Device.PRINTER, FaultKind.SILENT, False, job=printer.job)
    if state.owed:
        yield AgeReleased(18)
    yield Restarted(SHOP, service=state.service, links=state.service)


def corrects(state: State) -> bool:
    """Money is on its way back: what customers do then changes nothing (test_correcting)."""
    phase = state.phase
    if not isinstance(phase, Paying | Settling | InDoubt):
        return False
    return phase.payment.kind is not MoneyKind.PAYMENT


def correcting_events(node: Node) -> Iterator[Event]:
    """What can decide about a reversal."""
    phase = node.state.phase
    yield from (StartPressed(), PaymentCancelPressed(), StorageLow(), TimerFired(Timer.ASK_AGAIN))
    if isinstance(phase, InDoubt):
        yield from (StaffResolved(phase.payment.id, paid, "slip") for paid in (True, False))
    terminal = dict(node.busy).get(Device.TERMINAL)
    yield from terminal_events(terminal) if terminal else (DeviceOnline(Device.TERMINAL),)
    yield Restarted(SHOP, service=node.state.service)


def terminal_events(command: DeviceCommand) -> Iterator[Event]:
    """Whatever a terminal may say to a command, honest or not."""
    fault = DeviceFault(Device.TERMINAL, FaultKind.SILENT, False)
    match command:
        case ReadyTerminal():
            yield from (TerminalReady(TID, transaction(trace=6)), TerminalReady(TID, None), fault)
        case Authorize(payment=payment) | Reverse(payment=payment) | Refund(payment=payment):
            yield from (
                CardApproved(payment, replace(card(), signature=True)),
                SlipReceived(payment, Slip("merchant", ("Unterschrift",), signature=True)),
                CardApproved(payment, card()),
                CardApproved(payment, card(amount=1)),
                SlipReceived(payment, SLIP),
                PaymentClosed(payment),
                PaymentDeclined(payment, 0x6C),
                replace(fault, payment=payment),
                replace(fault, payment=payment, outcome_known=True, kind=FaultKind.UNAVAILABLE),
            )
        case AskLastOutcome(payment=payment):
            for last in (transaction(), transaction(trace=8, reversal_of=7), transaction(amount=1)):
                yield LastOutcome(payment, TID, last)
            yield replace(fault, payment=payment)
        case (
            PrintReceipt()
            | Identify()
            | Withdraw()
            | HoldSlip()
            | ReleaseSlip()
            | SealLink()
            | DropLink()
            | KeepLinks()
            | QueueSale()
            | OfferReceipt()
            | MakeInvitation()
            | ClearPrinter()
            | Weigh()
        ):
            pass


def member_events(state: State) -> Iterator[Event]:
    """Somebody shows who they are, and whatever the service and the outbox may say, true or late."""
    handle = Handle("f00d") if state.member is None else Handle("beef")
    yield CustomerShown(handle)
    yield CardRefused(CardFault.TORN)
    yield NotMePressed()
    yield SaleQueued(SaleId("K1-abc-s999999"))
    for known in (handle, *((state.member.handle,) if state.member else ())):
        yield from (
            CustomerFound(known),
            CustomerUnavailable(known),
            CustomerUnknown(known),
            LinkSealed(known),
        )
    if state.member:
        yield WithdrawPressed()
        yield ConsentWithdrawn(state.member.handle)
        yield ConsentKept(state.member.handle, WhyKept.UNSURE)
    for record in state.undelivered[-1:]:
        yield SaleQueued(record.sale)
    if isinstance(state.phase, Paid | ReceiptOwed):
        yield ReceiptOffered(state.phase.sold.sale.id, Handle("cafe"))
    yield ReceiptOffered(SaleId("K1-abc-s999999"), Handle("dead"))
    yield DeviceFault(Device.LOOKUP, FaultKind.UNAVAILABLE, True)
    yield DeviceFault(Device.OUTBOX, FaultKind.UNAVAILABLE, True)
    yield DeviceOnline(Device.OUTBOX)


def floor_events(state: State) -> Iterator[Event]:
    """Help, comfort, parking and staff, with the right to act and without."""
    yield from (
        HelpPressed(),
        MoreTimePressed(),
        ParkPressed(),
        TillChosen(),
        AttendantLeft(),
        PinRefused(),
    )
    yield ScreenFailed("ValueError in points, line 7")
    yield from (HelpPromised("7"), AttendantArrived("7"), ComfortChosen(Comfort.LOW))
    yield from (AgeReleased(18), PrinterStatus(PrintFault.LOCKED), PrinterStatus(None))
    yield from (ResumeAsked(number) for number in (-1, *(each.number for each in state.parked)))
    phase = state.phase
    lines = phase.sale.basket.lines if isinstance(phase, Shopping) else ()
    for act in Act:
        yield Acted(act, Reason.OTHER, lines[0].id if lines else None)


def slip_events(state: State) -> Iterator[Event]:
    """A deposit slip, and whatever the service may say about it, asked or not."""
    yield DepositSlipScanned("00007", Money(75))
    keys = {("00007", Money(75)), *((each.number, each.face) for each in state.asked)}
    for number, face in sorted(keys, key=str):
        yield SlipHeld(number, face, face, state.minted + 1)
        yield SlipRefused(number, face, SlipFault.ELSEWHERE)
    for each in state.redeemed:
        yield SlipReleased(each.number, each.face, each.turn)


def weigh_events(node: Node) -> Iterator[Event]:
    """Goods by the kilogram, and whatever a scale may say to what it was asked, true or late."""
    yield from (WeighingAsked(APPLES, TERMS), WeighingAsked(PEARS, TERMS), WeighingCancelled())
    yield from (TareChosen(5), TareChosen(0), TareChosen(77))
    stale = WeighingId("K1-abc-w999999")
    yield from (GoodsWeighed(stale, LOAD, 0), WeighingEnded(stale))
    yield DeviceFault(Device.SCALE, FaultKind.SILENT, False)
    command = dict(node.busy).get(Device.SCALE)
    if not isinstance(command, Weigh):
        yield DeviceOnline(Device.SCALE)
        return
    weighing, tare = command.weighing, command.tare
    yield from (GoodsWeighed(weighing, grams, tare) for grams in (LOAD, 10, 99_999))
    yield from (WeighingEnded(weighing), ScaleShown(weighing, ScaleSays.STEADY, LOAD))


def ends(event: Event, command: DeviceCommand) -> bool:
    """Whether the event is the last a driver says to its command."""
    match command, event:
        case ReadyTerminal(), TerminalReady():
            return True
        case (
            Authorize(payment=mine) | Reverse(payment=mine) | Refund(payment=mine),
            PaymentClosed(payment=its) | PaymentDeclined(payment=its),
        ):
            return mine == its
        case AskLastOutcome(payment=mine), LastOutcome(payment=its):
            return mine == its
        case Weigh(weighing=mine), GoodsWeighed(weighing=its) | WeighingEnded(weighing=its):
            return mine == its
        case PrintReceipt(job=mine), ReceiptPrinted(job=its) | ReceiptFailed(job=its):
            return mine == its
        case _, DeviceFault(device=device):
            return device is command.device
        case _:
            return False
