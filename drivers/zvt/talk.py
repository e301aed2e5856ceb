"""One command and all a terminal says to it, for commands that need no journal of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from drivers.zvt import reading
from drivers.zvt.dialogue import Turn
from drivers.zvt.fields import bcd, bitmap
from drivers.zvt.link import Link
from drivers.zvt.messages import (
    Abort,
    Completion,
    IntermediateStatus,
    Message,
    Negative,
    Positive,
    PrintLine,
    PrintTextBlock,
    ReadCard,
    SetTillClock,
    StatusInformation,
)
from drivers.zvt.receipts import part_of
from kiosk.ports import Cancel, Silent
from kiosk.receipt import Slip, joined

Decision = Positive | Negative
KEEP = Positive()
"""The answer that makes a transaction count (PA00P015 2.2.6)."""
REFUSE = Negative(code=0x66)
"""The terminal takes it back."""
WAIT = Negative(code=0x9C)
"""The terminal asks again in two seconds, as often as the command allowed."""


def partial(amount: int) -> Negative:
    """Only goods for this amount were handed out, in minor units: that much counts (84 9D)."""
    return Negative(code=0x9D, tail=bitmap(0x04, bcd(6).write(amount)))


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything a terminal said to one command."""

    refusal: Negative | None = None
    """It did not take the command; then nothing else is here."""
    told: tuple[StatusInformation, ...] = ()
    slips: tuple[Slip, ...] = ()
    clock: SetTillClock | None = None
    final: Completion | Abort | None = None
    """How it ended; None after a card that was read, which ends with its data (2.21)."""

    @property
    def last(self) -> StatusInformation | None:
        """The last result it told."""
        return self.told[-1] if self.told else None


Decide = Callable[[StatusInformation], Decision]
Show = Callable[[tuple[str, ...]], None]


def keep_all(_: StatusInformation) -> Decision:
    """Every result counts: for what moves no money."""
    return KEEP


def converse(
    link: Link,
    command: Message,
    *,
    decide: Decide = keep_all,
    cancel: Cancel | None = None,
    show: Show | None = None,
    seconds: float = 0.0,
) -> Heard:
    """Send a command and listen to its end. Raises Silent where the end did not come.

    `decide` answers each result that is no refusal; `show` is told what stands on the display.
    """
    with link.closing_on_error():
        refusal = link.open().command(command, seconds)
        heard = Heard(refusal) if refusal else _Listener(link, decide, show).listen(command, cancel)
    link.release()
    return heard


class _Listener:
    """One command's answers, as they come."""

    def __init__(self, link: Link, decide: Decide, show: Show | None) -> None:
        self._link = link
        self._decide = decide
        self._show = show
        self._heard = Heard()
        self._refused = False
        self._kept = False
        """A result that moved money was accepted: whatever comes then, it stands (2.2.9)."""

    def listen(self, command: Message, cancel: Cancel | None) -> Heard:
        """Everything up to the end. Raises Silent where nobody knows what became of it."""
        dialogue = self._link.dialogue
        turn = Turn(dialogue, self._link.clock, cancel)
        while self._heard.final is None:
            message = turn.next()
            answer = self._take(message)
            self._refused |= answer.code == REFUSE.code if isinstance(answer, Negative) else False
            dialogue.send(answer)
            if isinstance(command, ReadCard) and isinstance(message, StatusInformation):
                break
        if self._refused and isinstance(self._heard.final, Completion):
            raise Silent("the terminal completed what had been refused")
        if self._kept and isinstance(self._heard.final, Abort):
            raise Silent("the terminal aborted what had been accepted")
        return self._heard

    def _take(self, message: Message) -> Decision:
        """Keep what was said, and answer it."""
        heard, charset = self._heard, self._link.registered.charset
        match message:
            case StatusInformation():
                self._heard = replace(heard, told=(*heard.told, message))
                if message.result:
                    return KEEP
                answer = self._decide(message)
                self._kept = answer == KEEP and self._decide is not keep_all
                return answer
            case PrintLine() | PrintTextBlock():
                part = part_of(message, charset)
                self._heard = replace(heard, slips=joined(heard.slips, part))
                # Nobody is here to look at a signature; a slip that moves no money wants none.
                return REFUSE if part.signature and self._decide is not keep_all else KEEP
            case IntermediateStatus():
                if self._show:
                    self._show(reading.display_lines(message, charset))
            case SetTillClock():
                self._heard = replace(heard, clock=message)
            case Completion() | Abort():
                self._heard = replace(heard, final=message)
            case _:
                return Negative(code=reading.UNSUPPORTED)
        return KEEP
