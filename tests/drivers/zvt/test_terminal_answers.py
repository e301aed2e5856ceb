"""What terminals may answer, say or garble, and what becomes of it."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from drivers.zvt.messages import (
    Abort,
    Completion,
    IntermediateStatus,
    Message,
    Negative,
    Positive,
    PrintLine,
    StatusInformation,
)
from drivers.zvt.terminal import ZvtTerminal
from kiosk.checkout.commands import Authorize, PrintReceipt
from kiosk.checkout.events import (
    CardApproved,
    DeviceOnline,
    LastOutcome,
    PaymentDeclined,
    SlipReceived,
    TerminalReady,
)
from kiosk.ids import JobId
from kiosk.money import Money
from kiosk.ports import (
    Cancel,
    DeviceError,
    LocalProtocolError,
    ProtocolError,
    RemoteProtocolError,
    Silent,
    Unavailable,
)
from kiosk.receipt import Receipt
from tests.drivers.zvt.bench import (
    ASK,
    P1,
    PAY,
    READY,
    REGISTERED,
    ClockedCancel,
    Till,
    approvals,
    drive,
    kinds,
    refuses,
    say,
    scripted,
)

YES = Positive()


# --- refusals and readiness -------------------------------------------------------------------


def test_a_refused_authorisation_is_a_decline() -> None:
    """84 xx at once."""
    driver, _ = scripted(*REGISTERED, say(Negative(code=0x9C)))
    assert drive(driver.execute(PAY, Cancel())) == [PaymentDeclined(P1, 0x9C)]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (say(Negative(code=0x6B)), "refused .6B."),
        (say(YES, Abort(0x6F, 978)), "ended with 6F"),
    ],
)
def test_a_refused_registration_is_unavailable(answer: bytes, reason: str) -> None:
    """Nothing was sent but the wish."""
    for command in (READY, PAY):
        driver, _ = scripted(answer)
        with pytest.raises(Unavailable, match=reason):
            drive(driver.execute(command, Cancel()))


def test_a_terminal_without_a_transaction_has_no_last_outcome() -> None:
    """Neither ready nor asked."""
    till = Till()
    assert till.does(READY) == [TerminalReady("52001234", None)]
    assert till.does(ASK) == [LastOutcome(P1, "52001234", None)]


def test_a_question_waits_until_the_terminal_is_ready() -> None:
    """Busy, busy, ready."""
    busy = (say(YES, Completion(status=0x9C)), b"")
    driver, script = scripted(
        *REGISTERED, *busy, say(Negative(code=0x9C)), say(YES, Abort(0xA0)), b"",
        say(YES, Completion(status=0)), b"",
        say(YES, IntermediateStatus(0x0E)), say(StatusInformation(0, 119, trace=1)), say(PrintLine(0, "A")), say(Completion()), b"",
    )  # fmt: skip
    (event,) = drive(driver.execute(ASK, ClockedCancel(script.clock)))
    assert isinstance(event, LastOutcome)
    assert event.last is not None
    assert event.last.amount == Money(119)
    assert script.clock.seconds >= 3


def test_a_terminal_that_stays_busy_is_unavailable() -> None:
    """After a minute, or at once when the question is no longer wanted."""
    busy = [say(YES, Completion(status=0x9C)), b""] * 100
    driver, script = scripted(*REGISTERED, *busy)
    with pytest.raises(Unavailable, match="9C"):
        drive(driver.execute(ASK, ClockedCancel(script.clock)))
    assert script.clock.seconds >= 60
    driver, script = scripted(*REGISTERED, *busy)
    with pytest.raises(Unavailable):
        drive(driver.execute(ASK, ClockedCancel(script.clock, left=1)))


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        (say(Negative(code=0x9C)), False),
        (say(YES, Abort(0x9C)), False),
        (say(YES, Abort(0x66)), True),
    ],
)
def test_a_repetition_that_is_refused_is_no_memory(answer: bytes, known: bool) -> None:
    """Only a terminal that has nothing to repeat says that there is nothing."""
    driver, _ = scripted(*REGISTERED, answer, b"")
    if known:
        assert drive(driver.execute(READY, Cancel())) == [TerminalReady("52001234", None)]
        return
    with pytest.raises(Unavailable):
        drive(driver.execute(READY, Cancel()))


def test_the_terminals_id_is_learnt_where_it_is_told() -> None:
    """From its last transaction, if the registration was silent about it."""
    driver, _ = scripted(
        say(YES, Completion()), b"",
        say(YES, StatusInformation(0, 119, trace=1, terminal_id=77)), say(Completion()), b"",
    )  # fmt: skip
    (ready,) = drive(driver.execute(READY, Cancel()))
    assert isinstance(ready, TerminalReady)
    assert ready.terminal_id == "00000077"


# --- what terminals say -----------------------------------------------------------------------


def payment(*messages: Message) -> list[bytes]:
    """A script in which the terminal accepts and says these, one after each answer."""
    return [*REGISTERED, say(YES, messages[0]), *map(say, messages[1:]), b""]


def test_lines_of_a_terminal_without_blocks_are_slips() -> None:
    """06 D1 by 06 D1, with text as it is."""
    driver, _ = scripted(
        *payment(
            StatusInformation(0, 119, trace=1),
            PrintLine(0x40, "KUNDENBELEG"),
            PrintLine(0, "Größe"),
            PrintLine(0x81),
            Completion(),
        )
    )
    events = drive(driver.execute(PAY, Cancel()))
    lines = [each.slip.lines for each in events if isinstance(each, SlipReceived)]
    assert lines == [("KUNDENBELEG",), ("Größe",), ("",)]
    assert kinds(events)[-1] == "PaymentClosed"


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [(120, 978, Money(120)), (119, 756, Money(119, "XXX")), (None, None, Money(0))],
)
def test_a_wrong_amount_reaches_the_checkout_as_it_is(
    amount: int | None, currency: int | None, shown: Money
) -> None:
    """The checkout refuses what it did not ask for; the driver then says so."""
    driver, script = scripted(*payment(StatusInformation(0, amount, currency), Abort(0x66)))
    events = drive(driver.execute(PAY, Cancel()), refuses(CardApproved))
    assert approvals(events)[0].card.amount == shown
    assert say(Negative(code=0x66)) in script.heard


def test_a_wrong_pin_before_an_approval_is_forgotten() -> None:
    """Result 55 may be followed by another try (2.2.6)."""
    driver, _ = scripted(
        *payment(StatusInformation(0x55), StatusInformation(0, 119, trace=1), Completion())
    )
    assert kinds(drive(driver.execute(PAY, Cancel()))) == ["CardApproved", "PaymentClosed"]


def test_a_decline_may_end_with_a_completion() -> None:
    """Some terminals complete what they declined."""
    driver, _ = scripted(*payment(StatusInformation(0x05, additional_text="Nein"), Completion()))
    assert drive(driver.execute(PAY, Cancel())) == [PaymentDeclined(P1, 0x05, "Nein")]


def test_a_status_information_without_a_result_is_doubt() -> None:
    """Neither an approval nor a decline."""
    driver, script = scripted(*payment(StatusInformation(amount=119), Completion()))
    with pytest.raises(RemoteProtocolError, match="without a result"):
        drive(driver.execute(PAY, Cancel()))
    assert say(YES) not in script.heard[3:]


def test_an_acceptance_with_a_code_counts() -> None:
    """84 00 is 80 00."""
    driver, _ = scripted(*REGISTERED, say(Negative(), Abort(0x6C)))
    assert drive(driver.execute(PAY, Cancel())) == [PaymentDeclined(P1, 0x6C)]


def test_a_stop_that_is_never_answered_costs_the_line() -> None:
    """A late answer would be taken for the next command's."""
    driver, _ = scripted(
        *REGISTERED, say(YES), say(Abort(0x6C)), b"", *REGISTERED, say(Negative(code=1))
    )
    cancel = Cancel()
    cancel.set()
    assert kinds(drive(driver.execute(PAY, cancel))) == ["PaymentDeclined"]
    assert drive(driver.execute(PAY, Cancel())) == [PaymentDeclined(P1, 1)]


