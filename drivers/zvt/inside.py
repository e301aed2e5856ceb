"""What is inside a simulated terminal: its state, and what its dialogues may do to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from drivers.zvt import charsets
from drivers.zvt.memory import Entry, Memory
from drivers.zvt.profiles import STANDARD, Profile
from drivers.zvt.scenes import Fault, Unacknowledged
from kiosk.clock import Clock

LATER_SECONDS = 5.0
"""Until an unacknowledged payment is taken back, where that waits for the card."""
WELCOME = ("Willkommen",)
WAIT, MAINTENANCE, CLOSING_DUE = 0x9C, 0xE0, 0xF0
DECLINED_UNACKNOWLEDGED = 0x66


@dataclass(slots=True)
class Registered:
    """What the till wished for when it registered; as after a log-off if it did not."""

    config: int = 0x86
    tlv: bool = False
    blocks: bool = False
    charset: int = charsets.CP437
    width: int = 24
    longest: int = 0xFFFF
    """The longest APDU the till takes, in bytes."""
    known: bool = False


@dataclass(slots=True)
class Silence:
    """When a terminal is up again after an update or a restart; monotonic seconds."""

    silent_until: float = 0.0
    busy_until: float = 0.0
    busy: int = WAIT
    """What it is busy with, as a status of chapter 11."""


@dataclass(slots=True)
class Picture:
    """An image for the display, as far as its chunks have come."""

    number: int
    size: int
    chunks: int
    data: bytes = b""
    came: int = 0


@dataclass(slots=True)
class Inside:
    """One terminal's state. The dialogues in `flows` are its only users, and `simulator` runs them."""

    clock: Clock
    memory: Memory = field(default_factory=Memory)
    terminal_id: int = 52001234
    zone: ZoneInfo = ZoneInfo("Europe/Berlin")
    unacknowledged: Unacknowledged | None = None
    """None: kept where the till synchronises (chapter 4), else as the profile says."""
    patience: float = 0.0
    """How much longer than T3 it waits for answers, where the line repeats what was lost."""
    automatic: str | int | None = None
    """The customer who is always there: a button; None: press buttons."""
    card_number: str = "6725eeeeeeeee4711f"
    faults: set[Fault] = field(default_factory=set)
    display: tuple[str, ...] = WELCOME
    revision: int = 0
    authorisations: int = 0
    """Authorisation commands ever accepted: tests demand that none is sent twice."""
    profile: Profile = STANDARD
    locked: int = 0
    """The status (chapter 11) of a terminal that is out of order for a while; 0: it is not."""
    keys: bytes | None = None
    """What is always typed where the till asks for keys; None: press them."""
    function_uid: bytes = bytes.fromhex("04A1B2C3D4E5F6")
    """Of the card that is no payment card."""
    update_seconds: float = 20.0
    """How long an update is silent, and again how long it is busy afterwards."""
    boot_seconds: float = 5.0
    till: Registered = field(default_factory=Registered)
    silence: Silence = field(default_factory=Silence)
    image: Picture | None = None
    card_read: bool = False
    """A card was read by 06 C0, for the payment type that uses it."""
    synchronised: bool = False
    """The command under way brought tag 1F1F, and the terminal knows it (chapter 4)."""
    clock_ahead: timedelta = timedelta()
    restarting: bool = False
    display_until: float | None = None

    # --- what dialogues ask -------------------------------------------------------------------------

    @property
    def policy(self) -> Unacknowledged:
        """What becomes of a transaction that is not acknowledged now."""
        if self.unacknowledged is not None:
            return self.unacknowledged
        if self.memory.pending and self.memory.pending.synchronised:
            return Unacknowledged.KEEP
        return self.profile.unacknowledged

    @property
    def tlv(self) -> bool:
        """Whether the till takes containers (9.3)."""
        return self.till.tlv or self.profile.tlv_always

    @property
    def charset(self) -> int:
        """What texts are in."""
        chosen = self.profile.charset
        return self.till.charset if chosen is None else chosen

    def status(self) -> int:
        """The terminal's state by chapter 11."""
        if self.clock.monotonic() < self.silence.busy_until:
            return self.silence.busy
        if self.locked:
            return self.locked
        if self.memory.closing_due:
            return CLOSING_DUE
        return WAIT if self.memory.pending else 0

    def silent(self) -> bool:
        """Whether nothing is answered now (7.2)."""
        return self.clock.monotonic() < self.silence.silent_until

    def local(self) -> datetime:
        """What the terminal's clock shows."""
        return self.clock.now().astimezone(self.zone) + self.clock_ahead

    def once(self, fault: Fault) -> bool:
        """Whether this fault is due; it is over with that."""
        if fault not in self.faults:
            return False
        self.faults.discard(fault)
        return True

    # --- what dialogues do --------------------------------------------------------------------------

    def show(self, *lines: str) -> None:
        """Put these on the display."""
        self.display = lines
        self.display_until = None
        self.revision += 1

    def show_for(self, seconds: float | None, *lines: str) -> None:
        """Put these on the display for a while; None: until something else comes."""
        self.show(*lines)
        if seconds is not None:
            self.display_until = self.clock.monotonic() + seconds

    def unsettled(self) -> None:
        """Nobody acknowledged what is in the balance: the policy decides."""
        match self.policy:
            case Unacknowledged.REVERSE:
                self.memory.reverse(self.local())
            case Unacknowledged.KEEP:
                self.memory.commit()
            case Unacknowledged.LATER:
                self.memory.commit(reversal_due=True)
            case Unacknowledged.DECLINE:
                self.memory.mark_declined(DECLINED_UNACKNOWLEDGED)

    def take_back(self) -> None:
        """The till said no: it is undone at once, whatever the rule for silence."""
        if self.profile.unacknowledged is Unacknowledged.DECLINE:
            self.memory.mark_declined(DECLINED_UNACKNOWLEDGED)
        else:
            self.memory.reverse(self.local())

    def catch_up(self) -> None:
        """A reversal that is due comes before anything else in the memory."""
        if self.memory.reversal_due:
            self.memory.reverse(self.local())

    def fall_silent(self, silent: float, busy: float = 0.0, code: int = WAIT) -> None:
        """Answer nothing for so many seconds, and then be busy for so many."""
        start = self.clock.monotonic() + silent
        self.silence = Silence(start, start + busy, code)

    def reboot(self) -> None:
        """Start anew as soon as this dialogue is over."""
        self.restarting = True
        self.fall_silent(self.boot_seconds)

    def receipt_on_wire(self, entry: Entry) -> int:
        """The four digits bitmap 87 has room for."""
        return entry.receipt % 10_000
