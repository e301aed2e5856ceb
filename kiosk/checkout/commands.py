"""What the machine wants done. Imperative, frozen; a device command names its device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kiosk.checkout.delivery import Delivery
from kiosk.checkout.events import Device, Timer
from kiosk.ids import NOBODY, Handle, JobId, PaymentId, SaleId, WeighingId
from kiosk.money import Money
from kiosk.receipt import Receipt
from kiosk.words import Language


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Fire `TimerFired(timer)` after `seconds`; an earlier one of this name is forgotten."""

    timer: Timer
    seconds: float


@dataclass(frozen=True, slots=True)
class StopTimer:
    """Forget the timer of this name."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class RequestCancel:
    """Set the cancel of the command under way at this device. It asks; it ends nothing by itself."""

    device: Device


@dataclass(frozen=True, slots=True)
class ReadyTerminal:
    """Register with the terminal and read its last transaction -> `TerminalReady`."""

    device: ClassVar[Device] = Device.TERMINAL


@dataclass(frozen=True, slots=True)
class Authorize:
    """Take this amount from a card. The only command that charges.

    `accepted`: what the terminal told with the last money command that counts (1F1F); empty: unknown.
    """

    device: ClassVar[Device] = Device.TERMINAL
    payment: PaymentId
    amount: Money
    language: Language = Language.DE
    accepted: str = ""


@dataclass(frozen=True, slots=True)
class Reverse:
    """Take the payment with this receipt number of the terminal back; its events are a payment's."""

    device: ClassVar[Device] = Device.TERMINAL
    payment: PaymentId
    amount: Money
    receipt: int
    accepted: str = ""


@dataclass(frozen=True, slots=True)
class Refund:
    """Pay this amount back to a card; its events are a payment's."""

    device: ClassVar[Device] = Device.TERMINAL
    payment: PaymentId
    amount: Money
    accepted: str = ""


MoneyCommand = Authorize | Reverse | Refund
"""What moves money. Each has an intent in the journal before it leaves."""


@dataclass(frozen=True, slots=True)
class AskLastOutcome:
    """Wait until the terminal is ready, then read its last transaction -> `LastOutcome`."""

    device: ClassVar[Device] = Device.TERMINAL
    payment: PaymentId


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """Print, and yield `ReceiptPrinted` on the printer's word only, else `ReceiptFailed`."""

    device: ClassVar[Device] = Device.PRINTER
    job: JobId
    receipt: Receipt
    loyalty: Handle = NOBODY
    """Whose points may stand on it, from the vault: on the first print only, and never on a disk."""


@dataclass(frozen=True, slots=True)
class ClearPrinter:
    """Staff say that its power was off, or that what it held came out -> `PrinterCleared`."""

    device: ClassVar[Device] = Device.PRINTER


@dataclass(frozen=True, slots=True)
class Forget:
    """Wipe what the vault holds under this handle: carried out at once, waits for no device."""

    handle: Handle


@dataclass(frozen=True, slots=True)
class Identify:
    """Ask the service -> `CustomerFound`, `CustomerUnknown` or `CustomerUnavailable`."""

    device: ClassVar[Device] = Device.LOOKUP
    sale: SaleId
    handle: Handle


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Have the service use nothing of theirs any more -> `ConsentWithdrawn` or `ConsentKept`.

    `language`: of the wording that was on the screen.
    """

    device: ClassVar[Device] = Device.LOOKUP
    handle: Handle
    language: Language


@dataclass(frozen=True, slots=True)
class HoldSlip:
    """Ask the service whether this deposit slip is ours to redeem -> `SlipHeld` or `SlipRefused`."""

    device: ClassVar[Device] = Device.LOOKUP
    number: str
    face: Money


@dataclass(frozen=True, slots=True)
class ReleaseSlip:
    """Tell the service what is left of a slip -> `SlipReleased`, or nothing where it cannot be told."""

    device: ClassVar[Device] = Device.LOOKUP
    number: str
    face: Money
    left: Money
    turn: int


@dataclass(frozen=True, slots=True)
class SealLink:
    """Keep whose sale it is, readable by the service alone -> `LinkSealed`, on disk by then."""

    device: ClassVar[Device] = Device.OUTBOX
    sale: SaleId
    handle: Handle


@dataclass(frozen=True, slots=True)
class DropLink:
    """Whose sale it was is nobody's business any more. Says nothing."""

    device: ClassVar[Device] = Device.OUTBOX
    sale: SaleId


@dataclass(frozen=True, slots=True)
class KeepLinks:
    """These links are still wanted and no others: a `DropLink` may have been lost. Says nothing."""

    device: ClassVar[Device] = Device.OUTBOX
    links: tuple[tuple[SaleId, Handle], ...]


@dataclass(frozen=True, slots=True)
class OfferReceipt:
    """Seal the receipt under a new link and keep it for the service -> `ReceiptOffered`."""

    device: ClassVar[Device] = Device.OUTBOX
    sale: SaleId
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class MakeInvitation:
    """Sign an invitation to become a customer, for a code on the screen -> `InvitationMade`."""

    device: ClassVar[Device] = Device.OUTBOX


@dataclass(frozen=True, slots=True)
class QueueSale:
    """Keep a sale until the service has booked it -> `SaleQueued`. The same sale twice is one.

    `link`: whose link goes with it; every other one of this sale is dropped.
    """

    device: ClassVar[Device] = Device.OUTBOX
    record: Delivery
    link: Handle = NOBODY


@dataclass(frozen=True, slots=True)
class Weigh:
    """Weigh what is put on as soon as it stands still -> `GoodsWeighed`, or `WeighingEnded` without.

    `price` is of a kilogram, `tare` in grams: scales that show a customer what it costs are told both.
    """

    device: ClassVar[Device] = Device.SCALE
    weighing: WeighingId
    price: Money
    tare: int = 0
    name: str = ""


DeviceCommand = (
    ReadyTerminal
    | MoneyCommand
    | AskLastOutcome
    | PrintReceipt
    | ClearPrinter
    | Identify
    | Withdraw
    | HoldSlip
    | ReleaseSlip
    | SealLink
    | DropLink
    | KeepLinks
    | OfferReceipt
    | MakeInvitation
    | QueueSale
    | Weigh
)
Command = DeviceCommand | StartTimer | StopTimer | RequestCancel | Forget
