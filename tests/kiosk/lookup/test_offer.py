"""A receipt by a link: on its way in the outbox, its link in the vault, and neither opens the other."""

from __future__ import annotations

import json
import logging
import re
import threading

import pytest

from drivers.printer.specimen import specimen
from kiosk.checkout.commands import OfferReceipt, QueueSale
from kiosk.checkout.member_events import ReceiptOffered
from kiosk.clock import SystemClock
from kiosk.ids import Handle
from kiosk.lookup.offer import modules, offer
from kiosk.ports import Cancel, Unavailable
from kiosk.receipt_record import read
from kiosk.vault import Vault
from service.wire.ereceipt import Sealed, name_of, seal, token_in, unseal
from tests.post import BASE, Post, record, sale

RECEIPT = specimen(5, secured=True)


def offered(post: Post) -> Handle:
    """The handle of a receipt that is on its way."""
    (event,) = post.do(OfferReceipt(sale(1), RECEIPT))
    assert isinstance(event, ReceiptOffered)
    assert event.sale == sale(1)
    return event.handle


def link_of(vault: Vault, handle: Handle) -> str:
    """What the screen shows."""
    lent = vault.lend(handle)
    assert lent is not None
    return bytes(lent).decode()


def hand_over(post: Post) -> None:
    """Once."""
    post.courier._handover.deliver(post.courier._opened(), Cancel())


def test_the_link_opens_the_receipt_and_nothing_else_does(post: Post) -> None:
    """What the service got is found and opened by the token alone."""
    handle = offered(post)
    link = link_of(post.vault, handle)
    assert re.fullmatch(re.escape(BASE) + r"/b/[A-Za-z0-9_-]{22}", link)
    hand_over(post)
    token = token_in(link.rpartition("/")[2])
    sealed = post.centre.receipts[name_of(token)]
    assert read(json.loads(unseal(token, sealed))) == RECEIPT


def test_nothing_of_the_link_is_on_the_disk(post: Post) -> None:
    """The outbox holds what it cannot read; after delivery not even that."""
    handle = offered(post)
    token = link_of(post.vault, handle).rpartition("/")[2]
    folder = post.path.parent
    for needle in (token.encode(), token_in(token), b"Vollmilch", b"girocard"):
        assert all(needle not in path.read_bytes() for path in folder.glob("outbox.db*"))
    hand_over(post)
    (sealed,) = post.centre.receipts.values()
    post.courier.close()
    assert all(sealed[40:80] not in path.read_bytes() for path in folder.glob("outbox.db*"))


def test_a_link_goes_with_its_customer(post: Post) -> None:
    """Wiped, it is drawn no more; the receipt is delivered all the same."""
    handle = offered(post)
    assert modules(post.vault, handle)
    post.vault.wipe(handle)
    assert modules(post.vault, handle) is None
    hand_over(post)
    assert len(post.centre.receipts) == 1


def test_receipts_survive_a_crash_and_wait_for_the_service(post: Post) -> None:
    """Kept until the service took them, the newest first."""
    post.centre.receipt_answers.extend([503])
    offered(post)
    hand_over(post)
    assert post.centre.receipts == {}
    post.restart()
    offered(post)
    hand_over(post)
    assert len(post.centre.receipts) == 2
    assert post.centre.offered[1] == next(iter(post.centre.receipts)).hex()
    assert post.courier._opened().next_receipt() is None


@pytest.mark.parametrize("status", [400, 409, 413])
def test_what_is_never_taken_is_told_and_dropped(
    post: Post, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """It must not hold up the others."""
    post.centre.receipt_answers.append(status)
    offered(post)
    with caplog.at_level(logging.ERROR):
        hand_over(post)
    assert f"({status})" in caplog.text
    assert post.courier._opened().next_receipt() is None


@pytest.mark.parametrize("status", [403, 404, 429, 500])
def test_a_service_that_takes_no_receipts_holds_up_no_sale(post: Post, status: int) -> None:
    """Sales go on; the receipt is tried again after a rest."""
    post.centre.receipt_answers.extend([status] * 20)
    offered(post)
    post.do(QueueSale(record(1)))
    hand_over(post)
    post.deliver(1)
    hand_over(post)
    assert len(post.centre.offered) == 1
    assert (post.courier._handover.pause or 0) > 60
    assert post.courier._opened().next_receipt() is not None
    post.centre.receipt_answers.clear()
    offered(post)  # somebody stands there: tried at once
    hand_over(post)
    assert len(post.centre.receipts) == 2


def test_without_an_address_there_is_no_link(post: Post) -> None:
    """The screen offers none."""
    post.courier._receipts = ""
    with pytest.raises(Unavailable, match="no address"):
        post.do(OfferReceipt(sale(1), RECEIPT))


def test_what_cannot_be_kept_is_not_offered(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk: no event, and the link is wiped."""
    outbox = post.courier._opened()
    slots = post.vault._slots

    def full(sealed: object) -> None:
        raise Unavailable("database or disk is full")

    monkeypatch.setattr(outbox, "keep_receipt", full)
    with pytest.raises(Unavailable, match="full"):
        post.do(OfferReceipt(sale(1), RECEIPT))
    assert slots == {}


def test_two_offers_have_nothing_in_common() -> None:
    """Another token, another name, another key each time."""
    vault = Vault()
    first, _ = offer(vault, BASE, RECEIPT)
    second, _ = offer(vault, BASE, RECEIPT)
    assert first.name != second.name
    assert first.data[:64] != second.data[:64]


def test_the_code_is_small_enough_for_a_screen() -> None:
    """Not more modules than 60 characters of address make."""
    vault = Vault()
    _, handle = offer(vault, "https://" + "x" * 52, RECEIPT)
    rows = modules(vault, handle)
    assert rows is not None
    assert len(rows) == len(rows[0]) <= 41


def test_an_alarm_about_a_sale_does_not_hold_up_a_receipt(post: Post) -> None:
    """Somebody stands before the screen with a telephone."""
    post.courier._due = SystemClock().monotonic() + 600  # as after a forged answer
    offered(post)
    run = post.courier.watch(wanted := Cancel())
    next(run)
    timer = threading.Timer(0.5, wanted.set)
    timer.start()
    assert list(run) == []
    timer.join()
    assert len(post.centre.receipts) == 1


def test_the_service_asks_for_patience(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own number of seconds is kept to."""
    post.centre.receipt_answers.append(503)  # with Retry-After: 7
    offered(post)
    hand_over(post)
    assert 5 < (post.courier._handover.pause or 0) <= 7


def test_the_token_is_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the link on the screen has it."""
    seen: list[bytearray] = []

    def watching(token: bytearray, data: bytes) -> Sealed:
        seen.append(token)
        assert any(token)
        return seal(token, data)

    monkeypatch.setattr("kiosk.lookup.offer.seal", watching)
    offer(Vault(), BASE, RECEIPT)
    assert seen == [bytearray(16)]
