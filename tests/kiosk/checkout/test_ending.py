"""From paid to goodbye: the sale stands, whatever becomes of its receipt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.checkout.commands import (
    OfferReceipt,
    PrintReceipt,
)
from kiosk.checkout.events import (
    Device,
    DeviceFault,
    FaultKind,
    LanguageChosen,
    PrintFault,
    ReceiptFailed,
    ReceiptPrinted,
    ReceiptWaived,
    Restarted,
    StartPressed,
    StorageLow,
    Timer,
    TimerFired,
)
from kiosk.checkout.member_events import ReceiptOffered
from kiosk.checkout.regions.ending import (
    OWED_SECONDS,
    THANKS_SECONDS,
)
from kiosk.checkout.states import (
    Attract,
    Baseline,
    Closed,
    OutOfService,
    Paid,
    ReceiptOwed,
    Thanks,
)
from kiosk.ids import NOBODY, SaleId
from kiosk.words import Language
from tests.receipt_stories import (
    AGAIN,
    H1,
    JOB,
    JOB2,
    JOB3,
    LINKED,
    OUT,
    TORN,
    WAIVED,
    known_customer,
    owed,
    paid,
    printing,
    then,
    waits,
    wiped,
)
from tests.story import MILK, SHOP, TID, Story, shopping


def test_the_receipt_tells_the_sale() -> None:
    """Number, total, card, the customer's slip and not the merchant's."""
    story = paid()
    [command] = [each for each in story._commands if isinstance(each, PrintReceipt)]
    receipt = command.receipt
    assert command.job == JOB
    assert (receipt.number, receipt.total, receipt.tenders[0].trace) == (1, MILK.price, 7)
    assert receipt.tenders[0].card == "****4711"
    assert [slip.kind for slip in receipt.slips] == ["customer"]
    assert receipt.ended > receipt.started


def test_the_payment_is_the_next_baseline() -> None:
    """The terminal remembers this one now."""
    assert paid().state.devices.baseline == Baseline(TID, 7, 7)


def test_printed_is_what_the_printer_says() -> None:
    """Of this job; another's word proves nothing."""
    story = printing(paid(), copy=False) >> ReceiptPrinted(JOB2)
    assert isinstance(story.state.phase, Paid)
    assert waits(story.state, ReceiptPrinted(JOB)) == {Timer.THANKS: THANKS_SECONDS}
    state = (story >> ReceiptPrinted(JOB)).ends_in(Thanks)
    assert state.phase == Thanks(1, printed=True)
    (Story(state) >> TimerFired(Timer.THANKS)).ends_in(Attract)


def test_thanks_ends_by_touch_or_time_only() -> None:
    """Other timers have nothing to say."""
    state = (printing(paid(), copy=False) >> ReceiptPrinted(JOB)).ends_in(Thanks)
    (Story(state) >> StartPressed()).ends_in(Attract)
    for timer in set(Timer) - {Timer.THANKS}:
        (Story(state) >> TimerFired(timer)).ends_in(Thanks)


@pytest.mark.parametrize("fault", list(PrintFault))
def test_a_receipt_that_did_not_come_out_is_owed(fault: PrintFault) -> None:
    """The sale stands; the customer chooses."""
    failed = ReceiptFailed(JOB, fault, partial=False)
    state = owed(failed)
    assert isinstance(state.phase, ReceiptOwed)
    assert state.phase.fault is fault
    assert state.receipts == 1
    assert waits(printing(paid(), copy=False).state, failed) == {Timer.IDLE: OWED_SECONDS}


@pytest.mark.parametrize(("failed", "copy"), [(OUT, False), (TORN, True)], ids=["none", "some"])
def test_print_again_is_a_copy_where_some_may_be_on_paper(
    failed: ReceiptFailed, copy: bool
) -> None:
    """Two originals of one sale would be a fraud."""
    story = printing(Story(owed(failed)) >> AGAIN, copy=copy)
    (story >> ReceiptPrinted(JOB2)).ends_in(Thanks)


def test_once_a_copy_always_a_copy() -> None:
    """A second try that failed cleanly does not undo the first that did not."""
    story = printing(Story(owed(TORN)) >> AGAIN, copy=True)
    story = story >> ReceiptFailed(JOB2, PrintFault.COVER_OPEN, partial=False)
    printing(story >> AGAIN, copy=True).ends_in(Paid)


@pytest.mark.parametrize(
    ("known", "fault", "copy"),
    [(True, PrintFault.OFFLINE, False), (False, PrintFault.UNCONFIRMED, True)],
)
def test_a_printer_lost_in_the_job(known: bool, fault: PrintFault, copy: bool) -> None:
    """Bytes sent and no word back: some of it may be on paper."""
    kind = FaultKind.UNAVAILABLE if known else FaultKind.SILENT
    lost = DeviceFault(Device.PRINTER, kind, known, job=JOB)
    state = (printing(paid(), copy=False) >> lost).ends_in(ReceiptOwed)
    assert isinstance(state.phase, ReceiptOwed)
    assert state.phase.fault is fault
    printing(Story(state) >> AGAIN, copy=copy).ends_in(Paid)


def test_a_printer_lost_before_the_job_does_not_touch_it() -> None:
    """An older fault, reported late; and an older job's failure."""
    story = printing(paid(), copy=False)
    story = story >> DeviceFault(Device.PRINTER, FaultKind.SILENT, False)
    (story >> replace(OUT, job=JOB3)).ends_in(Paid)


@pytest.mark.parametrize("event", [WAIVED, TimerFired(Timer.IDLE)], ids=["waived", "gone"])
def test_a_customer_may_go_without_paper(event: ReceiptWaived | TimerFired) -> None:
    """By touch, or by leaving."""
    state = (Story(owed(OUT)) >> event).ends_in(Thanks)
    assert state.phase == Thanks(1, printed=False)


