"""Tests that read as a conversation: feed an event, demand the next commands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Self

from kiosk.basket import Article, Basket
from kiosk.checkout.commands import Command, StartTimer, StopTimer
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    UNSTAMPED,
    Card,
    Device,
    DeviceFault,
    Event,
    FaultKind,
    Transaction,
)
from kiosk.checkout.states import Baseline, Devices, Link, Phase, Sale, Shopping, State
from kiosk.checkout.step import Verdict
from kiosk.ids import Gtin, LineId, PaymentId, SaleId
from kiosk.money import Money
from kiosk.receipt import Shop

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
TID = "52001234"
MILK = Article(Gtin(4012345000016), "Bio-Vollmilch", Money(119), 700)
WATER = Article(Gtin(4012345000023), "Wasser", Money(89), 1900, deposit=Money(25))
WINE = Article(Gtin(4012345000047), "Riesling", Money(699), 1900, age=16)
SHOP = Shop("Markt", ("Weg 1", "12345 Ort"), "12/345")
BEFORE = Baseline(TID, trace=6, receipt=6)
P1 = PaymentId("K1-abc-p000001")
P2 = PaymentId("K1-abc-p000002")


def shopping(*articles: Article, released: int = 0) -> State:
    """A kiosk with these articles in the basket, its terminal ready."""
    basket = Basket()
    for number, article in enumerate(articles, 1):
        basket = basket.add(LineId(100 + number), article)
    sale = Sale(SaleId("K1-abc-s000000"), NOW, basket, released)
    devices = Devices(terminal=Link.READY, baseline=BEFORE, scanner=Link.READY, printer=Link.READY)
    return State("K1", "abc", SHOP, Shopping(sale), devices)


def card(amount: int = 119, trace: int = 7, terminal_id: str = TID) -> Card:
    """An approval."""
    return Card(Money(amount), terminal_id, trace, trace, "girocard", "****4711", NOW)


def transaction(
    amount: int = 119,
    trace: int = 7,
    *,
    result: int = 0,
    reversal_of: int | None = None,
    at: datetime | None = NOW + timedelta(seconds=9),
    terminal_id: str = TID,
    receipt: int | None = None,
) -> Transaction:
    """What the terminal remembers."""
    number = trace if receipt is None else receipt
    return Transaction(terminal_id, trace, number, Money(amount), result, at, reversal_of)


def silence(payment: PaymentId = P1) -> DeviceFault:
    """The line to the terminal was lost in a payment."""
    return DeviceFault(Device.TERMINAL, FaultKind.SILENT, False, payment)


class Story:
    """`>>` feeds an event, `<<` demands a command it brought about (timers aside)."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.verdict = Verdict.KEEP
        self._now = NOW
        self._commands: list[Command] = []

    def __rshift__(self, event: Event) -> Self:
        assert not self._commands, f"nobody demanded {self._commands}"
        if event.at == UNSTAMPED:
            event = replace(event, at=self._now)
        step = decide(self.state, event)
        self._now += timedelta(seconds=1)
        self.state, self.verdict = step.state, step.verdict
        self._commands = [c for c in step.commands if not isinstance(c, StartTimer | StopTimer)]
        return self

    def __lshift__(self, command: Command | type) -> Self:
        assert self._commands, f"{command} was demanded, and nothing came"
        found = self._commands.pop(0)
        if isinstance(command, type):
            assert isinstance(found, command), found
        else:
            assert found == command
        return self

    def refused(self) -> Self:
        """The last event was not kept."""
        assert self.verdict is Verdict.REFUSE
        return self

    def kept(self) -> Self:
        """The last event was kept."""
        assert self.verdict is Verdict.KEEP
        return self

    def ends_in(self, phase: type[Phase]) -> State:
        """The story is over in this phase, with nothing left undone."""
        assert not self._commands, f"nobody demanded {self._commands}"
        assert isinstance(self.state.phase, phase), self.state.phase
        return self.state
