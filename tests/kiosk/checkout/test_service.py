"""Whether the kiosk sells at all: start, devices coming and going, a full disk, in every phase."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.checkout.commands import AskLastOutcome, Authorize, PrintReceipt, ReadyTerminal
from kiosk.checkout.events import (
    CardApproved,
    Device,
    DeviceFault,
    DeviceOnline,
    FaultKind,
    LastOutcome,
    PaymentClosed,
    PaymentDeclined,
    PayPressed,
    PrinterStatus,
    PrintFault,
    ReceiptFailed,
    Restarted,
    StartPressed,
    StorageLow,
    TerminalReady,
    Timer,
    TimerFired,
)
from kiosk.checkout.states import (
    Attract,
    Baseline,
    Closed,
    InDoubt,
    Link,
    OutOfService,
    Paid,
    Paying,
    ReceiptOwed,
    Settling,
    Shopping,
    State,
    Thanks,
)
from kiosk.ids import JobId
from tests.story import MILK, P1, P2, SHOP, TID, Story, card, shopping, silence, transaction

ONLINE = DeviceOnline(Device.TERMINAL)
READY = TerminalReady(TID, transaction(trace=6))
LOST = DeviceFault(Device.TERMINAL, FaultKind.SILENT, False)
FULL = StorageLow()
PAY = PayPressed(1, MILK.price)
JOB = JobId("K1-abc-j000002")


def in_phase(phase: type) -> State:
    """A kiosk in this phase, everything well."""
    paying = Story(shopping(MILK)) >> PAY << Authorize
    match phase.__name__:
        case "OutOfService":
            return replace(shopping(), phase=OutOfService(Closed.STARTING))
        case "Attract":
            return replace(shopping(), phase=Attract())
        case "Thanks":
            return replace(shopping(), phase=Thanks(1, printed=True))
        case "Shopping":
            return shopping(MILK)
        case "Paying":
            return paying.state
        case "InDoubt":
            return (paying >> silence() << AskLastOutcome).state
        case _:
            pass
    settling = paying >> CardApproved(P1, card())
    if phase is Settling:
        return settling.state
    paid = settling >> PaymentClosed(P1) << PrintReceipt
    if phase is Paid:
        return paid.state
    return (paid >> ReceiptFailed(JOB, PrintFault.CUTTER, partial=False)).state


EVERY = [OutOfService, Attract, Shopping, Paying, Settling, InDoubt, Paid, ReceiptOwed, Thanks]


def test_a_kiosk_opens_when_its_terminal_is_ready() -> None:
    """Online, registered, its memory known."""
    story = Story(State("K1", "abc")) >> Restarted(SHOP)
    assert story.state.phase == OutOfService(Closed.STARTING)
    story = story >> ONLINE << ReadyTerminal()
    (story >> StartPressed()).ends_in(OutOfService)
    state = (story >> READY).ends_in(Attract)
    assert state.devices.baseline == Baseline(TID, 6, 6)
    assert state.shop == SHOP


def test_a_terminal_that_remembers_nothing_is_a_baseline_too() -> None:
    """Trace and receipt 0."""
    story = Story(State("K1", "abc")) >> Restarted(SHOP) >> ONLINE << ReadyTerminal()
    state = (story >> TerminalReady(TID, None)).ends_in(Attract)
    assert state.devices.baseline == Baseline(TID, empty=True)


@pytest.mark.parametrize("phase", [Attract, Shopping, Thanks, Paid, ReceiptOwed])
def test_a_terminal_that_comes_back_is_made_ready_once(phase: type) -> None:
    """Online again while it is being made ready, or is ready, asks for nothing."""
    story = Story(in_phase(phase)) >> ONLINE >> LOST
    assert story.state.devices.terminal is Link.LOST
    assert story.state.devices.baseline is None
    story = story >> ONLINE << ReadyTerminal() >> ONLINE
    assert story.state.devices.terminal is Link.READYING
    story = story >> READY >> ONLINE
    assert story.state.devices.terminal is Link.READY
    assert isinstance(story.state.phase, phase)


def test_ready_that_nobody_asked_for_changes_nothing() -> None:
    """A late answer does not move the baseline of a payment."""
    for phase in EVERY:
        state = in_phase(phase)
        if state.devices.terminal is not Link.READYING:
            assert (Story(state) >> READY).state == state


@pytest.mark.parametrize(
    ("phase", "after"),
    [
        (OutOfService, OutOfService),
        (Attract, OutOfService),
        (Shopping, Shopping),
        (Paid, Paid),
        (ReceiptOwed, ReceiptOwed),
        (Thanks, Thanks),
    ],
)
def test_a_terminal_lost_while_nobody_pays(phase: type, after: type) -> None:
    """Nobody begins what cannot be paid; who has begun keeps the articles."""
    state = (Story(in_phase(phase)) >> LOST).ends_in(after)
    if after is OutOfService:
        assert state.phase == OutOfService(Closed.TERMINAL)
        (Story(state) >> ONLINE << ReadyTerminal() >> READY).ends_in(Attract)


@pytest.mark.parametrize("phase", [Paying, Settling])
def test_a_terminal_lost_in_a_payment_is_doubt(phase: type) -> None:
    """Asked at once, and not made ready: it gets no other command."""
    story = Story(in_phase(phase)) >> ONLINE >> silence() << AskLastOutcome(P1)
    assert isinstance(story.state.phase, InDoubt)
    assert (story >> ONLINE).state.phase == story.state.phase


def test_a_terminal_that_comes_back_in_doubt_is_asked_at_once() -> None:
    """Unless one answer is there: the second one keeps its distance."""
    waiting = (Story(in_phase(InDoubt)) >> silence()).state
    (Story(waiting) >> ONLINE << AskLastOutcome(P1)).ends_in(InDoubt)
    heard = (Story(in_phase(InDoubt)) >> LastOutcome(P1, TID, transaction())).state
    assert (Story(heard) >> ONLINE).state == heard


def test_answers_and_silence_about_another_payment_are_not_for_this_doubt() -> None:
    """Each question has its payment."""
    state = in_phase(InDoubt)
    assert (Story(state) >> LastOutcome(P2, TID, transaction())).state == state
    assert (Story(state) >> silence(P2)).state.phase == state.phase
    assert (Story(shopping(MILK)) >> LastOutcome(P1, TID, None)).state == shopping(MILK)


def test_thanks_leads_home_or_out_of_service() -> None:
    """What broke meanwhile is seen when the customer has gone."""
    story = Story(in_phase(Thanks)) >> LOST >> TimerFired(Timer.THANKS)
    assert story.ends_in(OutOfService).phase == OutOfService(Closed.TERMINAL)


@pytest.mark.parametrize("phase", EVERY)
def test_a_printer_or_scanner_that_comes_and_goes_ends_nothing(phase: type) -> None:
    """The customer sees what changed and can still buy."""
    start = in_phase(phase)
    for device in (Device.PRINTER, Device.SCANNER):
        lost = Story(start) >> DeviceFault(device, FaultKind.UNAVAILABLE, True)
        assert getattr(lost.state.devices, device) is Link.LOST
        back = lost >> DeviceOnline(device)
        assert getattr(back.state.devices, device) is Link.READY
        assert back.state.phase == start.phase


@pytest.mark.parametrize("phase", EVERY)
def test_what_a_printer_says_of_itself_is_kept(phase: type) -> None:
    """Known before somebody pays."""
    start = in_phase(phase)
    story = Story(start) >> PrinterStatus(PrintFault.PAPER_OUT, True)
    assert story.state.devices.printer_fault is PrintFault.PAPER_OUT
    assert story.state.devices.paper_low
    assert (story >> PrinterStatus(None)).state.devices.printer_fault is None
    assert story.state.phase == start.phase


@pytest.mark.parametrize("phase", EVERY)
def test_a_full_disk_finishes_what_is_under_way(phase: type) -> None:
    """And starts nothing: who is not buying finds the kiosk closed."""
    start = in_phase(phase)
    state = (Story(start) >> FULL).state
    assert state.storage_low
    if phase in (Attract, Thanks, OutOfService):
        assert state.phase == OutOfService(Closed.STORAGE)
        assert (
            Story(state) >> LOST >> ONLINE << ReadyTerminal() >> READY
        ).state.phase == state.phase
    else:
        assert state.phase == start.phase


def test_a_full_disk_takes_no_new_payment() -> None:
    """The one under way ends; after a decline there is no second try."""
    assert (Story(shopping(MILK)) >> FULL >> PAY).ends_in(Shopping).notice is None
    story = Story(in_phase(Paying)) >> FULL >> PaymentDeclined(P1, 5) << ReadyTerminal() >> READY
    (story >> PAY).ends_in(Shopping)


@pytest.mark.parametrize(
    ("phase", "after", "command"),
    [
        (OutOfService, OutOfService, None),
        (Attract, OutOfService, None),
        (Thanks, OutOfService, None),
        (Shopping, Shopping, None),
        (Paying, InDoubt, AskLastOutcome),
        (Settling, InDoubt, AskLastOutcome),
        (InDoubt, InDoubt, AskLastOutcome),
        (Paid, Paid, PrintReceipt),
        (ReceiptOwed, ReceiptOwed, None),
    ],
)
def test_a_restart_in_every_phase(phase: type, after: type, command: type | None) -> None:
    """Nothing is lost, nothing charged again, and no device is taken for ready."""
    story = Story((Story(in_phase(phase)) >> PrinterStatus(PrintFault.CUTTER)).state)
    story = story >> Restarted(SHOP)
    story = story << command if command else story
    state = story.ends_in(after)
    assert state.devices.terminal is Link.UNKNOWN
    assert state.devices.baseline is None
    assert state.devices.printer_fault is None
    assert not state.storage_low


def test_a_restart_with_an_empty_basket_waits_and_goes_home() -> None:
    """Nobody may be there."""
    story = Story(shopping()) >> Restarted(SHOP) >> ONLINE << ReadyTerminal() >> READY
    (story >> TimerFired(Timer.IDLE)).ends_in(Attract)


def test_a_restart_in_doubt_forgets_the_single_answer() -> None:
    """Two that agree are wanted from the terminal as it is now."""
    heard = (Story(in_phase(InDoubt)) >> LastOutcome(P1, TID, transaction())).state
    state = (Story(heard) >> Restarted(SHOP) << AskLastOutcome).ends_in(InDoubt)
    assert isinstance(state.phase, InDoubt)
    assert state.phase.heard is None
    (Story(state) >> LastOutcome(P1, TID, transaction())).ends_in(InDoubt)


def test_a_terminal_replaced_in_doubt_calls_staff() -> None:
    """Another terminal knows nothing of this payment."""
    other = LastOutcome(P1, "99999999", transaction(terminal_id="99999999"))
    story = Story(in_phase(InDoubt)) >> other >> TimerFired(Timer.ASK_AGAIN) << AskLastOutcome
    state = (story >> other).ends_in(InDoubt)
    assert isinstance(state.phase, InDoubt)
    assert state.phase.staff
