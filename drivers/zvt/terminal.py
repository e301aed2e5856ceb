"""A ZVT card terminal behind the kiosk's port. What it yields is on disk before it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo

from drivers.line import Line, Tap, TappedLine, connect
from drivers.zvt import reading
from drivers.zvt.dialogue import T4_SECONDS, Dialogue
from drivers.zvt.fields import Container, Tag
from drivers.zvt.messages import (
    Abort,
    Authorization,
    Completion,
    Message,
    Registration,
    RepeatReceipt,
    StatusEnquiry,
    StatusInformation,
)
from drivers.zvt.payment import PaymentFlow
from drivers.zvt.serial_line import over
from kiosk.checkout.commands import (
    AskLastOutcome,
    Authorize,
    DeviceCommand,
    ReadyTerminal,
)
from kiosk.checkout.events import (
    Device,
    DeviceOnline,
    LastOutcome,
    PaymentDeclined,
    TerminalReady,
    Transaction,
)
from kiosk.clock import Clock
from kiosk.ports import (
    Cancel,
    DeviceError,
    LocalProtocolError,
    Run,
    Silent,
    Unavailable,
)

CONFIG = 0xBE
"""The till prints (02, 04), wants intermediate status (08), owns amount and administration (10, 20),
and takes print commands rather than building receipts itself (80). PA00P015 2.1."""
TERMINAL_DECIDES = 0x40
"""Payment type: the terminal chooses how to take a card, GeldKarte excluded (2.2 table 4)."""
LOOK_SECONDS = 0.09
"""Between looks at a wish to stop."""
ENQUIRY_SECONDS = 60.0
"""A terminal is asked at least once a minute (PA00P015 2.56)."""
READY_SECONDS = 60.0
"""How long one question waits for the terminal to become ready."""

_CURRENCIES = {"EUR": 978}


@dataclass(frozen=True, slots=True)
class Settings:
    """How this terminal is spoken to. `wait` is BMP 01 and 02: seconds, and number of questions."""

    password: int = 0
    zone: tzinfo = ZoneInfo("Europe/Berlin")
    wait: tuple[int, int] | None = None


class ZvtTerminal:
    """One terminal, used by one thread."""

    def __init__(
        self,
        address: str,
        *,
        clock: Clock,
        settings: Settings = Settings(),
        connect: Callable[[str], Line] = connect,
        tap: Tap | None = None,
    ) -> None:
        self._address = address
        self._clock = clock
        self._settings = settings
        self._connect = connect
        self._tap = tap
        self._dialogue: Dialogue | None = None
        self._terminal_id = ""

    # --- the port ---------------------------------------------------------------------------------

    def execute(self, command: DeviceCommand, cancel: Cancel) -> Run:
        """Carry out one command; an error closes the line."""
        match command:
            case ReadyTerminal():
                run = self._ready()
            case Authorize():
                run = self._authorize(command, cancel)
            case AskLastOutcome():
                run = self._ask(command, cancel)
            case _:
                raise LocalProtocolError(f"a terminal does not {type(command).__name__}")
        try:
            yield from run
        except DeviceError:
            self.close()
            raise
        if self._dialogue and not self._dialogue.reusable:
            self.close()

    def watch(self, wanted: Cancel) -> Run:
        """Stay in touch: register, enquire once a minute, notice a lost line at once."""
        try:
            self._register()
            yield DeviceOnline(Device.TERMINAL)
            enquire_at = self._clock.monotonic() + ENQUIRY_SECONDS
            while not wanted:
                there = self._still_there(LOOK_SECONDS)
                if self._clock.monotonic() >= enquire_at or not there:
                    self._register()
                    self._enquire(self._live())
                    enquire_at = self._clock.monotonic() + ENQUIRY_SECONDS
        except DeviceError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the line; the terminal notices by itself."""
        dialogue, self._dialogue = self._dialogue, None
        if dialogue:
            dialogue.close()

    # --- commands ---------------------------------------------------------------------------------

    def _ready(self) -> Run:
        self._register()
        last, tells = self._last_transaction(self._live())
        yield TerminalReady(self._known_id(last), last, tells)

    def _ask(self, command: AskLastOutcome, cancel: Cancel) -> Run:
        self._register()
        self._wait_until_ready(self._live(), cancel)
        last, tells = self._last_transaction(self._live())
        yield LastOutcome(command.payment, self._known_id(last), last, tells)

    def _authorize(self, command: Authorize, cancel: Cancel) -> Run:
        currency = _CURRENCIES.get(command.amount.currency)
        if currency is None:
            raise Unavailable(f"{self._address}: takes no {command.amount.currency}")
        try:
            self._register()
        except DeviceError as error:
            # Nothing of the payment has left yet, whatever happened on the way here.
            raise Unavailable(str(error)) from error
        wait = self._settings.wait
        dialogue = self._live()
        refusal = dialogue.command(
            Authorization(
                amount=command.amount.minor,
                currency=currency,
                payment_type=TERMINAL_DECIDES,
                timeout=wait[0] if wait else None,
                max_status_infos=wait[1] if wait else None,
            )
        )
        if refusal:
            yield PaymentDeclined(command.payment, refusal.code)
            return
        flow = PaymentFlow(
            dialogue,
            command.payment,
            cancel,
            clock=self._clock,
            terminal_id=self._terminal_id,
            moment=self._now_zone,
            may_wait=wait is not None,
        )
        yield from flow.run()

    # --- parts of a dialogue ------------------------------------------------------------------------

    def _live(self) -> Dialogue:
        if self._dialogue is None:
            raise Silent(f"{self._address}: not connected")
        return self._dialogue

    def _still_there(self, seconds: float = 0.001) -> bool:
        """Whether the idle line is up; terminals may hang up on it at any time."""
        if self._dialogue is None:
            return False
        try:
            self._dialogue.next(self._clock.monotonic() + seconds)
        except DeviceError:
            self.close()
            return False
        return True

    def _register(self) -> None:
        """Connect and register, unless that is done. Raises Unavailable for a refusal."""
        if self._still_there():
            return
        line = over(self._connect(self._address), self._address, self._clock)
        self._dialogue = Dialogue(TappedLine(line, self._tap) if self._tap else line, self._clock)
        commands = Container.of(Tag(0x26, (Tag(0x0A, b"\x06\xd3"),)))
        password = self._settings.password
        refusal = self._dialogue.command(Registration(password, CONFIG, currency=978, tlv=commands))
        if refusal and refusal.code == reading.UNSUPPORTED:  # it knows no containers
            refusal = self._dialogue.command(Registration(password, CONFIG, currency=978))
        if refusal:
            raise Unavailable(f"{self._address}: registration refused ({refusal.code:02X})")
        final = self._final_of(self._dialogue)
        if isinstance(final, Abort):
            raise Unavailable(f"{self._address}: registration ended with {final.result:02X}")
        if final.terminal_id is not None:
            self._terminal_id = f"{final.terminal_id:08d}"

    def _final_of(self, dialogue: Dialogue) -> Completion | Abort:
        """Run an administrative dialogue to its end, within T4 as a whole."""
        end = self._clock.monotonic() + T4_SECONDS
        while True:
            message = dialogue.next(end)
            if message is None:
                raise Silent(f"no word from the terminal for {T4_SECONDS:.0f} s (T4)")
            dialogue.accept()
            if isinstance(message, Completion | Abort):
                return message

    def _enquire(self, dialogue: Dialogue) -> int:
        """The terminal's status by chapter 10; 0 is ready."""
        refusal = dialogue.command(StatusEnquiry(password=self._settings.password))
        if refusal:
            return 0 if refusal.code == reading.UNSUPPORTED else refusal.code
        final = self._final_of(dialogue)
        status = final.result if isinstance(final, Abort) else final.status
        return status or 0

    def _wait_until_ready(self, dialogue: Dialogue, cancel: Cancel) -> None:
        end = self._clock.monotonic() + READY_SECONDS
        while (status := self._enquire(dialogue)) in reading.BUSY:
            if self._clock.monotonic() >= end or cancel.wait(1.0):
                raise Unavailable(f"{self._address}: not ready ({status:02X})")

    def _last_transaction(self, dialogue: Dialogue) -> tuple[Transaction | None, bool]:
        """What 06 20 tells, and whether it tells anything: some terminals do not know the question.

        Raises Unavailable where the terminal cannot answer now.
        """
        refusal = dialogue.command(RepeatReceipt(self._settings.password, service=0x03))
        if refusal and refusal.code == reading.UNSUPPORTED:
            return None, False
        if refusal:
            raise Unavailable(f"{self._address}: last outcome refused ({refusal.code:02X})")
        found: Transaction | None = None
        end = self._clock.monotonic() + T4_SECONDS
        while True:
            message: Message | None = dialogue.next(end)
            if message is None:
                raise Silent(f"no word from the terminal for {T4_SECONDS:.0f} s (T4)")
            dialogue.accept()
            match message:
                case StatusInformation():
                    found = reading.transaction_of(message, self._terminal_id, self._now_zone())
                case Completion():
                    return found, found is not None
                case Abort(result=code):
                    if code in reading.BUSY:
                        raise Unavailable(f"{self._address}: not ready ({code:02X})")
                    return None, True
                case _:
                    pass  # receipts and status lines of the repetition

    def _known_id(self, last: Transaction | None) -> str:
        return self._terminal_id or (last.terminal_id if last else "")

    def _now_zone(self) -> reading.Moment:
        return reading.Moment(self._clock.now(), self._settings.zone)
