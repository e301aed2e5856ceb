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
from kiosk.ports import Cancel
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
    informations: tuple[StatusInformation, ...] = ()
    slips: tuple[Slip, ...] = ()
    clock: SetTillClock | None = None
    final: Completion | Abort | None = None
    """How it ended; None after a card that was read, which ends with its data (2.21)."""

    @property
    def last(self) -> StatusInformation | None:
        """The last result it told."""
        return self.informations[-1] if self.informations else None


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
    dialogue = link.open()
    refusal = dialogue.command(command, seconds)
    if refusal:
        link.release()
        return Heard(refusal)
    heard, turn = Heard(), Turn(dialogue, link.clock, cancel)
    while heard.final is None:
        message = turn.next()
        answer: Decision = KEEP
        match message:
            case StatusInformation():
                heard = replace(heard, informations=(*heard.informations, message))
                answer = KEEP if message.result else decide(message)
            case PrintLine() | PrintTextBlock():
                part = part_of(message, link.registered.charset)
                heard = replace(heard, slips=joined(heard.slips, part))
            case IntermediateStatus():
                if show:
                    show(reading.display_lines(message, link.registered.charset))
            case SetTillClock():
                heard = replace(heard, clock=message)
            case Completion() | Abort():
                heard = replace(heard, final=message)
            case _:
                answer = Negative(code=reading.UNSUPPORTED)
        dialogue.send(answer)
        if isinstance(command, ReadCard) and isinstance(message, StatusInformation):
            break
    link.release()
    return heard
