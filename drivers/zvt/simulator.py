"""A card terminal on the wire: the same codec with the role turned. Sans-I/O; see `server`.

What happens in it is told by the generators in `flows`, which read like the dialogue: they yield what to
send or to wait for, and are resumed with the till's answer. This file runs them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from drivers.zvt.flows.administering import locked_out
from drivers.zvt.flows.displaying import STOP_KEY, TIMEOUT_KEY
from drivers.zvt.flows.table import COMMANDS, UNSUPPORTED, Row, is_locked_out
from drivers.zvt.inside import LATER_SECONDS, WELCOME, Inside, Registered, Silence
from drivers.zvt.messages import (
    AbortCommand,
    Authorization,
    CardPoll,
    LogOff,
    Message,
    Negative,
    Positive,
)
from drivers.zvt.scenes import (
    CARD_SECONDS,
    CUSTOMERS,
    FUNCTION_CARD,
    T3_SECONDS,
    Card,
    Fault,
    Flow,
    Key,
    Pause,
    Say,
    Shout,
    Step,
)
from drivers.zvt.session import Phase, Role, Session
from kiosk.ports import ProtocolError

__all__ = ["CARD_SECONDS", "LATER_SECONDS", "T3_SECONDS", "Registered", "TerminalSimulator"]

BUTTONS = ("stop", FUNCTION_CARD, *CUSTOMERS)


@dataclass(slots=True)
class TerminalSimulator(Inside):
    """One terminal. Feed it bytes and time; take its bytes; press its buttons."""

    _session: Session = field(default_factory=lambda: Session(Role.TERMINAL), init=False)
    _flow: Flow | None = field(default=None, init=False)
    _answers: bool = field(default=False, init=False)
    """The flow's end is the answer to the command; nothing was accepted before."""
    _waiting: Step | None = field(default=None, init=False)
    _wake_at: float = field(default=0.0, init=False)
    _reverse_at: float = field(default=0.0, init=False)
    _out: bytearray = field(default_factory=bytearray, init=False)
    _hang_up: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.memory.most_receipt = 10**self.profile.receipt_digits - 1
        if self.memory.terminal_id is not None:
            self.terminal_id = self.memory.terminal_id
        if self.memory.pending:  # power was lost with a payment in the balance
            self.unsettled()
        if self.memory.reversal_due:
            self._reverse_at = self.clock.monotonic() + LATER_SECONDS

    def restarted(self) -> TerminalSimulator:
        """As after a power loss: what is on disk, and nothing else, is still known."""
        return replace(
            self,
            memory=self.memory.after_power_loss(),
            till=Registered(),
            silence=Silence(),
            image=None,
            card_read=False,
            synchronised=False,
            restarting=False,
            display=WELCOME,
            display_until=None,
            revision=self.revision + 1,
        )

    # --- the wire ---------------------------------------------------------------------------------

    def connected(self) -> None:
        """A till connects."""
        self._session = Session(Role.TERMINAL)
        self._out.clear()
        self._hang_up = False

    def receive(self, data: bytes) -> None:
        """Bytes of the till. What is no ZVT drops the line."""
        if Fault.SILENT in self.faults or Fault.CABLE_OUT in self.faults or self.silent():
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
            self.unsettled()
            self._reverse_at = self.clock.monotonic() + LATER_SECONDS
        self.show(*WELCOME)

    def tick(self) -> None:
        """Let time pass."""
        now = self.clock.monotonic()
        if self.memory.reversal_due and now >= self._reverse_at and self._flow is None:
            self.catch_up()
        if self.display_until is not None and now >= self.display_until:
            self.show(*WELCOME)
        if self._waiting is None or now < self._wake_at:
            return
        match self._waiting:
            case Pause():
                self._resume(None)
            case Card():
                self._resume("stop")
            case Key():
                self._resume(TIMEOUT_KEY)
            case _:  # T3: the till does not answer
                self.disconnected()
                self._hang_up = True

    # --- the customer and the lab -----------------------------------------------------------------

    def press(self, button: str | int) -> bool:
        """One of BUTTONS or a decline code, as a customer would. False: nobody asked.

        Raises ValueError for a code that declines nothing.
        """
        if button not in BUTTONS and not (isinstance(button, int) and 0 < button < 256):
            raise ValueError(f"{button} is no result code that declines")
        if not isinstance(self._waiting, Card):
            return False
        self._resume(button)
        return True

    def press_keys(self, keys: bytes) -> bool:
        """Keys or digits, as 06 E1 and 06 E2 tell them. False: nobody asked."""
        if not isinstance(self._waiting, Key):
            return False
        self._resume(keys)
        return True

    @property
    def waiting_for_card(self) -> bool:
        return isinstance(self._waiting, Card)

    @property
    def waiting_for_keys(self) -> bool:
        return isinstance(self._waiting, Key)

    # --- dialogue ---------------------------------------------------------------------------------

    def _got(self, message: Message) -> None:
        if isinstance(message, Positive | Negative):
            if isinstance(self._waiting, Say):
                self._resume(message)
            return
        if isinstance(message, AbortCommand):
            self._stop()
        elif isinstance(message, LogOff):
            self.till = Registered()
            self._send(Positive())
        else:
            self._command(message)

    def _stop(self) -> None:
        """The till's wish is granted while somebody is waited for, and too late after that (2.23)."""
        waiting = self._waiting
        stoppable = self._flow is None or isinstance(waiting, Card | Key)
        self._send(Positive() if stoppable else Negative(code=UNSUPPORTED))
        if isinstance(waiting, Card):
            self._resume("stop")
        elif isinstance(waiting, Key):
            self._resume(STOP_KEY)
        elif self._flow is None and self.display != WELCOME:
            self.show(*WELCOME)

    def _command(self, message: Message) -> None:
        row = COMMANDS.get(type(message))
        refusal = self._refusal(row, message)
        if row is None or refusal:
            self._send(refusal or Negative(code=UNSUPPORTED))
            return
        if getattr(message, "tlv", None) is not None:
            self.till.tlv = True
        if is_locked_out(self, row):
            row = Row(locked_out)
        elif type(message) in (Authorization, CardPoll):  # what reserves only is no payment
            self.authorisations += 1
        self._start(row, message)

    def _refusal(self, row: Row | None, message: Message) -> Negative | None:
        if row is None or message.tail:  # a bitmap nobody knows (13)
            return Negative(code=UNSUPPORTED)
        wanted, told = self.memory.password, getattr(message, "password", None)
        if None not in (wanted, told) and wanted != told:
            return Negative(code=self.profile.wrong_password)
        return row.refusal(self, message)

    def _start(self, row: Row, message: Message) -> None:
        self._answers = not row.accepts
        if row.accepts:
            self._send(Positive())
        else:
            self._session.phase = Phase.RUNNING  # so that a stop may come before the answer
        self._flow = row.flow(self, message)
        self._resume(None)

    def _resume(self, value: Any) -> None:
        """Run the flow to its next wait; send what it says on the way."""
        if self._flow is None:
            return
        self._waiting = None
        try:
            step = self._flow.send(value)
            while isinstance(step, Shout):
                self._send(step.message)
                step = self._flow.send(None)
        except StopIteration as end:
            self._flow = None
            self._end(end.value)
            return
        self._wait(step)

    def _wait(self, step: Step) -> None:
        now = self.clock.monotonic()
        self._waiting = step
        match step:
            case Say(message=message, seconds=seconds):
                self._wake_at = now + seconds + self.patience
                self._send(message)
            case Card(seconds=seconds):
                self._wake_at = now + seconds
                if self.automatic is not None:
                    self._resume(self.automatic)
            case Key(seconds=seconds):
                self._wake_at = inf if seconds is None else now + seconds
                if self.keys is not None:
                    self._resume(self.keys)
            case Pause(seconds=seconds):
                self._wake_at = now + seconds
            case _:
                self.disconnected()
                self._hang_up = True

    def _end(self, final: Message | None) -> None:
        if final is not None and self._answers:
            self._session.phase = Phase.COMMANDED
        if final is not None:
            self._send(final)
        if final is None or self._answers:
            # The word goes back to the till with no completion (2.21, 2.26).
            self._session.phase = Phase.IDLE
        if self.restarting:
            self.restarting = False
            self.till = Registered()
            self.disconnected()
            self._hang_up = True

    def _send(self, message: Message) -> None:
        self._out += self._session.send(message)
