"""A whole kiosk without its window, devices simulated on real lines, and a hand with any card in it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from drivers.cards.virtual import VirtualCard
from drivers.cards.vpcd import VirtualSlot
from drivers.lab.bench import SimulatedBench
from drivers.lab.purse import Purse
from drivers.lab.shelf import shelf_of
from drivers.lab.wire import CARD_PREFIX
from drivers.scanner.held import SAME_CARD_SECONDS
from kiosk.assembly import Checkout
from kiosk.clock import SystemClock
from kiosk.config import ReaderConfig, ServiceConfig
from kiosk.control import Running, door_of
from kiosk.demo import ARTICLES, config_of
from kiosk.ids import Handle
from kiosk.ports import Cancel
from kiosk.screens.values import AttractView, MemberState, MemberView, ScanView, Screen, ThanksView
from kiosk.status_tool import status_over
from kiosk.words import Language, words_of
from service.stand import DEMO_HOST, ERIKA
from tests.drivers.cards.daemons import settle
from ui.viewmodels.actions import offered

PATIENCE = 90.0
MILK = "4012345000016"
AWAY_SECONDS = 0.6
"""After this a card that was taken away was missed: by our drivers, not by PC/SC's daemon."""
ANEW_SECONDS = SAME_CARD_SECONDS + 0.2
"""After this the scanner takes the same customer's code for shown anew."""
ONLINE = [
    re.compile(rb'"DeviceOnline"[^}]*"%s"' % device)
    for device in (b"lookup", b"scanner", b"reader")
]
GREETED, LATER, UNKNOWN = "greeted", "later", "unknown"
NOT_KNOWN = words_of(Language.DE)("We do not know this customer card.")
TOO_SOON = words_of(Language.DE)("The card was taken away too soon.")


