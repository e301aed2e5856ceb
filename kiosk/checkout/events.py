"""What happened. Events are past tense, frozen, and stand in the journal as they are here.

The engine stamps `at` (aware UTC). `Volatile` events skip the disk and move no money. `Private` ones
never reach the machine: the engine resolves them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from kiosk.basket import Article
from kiosk.checkout.code_fault import CodeFault as CodeFault
from kiosk.checkout.floor import Limits, Tenders
from kiosk.codec import ADDED
from kiosk.ids import JobId, LineId, PaymentId
from kiosk.money import Money
from kiosk.receipt import Shop, Slip
from kiosk.words import Language

UNSTAMPED = datetime(1970, 1, 1, tzinfo=UTC)


class Device(StrEnum):
    """The devices of a kiosk, by role."""

    TERMINAL = "terminal"
    PRINTER = "printer"
    SCANNER = "scanner"
    READER = "reader"
    """Of cards that customers hold before it."""
    SCALE = "scale"
    LOOKUP = "lookup"
    """Asks the central service who a customer is."""
    OUTBOX = "outbox"
    """Keeps sales for the central service until it has booked them."""


class FaultKind(StrEnum):
    """Why a device is of no use right now."""

    UNAVAILABLE = "unavailable"
    """Absent, busy, or not permitted. Nothing was sent."""
    SILENT = "silent"
    """The line was lost or no answer came after sending: the outcome is unknown."""
    PROTOCOL = "protocol"
    """It answered something no such device answers."""
    BROKEN = "broken"
    """Our driver failed."""
    HUNG = "hung"
    """Our driver came back neither with an answer nor with an error."""


class PrintFault(StrEnum):
    """Why a receipt did not come out."""

    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    CUTTER = "cutter"
    OFFLINE = "offline"
    HARDWARE = "hardware"
    UNCONFIRMED = "unconfirmed"
    """Bytes were sent and no word came back: some of it may be on paper."""
    HEAD_HOT = "head_hot"
    """It goes on by itself once its head has cooled down."""
    LOCKED = "locked"
    """It may hold a piece of an earlier receipt that only a person can get rid of (`ClearPrinter`)."""


class Timer(StrEnum):
    """The named timers of the machine."""

    IDLE = "idle"
    ASK_AGAIN = "ask_again"
    THANKS = "thanks"
    NOTICE = "notice"
    UNDO = "undo"
    LINK = "link"
    MEMBER = "member"
    HELP = "help"
    ATTENDANT = "attendant"
    PIN = "pin"
    WEIGHING = "weighing"
    EXIT = "exit"
    SLIPS = "slips"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, at `at`."""

    at: datetime = field(default=UNSTAMPED, kw_only=True)


class Volatile:
    """Marks events that skip the disk; none of them moves money (a test holds the list)."""

    __slots__ = ()


class Private:
    """Marks messages that hold what a stranger showed: resolved by the engine, never journalled."""

    __slots__ = ()


# --- the kiosk itself -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Restarted(Event):
    """The process started and was replayed. There is a `service`; receipts can be fetched by `links`."""

    shop: Shop
    language: Language = Language.DE
    service: bool = False
    links: bool = field(default=False, metadata=ADDED)
    limits: Limits = field(default=Limits(), metadata=ADDED)
    neighbours: tuple[str, ...] = field(default=(), metadata=ADDED)
    gate: bool = field(default=False, metadata=ADDED)
    joins: bool = field(default=False, metadata=ADDED)
    tenders: Tenders = field(default=Tenders(), metadata=ADDED)


@dataclass(frozen=True, slots=True)
class TimerFired(Event):
    """A timer the machine started has run out; one stopped or started anew never fires late."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class StorageLow(Event):
    """The disk is full; the journal lives on its reserve."""


# --- the customer -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartPressed(Event):
    """The attract screen was touched, or thanks was answered by touching."""


@dataclass(frozen=True, slots=True)
class LanguageChosen(Event):
    """The customer wants another language."""

    language: Language


@dataclass(frozen=True, slots=True)
class QuantitySet(Event):
    """Plus, minus or trash: the line shall have this quantity, 0 removes it."""

    line: LineId
    quantity: int


@dataclass(frozen=True, slots=True)
class UndoPressed(Event):
    """Take back one of the line touched last."""

    line: LineId


@dataclass(frozen=True, slots=True)
class PayPressed(Event):
    """Pay, as seen on screen `version` with this total; another total is refused."""

    version: int
    total: Money


@dataclass(frozen=True, slots=True)
class PaymentCancelPressed(Event):
    """The customer asks to stop the payment. A wish: the terminal decides."""


@dataclass(frozen=True, slots=True)
class PrintAgainPressed(Event):
    """Try to print the receipt again."""


@dataclass(frozen=True, slots=True)
class ReceiptWaived(Event):
    """The customer goes on without paper; staff can print it later."""


@dataclass(frozen=True, slots=True)
class StaffResolved(Event):
    """Staff decided a payment in doubt, with the terminal's slip in hand."""

    payment: PaymentId
    paid: bool
    reason: str


