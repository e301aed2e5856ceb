"""Sales reach the service once, in their order, whatever happens on the way."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

import kiosk.lookup.courier as courier_module
from kiosk.checkout.commands import (
    DeviceCommand,
    DropLink,
    KeepLinks,
    QueueSale,
    ReadyTerminal,
    SealLink,
)
from kiosk.checkout.delivery import Delivery
from kiosk.checkout.events import Device, DeviceFault, DeviceOnline, Event, FaultKind
from kiosk.checkout.member_events import LinkSealed, SaleQueued
from kiosk.clock import SystemClock
from kiosk.ids import NOBODY, Handle, SaleId
from kiosk.lookup.courier import Courier
from kiosk.lookup.outbox import Outbox
from kiosk.money import Money
from kiosk.ports import Cancel, Forged, LocalProtocolError, Unavailable
from kiosk.vault import EvidenceKind, Vault
from service.wire.sales import BATCH_MOST, LINK_BYTES
from tests.centre import Centre

NUMBER = b"4711-0815"
FORMAT_1 = f"""
DROP TABLE link;
CREATE TABLE link (sale TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
INSERT INTO link VALUES ('K1-abc-s000002', x'{bytes(LINK_BYTES).hex()}');
UPDATE head SET format = 1;
"""


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
        return Courier(self.path, self.centre.identity, self.vault, SystemClock(), random.Random(1))

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


@pytest.fixture
def post(
    centre: Centre, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Post]:
    monkeypatch.setattr(courier_module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(courier_module, "ATTEMPT_SECONDS", 0.5)
    made = Post(centre, vault, tmp_path / "outbox.db")
    yield made
    made.courier.close()


def test_a_sale_with_its_link_is_delivered_and_deleted(post: Post) -> None:
    """The service alone reads whose sale it is; afterwards nothing of it is on the kiosk's disk."""
    handle = post.show()
    assert post.do(SealLink(sale(1), handle)) == [LinkSealed(handle)]
    assert post.do(QueueSale(record(1), handle)) == [SaleQueued(sale(1))]
    assert post.deliver(1)[0] == DeviceOnline(Device.OUTBOX)
    booked = post.centre.sales[1]
    assert (booked.id, booked.total, booked.receipt, booked.linked) == (sale(1), 101, 1, True)
    link = post.centre.link_of(booked)
    assert (link.sale, link.kiosk, link.evidence.data) == (sale(1), post.centre.kiosk, NUMBER)
    post.courier.close()
    for path in post.path.parent.glob("outbox.db*"):
        assert booked.link not in path.read_bytes()


def test_a_sale_without_a_customer_looks_the_same_outside(post: Post) -> None:
    """No link is a link of zeros, sealed on its way."""
    post.do(QueueSale(record(1)))
    post.deliver(1)
    assert not post.centre.sales[1].linked


def test_a_link_that_was_taken_back_goes_nowhere(post: Post) -> None:
    """Not me, unknown, or nothing bought."""
    handle = post.show()
    post.do(SealLink(sale(1), handle))
    assert post.do(DropLink(sale(1))) == []
    post.do(QueueSale(record(1), handle))
    post.deliver(1)
    assert not post.centre.sales[1].linked


@pytest.mark.parametrize("now", ["nobody", "somebody else"])
def test_a_link_that_was_taken_back_unheard_goes_nowhere(post: Post, now: str) -> None:
    """The word to drop it was lost: what the state wants decides, and nothing else stays."""
    post.do(SealLink(sale(1), post.show()))
    other = post.show()
    link = other if now == "somebody else" else NOBODY
    if link:
        post.do(SealLink(sale(1), link))
    post.restart()
    post.do(QueueSale(record(1), link))
    assert post.courier._opened()._db.execute("SELECT count(*) FROM link").fetchone() == (0,)
    post.deliver(1)
    assert post.centre.sales[1].linked == bool(link)


def test_only_the_links_that_are_wanted_stay(post: Post) -> None:
    """Said anew after a restart, and when the outbox was away."""
    first, second, third = (post.show() for _ in range(3))
    post.do(SealLink(sale(1), first))
    post.do(SealLink(sale(1), second))
    post.do(SealLink(sale(2), third))
    assert post.do(KeepLinks(((sale(1), second),))) == []
    rows = post.courier._opened()._db.execute("SELECT sale, handle FROM link").fetchall()
    assert rows == [(sale(1), second)]


def test_a_file_of_the_first_format_is_read_on(post: Post) -> None:
    """Its sales stay; its links say nothing of whom they belong to, and go."""
    post.do(QueueSale(record(1)))
    post.courier.close()
    with closing(sqlite3.connect(post.path)) as db:
        db.executescript(FORMAT_1)
    post.restart()
    handle = post.show()
    post.do(SealLink(sale(3), handle))
    post.do(QueueSale(record(2)))
    post.do(QueueSale(record(3), handle))
    post.deliver(3)
    assert [each.linked for each in post.centre.sales.values()] == [False, False, True]


def test_a_customer_who_left_before_the_seal_is_not_linked(post: Post) -> None:
    """The vault holds nothing any more."""
    handle = post.show()
    post.vault.wipe(handle)
    assert post.do(SealLink(sale(1), handle)) == []


def test_the_same_sale_twice_is_one(post: Post) -> None:
    """Queued again after a crash: before it was delivered, after it was, and after a restart."""
    for _ in range(2):
        assert post.do(QueueSale(record(1))) == [SaleQueued(sale(1))]
    post.deliver(1)
    post.do(QueueSale(record(1)))
    post.restart()
    post.do(QueueSale(record(1)))
    post.do(QueueSale(record(2)))
    post.deliver(2)
    assert [post.centre.sales[n].id for n in (1, 2)] == [sale(1), sale(2)]


@pytest.mark.parametrize("crash", ["linked", "queued", "lost answer"])
def test_a_crash_between_the_steps_loses_and_doubles_nothing(post: Post, crash: str) -> None:
    """Between link, queue and delivery, and with the receipt of the service on its way."""
    handle = post.show()
    post.do(SealLink(sale(1), handle))
    if crash == "linked":
        post.restart()
    post.do(QueueSale(record(1), handle))
    if crash == "queued":
        post.restart()
    if crash == "lost answer":
        post.centre.faults.append("lost")
        assert list(post.courier._delivered(Cancel())) == []
        post.restart()
        post.do(QueueSale(record(1)))
    post.deliver(1)
    assert post.centre.sales[1].linked
    assert list(post.centre.sales) == [1]


def test_numbers_have_no_gap_over_restarts(post: Post) -> None:
    """Though delivered sales are deleted."""
    for number in range(1, 6):
        post.do(QueueSale(record(number)))
        post.deliver(number)
        post.restart()
    assert sorted(post.centre.sales) == [1, 2, 3, 4, 5]


def test_what_has_gathered_goes_in_batches(post: Post) -> None:
    """Oldest first, up to the most that one request takes."""
    for number in range(1, BATCH_MOST + 4):
        post.do(QueueSale(record(number)))
    post.deliver(BATCH_MOST + 3)
    assert len(post.centre.asked) == 2


@pytest.mark.parametrize("fault", ["lost", "late", "truncated", "not_ready", "slow", "too_long"])
def test_what_fails_on_the_way_is_sent_again(
    post: Post, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the pause the service asks for is kept."""
    post.centre.faults.append(fault)
    post.do(QueueSale(record(1)))
    assert list(post.courier._delivered(Cancel())) == []
    assert len(post.courier._opened().oldest(9)) == 1
    asked = {"not_ready": 6, "slow": 25}.get(fault, 0)
    assert post.courier._due - SystemClock().monotonic() > asked - 1
    post.courier._due = 0
    post.centre.open_door.set()
    post.deliver(1)


@pytest.mark.parametrize("fault", ["forged", "unsigned", "garbage"])
def test_only_a_signed_receipt_deletes(post: Post, fault: str) -> None:
    """Anything else is an alarm, and the sale stays."""
    post.centre.faults.append(fault)
    post.do(QueueSale(record(1)))
    (alarm,) = post.courier._delivered(Cancel())
    assert isinstance(alarm, DeviceFault)
    assert (alarm.device, alarm.kind) == (Device.OUTBOX, FaultKind.PROTOCOL)
    assert len(post.courier._opened().oldest(9)) == 1
    assert post.courier._due - SystemClock().monotonic() > 100


def test_a_receipt_for_another_outbox_deletes_nothing(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replayed receipt of an older file."""
    post.do(QueueSale(record(1)))
    outbox = post.courier._opened()
    records = outbox.oldest(9)
    monkeypatch.setattr(outbox, "id", bytes(16))
    monkeypatch.setattr(outbox, "oldest", lambda _most: records)
    (alarm,) = post.courier._delivered(Cancel())
    assert isinstance(alarm, DeviceFault)
    assert "another" in alarm.detail


def test_a_conflict_is_kept_and_told_not_hammered(post: Post) -> None:
    """People have to look; what the service has booked before it is deleted all the same."""
    post.centre.conflicts.add(sale(2))
    for number in (1, 2, 3):
        post.do(QueueSale(record(number)))
    assert list(post.courier._delivered(Cancel())) == []
    assert [each.id for each in post.courier._opened().oldest(9)] == [sale(2), sale(3)]
    (alarm,) = post.courier._delivered(Cancel())
    assert isinstance(alarm, DeviceFault)
    assert sale(2) in alarm.detail
    assert post.courier._due - SystemClock().monotonic() > 100


def test_a_full_disk_is_a_fault_and_is_not_hammered(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sale stays in the kiosk's state, and is queued again when the disk takes it."""
    outbox = post.courier._opened()
    outbox._db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(Unavailable, match="full"):
        [post.do(QueueSale(record(number))) for number in range(1, 200)]
    assert post.courier._rest > SystemClock().monotonic()
    wanted = Cancel()
    wanted.set()
    assert list(post.courier.watch(wanted)) == []
    outbox._db.execute("PRAGMA max_page_count = 100000")
    post.courier._rest = 0
    assert next(post.courier.watch(Cancel())) == DeviceOnline(Device.OUTBOX)


def test_watching_ends_when_something_is_wanted(post: Post) -> None:
    """Also in the middle of a delivery: it says nothing about the service."""
    post.do(QueueSale(record(1)))
    post.centre.faults.append("late")
    wanted = Cancel()
    run = post.courier.watch(wanted)
    assert next(run) == DeviceOnline(Device.OUTBOX)
    wanted.set()
    assert next(run, None) is None
    assert list(post.courier._delivered(wanted)) == []
    assert post.courier._due == 0


def test_two_kiosks_over_one_outbox_are_refused(post: Post) -> None:
    """The second does not get it."""
    post.do(QueueSale(record(1)))
    with pytest.raises(Unavailable, match="locked"):
        list(post.another().execute(QueueSale(record(2)), Cancel()))


def test_a_file_that_is_no_outbox_is_refused(post: Post, tmp_path: Path) -> None:
    """Another program's, or another format."""
    other = tmp_path / "other.db"
    other.write_bytes(b"no database at all, and long enough to be seen as none" * 20)
    with pytest.raises(Unavailable):
        Outbox(other)
    post.do(QueueSale(record(1)))
    post.courier.close()
    with closing(sqlite3.connect(post.path)) as db:
        db.execute("UPDATE head SET format = 9")
        db.commit()
    with pytest.raises(Unavailable, match="no outbox"):
        Outbox(post.path)


def test_a_receipt_for_more_than_there_was_is_forged(post: Post) -> None:
    """Or the file is older than the service's memory of it."""
    with pytest.raises(Forged):
        post.courier._opened().booked(1)


def test_it_takes_no_other_commands(post: Post) -> None:
    """Asking it to do something else is our own mistake."""
    with pytest.raises(LocalProtocolError):
        post.do(ReadyTerminal())


def test_without_an_identity_sales_are_kept_and_nobody_is_linked(post: Post) -> None:
    """Damaged keys must not stop selling."""
    (post.centre.identity / "keyset.bin").unlink()
    with pytest.raises(Unavailable, match="keyset"):
        post.do(SealLink(sale(1), post.show()))
    assert post.do(QueueSale(record(1))) == [SaleQueued(sale(1))]
    assert list(post.courier._delivered(Cancel())) == []