GARBAGE = (
    b"\xff\xff\x00",
    b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9,
    b"\x04\x0f\x02\x04\x00",
    b"\x80\x00\x00" * 3,
)


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("at", range(7))
def test_garbage_at_any_point_of_a_payment_is_a_protocol_error(garbage: bytes, at: int) -> None:
    """Or the terminal is unavailable, as long as nothing of the payment left."""
    answers = payment(
        IntermediateStatus(0x0A), StatusInformation(0, 119), PrintLine(0, "A"), Completion()
    )
    answers[at] = garbage
    driver, _ = scripted(*answers)
    with pytest.raises((ProtocolError, Unavailable, Silent)) as caught:
        pay_and_ask(driver)
    if garbage is GARBAGE[2] and 2 <= at < 6:
        assert isinstance(caught.value, RemoteProtocolError)


def pay_and_ask(driver: ZvtTerminal) -> None:
    """What follows the payment's end is seen by the next command."""
    drive(driver.execute(PAY, Cancel()))
    drive(driver.execute(READY, Cancel()))


def test_random_garbage_raises_only_device_errors() -> None:
    """A thousand payments before a terminal that talks nonsense somewhere."""
    chance = random.Random(11)
    for _ in range(1_000):
        answers = payment(StatusInformation(0, 119, trace=1), PrintLine(0, "A"), Completion())
        at = chance.randrange(len(answers))
        data = bytearray(answers[at] or b"\x80\x00\x00")
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        answers[at] = bytes(data) + chance.randbytes(chance.randrange(4))
        driver, _ = scripted(*answers)
        try:
            drive(driver.execute(PAY, Cancel()))
        except DeviceError:
            continue


