"""Receipts that did not come out: offered, kept for staff, printed later, forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.checkout.commands import (
    ClearPrinter,
    Forget,
    PrintReceipt,
    QueueSale,
)
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    AgeReleased,
    Device,
    DeviceOnline,
    PrinterCleared,
    PrinterStatus,
    PrintFault,
    ReceiptFailed,
    ReceiptPrinted,
    Restarted,
)
from kiosk.checkout.member_events import ReceiptOffered
from kiosk.checkout.regions.ending import (
    OWED_MOST,
)
from kiosk.checkout.regions.expiring import OWED_TIME
from kiosk.checkout.states import (
    Attract,
    OutOfService,
    Paid,
    ReceiptOwed,
)
from kiosk.ids import Handle
from tests.receipt_stories import (
    AGAIN,
    JOB2,
    JOB3,
    LINKED,
    OUT,
    TORN,
    WAIVED,
    known_customer,
    later,
    owed,
    printing,
    then,
    wiped,
)
from tests.story import SHOP, Story


def test_staff_print_a_receipt_later() -> None:
    """With their code, while nobody is there: a copy of the same number, and the sale stays as it was."""
    story = later()
    assert [sold.number for sold in story.state.owed] == [1]
    story = printing(then(story, AgeReleased(18)), copy=True)
    assert story.state.owed == ()
    done = then(story, ReceiptPrinted(JOB2))
    assert not [each for each in done._commands if isinstance(each, QueueSale)]
    done.ends_in(Attract)
    assert (then(Story(done.state), AgeReleased(18))).state == done.state


def test_a_late_print_that_fails_is_still_owed() -> None:
    """It can be tried again; nobody is asked to wait for it."""
    story = then(later(), AgeReleased(18), ReceiptFailed(JOB2, PrintFault.PAPER_OUT, partial=True))
    story.ends_in(Attract)
    assert [sold.number for sold in story.state.owed] == [1]
    restarted = then(later(), AgeReleased(18), Restarted(SHOP))
    [command] = [each for each in restarted._commands if isinstance(each, PrintReceipt)]
    assert command.receipt.copy
    (then(restarted, ReceiptPrinted(JOB3))).ends_in(OutOfService)


def test_a_link_that_came_while_staff_printed_is_wiped_with_a_failed_print() -> None:
    """It was asked for by the customer, who has gone."""
    printed = then(later(), AgeReleased(18)).state
    assert isinstance(printed.phase, Paid)
    offered = decide(printed, ReceiptOffered(printed.phase.sold.sale.id, Handle("feed"))).state
    failed = decide(offered, ReceiptFailed(JOB2, PrintFault.PAPER_OUT, partial=True))
    assert isinstance(failed.state.phase, Attract)
    assert Forget(Handle("feed")) in failed.commands


def test_so_many_receipts_are_owed_at_most() -> None:
    """The oldest gives way; the journal has it."""
    state = owed(OUT)
    assert isinstance(state.phase, ReceiptOwed)
    sold = state.phase.sold
    full = replace(state, owed=tuple(replace(sold, number=n) for n in range(OWED_MOST)))
    found = (then(Story(full), WAIVED)).state.owed
    assert [each.number for each in found] == [*range(1, OWED_MOST), 1]


def test_the_newest_owed_receipt_is_printed_and_old_ones_are_forgotten() -> None:
    """Its customer may still be there; nobody comes for yesterday's."""
    state = owed(OUT)
    assert isinstance(state.phase, ReceiptOwed)
    sold = state.phase.sold
    fresh, older = replace(sold, number=2), replace(sold, number=1)
    yesterday = replace(sold, number=9, ended=sold.ended - OWED_TIME)
    waiting = replace(later().state, owed=(yesterday, older, fresh))
    story = then(Story(waiting), replace(AgeReleased(18), at=sold.ended + timedelta(minutes=1)))
    assert isinstance(story.state.phase, Paid)
    assert story.state.phase.sold.number == 2
    assert [each.number for each in story.state.owed] == [1]


def test_an_old_owed_receipt_leaves_the_idle_kiosk_by_itself() -> None:
    """Whatever happens next: no banner asks staff for what they can no longer print."""
    state = owed(OUT)
    assert isinstance(state.phase, ReceiptOwed)
    sold = state.phase.sold
    waiting = replace(later().state, owed=(sold,))
    ready = DeviceOnline(Device.SCANNER)
    early = decide(waiting, replace(ready, at=sold.ended + OWED_TIME - timedelta(seconds=1)))
    assert early.state.owed == (sold,)
    assert decide(waiting, replace(ready, at=sold.ended + OWED_TIME)).state.owed == ()
    back = decide(waiting, replace(ready, at=sold.ended - timedelta(days=3)))
    assert back.state.owed == (sold,)


def test_a_receipt_that_was_offered_by_a_link_can_still_be_printed_by_staff() -> None:
    """Nobody tells the kiosk whether it was fetched, and the customer was told that staff can."""
    story = then(known_customer(), TORN)
    assert isinstance(story.state.phase, ReceiptOwed)
    story = then(story, ReceiptOffered(story.state.phase.sold.sale.id, LINKED), WAIVED)
    assert len(story.state.owed) == 1


def test_paper_after_a_link_is_a_copy() -> None:
    """What was fetched is the first; a second link takes the place of the first, which is wiped."""
    story = then(known_customer(), OUT)
    assert isinstance(story.state.phase, ReceiptOwed)
    sale = story.state.phase.sold.sale.id
    offered = then(story, ReceiptOffered(sale, LINKED))
    [command] = [each for each in then(offered, AGAIN)._commands if isinstance(each, PrintReceipt)]
    assert command.receipt.copy
    assert wiped(then(offered, ReceiptOffered(sale, Handle("beef")))) == [LINKED]


@pytest.mark.parametrize("phase", ["idle", "owed", "thanks"])
def test_staff_unlock_a_printer_that_nothing_clears(phase: str) -> None:
    """Their code says that it holds nothing any more; only then anything is printed."""
    starts = {
        "idle": later().state,
        "owed": owed(OUT),
        "thanks": (Story(owed(OUT)) >> WAIVED).state,
    }
    locked = then(Story(starts[phase]), PrinterStatus(PrintFault.LOCKED))
    story = then(locked, AgeReleased(18))
    assert [type(each) for each in story._commands] == [ClearPrinter]
    assert story.state == locked.state
    free = then(story, PrinterCleared(), PrinterStatus(None), AgeReleased(18))
    wanted = [PrintReceipt] if phase == "idle" else []
    assert [type(each) for each in free._commands if isinstance(each, PrintReceipt)] == wanted
