"""Where a purchase stands. Phases are frozen and carry what they need; there are no flags beside.

Attract -> Shopping -> Paying -> Settling -> Paid -> (ReceiptOwed) -> Thanks -> Attract, and InDoubt
wherever the outcome of a payment is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.checkout.delivery import Delivery
from kiosk.checkout.events import Card, PrintFault, Transaction
from kiosk.checkout.floor import Attendant, Comfort, Help, Limits, Mode, Tenders
from kiosk.checkout.front import Front, Shelf
from kiosk.checkout.sale import DepositSlip as DepositSlip
from kiosk.checkout.sale import OnScale as OnScale
from kiosk.checkout.sale import Redeemed as Redeemed
from kiosk.checkout.sale import Sale as Sale
from kiosk.checkout.sale import SlipAsked as SlipAsked
from kiosk.checkout.staff_events import MoneyKind
from kiosk.checkout.told import Notice as Notice
from kiosk.checkout.told import Told as Told
from kiosk.checkout.weigh_events import ScaleShown
from kiosk.codec import ADDED
from kiosk.ids import (
    NOBODY,
    NOTHING_WEIGHED,
    Gtin,
    Handle,
    JobId,
    LineId,
    PaymentId,
    WeighingId,
)
from kiosk.money import Money
from kiosk.offers.promotions import Promotions
from kiosk.receipt import Shop, Slip
from kiosk.words import Language


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the terminal remembered before a money command: the answer "unchanged" refers to it.

    Trace and receipt are 0 where they are not known. `empty`: it said that it remembered nothing.
    An empty id is that of a terminal that has not told its own yet.
    """

    terminal_id: str
    trace: int = 0
    receipt: int = 0
    empty: bool = False

    def is_of(self, terminal_id: str) -> bool:
        """Whether this may be the same terminal."""
        return self.terminal_id in ("", terminal_id)


@dataclass(frozen=True, slots=True)
class Payment:
    """One intent to move money, journalled with its baseline before the command leaves."""

    id: PaymentId
    amount: Money
    baseline: Baseline
    intent: datetime
    kind: MoneyKind = field(default=MoneyKind.PAYMENT, metadata=ADDED)
    original: int = field(default=0, metadata=ADDED)
    """A reversal's: the terminal's receipt number of the payment it takes back."""


# --- phases -----------------------------------------------------------------------------------


class Closed(StrEnum):
    """Why the kiosk does not sell."""

    STARTING = "starting"
    TERMINAL = "terminal"
    STORAGE = "storage"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class OutOfService:
    """Nothing can be sold now."""

    reason: Closed


@dataclass(frozen=True, slots=True)
class Attract:
    """Nobody is here."""


@dataclass(frozen=True, slots=True)
class Shopping:
    """Articles are scanned."""

    sale: Sale
    warned: bool = field(default=False, metadata=ADDED)
    """Nothing was done for long: it is parked unless somebody says that they are here."""
    weighing: OnScale | None = field(default=None, metadata=ADDED)


@dataclass(frozen=True, slots=True)
class Paying:
    """An authorisation is under way; nothing is approved yet."""

    sale: Sale
    payment: Payment
    cancel_asked: bool = False
    refused: bool = False
    """We refused an approval: whether the terminal took it back is not taken on trust."""
    slips: tuple[Slip, ...] = ()
    signature: bool = field(default=False, metadata=ADDED)
    """It was refused because it wanted a signature."""


@dataclass(frozen=True, slots=True)
class Settling:
    """Approved and kept; the terminal has not yet closed the dialogue."""

    sale: Sale
    payment: Payment
    card: Card
    slips: tuple[Slip, ...] = ()
    refused: bool = False
    """Another approval came and was refused: what the terminal holds is to be asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the terminal to "what was your last transaction?"."""

    terminal_id: str
    last: Transaction | None
    tells: bool = True


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The outcome of a payment is not known: ask, never charge again to find out."""

    sale: Sale
    payment: Payment
    card: Card | None = None
    slips: tuple[Slip, ...] = ()
    asking: bool = False
    """A question is under way at the terminal."""
    heard: Answer | None = None
    """The last answer; two that agree decide."""
    failures: int = 0
    """Questions in a row that got no answer."""
    staff: bool = False
    """Staff must come."""
    unclear: bool = False
    """Two answers agreed, but on something only people can judge: asking has ended."""
    signature: bool = field(default=False, metadata=ADDED)
    """As a payment's."""