# --- private and our own errors ---------------------------------------------------------------


def test_no_event_holds_a_card_number() -> None:
    """Whatever the terminal sends in bitmap 22, approval, question and slips show four digits."""
    till = Till()
    till.simulator.card_number = "4929123456784711"
    told = [*till.pays(), *till.does(READY), *till.does(ASK)]
    assert "4711" in repr(approvals(told))
    for piece in ("4929", "12345678", "84711"):
        assert piece not in repr(told)


def test_a_terminal_does_not_print_receipts() -> None:
    """The engine's bug, named as one."""
    driver, _ = scripted()
    command = PrintReceipt(JobId("j"), Receipt.__new__(Receipt))
    with pytest.raises(LocalProtocolError, match="PrintReceipt"):
        drive(driver.execute(command, Cancel()))


def test_a_currency_the_terminal_does_not_know_is_our_error() -> None:
    """Before anything of the payment leaves."""
    driver, script = scripted(*REGISTERED)
    with pytest.raises(Unavailable, match="CHF"):
        drive(driver.execute(Authorize(P1, Money(119, "CHF")), Cancel()))
    assert len(script.heard) <= 2


# --- staying in touch -------------------------------------------------------------------------


def test_an_idle_line_that_was_closed_is_opened_again() -> None:
    """By a payment and by each question: the caller notices nothing."""
    for command in (PAY, READY, ASK):
        till = Till()
        till.does(READY)
        till.simulator._hang_up = True
        assert drive(till.driver.execute(command, Cancel()))
        assert till.connections == 2


def test_watch_registers_and_returns_when_wanted() -> None:
    """It looks at the wish every 100 ms of the clock."""
    till = Till()
    wanted = ClockedCancel(till.clock, left=20)
    (online,) = drive(till.driver.watch(wanted))
    assert isinstance(online, DeviceOnline)
    assert all(b - a <= 0.11 for a, b in pairwise(wanted.waits))
    assert till.connections == 1


def test_watch_enquires_once_a_minute_and_reconnects() -> None:
    """On the same line while it lives, on a new one when the terminal hung up."""
    driver, script = scripted(*REGISTERED, say(YES, Completion(status=0)), b"")
    drive(driver.watch(ClockedCancel(script.clock, left=700)))
    assert [data[:2] for data in script.heard] == [b"\x06\x00", b"\x80\0", b"\x05\x01", b"\x80\0"]
    till = Till()
    run = till.driver.watch(ClockedCancel(till.clock, left=5))
    assert isinstance(next(run), DeviceOnline)
    till.simulator._hang_up = True
    assert list(run) == []
    assert till.connections == 2


def test_a_watch_that_finds_nobody_fails() -> None:
    """And leaves no line open; closing again is harmless."""
    driver, script = scripted()
    with pytest.raises(Silent):
        drive(driver.watch(ClockedCancel(script.clock)))
    driver.close()
    driver.close()


def test_traffic_can_be_tapped() -> None:
    """Every byte both ways, in order."""
    seen: list[tuple[str, bytes]] = []
    _, script = scripted(*REGISTERED)
    driver = ZvtTerminal(
        "x",
        clock=script.clock,
        connect=lambda _: script,
        tap=lambda way, data: seen.append((way, data)),
    )
    with pytest.raises(Silent):
        drive(driver.execute(READY, Cancel()))
    assert [way for way, _ in seen] == ["tx", "rx", "tx", "tx"]
    assert seen[1][1] == REGISTERED[0]
