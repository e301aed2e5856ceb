"""The driver before a simulated terminal, and before one that says whatever it is told to."""

from __future__ import annotations

import pytest

from drivers.zvt.client import mirror
from drivers.zvt.link import Settings
from drivers.zvt.messages import (
    Authorization,
    Completion,
    IntermediateStatus,
    Negative,
    Positive,
)
from drivers.zvt.scenes import Fault
from kiosk.checkout.commands import DeviceCommand
from kiosk.checkout.events import (
    CardApproved,
    Event,
    PaymentDeclined,
    SlipReceived,
    TerminalShows,
)
from kiosk.money import Money
from kiosk.ports import (
    Cancel,
    Silent,
    Unavailable,
    Verdict,
)
from tests.drivers.zvt.bench import (
    ASK,
    PAY,
    READY,
    REGISTERED,
    ClockedCancel,
    Judge,
    Till,
    approvals,
    drive,
    kinds,
    refuses,
    say,
    scripted,
)

YES = Positive()


def test_an_approved_payment_from_end_to_end() -> None:
    """Shows, approval, both slips, end; and the terminal holds it."""
    till = Till()
    events = till.pays()
    assert kinds(events) == ["CardApproved", "SlipReceived", "SlipReceived", "PaymentClosed"]
    assert [each.lines[0] for each in events if isinstance(each, TerminalShows)] == [
        "Bitte Karte vorhalten",
        "Bitte warten",
    ]
    (approval,) = approvals(events)
    assert (approval.card.amount, approval.card.trace) == (Money(119), 1)
    slips = [each.slip.kind for each in events if isinstance(each, SlipReceived)]
    assert slips == ["merchant", "customer"]
    assert till.standing == [119]


@pytest.mark.parametrize(("automatic", "code"), [("stop", 0x6C), (0x05, 0x05), (0xF0, 0xF0)])
def test_a_declined_payment(automatic: str | int, code: int) -> None:
    """By the customer, the host, or the terminal: one event, with its code and text."""
    till = Till(automatic=automatic)
    (declined,) = [each for each in till.pays() if not isinstance(each, TerminalShows)]
    assert isinstance(declined, PaymentDeclined)
    assert declined.code == code
    assert declined.text
    assert not till.standing


def test_the_customer_who_does_nothing_is_a_stop() -> None:
    """The terminal waits its time and says so itself."""
    till = Till(automatic=None)
    assert kinds(till.pays()) == ["PaymentDeclined"]
    assert till.clock.seconds >= 60


def test_a_cancel_in_time_is_a_decline() -> None:
    """And the same line serves the next payment."""
    till = Till(automatic=None)
    (declined,) = [e for e in till.pays(cancel_at=0x0A) if isinstance(e, PaymentDeclined)]
    assert declined.code == 0x6C
    till.simulator.automatic = "approve"
    assert kinds(till.pays())[-1] == "PaymentClosed"
    assert till.connections == 1


def test_a_cancel_that_comes_too_late_changes_nothing() -> None:
    """The terminal's word counts, not our wish."""
    till = Till(Fault.SLOW)
    assert kinds(till.pays(cancel_at=0x0E))[-1] == "PaymentClosed"
    assert till.standing == [119]


def test_a_slow_terminal_is_waited_for() -> None:
    """Seconds without a word are no failure."""
    till = Till(Fault.SLOW)
    assert kinds(till.pays())[-1] == "PaymentClosed"


def waits_once() -> Judge:
    """A checkout whose disk is slow for one approval."""
    asked: list[Event] = []

    def judge(event: Event) -> Verdict:
        if not isinstance(event, CardApproved):
            return Verdict.KEEP
        asked.append(event)
        return Verdict.WAIT if len(asked) == 1 else Verdict.KEEP

    return judge


def test_a_slow_disk_asks_the_terminal_to_wait() -> None:
    """Where the authorisation said that it may: the same approval comes again, two seconds later."""
    till = Till(settings=Settings(wait=(30, 15)))
    events = till.pays(waits_once())
    first, second = approvals(events)
    assert first == second
    assert kinds(events)[-1] == "PaymentClosed"
    assert till.clock.seconds >= 2
    assert till.standing == [119]


