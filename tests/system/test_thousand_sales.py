"""A thousand sales through the engine with devices at speed 0: the books agree, memory is flat."""

from __future__ import annotations

import gc
import os
import random
from pathlib import Path

import pytest

from drivers.printer.mechanism import Mechanism
from drivers.zvt.simulator import TerminalSimulator
from kiosk.basket import Article
from kiosk.checkout.events import (
    ArticleScanned,
    CardApproved,
    PaymentClosed,
    QuantitySet,
    ReceiptPrinted,
    StartPressed,
)
from kiosk.checkout.states import Shopping, Thanks
from kiosk.ids import Gtin
from kiosk.money import Money
from kiosk.pricing import total
from tests.wired import FakeClock, Wired

SALES = 1000
WARM = 200
GROWTH_BYTES = 4 << 20
"""Over 800 sales, simulators and their turnover memory included."""


def resident() -> int:
    """Bytes of this process in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def one_sale(kiosk: Wired, chance: random.Random) -> Money:
    """A few articles, a quantity changed, paid and printed; what it came to."""
    kiosk.kiosk.post(StartPressed())
    for _ in range(chance.randint(1, 6)):
        number = chance.randint(1, 40)
        deposit = Money(25 if number % 5 == 0 else 0)
        article = Article(
            Gtin(number), f"Artikel {number}", Money(19 + 37 * number), 700, deposit=deposit
        )
        kiosk.kiosk.post(ArticleScanned(article))
    phase = kiosk.state.phase
    assert isinstance(phase, Shopping)
    kiosk.kiosk.post(QuantitySet(phase.sale.basket.lines[0].id, chance.randint(1, 3)))
    phase = kiosk.state.phase
    assert isinstance(phase, Shopping)
    amount = total(phase.sale.basket)
    kiosk.pay()
    assert isinstance(kiosk.state.phase, Thanks), kiosk.state.phase
    kiosk.leave()
    kiosk.mechanism.sheets()
    return amount


def test_a_thousand_sales_agree_to_the_cent(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Sum of the journal, of the terminal, and of what the customers saw."""
    clock = FakeClock()
    simulator = TerminalSimulator(clock, automatic="approve")
    kiosk = Wired(tmp_path / "journal.db", simulator, clock, mechanism=Mechanism())
    kiosk.start()
    chance = random.Random(7)
    seen = Money(0)
    before = 0
    for number in range(SALES):
        if number == WARM:
            before = resident()
        seen = seen + one_sale(kiosk, chance)
    growth = resident() - before

    approved: dict[str, int] = {}
    kept = printed = 0
    for record in kiosk.journal.records():
        match record.event:
            case CardApproved(payment=payment, card=card):
                approved[payment] = card.amount.minor
            case PaymentClosed(payment=payment):
                kept += approved[payment]
            case ReceiptPrinted():
                printed += 1
            case _:
                pass
    kiosk.close()
    with capfd.disabled():
        print(
            f"\n  {SALES} sales, {kept / 100:.2f} EUR, {growth / (SALES - WARM):.0f} bytes a sale"
        )
    assert kept == simulator.memory.turnover() == seen.minor
    assert printed == kiosk.state.receipts == SALES
    assert growth < GROWTH_BYTES
