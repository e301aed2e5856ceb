"""A sale up to its receipt: printed, failed, owed, offered by a link."""

from __future__ import annotations

from dataclasses import replace

from kiosk.checkout.commands import (
    Authorize,
    Forget,
    PrintReceipt,
    StartTimer,
)
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    CardApproved,
    Event,
    PaymentClosed,
    PayPressed,
    PrintAgainPressed,
    PrintFault,
    ReceiptFailed,
    ReceiptWaived,
    SlipReceived,
    Timer,
    TimerFired,
)
from kiosk.checkout.states import (
    Known,
    Member,
    ReceiptOwed,
    State,
)
from kiosk.ids import Handle, JobId
from kiosk.receipt import Slip
from tests.story import MILK, NOW, P1, Story, card, shopping

JOB, JOB2, JOB3 = (JobId(f"K1-abc-j00000{number}") for number in (2, 3, 4))
AGAIN, WAIVED = PrintAgainPressed(), ReceiptWaived()
H1 = Handle("0123456789abcdef")
OUT = ReceiptFailed(JOB, PrintFault.PAPER_OUT, partial=False)
TORN = ReceiptFailed(JOB, PrintFault.PAPER_OUT, partial=True)


def paid() -> Story:
    story = Story(shopping(MILK)) >> PayPressed(1, MILK.price) << Authorize
    for kind in ("customer", "merchant"):
        slip = SlipReceived(P1, Slip(kind, (kind,)))
        story = (story >> CardApproved(P1, card())) >> slip
    return story >> PaymentClosed(P1)


def printing(story: Story, *, copy: bool) -> Story:
    """Demands a print job, with or without the copy mark."""
    [command] = [each for each in story._commands if isinstance(each, PrintReceipt)]
    assert command.receipt.copy is copy
    assert command.receipt.number == 1
    return story << PrintReceipt


def owed(event: ReceiptFailed) -> State:
    return (printing(paid(), copy=False) >> event).ends_in(ReceiptOwed)


def waits(state: State, event: Event) -> dict[Timer, float]:
    step = decide(state, replace(event, at=NOW))
    return {each.timer: each.seconds for each in step.commands if isinstance(each, StartTimer)}


LINKED = Handle("feed")


def known_customer() -> Story:
    """Paid by somebody whom the service knows, at a kiosk whose service takes receipts."""
    state = replace(shopping(MILK), service=True, links=True)
    state = replace(state, member=Member(H1, Known.FOUND, sealed=True))
    story = (Story(state) >> PayPressed(1, MILK.price) << Authorize) >> CardApproved(P1, card())
    return story >> PaymentClosed(P1)


def then(story: Story, *events: Event) -> Story:
    """One event after the other, whatever was demanded between."""
    for event in events:
        story = Story(story.state) >> event
    return story


def wiped(story: Story) -> list[Handle]:
    """What the last step had the vault forget."""
    return [each.handle for each in story._commands if isinstance(each, Forget)]


def later() -> Story:
    """The customer has gone without paper, and the kiosk waits for the next one."""
    return then(Story(owed(OUT)), WAIVED, TimerFired(Timer.THANKS))
