"""A payment with terminals that know less, say more, or contradict themselves."""

from __future__ import annotations

import pytest

from drivers.zvt.messages import (
    Abort,
    Completion,
    IntermediateStatus,
    Negative,
    Positive,
    StatusInformation,
    Unknown,
)
from kiosk.checkout.events import (
    CardApproved,
    TerminalReady,
    TerminalShows,
)
from kiosk.ports import (
    Cancel,
    Run,
    Silent,
    Verdict,
)
from tests.drivers.zvt.bench import (
    PAY,
    READY,
    REGISTERED,
    drive,
    kinds,
    say,
    scripted,
)

YES = Positive()


def test_a_command_nobody_knows_is_refused_and_the_payment_goes_on() -> None:
    """84 83, and two statuses in one breath are answered one by one."""
    status = say(IntermediateStatus(0x0A))
    driver, script = scripted(
        *REGISTERED, say(YES, Unknown(code=0x0401, data=b"")), status + status, b"",
        say(Abort(0x6C)), b"",
    )  # fmt: skip
    assert kinds(drive(driver.execute(PAY, Cancel())))[-1] == "PaymentDeclined"
    assert b"\x84\x83\x00" in script.heard


@pytest.mark.parametrize("first", ["refused", "reversed"])
def test_a_good_end_of_something_refused_is_silence(first: str) -> None:
    """The terminal completes what we refused, or told that it took back: ask, do not believe."""
    undone = StatusInformation(0, 119, trace=8, original_trace=7)
    result = StatusInformation(0, 119, trace=7) if first == "refused" else undone
    driver, _ = scripted(*REGISTERED, say(YES, result), say(Completion()), b"")
    run = driver.execute(PAY, Cancel())
    refuse = isinstance(next(run, None), CardApproved) if first == "refused" else False
    with pytest.raises(Silent, match="completed what had been refused"):
        run.send(Verdict.REFUSE) if refuse else driver_goes_on(run)


def driver_goes_on(run: Run) -> None:
    """Whatever it still says is kept."""
    for event in run:
        del event


def test_a_till_without_containers_may_still_register() -> None:
    """84 83 to the first wish: the second one goes without."""
    driver, _ = scripted(say(Negative(code=0x83)), *REGISTERED, say(YES, Abort(0x66)), b"")
    assert kinds(drive(driver.execute(READY, Cancel()))) == ["TerminalReady"]


@pytest.mark.parametrize("answer", [[say(Negative(code=0x83))], [say(YES, Completion()), b""]])
def test_a_terminal_that_cannot_repeat_does_not_tell(answer: list[bytes]) -> None:
    """That is not the same as remembering nothing."""
    driver, _ = scripted(*REGISTERED, *answer)
    assert drive(driver.execute(READY, Cancel())) == [TerminalReady("52001234", None, tells=False)]


def test_an_odd_date_costs_no_payment() -> None:
    """Only what decides about money must be readable."""
    odd = StatusInformation(0, 119, trace=7, extra=((0x0D, b"\xff\xff"), (0x87, b"\xff\xff")))
    driver, _ = scripted(*REGISTERED, say(YES, odd), say(Completion()), b"")
    (approved, _closed) = drive(driver.execute(PAY, Cancel()))
    assert isinstance(approved, CardApproved)
    assert (approved.card.receipt, approved.card.at) == (0, None)


def test_a_long_wait_shows_that_it_is_one() -> None:
    """T4 may be longer than the kiosk's patience with a silent driver."""
    driver, _ = scripted(*REGISTERED, say(YES, IntermediateStatus(0x0A, 0x15)), b"")
    run = driver.execute(PAY, Cancel())
    seen = [next(run) for _ in range(900 // 61)]
    assert {type(event) for event in seen} == {TerminalShows}
    with pytest.raises(Silent):
        driver_goes_on(run)
