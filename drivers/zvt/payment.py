"""One payment, from the terminal's acceptance to its last word."""

from __future__ import annotations

from collections.abc import Callable, Generator

from drivers.zvt import reading
from drivers.zvt.charsets import CP437
from drivers.zvt.dialogue import Dialogue, Turn
from drivers.zvt.messages import (
    Abort,
    Completion,
    IntermediateStatus,
    Message,
    Negative,
    Positive,
    PrintLine,
    PrintTextBlock,
    StatusInformation,
)
from drivers.zvt.receipts import part_of
from kiosk.checkout.events import (
    CardApproved,
    Event,
    PaymentClosed,
    PaymentDeclined,
    SlipReceived,
    TerminalShows,
)
from kiosk.clock import Clock
from kiosk.ids import PaymentId
from kiosk.ports import Cancel, Run, Silent, Verdict

GOODS_FAILED = 0x66
"""84 66: the sale cannot be kept, so the terminal reverses (PA00P015 2.2.6)."""
WAIT_MORE = 0x9C
FINAL_TRIES = 2
ALIVE_SECONDS = 60.0
"""How often a long wait shows that it is one."""

Heard = Generator[Event, Verdict, bool]
"""Events out, verdicts in; at last whether the dialogue is over."""


class PaymentFlow:
    """The terminal has the word. Silence or disorder from here on is doubt, never an answer."""

    def __init__(
        self,
        dialogue: Dialogue,
        payment: PaymentId,
        cancel: Cancel,
        *,
        clock: Clock,
        terminal_id: str,
        moment: Callable[[], reading.Moment],
        may_wait: bool,
        charset: int = CP437,
        english: bool = False,
        reverses: bool = False,
    ) -> None:
        """`reverses`: taking something back is what was asked for, so its result names the original."""
        self._dialogue = dialogue
        self._turn = Turn(dialogue, clock, cancel)
        self._payment = payment
        self._clock = clock
        self._terminal_id = terminal_id
        self._moment = moment
        self._may_wait = may_wait
        self._charset = charset
        self._english = english
        self._reverses = reverses
        self._told = clock.monotonic()
        self._contested = False
        """Something was refused or taken back: a good end would contradict it."""
        self._refusal = reading.Refusal(0, "")
        self._shown = TerminalShows(payment, 0)

    def run(self) -> Run:
        """Events until the terminal has ended the dialogue. Raises Silent or ProtocolError."""
        while True:
            message = self._turn.listen()
            if message is None:
                yield from self._waited()
            elif (yield from self._heard(message)):
                return

    def _waited(self) -> Run:
        now = self._clock.monotonic()
        if now - self._told > ALIVE_SECONDS:
            self._told = now
            yield self._shown  # still waiting, not hung: T4 may be longer than patience is

    def _heard(self, message: Message) -> Heard:
        match message:
            case IntermediateStatus():
                self._dialogue.accept()
                lines = reading.display_lines(message, self._charset, english=self._english)
                self._shown = TerminalShows(self._payment, message.status, lines)
                yield self._shown
            case StatusInformation():
                yield from self._result(message)
            case PrintLine() | PrintTextBlock():
                verdict = yield SlipReceived(self._payment, part_of(message, self._charset))
                self._answer(verdict)
            case Completion() | Abort():
                yield from self._end(message)
                return True
            case Negative() | Positive():
                pass  # the answer to our wish to stop: the outcome is what the terminal says
            case _:
                self._dialogue.send(Negative(code=reading.UNSUPPORTED))
        return False

    def _result(self, message: StatusInformation) -> Run:
        if reading.result_of(message) != 0:
            self._refusal = reading.refusal_of(message, self._charset)
            self._dialogue.accept()
        elif message.original_trace and not self._reverses:  # it took something back
            self._contested = True
            self._dialogue.accept()
        else:
            self._refusal = reading.Refusal(0, "")  # a wrong PIN before it is forgotten
            card = reading.card_of(message, self._terminal_id, self._moment())
            verdict = yield CardApproved(self._payment, card)
            if verdict is Verdict.WAIT and self._may_wait:
                self._dialogue.send(Negative(code=WAIT_MORE))
            else:
                self._answer(verdict)

    def _answer(self, verdict: Verdict) -> None:
        """Only KEEP commits; everything else makes the terminal reverse."""
        if verdict is Verdict.KEEP:
            self._dialogue.accept()
        else:
            self._contested = True
            self._dialogue.send(Negative(code=GOODS_FAILED))

    def _end(self, message: Completion | Abort) -> Run:
        refusal = self._refusal
        final: Event = PaymentClosed(self._payment)
        if isinstance(message, Abort):
            final = PaymentDeclined(self._payment, refusal.code or message.result, refusal.text)
        elif refusal.code:
            final = PaymentDeclined(self._payment, refusal.code, refusal.text)
        elif self._contested:
            self._dialogue.accept()
            raise Silent("the terminal completed what had been refused")
        for _ in range(FINAL_TRIES):  # on a slow disk: T3 leaves time for two looks
            if (yield final) is not Verdict.WAIT:
                break
        self._dialogue.accept()
