"""The kiosk whose taps are measured: a process of its own that prints what it found as JSON."""

from __future__ import annotations

import gc
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from bench.frames import Frames
from bench.kiosk_process import touch, wait_for
from drivers.cards.pn532 import Pn532Field
from drivers.cards.tag import Target
from drivers.lab.client import LabClient
from kiosk.assembly import Checkout
from kiosk.config import ServiceConfig
from kiosk.demo import config_of
from kiosk.screens.values import AttractView, MemberState, ScanView, Screen
from kiosk.window import Relay, open_window
from kiosk.words import Language
from ui.app import KioskWindow, make_app
from ui.loop import spin, until_frame
from ui.profile import DisplayProfile

CARDS = ("loyalty", "sun")
AWAY_SECONDS = 0.5
"""A card is missed after 0.3 s."""
PATIENCE = 5.0
WARM_UP = 4


@dataclass
class Stamps:
    """When the reader found the last card, and when its holder's greeting was published."""

    found: float = 0.0
    published: float = 0.0
    version: int = 0
    """Of the screen with the greeting; 0: it was not published yet."""
    later: bool = False
    """The service was not asked: the kiosk has not heard of it yet."""


@dataclass
class Taps:
    """Milliseconds."""

    held: list[float] = field(default_factory=list)
    published: list[float] = field(default_factory=list)
    painted: list[float] = field(default_factory=list)


class Kiosk:
    """A kiosk with its window, and a hand before its reader."""

    def __init__(self, folder: Path, addresses: dict[str, str]) -> None:
        relay = Relay()
        self.window: KioskWindow = open_window(
            DisplayProfile.portrait(), relay, Language.DE, full_screen=False, motion=True
        )
        self._frames = Frames(self.window)
        self._stamps = Stamps()
        self._lab = LabClient(addresses["lab"])
        self._hand = ThreadPoolExecutor(1)
        service = ServiceConfig(folder / "identity", folder / "outbox.db")
        self._checkout = relay.checkout = Checkout(config_of(folder, addresses, service))
        self._poll = Pn532Field.poll
        self._patch = patch.object(Pn532Field, "poll", self._polled())
        self._patch.start()
        self._checkout.start(self._publish)
        gc.freeze()  # as a kiosk does
        wait_for(self.window, AttractView)
        spin(1.0)

    def _polled(self) -> object:
        poll, stamps = self._poll, self._stamps

        def polled(reader: Pn532Field, seconds: float) -> Target | None:
            target = poll(reader, seconds)
            if target is not None:
                stamps.found = time.time()
            return target

        return polled

    def _publish(self, screen: Screen) -> None:
        self.window.bridge.publish(screen)
        view = screen.view
        if not isinstance(view, ScanView) or view.member is None:
            return
        if view.member.state is MemberState.FOUND and not self._stamps.version:
            self._stamps.published, self._stamps.version = time.time(), screen.version
        self._stamps.later = view.member.state is MemberState.LATER

    def tap(self, card: str, taps: Taps | None) -> None:
        """Hold a card, be greeted, say that one is somebody else, and take the card away."""
        self._stamps.version, self._stamps.later = 0, False
        held_at = self._hand.submit(self._hold, card)
        end = time.time() + PATIENCE
        while not self._stamps.version or self._frames.version < self._stamps.version:
            until_frame(self.window.stage.view, 0.2)
            if taps is None and self._stamps.later:
                break
            if time.time() > end:
                raise SystemExit("nobody was greeted")
        held, painted = held_at.result(), self._frames.last or 0.0
        if taps:
            taps.held.append((self._stamps.found - held) * 1000)
            taps.published.append((self._stamps.published - self._stamps.found) * 1000)
            taps.painted.append((painted - self._stamps.found) * 1000)
        touch(self.window, lambda view: view.member.not_me)
        self._hand.submit(self._lab.do, "take").result()
        spin(AWAY_SECONDS)

    def _hold(self, card: str) -> float:
        start = time.time()
        if said := self._lab.do("hold", card):
            raise SystemExit(said)
        return start

    def close(self) -> None:
        self._checkout.stop()
        self._patch.stop()
        self._hand.shutdown()
        self._lab.close()
        self.window.close()


def main(folder: str, addresses: str, count: str) -> None:
    make_app(offscreen=True)
    kiosk = Kiosk(Path(folder), json.loads(addresses))
    for number in range(WARM_UP):
        kiosk.tap(CARDS[number % len(CARDS)], None)
    taps = Taps()
    for number in range(int(count)):
        kiosk.tap(CARDS[number % len(CARDS)], taps)
    kiosk.close()
    print(json.dumps(vars(taps)))


if __name__ == "__main__":
    main(*sys.argv[1:])
