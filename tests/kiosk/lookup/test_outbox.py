"""The file between a sale and the service: what stays in it, what goes, and how it is counted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from drivers.printer.specimen import specimen
from kiosk.checkout.commands import KeepLinks, OfferReceipt, QueueSale, SealLink
from kiosk.lookup import outbox
from kiosk.lookup.outbox import Outbox
from kiosk.ports import Cancel, Forged, Unavailable
from service.wire.ereceipt import Sealed
from service.wire.sales import LINK_BYTES
from tests.post import Post, record, said_until_empty, sale

FORMAT_1 = f"""
DROP TABLE link;
CREATE TABLE link (sale TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
INSERT INTO link VALUES ('K1-abc-s000002', x'{bytes(LINK_BYTES).hex()}');
ALTER TABLE delivered RENAME COLUMN number TO sequence;
ALTER TABLE head DROP COLUMN kiosk;
DROP TABLE set_aside;
DROP TABLE receipt;
UPDATE head SET format = 1;
"""
FORMAT_2 = "DROP TABLE receipt; UPDATE head SET format = 2;"


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


def test_a_file_of_the_second_format_is_read_on(post: Post) -> None:
    """It knew no receipts; its sales and links stay."""
    handle = post.show()
    post.do(SealLink(sale(1), handle))
    post.courier.close()
    with closing(sqlite3.connect(post.path)) as db:
        db.executescript(FORMAT_2)
    post.restart()
    post.do(QueueSale(record(1), handle))
    post.do(OfferReceipt(sale(1), specimen(2)))
    post.deliver(1)
    assert post.centre.sales[1].linked
    post.courier._handover.deliver(post.courier._opened(), Cancel())
    assert len(post.centre.receipts) == 1


def test_receipts_do_not_pile_up_for_ever(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many that were never taken the newest stay."""
    monkeypatch.setattr(outbox, "RECEIPTS_MOST", 2)
    kept = post.courier._opened()
    for number in range(4):
        kept.keep_receipt(Sealed(bytes((number,)), b"x"))
    found = []
    while sealed := kept.next_receipt():
        found.append(sealed.name[0])
        kept.drop_receipt(sealed.name)
    assert found == [3, 2]


def test_only_the_links_that_are_wanted_stay(post: Post) -> None:
    """Said anew after a restart, and when the outbox was away."""
    first, second, third = (post.show() for _ in range(3))
    post.do(SealLink(sale(1), first))
    post.do(SealLink(sale(1), second))
    post.do(SealLink(sale(2), third))
    assert post.do(KeepLinks(((sale(1), second),))) == []
    rows = post.courier._opened()._db.execute("SELECT sale, handle FROM link").fetchall()
    assert rows == [(sale(1), second)]


def test_a_conflict_of_the_last_sale_leaves_no_gap(post: Post) -> None:
    """What is sold later counts from 1 again, under another outbox id."""
    post.centre.conflicts.add(sale(1))
    post.do(QueueSale(record(1)))
    assert len(said_until_empty(post)) == 1
    post.do(QueueSale(record(2)))
    assert said_until_empty(post) == []
    assert [each.id for each in post.centre.sales.values()] == [sale(2)]


def test_a_kiosk_that_was_enrolled_anew_counts_anew(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    """The service counts for each kiosk from 1; links of the former id are told of."""
    handle = post.show()
    for number in (1, 2, 3):
        post.do(QueueSale(record(number)))
    post.deliver(3)
    post.do(SealLink(sale(5), handle))
    post.do(QueueSale(record(4)))
    post.do(QueueSale(record(5), handle))
    post.centre.enrol_anew()
    post.restart()
    assert said_until_empty(post) == []
    assert [each.sequence for each in post.centre.sales.values()] == [1, 2, 3, 1, 2]
    assert "1 links of the former id" in caplog.text
    post.do(QueueSale(record(3)))
    post.restart()
    post.do(QueueSale(record(6)))
    assert said_until_empty(post) == []
    assert post.centre.sales[6].sequence == 3


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


def test_two_kiosks_over_one_outbox_are_refused(post: Post) -> None:
    """The second does not get it."""
    post.do(QueueSale(record(1)))
    with pytest.raises(Unavailable, match="locked"):
        list(post.another().execute(QueueSale(record(2)), Cancel()))


def test_numbers_have_no_gap_over_restarts(post: Post) -> None:
    """Though delivered sales are deleted."""
    for number in range(1, 6):
        post.do(QueueSale(record(number)))
        post.deliver(number)
        post.restart()
    assert sorted(post.centre.sales) == [1, 2, 3, 4, 5]