def test_the_buttons_of_an_owed_receipt_do_nothing_elsewhere() -> None:
    """Nothing is printed for the next customer."""
    for start in (shopping(MILK), printing(paid(), copy=False).state):
        for event in (AGAIN, WAIVED):
            assert (Story(start) >> event).state == start
    late = (Story(shopping(MILK)) >> ReceiptPrinted(JOB) >> OUT).state
    assert late == shopping(MILK)


def test_the_receipt_speaks_the_customers_language() -> None:
    """Also when it is printed again after a change."""
    story = Story(owed(OUT)) >> LanguageChosen(Language.EN) >> AGAIN
    [command] = [each for each in story._commands if isinstance(each, PrintReceipt)]
    assert command.receipt.language is Language.EN


@pytest.mark.parametrize("home", [Language.DE, Language.EN])
def test_paper_speaks_the_shops_language_where_it_cannot_speak_the_customers(
    home: Language,
) -> None:
    """Receipts are German or English; the screen goes on in the language that was chosen."""
    state = replace(owed(OUT), home_language=home)
    story = Story(state) >> LanguageChosen(Language.AR) >> AGAIN
    [command] = [each for each in story._commands if isinstance(each, PrintReceipt)]
    assert command.receipt.language is home
    assert story.state.language is Language.AR


def test_a_restart_with_a_receipt_owed_leaves_the_choice() -> None:
    """Nothing is printed unasked; the time to choose starts anew."""
    state = owed(OUT)
    assert waits(state, Restarted(SHOP)) == {Timer.IDLE: OWED_SECONDS}
    (Story(state) >> Restarted(SHOP)).ends_in(ReceiptOwed)


def test_a_restart_while_printing_gives_a_copy_of_the_same_number() -> None:
    """The first may lie in the tray."""
    story = printing(paid(), copy=False) >> Restarted(SHOP)
    (printing(story, copy=True) >> ReceiptPrinted(JOB2)).ends_in(Thanks)


def test_a_full_disk_lets_the_customer_finish() -> None:
    """Receipt and thanks as ever; then closed."""
    story = printing(paid(), copy=False) >> StorageLow()
    story = story >> ReceiptPrinted(JOB) >> TimerFired(Timer.THANKS)
    assert story.ends_in(OutOfService).phase == OutOfService(Closed.STORAGE)


# --- points on paper, receipts by link, receipts later ------------------------------------------


def test_a_member_s_points_go_on_the_first_print_only() -> None:
    """Nobody is greeted any more, and the vault forgets them when the job has ended."""
    story = known_customer()
    [command] = [each for each in story._commands if isinstance(each, PrintReceipt)]
    assert command.loyalty == H1
    assert story.state.member is None
    assert wiped(story) == []
    assert wiped(then(story, ReceiptPrinted(JOB))) == [H1]
    failed = then(story, OUT)
    assert wiped(failed) == [H1]
    again = then(failed, AGAIN)
    [command] = [each for each in again._commands if isinstance(each, PrintReceipt)]
    assert command.loyalty == NOBODY


def test_a_receipt_that_failed_is_offered_by_a_link() -> None:
    """Once; where the service takes receipts. The link lives until the customer goes."""
    story = then(known_customer(), TORN)
    [offer] = [each for each in story._commands if isinstance(each, OfferReceipt)]
    sale = offer.sale
    assert offer.receipt.copy
    offered = then(story, ReceiptOffered(sale, LINKED))
    assert isinstance(offered.state.phase, ReceiptOwed)
    assert offered.state.phase.offer == LINKED
    again = then(offered, AGAIN, ReceiptFailed(JOB2, PrintFault.COVER_OPEN, partial=False))
    assert isinstance(again.state.phase, ReceiptOwed)
    assert again.state.phase.offer == LINKED
    assert not [each for each in again._commands if isinstance(each, OfferReceipt)]
    assert LINKED in wiped(then(again, WAIVED))
    assert LINKED in wiped(then(offered, AGAIN, ReceiptPrinted(JOB2)))


def test_a_link_for_a_customer_who_has_gone_is_wiped() -> None:
    """And one for another sale changes nothing."""
    story = then(known_customer(), TORN)
    sale = story.state.phase.sold.sale.id if isinstance(story.state.phase, ReceiptOwed) else None
    assert sale is not None
    gone = then(story, WAIVED, ReceiptOffered(sale, LINKED))
    assert wiped(gone) == [LINKED]
    other = then(story, ReceiptOffered(SaleId("K1-abc-s999999"), LINKED))
    assert wiped(other) == [LINKED]
    assert other.state.phase == story.state.phase


def test_no_link_where_the_service_takes_no_receipts() -> None:
    """Nothing is kept for a service that is not there."""
    story = printing(paid(), copy=False) >> TORN
    assert not [each for each in story._commands if isinstance(each, OfferReceipt)]


def test_a_restart_makes_another_link() -> None:
    """The first one went with the memory; who has it can still use it, so this is a copy."""
    story = then(known_customer(), OUT)
    sale = SaleId("")
    if isinstance(story.state.phase, ReceiptOwed):
        sale = story.state.phase.sold.sale.id
    story = then(story, ReceiptOffered(sale, LINKED), Restarted(SHOP, service=True, links=True))
    [offer] = [each for each in story._commands if isinstance(each, OfferReceipt)]
    assert offer.receipt.copy
    assert isinstance(story.state.phase, ReceiptOwed)
    assert story.state.phase.offer == NOBODY