# --- scanner ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CodeRead(Event, Private):
    """What the scanner read. `symbology` is an AIM code character pair like `E0`, or empty."""

    symbology: str
    text: str
    whole: bool = True
    """False: the frame was torn, too long, or held bytes no code has; `text` is not to be used."""


@dataclass(frozen=True, slots=True)
class ArticleScanned(Event):
    """A code stood for an article; everything about it as sold."""

    article: Article
    grams: int | None = None
    quantity: int = field(default=1, metadata=ADDED)
    """More than one where the code itself told a count."""


@dataclass(frozen=True, slots=True)
class AgeReleased(Event):
    """Staff looked at the customer and released all articles up to this legal age."""

    limit: int


@dataclass(frozen=True, slots=True)
class CodeRefused(Event):
    """A code stood for nothing we sell. Only its kind and length are kept."""

    symbology: str
    length: int
    reason: CodeFault


# --- any device -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeviceOnline(Event):
    """The device answers."""

    device: Device


@dataclass(frozen=True, slots=True)
class DeviceFault(Event):
    """The device is of no use. `payment`/`job`: what was under way when it failed, if anything."""

    device: Device
    kind: FaultKind
    outcome_known: bool
    payment: PaymentId | None = None
    job: JobId | None = None
    detail: str = ""
    """For a technician; never shown to a customer, never holds what a stranger typed or showed."""


# --- card terminal ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Transaction:
    """What a terminal remembers of its last money transaction.

    `result` is the terminal's result code, 0 for success. `reversal_of` is the trace number of the
    transaction that this one reversed. `at` is aware, by the terminal's own clock.
    """

    terminal_id: str
    trace: int
    receipt: int
    amount: Money
    result: int
    at: datetime | None
    reversal_of: int | None = None
    payment_like: bool = True
    """False for refunds and whatever else is no payment."""
    scheme: str = ""
    number: str = ""
    """Masked by the driver, like a card's."""
    sync: str = field(default="", metadata=ADDED)
    """As a card's."""


@dataclass(frozen=True, slots=True)
class Card:
    """What an approval told. `number` is masked by the driver; empty fields were not sent."""

    amount: Money
    terminal_id: str
    trace: int
    receipt: int
    scheme: str = ""
    number: str = ""
    at: datetime | None = None
    approval: str = ""
    signature: bool = field(default=False, metadata=ADDED)
    """The card wants a signature instead of a PIN."""
    sync: str = field(default="", metadata=ADDED)
    """What the terminal wants mirrored with the next money command (1F1F), in hex."""


@dataclass(frozen=True, slots=True)
class TerminalReady(Event):
    """The terminal is registered; `last` is its last transaction.

    `last` None: it said that it remembers none, or with `tells` False that it cannot say.
    """

    terminal_id: str
    last: Transaction | None
    tells: bool = True


@dataclass(frozen=True, slots=True)
class TerminalShows(Event, Volatile):
    """The terminal's own text for the customer; `code` is its status code."""

    payment: PaymentId
    code: int
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardApproved(Event):
    """The terminal approved and waits for our word: KEEP commits, REFUSE makes it reverse."""

    payment: PaymentId
    card: Card


@dataclass(frozen=True, slots=True)
class SlipReceived(Event):
    """A card slip to be kept (merchant) or printed verbatim (customer)."""

    payment: PaymentId
    slip: Slip


@dataclass(frozen=True, slots=True)
class PaymentClosed(Event):
    """The dialogue ended well: the terminal holds the payment."""

    payment: PaymentId


@dataclass(frozen=True, slots=True)
class PaymentDeclined(Event):
    """The dialogue ended without money. `code` is the terminal's result code."""

    payment: PaymentId
    code: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class LastOutcome(Event):
    """The answer to "what was your last transaction?"; `last` and `tells` as in TerminalReady."""

    payment: PaymentId
    terminal_id: str
    last: Transaction | None
    tells: bool = True


# --- printer ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PrinterStatus(Event):
    """What the printer says of itself. `fault` None: it can print."""

    fault: PrintFault | None
    paper_low: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptPrinted(Event):
    """The printer confirmed the end of the job. `weak`: only that its buffer was worked off."""

    job: JobId
    weak: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptFailed(Event):
    """The job did not come out. `partial`: some of it may be on paper."""

    job: JobId
    fault: PrintFault
    partial: bool


@dataclass(frozen=True, slots=True)
class PrinterCleared(Event):
    """On the word of staff the printer holds nothing of anybody any more."""