def test_a_slow_disk_refuses_where_the_terminal_cannot_wait() -> None:
    """Money that is not on our disk is not taken."""
    till = Till()
    events = till.pays(waits_once())
    assert kinds(events) == ["CardApproved", "PaymentDeclined"]
    assert not till.standing


def test_the_wish_to_wait_is_in_the_authorisation() -> None:
    """BMP 01 and 02 together, or neither."""
    for settings, expected in ((Settings(wait=(30, 15)), (30, 15)), (Settings(), (None, None))):
        driver, script = scripted(*REGISTERED, say(Negative(code=0x83)), settings=settings)
        drive(driver.execute(PAY, Cancel()))
        seconds, most = expected
        sent = Authorization(119, 978, 0x40, seconds, most, tlv=mirror(""))
        assert script.heard[-1] == say(sent)


def test_a_refused_approval_is_reversed() -> None:
    """84 66; the terminal tells that nothing is left."""
    till = Till()
    events = till.pays(refuses(CardApproved))
    assert kinds(events) == ["CardApproved", "PaymentDeclined"]
    assert not till.standing
    last = till.outcome().last
    assert last is not None
    assert last.reversal_of == 1


def test_a_refused_slip_takes_the_payment_back() -> None:
    """The acknowledgements of the slips belong to the commit."""
    till = Till()
    events = till.pays(refuses(SlipReceived))
    assert kinds(events)[-1] == "PaymentDeclined"
    assert not till.standing


# --- silence and lost lines -------------------------------------------------------------------


def test_t3_is_silence() -> None:
    """Five seconds without acceptance: unknown, and the line is given up."""
    driver, script = scripted(*REGISTERED)
    began = script.clock.seconds
    with pytest.raises(Silent, match="T3"):
        drive(driver.execute(PAY, Cancel()))
    assert 5 <= script.clock.seconds - began < 5.5


@pytest.mark.parametrize(
    ("minutes", "seconds"), [(None, 180), (0x05, 300), (0x06, 360), (0x15, 900)]
)
def test_t4_is_silence_and_the_terminal_may_extend_it(minutes: int | None, seconds: int) -> None:
    """From the last word of the terminal on."""
    status = IntermediateStatus(0x0A, minutes)
    driver, script = scripted(*REGISTERED, say(YES, status))
    began = script.clock.seconds
    with pytest.raises(Silent, match="T4"):
        drive(driver.execute(PAY, Cancel()))
    assert seconds <= script.clock.seconds - began < seconds + 1


def test_every_status_starts_t4_anew() -> None:
    """With the length the terminal gave last."""
    script_of = (say(YES, IntermediateStatus(0x0A, 2)), say(IntermediateStatus(0x0E)), b"")
    driver, script = scripted(*REGISTERED, *script_of)
    with pytest.raises(Silent, match="120 s"):
        drive(driver.execute(PAY, Cancel()))
    assert script.clock.seconds >= 120


def test_a_silent_terminal_is_unavailable_before_the_payment() -> None:
    """Nothing of the payment has left: known, and to be tried again."""
    till = Till(Fault.SILENT)
    with pytest.raises(Unavailable, match="T3"):
        till.pays()
    assert not till.simulator.authorisations


@pytest.mark.parametrize(("command", "most"), [(READY, 3), (ASK, 5)])
def test_silence_at_a_question(command: DeviceCommand, most: int) -> None:
    """In registration, enquiry and repetition: T3 or T4, each time."""
    answers = (*REGISTERED, say(YES, Completion(status=0)), b"", say(YES, Completion()))
    for heard in range(most - 1):
        driver, script = scripted(*answers[:heard])
        with pytest.raises(Silent, match=r"T[34]"):
            drive(driver.execute(command, ClockedCancel(script.clock)))


def test_acceptance_without_an_end_is_silence() -> None:
    """T4 counts in administrative dialogues too."""
    for answers in ((say(YES),), (*REGISTERED, say(YES))):
        driver, _ = scripted(*answers)
        with pytest.raises(Silent, match="T4"):
            drive(driver.execute(READY, Cancel()))


def test_a_lost_answer_is_doubt_and_the_question_is_answered() -> None:
    """The line dropped before the result left: the next connection tells."""
    till = Till(Fault.LOSE_ANSWER)
    with pytest.raises(Silent):
        till.pays()
    last = till.outcome().last
    assert last is not None
    assert last.reversal_of == 1
    assert till.simulator.authorisations == 1
