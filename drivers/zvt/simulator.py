"""A card terminal on the wire: the same codec with the role turned. Sans-I/O; see `server`.

What happens in it is told by generators that read like the dialogue: they yield what to send or to
wait for, and are resumed with the till's answer.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from drivers.zvt.fields import Container, Tag
from drivers.zvt.memory import Entry, Memory
from drivers.zvt.messages import (
    Abort,
    AbortCommand,
    Authorization,
    Completion,
    IntermediateStatus,
    LogOff,
    Message,
    Negative,
    Positive,
    PrintLine,
    PrintTextBlock,
    Registration,
    RepeatReceipt,
    StatusEnquiry,
    StatusInformation,
)
from drivers.zvt.scenes import Card, Fault, Flow, HangUp, Pause, Say, Unacknowledged
from drivers.zvt.session import Role, Session
from drivers.zvt.slips import customer_slip, merchant_slip
from kiosk.clock import Clock
from kiosk.ports import ProtocolError

T3_SECONDS = 5.0
T4_MINUTES = 0x03
CARD_SECONDS = 60.0
LATER_SECONDS = 5.0
SLOW_SECONDS = 3.0
STOPPED, PROCESSING_ERROR, BUSY, UNSUPPORTED = 0x6C, 0x66, 0x9C, 0x83


@dataclass(slots=True)
class Registered:
    """What the till wished for when it registered."""

    config: int = 0x86
    tlv: bool = False
    blocks: bool = False


@dataclass(slots=True)
class TerminalSimulator:
    """One terminal. Feed it bytes and time; take its bytes; press its buttons."""

    clock: Clock
    memory: Memory = field(default_factory=Memory)
    terminal_id: int = 52001234
    zone: ZoneInfo = ZoneInfo("Europe/Berlin")
    unacknowledged: Unacknowledged = Unacknowledged.REVERSE
    automatic: str | int | None = None
    """The customer who is always there: `approve`, `stop`, a decline code; None: press buttons."""
    card_number: str = "6725eeeeeeeee4711f"
    faults: set[Fault] = field(default_factory=set)
    display: tuple[str, ...] = ("Willkommen",)
    revision: int = 0
    authorisations: int = 0
    """Authorisation commands ever accepted: tests demand that none is sent twice."""
    _session: Session = field(default_factory=lambda: Session(Role.TERMINAL))
    _till: Registered = field(default_factory=Registered)
    _flow: Flow | None = None
    _waiting: Say | Card | Pause | None = None
    _wake_at: float = 0.0
    _reverse_at: float = 0.0
    _pressed: str | int | None = None
    _out: bytearray = field(default_factory=bytearray)
    _hang_up: bool = False

    def __post_init__(self) -> None:
        if self.memory.pending:  # power was lost with a payment in the balance
            self._unsettled()
        elif self.memory.reversal_due:
            self._reverse_at = self.clock.monotonic() + LATER_SECONDS

    # --- the wire ---------------------------------------------------------------------------------

    def connected(self) -> None:
        """A till connects."""
        self._session = Session(Role.TERMINAL)
        self._out.clear()
        self._hang_up = False

    def receive(self, data: bytes) -> None:
        """Bytes of the till. What is no ZVT drops the line."""
        if Fault.SILENT in self.faults or Fault.CABLE_OUT in self.faults:
            return
        try:
            for message in self._session.receive(data):
                self._got(message)
        except ProtocolError:
            self.disconnected()
            self._hang_up = True

    def take(self) -> bytes:
        """Bytes to send now."""
        data = bytes(self._out)
        self._out.clear()
        return data

    def hangs_up(self) -> bool:
        """Whether the terminal drops the line, once what `take` gave is sent."""
        return self._hang_up

    def disconnected(self) -> None:
        """The line is gone: a dialogue under way ends here, by the configured rule."""
        flow, self._flow, self._waiting = self._flow, None, None
        if flow:
            flow.close()
        if self.memory.pending:
            self._unsettled()
        self._show("Willkommen")

    def tick(self) -> None:
        """Let time pass."""
        now = self.clock.monotonic()
        if self.memory.reversal_due and now >= self._reverse_at and self._flow is None:
            self.memory.reverse(self._local())
        if self._waiting is None or now < self._wake_at:
            return
        match self._waiting:
            case Pause():
                self._resume(None)
            case Card():
                self._resume("stop")
            case Say():  # T3: the till does not answer
                self.disconnected()
                self._hang_up = True

    # --- the customer and the lab -----------------------------------------------------------------

    def press(self, button: str | int) -> bool:
        """`approve`, `stop` or a decline code, as a customer would. False: nobody asked.

        Raises ValueError for a code that declines nothing.
        """
        if button not in ("approve", "stop") and not (isinstance(button, int) and 0 < button < 256):
            raise ValueError(f"{button} is no result code that declines")
        if not isinstance(self._waiting, Card):
            return False
        self._resume(button)
        return True

    @property
    def waiting_for_card(self) -> bool:
        return isinstance(self._waiting, Card)

    # --- dialogue ---------------------------------------------------------------------------------

    def _got(self, message: Message) -> None:
        if isinstance(message, Positive | Negative):
            if isinstance(self._waiting, Say):
                self._resume(message)
            return
        if isinstance(message, AbortCommand) and self._flow is not None:
            self._send(Positive() if self.waiting_for_card else Negative(code=UNSUPPORTED))
            if self.waiting_for_card:
                self._resume("stop")
            return
        self._command(message)

    def _command(self, message: Message) -> None:
        match message:
            case Registration():
                commands = message.tlv.find(0x26) if message.tlv else None
                blocks = b"\x06\xd3" in (commands.data if commands else b"")
                self._till = Registered(message.config, message.tlv is not None, blocks)
                self._start(self._registered())
            case Authorization(amount=int(amount)) if amount > 0:
                self.authorisations += 1
                self._start(self._payment(amount))
            case RepeatReceipt():
                self._start(self._repeated(message.service or 0))
            case StatusEnquiry():
                self._start(self._status(message.service or 0))
            case LogOff() | AbortCommand():
                self._till = Registered() if isinstance(message, LogOff) else self._till
                self._send(Positive())
            case _:
                self._send(Negative(code=UNSUPPORTED))

    def _start(self, flow: Flow) -> None:
        self._send(Positive())
        self._flow = flow
        self._resume(None)

    def _resume(self, value: Any) -> None:
        """Run the flow to its next wait; send what it says on the way."""
        if self._flow is None:
            return
        self._waiting = None
        try:
            step = self._flow.send(value)
        except StopIteration as end:
            self._flow = None
            if end.value is not None:
                self._send(end.value)
            return
        now = self.clock.monotonic()
        match step:
            case Say(message=message):
                self._waiting, self._wake_at = step, now + T3_SECONDS
                self._send(message)
            case Card():
                self._waiting, self._wake_at = step, now + CARD_SECONDS
                if self.automatic is not None:
                    self._resume(self.automatic)
            case Pause(seconds=seconds):
                self._waiting, self._wake_at = step, now + seconds
            case HangUp():
                self.disconnected()
                self._hang_up = True

    def _send(self, message: Message) -> None:
        self._out += self._session.send(message)

    # --- flows ------------------------------------------------------------------------------------

    def _registered(self) -> Flow:
        yield from ()
        return Completion(status_byte=0, terminal_id=self.terminal_id, currency=978)

    def _status(self, service: int) -> Flow:
        busy = self.memory.pending is not None
        version = None if service & 0x02 else "SIM 1.0"
        yield from ()
        return Completion(version=version, status=BUSY if busy else 0)

    def _repeated(self, service: int) -> Flow:
        last = self.memory.last
        if last is None:
            return Abort(result=PROCESSING_ERROR)
        if service & 0x01:
            yield Say(self._information(last))
        if not service & 0x02:
            yield from self._slips(last)
        return Completion()

    def _payment(self, amount: int) -> Flow:
        if self.memory.reversal_due:  # never with another transaction in between
            self.memory.reverse(self._local())
        self._show("Bitte Karte vorhalten", _euro(amount))
        yield from self._tell(0x0A)
        action = yield Card()
        if action != "approve":
            return (yield from self._refused(amount, STOPPED if action == "stop" else int(action)))
        self._show("Bitte warten", _euro(amount))
        yield from self._tell(0x0E)
        if Fault.SLOW in self.faults:
            yield Pause(SLOW_SECONDS)
        entry = self.memory.begin(amount, self._local())
        if self._once(Fault.LOSE_ANSWER):
            yield HangUp()
            return None
        if self._once(Fault.DROP_AFTER_RESULT):
            self._send(self._information(entry))
            yield HangUp()
            return None
        answer = yield Say(self._information(entry))
        while isinstance(answer, Negative) and answer.code == BUSY:
            yield Pause(2.0)
            answer = yield Say(self._information(entry))
        kept = _is_yes(answer) and (yield from self._slips(entry))
        if not kept:
            self.memory.reverse(self._local())
            self._show("Zahlung storniert")
            return Abort(result=PROCESSING_ERROR)
        self.memory.commit()
        self._show("Zahlung erfolgt", _euro(amount))
        return Completion()

    def _refused(self, amount: int, code: int) -> Flow:
        stopped = code == STOPPED
        self._show("Vorgang abgebrochen" if stopped else "Zahlung abgelehnt")
        entry = self.memory.decline(amount, code, self._local())
        text = "Abbruch" if stopped else "Karte abgelehnt"
        yield Say(self._information(entry, text))
        return Abort(result=code)

    def _slips(self, entry: Entry) -> Generator[Say, Any, bool]:
        """Merchant's and customer's slip; whether the till took them all."""
        if not self._till.config & 0x02:
            return True
        for kind, lines in ((1, merchant_slip), (2, customer_slip)):
            made = lines(entry, self.terminal_id, self.card_number)
            if self._till.blocks and self._till.tlv:
                texts = tuple(Tag(0x07, line.encode("cp437")) for line in made)
                block = Container.of(Tag(0x1F07, bytes((kind,))), Tag(0x25, texts))
                if not _is_yes((yield Say(PrintTextBlock(tlv=block)))):
                    return False
                continue
            for index, line in enumerate(made):
                attribute = 0x81 if index == len(made) - 1 else 0x00
                if not _is_yes((yield Say(PrintLine(attribute, line)))):
                    return False
        return True

    def _tell(self, status: int) -> Generator[Say, Any, None]:
        if self._till.config & 0x08:
            texts = tuple(Tag(0x07, line.encode("cp437")) for line in self.display)
            tlv = Container.of(Tag(0x24, texts)) if self._till.tlv else None
            # A container is sent behind a T4 only (3.7).
            yield Say(IntermediateStatus(status, T4_MINUTES if tlv else None, tlv))

    def _information(self, entry: Entry, text: str | None = None) -> StatusInformation:
        at = entry.moment
        return StatusInformation(
            result=entry.result,
            amount=entry.amount,
            currency=978,
            trace=entry.trace,
            original_trace=entry.reversal_of or None,
            time=at.hour * 10_000 + at.minute * 100 + at.second,
            date=at.month * 100 + at.day,
            payment_type=0x70 if not entry.result else None,
            card_number=self.card_number if not entry.result else None,
            terminal_id=self.terminal_id,
            additional_text=text,
            receipt=entry.receipt,
            card_type=5 if not entry.result else None,
            card_name="girocard\0" if not entry.result else None,
        )

    # --- within -----------------------------------------------------------------------------------

    def _unsettled(self) -> None:
        match self.unacknowledged:
            case Unacknowledged.REVERSE:
                self.memory.reverse(self._local())
            case Unacknowledged.KEEP:
                self.memory.commit()
            case Unacknowledged.LATER:
                self.memory.commit(reversal_due=True)
                self._reverse_at = self.clock.monotonic() + LATER_SECONDS

    def _once(self, fault: Fault) -> bool:
        if fault not in self.faults:
            return False
        self.faults.discard(fault)
        return True

    def _local(self) -> Any:
        return self.clock.now().astimezone(self.zone)

    def _show(self, *lines: str) -> None:
        self.display = lines
        self.revision += 1


def _is_yes(message: Message | None) -> bool:
    return isinstance(message, Positive) or (isinstance(message, Negative) and message.code == 0)


def _euro(amount: int) -> str:
    return f"{amount // 100},{amount % 100:02d} EUR"
