"""The one function between states: pure, total, and walked exhaustively by a standing test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never, get_args

from kiosk.checkout.events import (
    AgeReleased,
    ArticleScanned,
    CardApproved,
    CodeRefused,
    DeviceFault,
    DeviceOnline,
    Event,
    LanguageChosen,
    LastOutcome,
    PaymentCancelPressed,
    PaymentClosed,
    PaymentDeclined,
    PayPressed,
    PrintAgainPressed,
    PrinterCleared,
    PrinterStatus,
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
from kiosk.checkout.floor_events import (
    Acted,
    AttendantArrived,
    AttendantLeft,
    CatalogueLoaded,
    ComfortChosen,
    ExitCodeAsked,
    HelpPressed,
    HelpPromised,
    MoreTimePressed,
    ParkPressed,
    PinRefused,
    PromotionsLoaded,
    ResumeAsked,
    ScreenFailed,
    TillChosen,
)
from kiosk.checkout.front_events import (
    GroupChosen,
    InvitationMade,
    KeyTouched,
    LettersTyped,
    SheetClosed,
    SheetOpened,
    ShelfLoaded,
)
from kiosk.checkout.goods_events import (
    CouponShown,
    DepositSlipScanned,
    SlipHeld,
    SlipRefused,
    SlipReleased,
)
from kiosk.checkout.member_events import MemberEvent
from kiosk.checkout.regions import (
    attending,
    correcting,
    customers,
    doubt,
    ending,
    expiring,
    helping,
    idle,
    member,
    paying,
    prices,
    reviewing,
    selling,
    service,
    sheets,
    slips,
    weighing,
)
from kiosk.checkout.regions.home import as_found, home
from kiosk.checkout.staff_events import CorrectionAsked
from kiosk.checkout.states import (
    Attract,
    InDoubt,
    Live,
    OutOfService,
    Paid,
    Paying,
    ReceiptOwed,
    Settling,
    Shopping,
    State,
    Thanks,
)
from kiosk.checkout.step import Step, refuse, stay
from kiosk.checkout.weigh_events import (
    GoodsWeighed,
    ScaleShown,
    TareChosen,
    WeighingAsked,
    WeighingCancelled,
    WeighingEnded,
)
from kiosk.replacing import replace

Handler = Callable[[State, Any], Step]


def decide(state: State, event: Event) -> Step:
    """What `event` does to `state`. An event of an unknown kind is refused."""
    before, state = state, expiring.expired(state, event)
    step = slips.watched(before, event, weighing.watched(state, _decided(state, event)))
    step = sheets.watched(state, event, prices.watched(state, step))
    return member.watched(state, event, idle.watched(state, event, step))


def _decided(state: State, event: Event) -> Step:
    handle = _HANDLERS.get(type(event))
    return handle(state, event) if handle else refuse(state)


def _asked(state: State, event: LastOutcome) -> Step:
    phase = state.phase
    return doubt.answered(state, phase, event) if isinstance(phase, InDoubt) else stay(state)


def _unmoved(state: State, _event: Event) -> Step:
    return stay(state)


def _customer(
    state: State,
    event: StartPressed | LanguageChosen | QuantitySet | UndoPressed | PayPressed,
) -> Step:
    match state.phase, event:
        case _, LanguageChosen(language=language):
            return Step(replace(state, language=language))
        case Attract(), StartPressed():
            return selling.begin(state, event)
        case Thanks() as phase, StartPressed():
            return ending.answered(state, phase)
        case Shopping() as phase, QuantitySet():
            return selling.quantity_set(state, phase, event)
        case Shopping() as phase, UndoPressed():
            return selling.undone(state, phase, event)
        case Shopping() as phase, PayPressed():
            return selling.pay_pressed(state, phase, event)
        case _:
            return stay(state)


def _later(
    state: State,
    event: PaymentCancelPressed | PrintAgainPressed | ReceiptWaived | StaffResolved,
) -> Step:
    match state.phase, event:
        case Paying() as phase, PaymentCancelPressed():
            return paying.cancel_asked(state, phase)
        case ReceiptOwed() as phase, PrintAgainPressed():
            return ending.print_again(state, phase)
        case ReceiptOwed() as phase, ReceiptWaived():
            return ending.waived(state, phase)
        case InDoubt() as phase, StaffResolved():
            return doubt.staff_resolved(state, phase, event)
        case _:
            return stay(state)


def _terminal(
    state: State, event: TerminalShows | CardApproved | SlipReceived | PaymentClosed
) -> Step:
    match event:
        case TerminalShows(payment=payment, code=code, lines=lines):
            phase = state.phase
            if isinstance(phase, Paying | Settling) and phase.payment.id == payment:
                return Step(replace(state, live=Live(code, lines)))
            return stay(state)
        case CardApproved():
            return paying.approved(state, event)
        case SlipReceived():
            return paying.slip_received(state, event)
        case PaymentClosed():
            return paying.closed(state, event)
        case _:
            assert_never(event)


def _floor(
    state: State, event: HelpPressed | HelpPromised | ComfortChosen | ParkPressed | ResumeAsked
) -> Step:
    match event:
        case HelpPressed():
            return helping.pressed(state, event)
        case HelpPromised():
            return helping.promised(state, event)
        case ComfortChosen():
            return helping.comfort_chosen(state, event)
        case ParkPressed():
            return idle.park_pressed(state, event)
        case ResumeAsked():
            return idle.resume(state, event)
        case _:
            assert_never(event)


def _staff(state: State, event: AttendantArrived | AttendantLeft | PinRefused | Acted) -> Step:
    match event:
        case AttendantArrived():
            return attending.arrived(state, event)
        case AttendantLeft():
            return attending.left(state)
        case PinRefused():
            return attending.pin_refused(state)
        case Acted():
            return attending.acted(state, event)
        case _:
            assert_never(event)


def _released(state: State, event: AgeReleased) -> Step:
    """The staff code: releases what the customer wants, or prints what a customer never got."""
    match state.phase:
        case Shopping() as phase:
            return selling.age_released(state, phase, event)
        case Attract() | ReceiptOwed() | Thanks():
            return attending.code_scanned(state, event.at)
        case _:
            return stay(state)


def _printed(state: State, event: ReceiptPrinted | ReceiptFailed) -> Step:
    match state.phase, event:
        case Paid() as phase, ReceiptPrinted():
            return ending.printed(state, phase, event)
        case Paid() as phase, ReceiptFailed():
            return ending.failed(state, phase, event)
        case _:
            return stay(state)


def _timer(state: State, event: TimerFired) -> Step:
    match event.timer, state.phase:
        case Timer.NOTICE, _:
            return Step(replace(state, notice=None))
        case Timer.UNDO, _:
            return Step(replace(state, undo=None))
        case Timer.THANKS, Thanks():
            return home(state)
        case Timer.IDLE, Shopping() as phase:
            return idle.ran_out(state, phase, event.at)
        case Timer.EXIT, _:
            return Step(replace(state, departed=None))
        case Timer.HELP, _:
            return helping.reminded(state)
        case Timer.ATTENDANT, _:
            return attending.left(state)
        case Timer.PIN, _:
            return attending.rested(state)
        case Timer.LINK, Shopping():
            return member.waited(state, event)
        case Timer.SLIPS, _:
            return Step(state, slips.untold(state))
        case Timer.MEMBER, _:
            return member.walked_off(state, event)
        case Timer.IDLE, Attract() | OutOfService():
            return stay(as_found(state))
        case Timer.WEIGHING, _:
            return weighing.ran_out(state)
        case Timer.IDLE, ReceiptOwed() as phase:
            return ending.waived(state, phase)
        case Timer.ASK_AGAIN, InDoubt() as phase:
            return doubt.ask(state, phase)
        case _:
            return stay(state)


def _all(handle: Callable[[State, Any], Step], *events: type[Event]) -> dict[type[Event], Handler]:
    return dict.fromkeys(events, handle)


_HANDLERS: dict[type[Event], Handler] = {
    ArticleScanned: selling.scanned,
    CodeRefused: selling.refused_code,
    DepositSlipScanned: selling.slip_shown,
    CouponShown: selling.coupon_shown,
    SlipHeld: slips.held,
    SlipRefused: slips.refused,
    SlipReleased: slips.released,
    AgeReleased: _released,
    CorrectionAsked: correcting.asked,
    ExitCodeAsked: lambda state, _event: ending.shown_again(state),
    TillChosen: reviewing.till_chosen,
    ScreenFailed: helping.screen_failed,
    MoreTimePressed: _unmoved,  # `idle` sees to it
    CatalogueLoaded: lambda state, event: Step(replace(state, catalogue=event.name)),
    PromotionsLoaded: prices.loaded,
    PaymentDeclined: paying.declined,
    LastOutcome: _asked,
    DeviceOnline: service.online,
    DeviceFault: service.fault,
    TerminalReady: service.terminal_ready,
    PrinterStatus: service.printer_status,
    PrinterCleared: _unmoved,  # its own watch tells that it can print again
    TimerFired: _timer,
    Restarted: service.restarted,
    StorageLow: lambda state, _event: service.storage_low(state),
    **_all(_customer, StartPressed, LanguageChosen, QuantitySet, UndoPressed, PayPressed),
    **_all(_later, PaymentCancelPressed, PrintAgainPressed, ReceiptWaived, StaffResolved),
    **_all(_terminal, TerminalShows, CardApproved, SlipReceived, PaymentClosed),
    **_all(_printed, ReceiptPrinted, ReceiptFailed),
    **_all(_floor, HelpPressed, HelpPromised, ComfortChosen, ParkPressed, ResumeAsked),
    **_all(_staff, AttendantArrived, AttendantLeft, PinRefused, Acted),
    **_all(customers.happened, *get_args(MemberEvent)),
    **_all(weighing.happened, WeighingAsked, TareChosen, WeighingCancelled),
    **_all(weighing.happened, ScaleShown, GoodsWeighed, WeighingEnded),
    **_all(sheets.touched, SheetOpened, SheetClosed, LettersTyped),
    **_all(sheets.touched, GroupChosen, KeyTouched, ShelfLoaded, InvitationMade),
}
"""Private events are not here: the engine resolves them and never passes them on."""
