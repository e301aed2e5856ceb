"""`drivers terminal pay`: one payment at any ZVT terminal."""

from __future__ import annotations

from drivers.tools.earlier import Earlier
from drivers.tools.money import Mover, Outcome, sold_on
from kiosk.basket import Article
from kiosk.checkout.events import (
    ArticleScanned,
    Device,
    DeviceOnline,
    PayPressed,
    QuantitySet,
    StartPressed,
)
from kiosk.checkout.regions.prices import total_of
from kiosk.checkout.states import Link, Shopping, Sold
from kiosk.ids import Gtin
from kiosk.sequential import Sequential


class Payer(Mover):
    """Takes one payment."""

    YES = "paid"

    def _is_asked(self, earlier: Earlier) -> bool:
        return isinstance(earlier, Sold) and earlier.payment.amount == self._amount

    def _move(self, kiosk: Sequential) -> bool:
        kiosk.post(DeviceOnline(Device.TERMINAL))
        if isinstance(kiosk.state.phase, Shopping):
            for line in kiosk.state.phase.sale.basket.lines:
                kiosk.post(QuantitySet(line.id, 0))
        else:
            kiosk.post(StartPressed())  # from attract, or from thanks to attract
            kiosk.post(StartPressed())
        kiosk.post(ArticleScanned(Article(Gtin(0), "Payment", self._amount, 0)))
        phase = kiosk.state.phase
        if isinstance(phase, Shopping):
            kiosk.post(PayPressed(0, total_of(phase.sale)))
        return self._settled(kiosk)

    def _outcome(self, kiosk: Sequential, before: str) -> Outcome:
        sold = sold_on(kiosk.state)
        if sold:
            return self.moved(sold, f"approved{before}")
        notice = kiosk.state.notice
        reason = notice.told.value if notice else "stopped"
        if kiosk.state.devices.terminal is Link.LOST:
            reason = "the terminal does not answer; nothing was charged"
            if kiosk.last_fault:
                reason = f"nothing was charged: {kiosk.last_fault.detail}"
        if notice and notice.code:
            reason = f"{reason} ({notice.code:02X})"
        return Outcome("not_paid", self._amount.minor, reason=f"{reason}{before}")
