"""At least one of every event; the codec's and the journal's tests demand a new one here."""

from __future__ import annotations

from dataclasses import replace

from kiosk.basket import Article, Unit
from kiosk.checkout.events import (
    AgeReleased,
    ArticleScanned,
    CardApproved,
    CodeFault,
    CodeRead,
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
    PrinterCleared,
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
    CustomerFound,
    CustomerShown,
    CustomerUnavailable,
    CustomerUnknown,
    LinkSealed,
    NotMePressed,
    SaleQueued,
)
from kiosk.checkout.staff_events import CorrectionAsked, MoneyKind
from kiosk.ids import Gtin, Handle, JobId, LineId, SaleId
from kiosk.money import Money
from kiosk.receipt import Shop, Slip
from kiosk.words import Language
from tests.story import MILK, NOW, P1, SHOP, TID, WATER, WINE, card, transaction

J1 = JobId("K1-abc-j000001")
H1 = Handle("0123456789abcdef")
_APPLES = Article(Gtin(2812345000007), "Äpfel „lose“", Money(299), 700, Unit.KILOGRAM)
_UNSTAMPED: tuple[Event, ...] = (
    Restarted(SHOP),
    Restarted(Shop("Laden", (), "", "UTC", ("Danke", "")), Language.EN),
    TimerFired(Timer.UNDO),
    StorageLow(),
    StartPressed(),
    LanguageChosen(Language.EN),
    QuantitySet(LineId(3), 0),
    UndoPressed(LineId(3)),
    PayPressed(7, Money(119)),
    PaymentCancelPressed(),
    PrintAgainPressed(),
    ReceiptWaived(),
    StaffResolved(P1, False, "Händlerbeleg 0012"),
    CodeRead("E0", "4012345000016"),
    ArticleScanned(MILK),
    ArticleScanned(WATER),
    ArticleScanned(WINE),
    ArticleScanned(_APPLES, 742),
    AgeReleased(18),
    CodeRefused("Q1", 42, CodeFault.FOREIGN),
    DeviceOnline(Device.PRINTER),
    DeviceFault(Device.PRINTER, FaultKind.SILENT, False, job=J1),
    DeviceFault(Device.TERMINAL, FaultKind.UNAVAILABLE, True, P1, detail="Unavailable: busy"),
    TerminalReady(TID, None),
    TerminalReady(TID, transaction(reversal_of=6)),
    TerminalShows(P1, 0x0A, ("Bitte warten",)),
    CardApproved(P1, card()),
    CardApproved(P1, replace(card(), at=None, number="", approval="123456")),
    SlipReceived(P1, Slip("merchant", ("", " 1,19 € "))),
    PaymentClosed(P1),
    PaymentDeclined(P1, 0x6C, "Abbruch"),
    LastOutcome(P1, TID, transaction(at=None)),
    LastOutcome(P1, TID, None),
    PrinterStatus(None, True),
    PrinterStatus(PrintFault.COVER_OPEN),
    PrinterStatus(PrintFault.LOCKED),
    PrinterCleared(),
    ReceiptPrinted(J1),
    ReceiptPrinted(J1, weak=True),
    ReceiptFailed(J1, PrintFault.PAPER_OUT, partial=True),
    Restarted(SHOP, service=True),
    CustomerShown(H1),
    CustomerShown(H1, Device.READER),
    CardRefused(CardFault.TORN),
    CustomerFound(H1),
    CustomerFound(H1, "gold", shown=False),
    CustomerUnknown(H1),
    CustomerUnavailable(H1),
    NotMePressed(),
    LinkSealed(H1),
    SaleQueued(SaleId("K1-abc-s000001")),
    CorrectionAsked(MoneyKind.REVERSAL, Money(119), 45, "staff 7"),
    CorrectionAsked(MoneyKind.REFUND, Money(50)),
    CardApproved(P1, replace(card(), signature=True, sync="0117")),
    LastOutcome(P1, TID, replace(transaction(), sync="17")),
    SlipReceived(P1, Slip("", ("A", "B"), ("centre", ""), ended=False, signature=True)),
)
SAMPLES = tuple(replace(event, at=NOW) for event in _UNSTAMPED)
