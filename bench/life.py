"""A kiosk's days as records: what a million events of a shop are made of."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kiosk.basket import Article
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    ArticleScanned,
    Card,
    CardApproved,
    CodeFault,
    CodeRefused,
    Device,
    DeviceOnline,
    Event,
    PaymentClosed,
    PaymentDeclined,
    PayPressed,
    PrinterStatus,
    QuantitySet,
    ReceiptPrinted,
    Restarted,
    SlipReceived,
    StartPressed,
    TerminalReady,
    Timer,
    TimerFired,
)
from kiosk.checkout.floor_events import ParkPressed, ResumeAsked
from kiosk.checkout.regions.prices import total_of
from kiosk.checkout.states import Paid, Paying, Shopping, State
from kiosk.ids import Gtin
from kiosk.journal import digest_of
from kiosk.money import Money
from kiosk.receipt import Shop, Slip

BEGIN = datetime(2026, 11, 21, 6, tzinfo=UTC)
SHOP = Shop("Markt am Grünen Weg", ("Grüner Weg 12", "12345 Musterstadt"), "12/345/67890")
TERMINAL = "52001234"
SLIP = tuple(f"Zeile {line} eines Belegs der Karte" for line in range(12))


class Days:
    """Sales one after the other: one to twelve articles, now and then a decline, a parked basket."""

    def __init__(self, state: State, seed: int = 1) -> None:
        self.state = state
        self._chance = random.Random(seed)
        self._at = BEGIN
        self._trace = 0
        self._articles = [
            Article(
                Gtin(4_000_000_000_000 + 7 * number),
                f"Artikel Nummer {number}",
                Money(19 + 7 * number),
                700 if number % 3 else 1900,
                deposit=Money(25 if number % 5 == 0 else 0),
            )
            for number in range(300)
        ]

    def records(self) -> Iterator[tuple[Event, str]]:
        """Events as they are journalled, each with the digest after it; there is no end."""
        yield self._kept(Restarted(SHOP))
        yield self._kept(DeviceOnline(Device.TERMINAL))
        yield self._kept(TerminalReady(TERMINAL, None))
        while True:
            yield from self._sale()

    def _kept(self, event: Event) -> tuple[Event, str]:
        self._at += timedelta(seconds=self._chance.randint(1, 6))
        event = replace(event, at=self._at)
        self.state = decide(self.state, event).state
        return event, digest_of(self.state)

    def _sale(self) -> Iterator[tuple[Event, str]]:
        chance = self._chance
        yield self._kept(StartPressed())
        for _ in range(chance.randint(1, 12)):
            yield self._kept(ArticleScanned(chance.choice(self._articles)))
            if chance.random() < 0.1:
                yield self._kept(CodeRefused("E0", 13, CodeFault.UNKNOWN))
        if chance.random() < 0.3:
            yield self._kept(QuantitySet(self._shopping().sale.basket.lines[0].id, 2))
        yield self._kept(TimerFired(Timer.UNDO))
        if chance.random() < 0.02:
            yield self._kept(ParkPressed())
            yield self._kept(ResumeAsked(self.state.parked[-1].number))
        if chance.random() < 0.05:
            yield from self._pay(approved=False)
        yield from self._pay(approved=True)
        phase = self.state.phase
        assert isinstance(phase, Paid)
        yield self._kept(ReceiptPrinted(phase.job))
        yield self._kept(PrinterStatus(None))
        yield self._kept(TimerFired(Timer.THANKS))

    def _pay(self, *, approved: bool) -> Iterator[tuple[Event, str]]:
        yield self._kept(PayPressed(1, total_of(self._shopping().sale)))
        phase = self.state.phase
        assert isinstance(phase, Paying)
        payment = phase.payment
        if not approved:
            yield self._kept(PaymentDeclined(payment.id, 5))
            yield self._kept(TerminalReady(TERMINAL, None))
            return
        self._trace += 1
        card = Card(
            payment.amount, TERMINAL, self._trace, self._trace, "girocard", "****4711", self._at
        )
        yield self._kept(CardApproved(payment.id, card))
        yield self._kept(SlipReceived(payment.id, Slip("customer", SLIP)))
        yield self._kept(PaymentClosed(payment.id))

    def _shopping(self) -> Shopping:
        phase = self.state.phase
        assert isinstance(phase, Shopping)
        return phase
