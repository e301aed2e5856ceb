"""The line is lost at every frame of a payment, whole or in the middle: the books still agree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import pytest

from drivers.line import Line
from drivers.zvt.scenes import Unacknowledged
from kiosk.checkout.events import Card, CardApproved, Event, LastOutcome, PaymentClosed
from kiosk.checkout.outcome import Finding, judge
from kiosk.checkout.states import Answer, Payment
from kiosk.ports import Cancel, DeviceError, Silent, Unavailable
from tests.drivers.zvt.bench import P1, PAY, Till, drive


class Cut(Enum):
    """Where in one call of the line the cable is torn."""

    BEFORE_WRITE = "nothing of a frame leaves"
    IN_WRITE = "half of a frame leaves"
    AFTER_WRITE = "a frame leaves, and nothing comes back"
    IN_READ = "half of what came is read"
    BEFORE_READ = "what came is lost"


@dataclass
class TornLine:
    """A line that is torn at its n-th frame in one direction."""

    line: Line
    cut: Cut
    frames: int
    torn: bool = False

    def read(self, seconds: float) -> bytes:
        data = self._whole().read(seconds)
        if data and self.cut in (Cut.BEFORE_READ, Cut.IN_READ) and self._this_one():
            if self.cut is Cut.BEFORE_READ:
                self._tear()
            data = data[: len(data) // 2]
            self.close()
        return data

    def write(self, data: bytes) -> None:
        line = self._whole()
        if self.cut in (Cut.BEFORE_READ, Cut.IN_READ) or not self._this_one():
            line.write(data)
            return
        if self.cut is not Cut.BEFORE_WRITE:
            line.write(data if self.cut is Cut.AFTER_WRITE else data[: len(data) // 2])
        self._tear()

    def close(self) -> None:
        self.torn = True
        self.line.close()

    def _whole(self) -> Line:
        if self.torn:
            raise Silent("torn")
        return self.line

    def _this_one(self) -> bool:
        self.frames -= 1
        return self.frames == 0

    def _tear(self) -> None:
        self.close()
        raise Silent("torn")


def pay_and_lose(till: Till, cut: Cut, frames: int) -> tuple[Payment, list[Event], bool, bool]:
    """One payment over a torn line: intent, events, whether its outcome is doubtful, if it tore."""
    before = till.baseline()
    till.clock.pass_time(5)
    payment = Payment(P1, PAY.amount, before, till.clock.now())
    dialogue = till.driver._link.dialogue
    torn = TornLine(dialogue._line, cut, frames)
    dialogue._line = torn
    events: list[Event] = []
    doubt = False
    try:
        drive(till.driver.execute(PAY, Cancel()), told=events)
    except Unavailable:
        pass
    except DeviceError:
        doubt = True
    return payment, events, doubt, torn.torn


def card_of(events: list[Event]) -> Card | None:
    """The approval that was kept before the line was lost."""
    return next((each.card for each in events if isinstance(each, CardApproved)), None)


def ask_twice(till: Till) -> LastOutcome:
    """A new driver asks, ten seconds apart, until two answers agree."""
    till.driver = till.new_driver()
    first = till.outcome()
    while True:
        till.clock.pass_time(10)
        till.simulator.tick()
        second = till.outcome()
        if second == first:
            return second
        first = second


@pytest.mark.parametrize("automatic", ["approve", 0x05])
@pytest.mark.parametrize(
    "policy", [Unacknowledged.REVERSE, Unacknowledged.LATER, Unacknowledged.KEEP]
)
@pytest.mark.parametrize("cut", list(Cut))
def test_wherever_the_line_is_lost_the_books_agree(
    cut: Cut, policy: Unacknowledged, automatic: str | int
) -> None:
    """Found paid if and only if the payment stands; and it was asked for once at most."""
    frames, doubts = 0, 0
    while True:
        frames += 1
        till = Till(unacknowledged=policy)
        till.pays()
        till.simulator.automatic = automatic
        payment, events, doubt, torn = pay_and_lose(till, cut, frames)
        stood = len(till.standing) - 1
        if doubt:
            doubts += 1
            answer = ask_twice(till)
            stood = len(till.standing) - 1
            finding = judge(payment, card_of(events), Answer(answer.terminal_id, answer.last))
            assert finding is (Finding.PAID if stood else Finding.NOT_PAID), (cut, frames)
        else:
            assert stood == sum(isinstance(each, PaymentClosed) for each in events), (cut, frames)
        assert till.simulator.authorisations <= 2
        if not torn:
            break
    assert doubts >= 3


@pytest.mark.parametrize("cut", list(Cut))
def test_a_payment_marked_as_declined_is_never_found_paid(cut: Cut) -> None:
    """Card complete reverses nothing: the same trace number is told again, with a refusal."""
    frames = doubts = 0
    torn = True
    while torn:
        frames += 1
        till = Till(unacknowledged=Unacknowledged.DECLINE)
        till.pays()
        payment, events, doubt, torn = pay_and_lose(till, cut, frames)
        if doubt:
            doubts += 1
            answer = ask_twice(till)
            finding = judge(payment, card_of(events), Answer(answer.terminal_id, answer.last))
            stood = len(till.standing) == 2
            assert (finding is Finding.PAID) is stood, (cut, frames)
            assert stood or card_of(events) or finding is Finding.NOT_PAID, (cut, frames)
    assert doubts >= 3
