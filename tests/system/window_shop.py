"""A whole kiosk behind its window, with all simulated devices, and a finger on the glass."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_QUICK_BACKEND"] = "software"
os.environ["QT_FONT_DPI"] = "96"
os.environ["QT_SCALE_FACTOR"] = "1"

from drivers.lab.bench import SimulatedBench
from kiosk.assembly import Checkout
from kiosk.clock import SystemClock
from kiosk.demo import config_of
from kiosk.screens.values import Screen
from kiosk.script import Customer
from kiosk.words import NBSP
from ui.app import KioskWindow
from ui.loop import spin
from ui.profile import DisplayProfile
from ui.viewmodels.actions import offered

MILK, WATER, APPLES = "4012345000016", "4012345000023", "2800017000004"
SPEED_MM_S = 1000.0
"""Of the printer: several receipts a second."""


class Glass:
    """`kiosk.script.Stage` without an album."""

    def __init__(self, window: KioskWindow, bench: SimulatedBench, checkout: Checkout) -> None:
        self.window = window
        self.bench = bench
        self.checkout = checkout

    def screen(self) -> Screen | None:
        return self.window.bridge.latest

    def tap(self, action: str) -> None:
        self.window.tap(action)

    def shoot(self, name: str) -> None:
        raise NotImplementedError(name)

    def fetch(self, name: str) -> str:
        raise NotImplementedError(name)

    def lab(self, verb: str, *words: str) -> str:
        return self.bench.do(verb, *words)

    def receipts(self) -> int:
        return self.bench.state(-1, 0).paper_count

    def keep_receipt(self) -> None:
        """It stays where the printer left it."""

    def spin(self, seconds: float) -> None:
        spin(seconds)

    def words(self) -> str:
        """All text that is drawn now, read from the items of the window."""
        self.window.grab()
        found: list[str] = []
        waiting = [self.window.stage.view.contentItem()]
        while waiting:
            item = waiting.pop(0)
            if item.isVisible():
                text: Any = item.property("text")
                found += [text] if isinstance(text, str) else []
                waiting.extend(item.childItems())
        return "\n".join(found).replace(NBSP, " ")


class Finger(Customer):
    """A customer who also looks at what is drawn, and at what has gone."""

    def __init__(self, glass: Glass) -> None:
        super().__init__(glass, SystemClock())
        self.glass = glass

    def sees(self, *texts: str) -> None:
        """Until all of this is drawn."""
        for text in texts:
            self._drawn(text, wanted=True)

    def sees_no_more(self, text: str) -> None:
        """Until this is not drawn any more."""
        self._drawn(text, wanted=False)

    def can(self, action: str) -> None:
        """Until this button does something."""
        self._until(lambda screen: offered(screen)[action].event is not None)

    def _drawn(self, text: str, *, wanted: bool) -> None:
        try:
            self._until(lambda _screen: (text in self.glass.words()) == wanted)
        except TimeoutError:
            raise AssertionError(f"{text!r}: not {wanted}; drawn:\n{self.glass.words()}") from None


@contextmanager
def glass(folder: Path, profile: DisplayProfile, till: str = "") -> Iterator[Glass]:
    """A kiosk of the demo without a central service, ready to sell. `till`: takes cash beside it."""
    bench = SimulatedBench(folder / "lab", (), speed_mm_s=SPEED_MM_S)
    with ExitStack() as stack:
        bench.start()
        stack.callback(bench.stop)
        config = config_of(folder, bench.addresses)
        config = replace(config, kiosk=replace(config.kiosk, till=till))
        checkout = Checkout(config)
        window = KioskWindow(
            profile, checkout.post, lend=checkout.lend, code=checkout.code, motion=False
        )
        stack.callback(window.close)
        stack.callback(checkout.stop)
        window.show()
        checkout.start(window.bridge.publish)
        made = Glass(window, bench, checkout)
        Finger(made).do_wait("attract")
        yield made
