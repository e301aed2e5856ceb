"""Sales reach the service once, in their order, whatever happens on the way."""

from __future__ import annotations

import pytest

from kiosk.checkout.commands import (
    DropLink,
    QueueSale,
    ReadyTerminal,
    SealLink,
)
from kiosk.checkout.events import Device, DeviceFault, DeviceOnline, FaultKind
from kiosk.checkout.member_events import LinkSealed, SaleQueued
from kiosk.clock import SystemClock
from kiosk.ids import NOBODY, Handle
from kiosk.ports import Cancel, LocalProtocolError, Unavailable
from kiosk.vault import Shown, Vault
from service.wire.sales import BATCH_MOST
from tests.post import NUMBER, Post, record, said_until_empty, sale


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


def test_a_customer_who_left_before_the_seal_is_not_linked(post: Post) -> None:
    """The vault holds nothing any more."""
    handle = post.show()
    post.vault.wipe(handle)
    assert post.do(SealLink(sale(1), handle)) == []


class Leaving(Vault):
    """The customer leaves when what they showed is about to be read."""

    def shown(self, handle: Handle) -> Shown | None:
        lent = super().shown(handle)
        self.wipe(handle)
        return lent


def test_a_customer_who_leaves_during_the_seal_is_not_linked(post: Post) -> None:
    """Zeros are nobody: a link of them would be refused by the service, and greeted here."""
    post.vault = Leaving()
    post.restart()
    assert post.do(SealLink(sale(1), post.show())) == []
    assert post.courier._opened()._db.execute("SELECT count(*) FROM link").fetchone() == (0,)


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


def test_a_conflict_is_set_aside_and_holds_nothing_up(post: Post) -> None:
    """Found by sending one by one; kept for people, told once, and the others go on."""
    post.centre.conflicts.add(sale(2))
    for number in range(1, 6):
        post.do(QueueSale(record(number)))
    alarms = said_until_empty(post)
    assert [each.id for each in post.centre.sales.values()] == [sale(n) for n in (1, 3, 4, 5)]
    (alarm,) = alarms
    assert isinstance(alarm, DeviceFault)
    assert sale(2) in alarm.detail
    run = post.courier._opened()._db.execute
    assert run("SELECT sale, total FROM set_aside").fetchall() == [(sale(2), 102)]
    post.do(QueueSale(record(2)))  # as after a crash
    post.do(QueueSale(record(6)))
    post.restart()
    assert said_until_empty(post) == []
    assert post.centre.sales[5].id == sale(6)


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
