"""Three kiosks, one service and a line that loses things: no slip is ever worth more than its face."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from dataclasses import replace as plainly

import pytest

from kiosk.checkout.commands import HoldSlip, ReleaseSlip
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    CardApproved,
    Device,
    DeviceOnline,
    Event,
    PaymentClosed,
    PayPressed,
    ReceiptPrinted,
    Restarted,
    Timer,
    TimerFired,
)
from kiosk.checkout.floor import Act, Reason
from kiosk.checkout.floor_events import Acted, AttendantArrived, ParkPressed, ResumeAsked
from kiosk.checkout.goods_events import (
    DepositSlipScanned,
    SlipFault,
    SlipHeld,
    SlipRefused,
    SlipReleased,
)
from kiosk.checkout.regions.prices import total_of
from kiosk.checkout.regions.selling import may_pay
from kiosk.checkout.states import Attract, Paid, Shopping, State
from kiosk.checkout.step import Step
from kiosk.money import Money
from tests.kiosk.checkout.test_held_slips import CHECKED, checked, replace
from tests.story import MILK, NOW, SHOP, card


@dataclass
class Row:
    """What the service knows of a slip."""

    left: int
    holder: int | None = None
    turn: int = 0


@dataclass
class Shop:
    """Kiosks, the service, what is on its way between them, and what was taken off in all."""

    chance: random.Random
    kiosks: list[State] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)
    wire: list[tuple[int, HoldSlip | ReleaseSlip]] = field(default_factory=list)
    taken: dict[str, int] = field(default_factory=dict)

    def feed(self, at: int, event: Event) -> None:
        step: Step = decide(self.kiosks[at], plainly(event, at=NOW))
        self.kiosks[at] = step.state
        asks = [each for each in step.commands if isinstance(each, HoldSlip | ReleaseSlip)]
        self.wire += [(at, each) for each in asks]

    def pay(self, at: int) -> None:
        """By card, or for nothing."""
        phase = self.kiosks[at].phase
        if not isinstance(phase, Shopping) or not may_pay(self.kiosks[at], phase):
            return
        before = {each.number: each.worth.minor for each in phase.sale.slips}
        rest = total_of(plainly(phase.sale, slips=())).minor
        self.feed(at, PayPressed(1, total_of(phase.sale)))
        paying = self.kiosks[at].phase
        if not isinstance(paying, Paid):
            payment = paying.payment  # type: ignore[union-attr]
            self.feed(at, CardApproved(payment.id, card(payment.amount.minor)))
            self.feed(at, PaymentClosed(payment.id))
        for number, worth in before.items():
            part = min(worth, rest)
            rest -= part
            self.taken[number] = self.taken.get(number, 0) + part
        done = self.kiosks[at].phase
        assert isinstance(done, Paid)
        self.feed(at, ReceiptPrinted(done.job))
        self.feed(at, TimerFired(Timer.THANKS))

    def deliver(self) -> None:
        """One message, in any order; its question or its answer may be lost, or it comes twice."""
        if not self.wire:
            return
        place = self.chance.randrange(len(self.wire))
        at, command = self.wire[place]
        if self.chance.random() > 0.2:  # else it comes once more, late
            del self.wire[place]
        asks = isinstance(command, HoldSlip)
        away = SlipRefused(command.number, command.face, SlipFault.AWAY) if asks else None
        heard = self.chance.random() > 0.2
        event = self._said(at, command) if heard else None
        if heard and self.chance.random() < 0.2:
            event = None
        if event := event or away:
            self.feed(at, event)

    def _said(self, at: int, command: HoldSlip | ReleaseSlip) -> Event:
        return self._hold(at, command) if isinstance(command, HoldSlip) else self._free(at, command)

    def _hold(self, at: int, command: HoldSlip) -> Event:
        row = self.rows.setdefault(command.number, Row(command.face.minor))
        if not row.left:
            return SlipRefused(command.number, command.face, SlipFault.REDEEMED)
        if row.holder not in (None, at):
            return SlipRefused(command.number, command.face, SlipFault.ELSEWHERE)
        row.holder, row.turn = at, row.turn + 1
        return SlipHeld(command.number, command.face, Money(row.left), row.turn)

    def _free(self, at: int, command: ReleaseSlip) -> Event:
        row = self.rows[command.number]
        row.left = min(row.left, command.left.minor)
        if (row.holder, row.turn) == (at, command.turn):
            row.holder = None
        return SlipReleased(command.number, command.face, command.turn)


@pytest.mark.parametrize("seed", range(6))
def test_no_slip_is_ever_worth_more_than_its_face(seed: int) -> None:
    """Three kiosks and four slips, whatever is lost, late, twice, or restarted in between."""
    shop = Shop(random.Random(seed), [checked() for _ in range(3)])
    chance = shop.chance
    tries = 0
    for _ in range(5000):
        at = chance.randrange(3)
        match chance.randrange(20):
            case 0:
                shop.feed(at, ArticleScanned(MILK))
            case 1 | 2 | 3:
                number = chance.choice(["00001", "00002", "00003", "00004"])
                shop.feed(at, DepositSlipScanned(number, Money(100 * int(number))))
            case 4:
                shop.pay(at)
                tries += 1
            case 5:
                shop.feed(at, ParkPressed())
            case 6:
                for each in shop.kiosks[at].parked[:1]:
                    shop.feed(at, ResumeAsked(each.number))
            case 7:
                shop.feed(at, AttendantArrived("7"))
                shop.feed(at, Acted(Act.VOID_SALE, Reason.CUSTOMER_GONE))
            case 8:
                ready = shop.kiosks[at].devices
                shop.feed(at, Restarted(SHOP, service=True, tenders=CHECKED))
                phase = shop.kiosks[at].phase
                phase = phase if isinstance(phase, Shopping) else Attract()
                shop.kiosks[at] = replace(shop.kiosks[at], devices=ready, phase=phase)
            case 9:
                shop.feed(at, DeviceOnline(Device.LOOKUP))
            case _:
                shop.deliver()
    assert tries > 100
    for number, minor in shop.taken.items():
        assert minor <= 100 * int(number), number
    assert shop.taken