@dataclass(frozen=True, slots=True)
class Sold:
    """A paid sale: everything its receipt needs."""

    sale: Sale
    payment: Payment
    card: Card
    slips: tuple[Slip, ...]
    number: int
    """The receipt number."""
    ended: datetime
    link: Handle = field(default=NOBODY, compare=False)
    """Whose link the outbox had confirmed when the money was there. Not part of any digest: that of
    the sale tells nothing of customers, and older journals replay."""


@dataclass(frozen=True, slots=True)
class Paid:
    """The terminal holds the payment; the receipt is being printed."""

    sold: Sold
    job: JobId
    copy: bool = False
    """An earlier job of this sale may be on paper."""
    loyalty: Handle = field(default=NOBODY, metadata=ADDED)
    """The member whose points go on this print; wiped when the job has ended."""
    offer: Handle = field(default=NOBODY, metadata=ADDED)
    """The link to this receipt, in the vault."""
    later: bool = field(default=False, metadata=ADDED)
    """The sale has long ended: staff have its receipt printed now."""


@dataclass(frozen=True, slots=True)
class ReceiptOwed:
    """Paid, but the receipt did not come out."""

    sold: Sold
    fault: PrintFault
    partial: bool
    """Some of it may be on paper: the next print carries the copy mark."""
    offer: Handle = field(default=NOBODY, metadata=ADDED)
    """The link to the receipt, in the vault; nobody: there is none, or not yet."""


@dataclass(frozen=True, slots=True)
class Thanks:
    """Done. `printed` False: the customer left without paper."""

    number: int
    printed: bool
    ended: datetime | None = field(default=None, metadata=ADDED)
    """When it was paid, for the exit gate; None: there is no gate."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A basket that waits for its customer until the day ends."""

    number: int
    """Of four digits: who knows it may go on."""
    sale: Sale
    at: datetime


Phase = (
    OutOfService | Attract | Shopping | Paying | Settling | InDoubt | Paid | ReceiptOwed | Thanks
)

# --- beside the phase -------------------------------------------------------------------------


