"""A ZVT card terminal behind the kiosk's port. What it yields is on disk before it answers."""

from __future__ import annotations

from collections.abc import Callable

from drivers.line import Line, Tap, connect
from drivers.zvt import reading
from drivers.zvt.client import TERMINAL_DECIDES, mirror
from drivers.zvt.dialogue import Turn
from drivers.zvt.link import DEFAULTS, Link, Settings
from drivers.zvt.messages import (
    Abort,
    Authorization,
    Completion,
    Message,
    RepeatReceipt,
    StatusInformation,
)
from drivers.zvt.messages import Refund as RefundMessage
from drivers.zvt.messages import Reversal as ReversalMessage
from drivers.zvt.payment import PaymentFlow
from drivers.zvt.upkeep import Upkeep
from kiosk.checkout.commands import (
    AskLastOutcome,
    Authorize,
    DeviceCommand,
    MoneyCommand,
    ReadyTerminal,
    Refund,
    Reverse,
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
from kiosk.ports import Cancel, DeviceError, LocalProtocolError, Run, Unavailable
from kiosk.words import Language

LOOK_SECONDS = 0.09
"""Between looks at a wish to stop."""
ENQUIRY_SECONDS = 60.0
"""A terminal is asked at least once a minute (PA00P015 2.56)."""
READY_SECONDS = 60.0
"""How long one question waits for the terminal to become ready."""

_CURRENCIES = {"EUR": 978}


class ZvtTerminal:
    """One terminal, used by one thread."""

    def __init__(
        self,
        address: str,
        *,
        clock: Clock,
        settings: Settings = DEFAULTS,
        connect: Callable[[str], Line] = connect,
        tap: Tap | None = None,
    ) -> None:
        self._clock = clock
        self._link = Link(address, clock=clock, settings=settings, connect=connect, tap=tap)
        self._upkeep = Upkeep(self._link)

    # --- the port ---------------------------------------------------------------------------------

    def execute(self, command: DeviceCommand, cancel: Cancel) -> Run:
        """Carry out one command; an error closes the line."""
        match command:
            case ReadyTerminal():
                run = self._ready()
            case Authorize() | Reverse() | Refund():
                run = self._money(command, cancel)
            case AskLastOutcome():
                run = self._ask(command, cancel)
            case _:
                raise LocalProtocolError(f"a terminal does not {type(command).__name__}")
        try:
            yield from run
        except DeviceError:
            self.close()
            raise
        self._link.release()

    def watch(self, wanted: Cancel) -> Run:
        """Stay in touch: register, enquire once a minute, notice a lost line at once."""
        try:
            self._link.open()
            yield DeviceOnline(Device.TERMINAL)
            enquire_at = self._clock.monotonic() + ENQUIRY_SECONDS
            while not wanted:
                there = self._link.still_there(LOOK_SECONDS)
                if self._clock.monotonic() >= enquire_at or not there:
                    self._upkeep.status()
                    enquire_at = self._clock.monotonic() + ENQUIRY_SECONDS
        except DeviceError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the line; the terminal notices by itself."""
        self._link.close()

    # --- commands ---------------------------------------------------------------------------------

    def _ready(self) -> Run:
        last, tells = self._last_transaction()
        yield TerminalReady(self._known_id(last), last, tells)

    def _ask(self, command: AskLastOutcome, cancel: Cancel) -> Run:
        self._link.open()
        self._wait_until_ready(cancel)
        last, tells = self._last_transaction()
        yield LastOutcome(command.payment, self._known_id(last), last, tells)

    def _money(self, command: MoneyCommand, cancel: Cancel) -> Run:
        currency = _CURRENCIES.get(command.amount.currency)
        if currency is None:
            raise Unavailable(f"{self._link.address}: takes no {command.amount.currency}")
        try:
            dialogue = self._link.open()
        except DeviceError as error:
            # Nothing of the payment has left yet, whatever happened on the way here.
            raise Unavailable(str(error)) from error
        refusal = dialogue.command(self._message(command, currency))
        if refusal:
            yield PaymentDeclined(command.payment, refusal.code)
            return
        flow = PaymentFlow(
            dialogue,
            command.payment,
            cancel,
            clock=self._clock,
            terminal_id=self._link.registered.terminal_id,
            moment=self._moment,
            may_wait=self._link.settings.wait is not None and isinstance(command, Authorize),
            charset=self._link.registered.charset,
            english=isinstance(command, Authorize) and command.language is not Language.DE,
            reverses=isinstance(command, Reverse),
        )
        yield from flow.run()

    def _message(self, command: MoneyCommand, currency: int) -> Message:
        """The command's bytes; a terminal that knows containers is told what we accepted last."""
        settings = self._link.settings
        tlv = mirror(command.accepted) if self._link.registered.containers else None
        amount = command.amount.minor
        match command:
            case Reverse(receipt=receipt):
                return ReversalMessage(settings.password, receipt, amount, currency, tlv=tlv)
            case Refund():
                return RefundMessage(settings.password, amount, currency, tlv=tlv)
            case Authorize():
                return Authorization(
                    amount=amount,
                    currency=currency,
                    payment_type=TERMINAL_DECIDES,
                    timeout=settings.wait[0] if settings.wait else None,
                    max_status_infos=settings.wait[1] if settings.wait else None,
                    tlv=tlv,
                )

    # --- connection -------------------------------------------------------------------------------

    def _wait_until_ready(self, cancel: Cancel) -> None:
        end = self._clock.monotonic() + READY_SECONDS
        while (condition := self._upkeep.status()).code in reading.BUSY:
            if self._clock.monotonic() >= end or cancel.wait(1.0):
                raise Unavailable(
                    f"{self._link.address}: not ready ({condition.code:02X},"
                    f" {condition.english}); {condition.next.value}"
                )

    def _last_transaction(self) -> tuple[Transaction | None, bool]:
        """What 06 20 tells, and whether it tells anything: some terminals do not know the question.

        Raises Unavailable where the terminal cannot answer now.
        """
        dialogue = self._link.open()
        refusal = dialogue.command(RepeatReceipt(self._link.settings.password, service=0x03))
        if refusal and refusal.code == reading.UNSUPPORTED:
            return None, False
        if refusal:
            raise Unavailable(f"{self._link.address}: last outcome refused ({refusal.code:02X})")
        found: Transaction | None = None
        turn = Turn(dialogue, self._clock)
        while True:
            message = turn.next()
            dialogue.accept()
            match message:
                case StatusInformation():
                    terminal_id = self._link.registered.terminal_id
                    found = reading.transaction_of(message, terminal_id, self._moment())
                case Completion():
                    return found, found is not None
                case Abort(result=code):
                    if code in reading.BUSY:
                        raise Unavailable(f"{self._link.address}: not ready ({code:02X})")
                    return None, True
                case _:
                    pass  # receipts and status lines of the repetition

    def _known_id(self, last: Transaction | None) -> str:
        return self._link.registered.terminal_id or (last.terminal_id if last else "")

    def _moment(self) -> reading.Moment:
        return reading.Moment(self._clock.now(), self._link.settings.zone)
