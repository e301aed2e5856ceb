"""A kiosk's life written straight into a journal: events in, at times that a test chooses."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from kiosk.basket import Article
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    CardApproved,
    Device,
    DeviceFault,
    DeviceOnline,
    Event,
    FaultKind,
    LastOutcome,
    PaymentClosed,
    PaymentDeclined,
    PayPressed,
    PrintFault,
    ReceiptFailed,
    ReceiptPrinted,
    Restarted,
    StaffResolved,
    StartPressed,
    TerminalReady,
    Timer,
    TimerFired,
)
from kiosk.checkout.floor import Act, Reason
from kiosk.checkout.floor_events import Acted, AttendantArrived, AttendantLeft
from kiosk.checkout.regions.prices import total_of
from kiosk.checkout.states import InDoubt, Paid, Paying, Settling, Shopping, State
from kiosk.checkout.step import Step
from kiosk.ids import LineId, PaymentId
from kiosk.journal import Journal, digest_of
from kiosk.receipt import Shop
from tests.story import NOW, SHOP, TID, card, transaction


class Life:
    """Each method is what drivers and people would bring about; a second passes at every event."""

    def __init__(self, path: Path, at: datetime = NOW, shop: Shop = SHOP) -> None:
        self.path = path
        self.journal = Journal(path, "K1")
        self.state = State("K1", self.journal.epoch)
        self.at = at
        self.trace = 6
        self.feed(Restarted(shop))
        self.feed(DeviceOnline(Device.TERMINAL))
        self.feed(TerminalReady(TID, transaction(trace=self.trace)))

    def feed(self, *events: Event) -> Step:
        """Decide, and keep."""
        assert events
        for event in events:
            event = replace(event, at=self.at)
            step = decide(self.state, event)
            self.journal.append(event, digest_of(step.state))
            self.state = step.state
            self.at += timedelta(seconds=1)
        return step

    def scan(self, *articles: Article) -> Self:
        """Into the basket."""
        if not isinstance(self.state.phase, Shopping):
            self.feed(StartPressed())
        self.feed(*(ArticleScanned(article) for article in articles))
        return self

    def pay(self) -> Self:
        """As the screen offers it."""
        self.feed(PayPressed(1, total_of(self.shopping.sale)))
        return self

    def approve(self) -> Self:
        """The card is good, and the terminal says so to the end."""
        self.trace += 1
        phase = self.state.phase
        assert isinstance(phase, Paying)
        payment = phase.payment
        self.feed(CardApproved(payment.id, card(payment.amount.minor, self.trace)))
        self.feed(PaymentClosed(payment.id))
        return self

    def decline(self, code: int = 0x05) -> Self:
        """No money; the terminal is asked for its memory, as after each decline."""
        self.feed(PaymentDeclined(self.payment, code, "Karte nicht gültig"))
        self.feed(TerminalReady(TID, transaction(trace=self.trace)))
        return self

    def silence(self) -> Self:
        """The line is lost in the payment."""
        self.feed(DeviceFault(Device.TERMINAL, FaultKind.SILENT, False, self.payment))
        return self

    def staff_say(self, *, paid: bool) -> Self:
        """With the terminal's slip in hand."""
        self.feed(DeviceFault(Device.TERMINAL, FaultKind.SILENT, False, self.payment))
        self.feed(StaffResolved(self.payment, paid, "slip 0012"))
        self.ready()
        return self

    def terminal_says(self, *, paid: bool) -> Self:
        """Twice the same."""
        phase = self.state.phase
        assert isinstance(phase, InDoubt)
        self.trace += paid
        last = transaction(
            phase.payment.amount.minor if paid else 119, self.trace, at=phase.payment.intent
        )
        for _ in range(2):
            self.feed(LastOutcome(phase.payment.id, TID, last))
            if isinstance(self.state.phase, InDoubt):
                self.feed(TimerFired(Timer.ASK_AGAIN))
        return self

    def ready(self) -> Self:
        """The terminal comes back."""
        self.feed(DeviceOnline(Device.TERMINAL))
        self.feed(TerminalReady(TID, transaction(trace=self.trace)))
        return self

    def print(self) -> Self:
        """The receipt comes out, and its customer goes."""
        phase = self.state.phase
        assert isinstance(phase, Paid), phase
        self.feed(ReceiptPrinted(phase.job), TimerFired(Timer.THANKS))
        return self

    def no_paper(self) -> Self:
        """It does not come out."""
        phase = self.state.phase
        assert isinstance(phase, Paid)
        self.feed(ReceiptFailed(phase.job, PrintFault.PAPER_OUT, partial=False))
        return self

    def act(self, act: Act, reason: Reason = Reason.CHECKED, line: LineId | None = None) -> Self:
        """Staff come, do it, and go."""
        self.feed(AttendantArrived("7"), Acted(act, reason, line), AttendantLeft())
        return self

    def buy(self, *articles: Article) -> Self:
        """A plain purchase from beginning to end."""
        return self.scan(*articles).pay().approve().print()

    @property
    def shopping(self) -> Shopping:
        assert isinstance(self.state.phase, Shopping), self.state.phase
        return self.state.phase

    @property
    def payment(self) -> PaymentId:
        phase = self.state.phase
        assert isinstance(phase, Paying | Settling | InDoubt), phase
        return phase.payment.id

    def close(self) -> None:
        self.journal.close()