class CardShop:
    """Closed by `close`. Screens come from the kiosk's thread; all else is for one."""

    def __init__(
        self,
        folder: Path,
        identity: Path,
        cards: Path,
        reader: str,
        slot: VirtualSlot | None,
        receipts: str = "",
        slips: tuple[str, ...] = (),
    ) -> None:
        """`reader`: its driver; `slot`: of PC/SC's virtual reader, None for the simulated chip.
        `receipts`: the address where customers also join; empty: there is none. `slips`: patterns of
        deposit slips."""
        folder.mkdir()
        self._folder = folder
        self.bench = SimulatedBench(
            folder / "lab", shelf_of(ARTICLES), speed_mm_s=1000, cards=cards
        )
        self.bench.start()
        self._purse = Purse(folder, cards)
        self._slot = slot
        self._changed = threading.Condition()
        self.screens: list[Screen] = []
        addresses = self.bench.addresses
        address = "pcsc:" if slot else addresses["reader"]
        service = ServiceConfig(identity, folder / "outbox.db", receipts, join=bool(receipts))
        config = config_of(folder, addresses, service)
        config = replace(config, reader=ReaderConfig(reader, address, (DEMO_HOST,)))
        config = replace(config, goods=replace(config.goods, deposit_slips=slips))
        self._door = door_of(config.kiosk.journal)
        self._checkout = Checkout(config)
        self._checkout.start(self._publish)

    def close(self) -> None:
        self.take()
        self._checkout.stop()
        self.bench.stop()

    def _publish(self, screen: Screen) -> None:
        with self._changed:
            self.screens.append(screen)
            self._changed.notify_all()

    @property
    def now(self) -> Screen:
        """The last screen."""
        return self.screens[-1]

    def until(self, holds: Callable[[Screen], object], since: int = -1) -> Screen:
        """The first screen after `since` of them that is so; -1: the last one may be it, too."""
        at = max(0, len(self.screens) - 1) if since < 0 else since

        def found() -> Screen | None:
            return next(filter(holds, self.screens[at:]), None)

        with self._changed:
            seen = self._changed.wait_for(found, PATIENCE)
        assert seen, (self.now.view, self.now.notice)
        return seen

    def open(self) -> None:
        """It sells, and knows of the service: a card counts, and need not wait for points."""
        self.until(lambda screen: isinstance(screen.view, AttractView))
        end = SystemClock().monotonic() + PATIENCE
        while not all(each.search(self.journal()) for each in ONLINE):
            assert SystemClock().monotonic() < end
            Cancel().wait(0.02)
        end = SystemClock().monotonic() + PATIENCE
        while True:
            said = self.scanned(CARD_PREFIX + ERIKA.card)
            self.not_me()
            if said == GREETED:
                return
            assert SystemClock().monotonic() < end
            Cancel().wait(ANEW_SECONDS)

    def status(self) -> dict[str, Any]:
        """As a technician sees it."""
        with closing(Running(self._door)) as line:
            return status_over(line)

    def journal(self) -> bytes:
        """All that was written of what happened."""
        return b"".join(path.read_bytes() for path in self._folder.glob("journal.db*"))

    def scanned(self, code: str) -> str:
        """What comes of a code that is held before the scanner: GREETED, LATER or UNKNOWN."""
        return self._shown(lambda: self._scan(code))

    def _scan(self, code: str) -> None:
        end = SystemClock().monotonic() + PATIENCE
        while not self.bench.scanner.scan(code, "Q1"):
            assert SystemClock().monotonic() < end
            Cancel().wait(0.02)

    # --- cards ------------------------------------------------------------------------------------

    def card(self, name: str) -> VirtualCard:
        """One of the member's or of strangers'; a card that counts is the same one each time."""
        return self._purse.take_out(name).cards[0]

    def tap(self, card: VirtualCard) -> str:
        """Hold a card until something came of it, then take it away; GREETED, LATER or UNKNOWN."""
        try:
            return self._shown(lambda: self.hold(card))
        finally:
            self.take()

    def hold(self, card: VirtualCard) -> None:
        """Before whichever reader there is."""
        if self._slot:
            settle()
            self._slot.hold(card)
        else:
            self.bench.reader.hold(card)

    def take(self) -> None:
        """Take away what is held, and wait until that was seen."""
        if self._slot:
            self._slot.remove()
        else:
            self.bench.reader.remove()
            Cancel().wait(AWAY_SECONDS)

    def _shown(self, act: Callable[[], None]) -> str:
        since = len(self.screens)
        act()
        asking = self.until(lambda screen: _state(screen) is MemberState.ASKING, since)
        settled = self.until(_settled, self.screens.index(asking) + 1)
        state = _state(settled)
        if state is None:
            assert settled.notice
            assert settled.notice.text == NOT_KNOWN
            slot = _member(asking)
            assert slot
            assert self._checkout.lend(slot.slot) is None  # nothing was told, nothing is kept
            return UNKNOWN
        return LATER if state is MemberState.LATER else GREETED

    def greeting(self) -> tuple[str, int | None]:
        """Name and points of whoever is greeted now."""
        member = _member(self.now)
        assert member
        lent = self._checkout.lend(member.slot)
        assert lent
        return str(lent[0], "utf-8"), lent[1]

    def not_me(self) -> None:
        """Whoever is known is known no more."""
        self.press("not-me")
        self.until(lambda screen: _member(screen) is None)

    def code(self, handle: Handle) -> tuple[bytes, ...]:
        """What the window would draw."""
        found = self._checkout.code(handle)
        assert found
        return found

    # --- a purchase -------------------------------------------------------------------------------

    def press(self, name: str) -> None:
        """As soon as the button can be touched."""
        screen = self.until(lambda each: (found := offered(each).get(name)) and found.event)
        event = offered(screen)[name].event
        assert event
        self._checkout.post(event)

    def buy(self) -> None:
        """One article, paid by card, until the kiosk waits for the next customer."""
        self.bench.do("scan", MILK)
        self.until(lambda screen: isinstance(screen.view, ScanView) and screen.view.lines)
        self.pay()

    def pay(self) -> None:
        """What is in the basket, by card, until the kiosk waits for the next customer."""
        self.press("pay")
        end = SystemClock().monotonic() + PATIENCE
        while self.bench.do("approve"):
            assert SystemClock().monotonic() < end
            Cancel().wait(0.02)
        self._go()

    def finish(self) -> None:
        """Where nothing is to be paid."""
        self.press("pay")
        self._go()

    def _go(self) -> None:
        self.until(lambda screen: isinstance(screen.view, ThanksView))
        self.press("done")
        self.until(lambda screen: isinstance(screen.view, AttractView))


def _member(screen: Screen) -> MemberView | None:
    return screen.view.member if isinstance(screen.view, ScanView) else None


def _state(screen: Screen) -> MemberState | None:
    member = _member(screen)
    return member.state if member else None


def greeted(screen: Screen) -> bool:
    """Somebody is known there."""
    return _state(screen) in (MemberState.FOUND, MemberState.COUNTED)


def _settled(screen: Screen) -> bool:
    return _state(screen) is not MemberState.ASKING