class Link(StrEnum):
    """How far a device is from being of use."""

    UNKNOWN = "unknown"
    READYING = "readying"
    READY = "ready"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Devices:
    """Health of the devices, as last heard. The baseline holds only while the terminal is READY."""

    terminal: Link = Link.UNKNOWN
    baseline: Baseline | None = None
    scanner: Link = Link.UNKNOWN
    printer: Link = Link.UNKNOWN
    printer_fault: PrintFault | None = None
    paper_low: bool = False
    reader: Link = field(default=Link.UNKNOWN, metadata=ADDED)
    """UNKNOWN where there is none."""
    scale: Link = field(default=Link.UNKNOWN, metadata=ADDED)
    """UNKNOWN where there is none."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the terminal told with the last money command that we took as done (1F1F, in hex).

    The next one mirrors it, as long as that is still the terminal's last receipt: one behind, and the
    terminal would take back whatever came after it.
    """

    terminal_id: str
    receipt: int
    sync: str
    disowned: Money | None = None
    """Staff said that a payment of this amount did not count, and the terminal was not asked since."""
    takes_back: bool = False
    """The terminal holds that payment, one receipt further: the old word makes it take it back."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """The last reversal or refund that was done, with its slips."""

    payment: Payment
    card: Card
    slips: tuple[Slip, ...]


class Known(StrEnum):
    """How far the service has told who the customer is."""

    ASKING = "asking"
    FOUND = "found"
    COUNTED = "counted"
    """Found, and there is nothing to greet with."""
    LATER = "later"
    """Nobody to greet: the service could not be asked, or the kiosk was restarted meanwhile."""


@dataclass(frozen=True, slots=True)
class Member:
    """The customer of this purchase. Moves no money: what they pay is the same without."""

    handle: Handle
    known: Known = Known.ASKING
    sealed: bool = False
    """The outbox keeps whose sale it is."""
    pay: Money | None = None
    """Pay was pressed with this total, and waits a moment for the seal."""
    group: str = field(default="", metadata=ADDED)
    """The price group, as the service told it."""
    leaving: bool = field(default=False, metadata=ADDED)
    """The service is being told that they withdraw their consent."""


@dataclass(frozen=True, slots=True)
class Live:
    """What volatile events told: shown, never decided on, not part of the digest."""

    terminal_code: int = 0
    terminal_lines: tuple[str, ...] = ()
    scale: ScaleShown | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Everything the kiosk knows. The same events always give the same state."""

    kiosk: str
    epoch: str
    """Random per journal file, so that ids never repeat over a lost journal."""
    shop: Shop = Shop("", (), "")
    phase: Phase = OutOfService(Closed.STARTING)
    devices: Devices = Devices()
    language: Language = Language.DE
    home_language: Language = Language.DE
    minted: int = 0
    receipts: int = 0
    notice: Notice | None = None
    undo: LineId | None = None
    storage_low: bool = False
    live: Live = field(default=Live(), compare=False)
    service: bool = field(default=False, metadata=ADDED)
    """There is a central service to tell of customers and sales."""
    member: Member | None = field(default=None, metadata=ADDED)
    undelivered: tuple[Delivery, ...] = field(default=(), metadata=ADDED)
    """Sales whose outbox has not said yet that it keeps them."""
    accepted: Accepted | None = field(default=None, metadata=ADDED)
    corrected: Corrected | None = field(default=None, metadata=ADDED)
    links: bool = field(default=False, metadata=ADDED)
    """Receipts can be offered by a link."""
    joins: bool = field(default=False, metadata=ADDED)
    """Who wants to can become a customer by a code."""
    owed: tuple[Sold, ...] = field(default=(), metadata=ADDED)
    """Sales whose receipt never came out whole, oldest first: staff may print it."""
    parked: tuple[Parked, ...] = field(default=(), metadata=ADDED)
    mode: Mode = field(default=Mode.OPEN, metadata=ADDED)
    help: Help | None = field(default=None, metadata=ADDED)
    comfort: Comfort = field(default=Comfort.STANDARD, metadata=ADDED)
    attendant: Attendant | None = field(default=None, metadata=ADDED)
    redeemed: tuple[Redeemed, ...] = field(default=(), metadata=ADDED)
    """Deposit slips, the one used last at the end."""
    asked: tuple[SlipAsked, ...] = field(default=(), metadata=ADDED)
    """Deposit slips that the service is being asked about."""
    wrong_pins: int = field(default=0, metadata=ADDED)
    """In a row; at some number the lock rests for a while."""
    limits: Limits = field(default=Limits(), metadata=ADDED)
    tenders: Tenders = field(default=Tenders(), metadata=ADDED)
    gate: bool = field(default=False, metadata=ADDED)
    """A gate at the exit wants to see a code."""
    departed: Thanks | None = field(default=None, metadata=ADDED)
    """Whose code can be shown again, for a while."""
    neighbours: tuple[str, ...] = field(default=(), metadata=ADDED)
    """Other checkouts, the nearest first; whether they are open is not known here."""
    offers: Promotions = field(default=Promotions(), compare=False)
    """The promotions; the digest has their version only."""
    offers_version: str = field(default="", metadata=ADDED)
    catalogue: str = field(default="", metadata=ADDED)
    """Which one articles are sold from, by its name."""
    front: Front = field(default=Front(), compare=False)
    shelf: Shelf = field(default=Shelf(), compare=False)
    picked: tuple[Gtin, ...] = field(default=(), compare=False)
    """Goods with numbers of the shop's own in the last sales: what stands first on the shelf."""
    at_scale: WeighingId = field(default=NOTHING_WEIGHED, metadata=ADDED)
    """The weighing that the scale carries out, wanted or not: it has not said yet that it ended."""
