"""A courier in the test, its file, and a service to deliver to."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

from kiosk.checkout.commands import DeviceCommand
from kiosk.checkout.delivery import Delivery
from kiosk.checkout.events import DeviceFault, Event
from kiosk.clock import SystemClock
from kiosk.ids import Handle, SaleId
from kiosk.lookup.courier import Courier
from kiosk.money import Money
from kiosk.ports import Cancel
from kiosk.vault import EvidenceKind, Vault
from tests.centre import Centre

NUMBER = b"4711-0815"
BASE = "https://bon.example"


def sale(number: int) -> SaleId:
    return SaleId(f"K1-abc-s{number:06d}")


def record(number: int) -> Delivery:
    """A sale of so many cents."""
    ended = datetime(2026, 11, 21, 12, 0, number % 60, tzinfo=UTC)
    return Delivery(sale(number), ended, Money(100 + number), 2, number, f"{number:064x}")


class Post:
    """A courier, its file, and a service."""

    def __init__(self, centre: Centre, vault: Vault, path: Path) -> None:
        self.centre, self.vault, self.path = centre, vault, path
        self.courier = self.another()

    def another(self) -> Courier:
        """As after a restart."""
        return Courier(
            self.path,
            self.centre.identity,
            self.vault,
            SystemClock(),
            random.Random(1),
            receipts=BASE,
        )

    def restart(self) -> None:
        self.courier.close()
        self.courier = self.another()

    def do(self, command: DeviceCommand) -> list[Event]:
        return list(self.courier.execute(command, Cancel()))

    def show(self) -> Handle:
        return self.vault.admit(EvidenceKind.TEST_CARD, bytearray(NUMBER))

    def deliver(self, until: int) -> list[Event]:
        """Watch until the service has so many sales; what was said on the way."""
        wanted, said = Cancel(), []
        run = self.courier.watch(wanted)
        clock = SystemClock()
        end = clock.monotonic() + 10
        event = next(run, None)
        while event is not None:
            said.append(event)
            if isinstance(event, DeviceFault):
                break
            outbox = self.courier._outbox
            assert outbox is not None
            while (len(self.centre.sales) < until or outbox.oldest(1)) and clock.monotonic() < end:
                alarms = list(self.courier._delivered(Cancel()))
                if alarms:
                    return [*said, *alarms]
                Cancel().wait(max(0.0, self.courier._due - clock.monotonic()))
            wanted.set()
            event = next(run, None)
        assert len(self.centre.sales) == until
        return said


def said_until_empty(post: Post) -> list[Event]:
    """Deliver until nothing is queued; the alarms on the way."""
    said: list[Event] = []
    for _ in range(20):
        if not post.courier._opened().oldest(1):
            return said
        post.courier._due = 0
        said += post.courier._delivered(Cancel())
    raise AssertionError(f"sales are stuck: {said}")
