"""From paid to goodbye: the sale stands, whatever becomes of its receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.checkout.commands import (
    Authorize,
    ClearPrinter,
    Forget,
    OfferReceipt,
    PrintReceipt,
    QueueSale,
    StartTimer,
)
from kiosk.checkout.decide import decide
from kiosk.checkout.events import (
    AgeReleased,
    CardApproved,
    Device,
    DeviceFault,
    Event,
    FaultKind,
    LanguageChosen,
    PaymentClosed,
    PayPressed,
    PrintAgainPressed,
    PrinterCleared,
    PrinterStatus,
    PrintFault,
    ReceiptFailed,
    ReceiptPrinted,
    ReceiptWaived,
    Restarted,
    SlipReceived,
    StartPressed,
    StorageLow,
    Timer,
    TimerFired,
)
from kiosk.checkout.member_events import ReceiptOffered
from kiosk.checkout.regions.ending import (
    OWED_MOST,
    OWED_SECONDS,
    OWED_TIME,
    THANKS_SECONDS,
)
from kiosk.checkout.states import (
    Attract,
    Baseline,
    Closed,
    Known,
    Member,
    OutOfService,
    Paid,
    ReceiptOwed,
    State,
    Thanks,
)
from kiosk.ids import NOBODY, Handle, JobId, SaleId
from kiosk.receipt import Slip
from kiosk.words import Language
from tests.story import MILK, NOW, P1, SHOP, TID, Story, card, shopping

JOB, JOB2, JOB3 = (JobId(f"K1-abc-j00000{number}") for number in (2, 3, 4))
AGAIN, WAIVED = PrintAgainPressed(), ReceiptWaived()
H1 = Handle("0123456789abcdef")
OUT = ReceiptFailed(JOB, PrintFault.PAPER_OUT, partial=False)
TORN = ReceiptFailed(JOB, PrintFault.PAPER_OUT, partial=True)


def paid() -> Story:
    story = Story(shopping(MILK)) >> PayPressed(1, MILK.price) << Authorize
    for kind in ("customer", "merchant"):
        slip = SlipReceived(P1, Slip(kind, (kind,)))
        story = (story >> CardApproved(P1, card())) >> slip
    return story >> PaymentClosed(P1)


def printing(story: Story, *, copy: bool) -> Story:
    """Demands a print job, with or without the copy mark."""
    [command] = [each for each in story._commands if isinstance(each, PrintReceipt)]
    assert command.receipt.copy is copy
    assert command.receipt.number == 1
    return story << PrintReceipt


def owed(event: ReceiptFailed) -> State:
    return (printing(paid(), copy=False) >> event).ends_in(ReceiptOwed)


def waits(state: State, event: Event) -> dict[Timer, float]:
    step = decide(state, replace(event, at=NOW))
    return {each.timer: each.seconds for each in step.commands if isinstance(each, StartTimer)}


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

LINKED = Handle("feed")


def known_customer() -> Story:
    """Paid by somebody whom the service knows, at a kiosk whose service takes receipts."""
    state = replace(shopping(MILK), service=True, links=True)
    state = replace(state, member=Member(H1, Known.FOUND, sealed=True))
    story = (Story(state) >> PayPressed(1, MILK.price) << Authorize) >> CardApproved(P1, card())
    return story >> PaymentClosed(P1)


def then(story: Story, *events: Event) -> Story:
    """One event after the other, whatever was demanded between."""
    for event in events:
        story = Story(story.state) >> event
    return story


def wiped(story: Story) -> list[Handle]:
    """What the last step had the vault forget."""
    return [each.handle for each in story._commands if isinstance(each, Forget)]


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


def later() -> Story:
    """The customer has gone without paper, and the kiosk waits for the next one."""
    return then(Story(owed(OUT)), WAIVED, TimerFired(Timer.THANKS))


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


def test_a_receipt_that_was_offered_by_a_link_is_not_printed_for_staff() -> None:
    """The customer has it, or has the code of it."""
    story = then(known_customer(), TORN)
    assert isinstance(story.state.phase, ReceiptOwed)
    story = then(story, ReceiptOffered(story.state.phase.sold.sale.id, LINKED), WAIVED)
    assert story.state.owed == ()


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
