"""The simulated terminal before tills of other makers, hostile ones, and over restarts."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.zvt.fields import Container, Tag
from drivers.zvt.memory import Memory
from drivers.zvt.messages import (
    Abort,
    AbortCommand,
    Authorization,
    Completion,
    IntermediateStatus,
    LogOff,
    Message,
    Negative,
    Positive,
    PrintLine,
    PrintTextBlock,
    Registration,
    RepeatReceipt,
    StatusEnquiry,
    StatusInformation,
    Unknown,
)
from drivers.zvt.scenes import Fault, Unacknowledged
from drivers.zvt.session import Phase, Role, Session
from drivers.zvt.simulator import TerminalSimulator
from tests.drivers.zvt.bench import TID, say
from tests.drivers.zvt.vectors import VECTORS
from tests.wired import FakeClock

YES = Positive()
BLOCKS = Container.of(Tag(0x26, (Tag(0x0A, b"\x06\xd3"),)))


class ForeignTill:
    """A till that says what it likes, and answers every message of the terminal."""

    def __init__(self, terminal: TerminalSimulator, clock: FakeClock) -> None:
        self.terminal, self.clock = terminal, clock
        self.connect()

    def connect(self) -> None:
        """Begin anew."""
        self.terminal.connected()
        self.session = Session(Role.TILL)

    def tells(self, *messages: Message) -> list[Message]:
        """Send these; what the terminal says, before any answer to it."""
        for message in messages:
            self.terminal.receive(self.session.send(message))
        return list(self.session.receive(self.terminal.take()))

    def asks(self, command: Message, answer: Message = YES) -> list[Message]:
        """A whole dialogue with the same answer to everything but the end."""
        said = self.tells(command)
        while self.session.phase is Phase.ASKED:
            said += self.tells(YES if isinstance(said[-1], IntermediateStatus) else answer)
        if isinstance(said[-1], Completion | Abort):
            self.tells(YES)
        return said


def till(*, memory: Path | None = None, **options: object) -> ForeignTill:
    """Before a terminal with a customer who pays."""
    clock = FakeClock()
    known: dict[str, object] = {"automatic": "approve", **options}
    return ForeignTill(TerminalSimulator(clock, Memory.at(memory), **known), clock)  # type: ignore[arg-type]


def kinds(said: list[Message]) -> list[type[Message]]:
    """Without repetitions in a row."""
    found = [type(each) for each in said]
    return [each for index, each in enumerate(found) if not index or found[index - 1] is not each]


@pytest.mark.parametrize(
    "command",
    [Unknown(code=0x0621, data=b"\0\0\0"), Unknown(code=0x0FFF), Authorization(), Authorization(0)],
)
def test_unknown_commands_are_refused(command: Message) -> None:
    """84 83, and an authorisation without an amount is none."""
    assert till().tells(command) == [Negative(code=0x83)]


@pytest.mark.parametrize(
    ("config", "tlv", "expected"),
    [
        (
            0xBE,
            BLOCKS,
            [Positive, IntermediateStatus, StatusInformation, PrintTextBlock, Completion],
        ),
        (0xB6, BLOCKS, [Positive, StatusInformation, PrintTextBlock, Completion]),
        (0x8E, None, [Positive, IntermediateStatus, StatusInformation, PrintLine, Completion]),
        (0x86, Container.of(), [Positive, StatusInformation, PrintLine, Completion]),
        (0x84, None, [Positive, StatusInformation, Completion]),
        (0x00, None, [Positive, StatusInformation, Completion]),
    ],
)
def test_a_payment_is_as_the_till_registered(
    config: int, tlv: Container | None, expected: list[type[Message]]
) -> None:
    """Blocks, lines or nothing; status or none."""
    foreign = till()
    end = foreign.asks(Registration(0, config, 978, tlv=tlv))[-1]
    assert isinstance(end, Completion)
    assert replace(end, tlv=None) == Completion(status_byte=0, terminal_id=TID, currency=978)
    said = foreign.asks(Authorization(250, 978))
    assert kinds(said) == expected
    assert foreign.terminal.memory.turnover() == 250


def test_a_till_that_never_registered_is_served_as_by_the_factory() -> None:
    """Configuration 86: receipts by lines."""
    assert PrintLine in kinds(till().asks(Authorization(1)))


def test_status_texts_come_behind_a_t4_only() -> None:
    """A container in an intermediate status has minutes before it (3.7)."""
    foreign = till()
    foreign.asks(Registration(0, 0xBE, tlv=BLOCKS))
    told = [each for each in foreign.asks(Authorization(1)) if isinstance(each, IntermediateStatus)]
    assert [(each.minutes, bool(each.tlv)) for each in told] == [(3, True), (3, True)]
    foreign.asks(Registration(0, 0xBE))
    told = [each for each in foreign.asks(Authorization(1)) if isinstance(each, IntermediateStatus)]
    assert [(each.minutes, each.tlv) for each in told] == [(None, None), (None, None)]


def test_log_off_forgets_the_registration() -> None:
    """Only 80 00 answers it."""
    foreign = till()
    foreign.asks(Registration(0, 0x00))
    assert foreign.tells(LogOff()) == [YES]
    assert PrintLine in kinds(foreign.asks(Authorization(1)))


def test_a_stop_without_a_payment_is_accepted() -> None:
    """It has nothing to stop."""
    assert till().tells(AbortCommand()) == [YES]


def test_the_status_enquiry_tells_version_and_status() -> None:
    """Version unless the service byte says no."""
    assert till().asks(StatusEnquiry(0))[-1] == Completion(version="SIM 1.0", status=0)
    assert till().asks(StatusEnquiry(0, 2))[-1] == Completion(status=0)


def test_a_repetition_without_any_transaction_is_an_abort() -> None:
    """There is nothing to repeat."""
    assert till().asks(RepeatReceipt(0, 3)) == [YES, Abort(0x66)]


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        (None, [Positive, PrintLine, Completion]),
        (1, [Positive, StatusInformation, PrintLine, Completion]),
        (2, [Positive, Completion]),
        (3, [Positive, StatusInformation, Completion]),
    ],
)
def test_the_service_byte_of_a_repetition(
    service: int | None, expected: list[type[Message]]
) -> None:
    """01 tells, 02 does not print (2.20)."""
    foreign = till()
    foreign.asks(Authorization(250))
    assert kinds(foreign.asks(RepeatReceipt(0, service))) == expected


def test_buttons_mean_something_only_when_a_card_is_wanted() -> None:
    """And only buttons there are."""
    foreign = till(automatic=None)
    assert not foreign.terminal.press("approve")
    foreign.tells(Authorization(1))
    assert foreign.terminal.waiting_for_card
    nonsenses: tuple[str | int, ...] = ("dance", 0, 256, -5)
    for nonsense in nonsenses:
        with pytest.raises(ValueError, match="no result code"):
            foreign.terminal.press(nonsense)
    assert foreign.terminal.press(0x9B)
    (told,) = list(foreign.session.receive(foreign.terminal.take()))
    assert isinstance(told, StatusInformation)
    assert told.result == 0x9B


def test_the_memory_survives_a_restart(tmp_path: Path) -> None:
    """Counters, payments, declines and reversals."""
    path = tmp_path / "terminal.json"
    first = till(memory=path)
    first.asks(Authorization(250))
    first.asks(Authorization(300), Negative(code=0x66))
    first.terminal.automatic = 0x05
    first.asks(Authorization(99))
    assert Memory.at(path) == first.terminal.memory
    second = till(memory=path)
    assert second.terminal.memory.turnover() == 250
    second.asks(Authorization(1))
    assert second.terminal.memory.trace == first.terminal.memory.trace + 1


def unacknowledged(policy: Unacknowledged, memory: Path | None = None) -> ForeignTill:
    """A till that left without a word to the result."""
    foreign = till(memory=memory, unacknowledged=policy)
    assert isinstance(foreign.tells(Authorization(250))[-1], StatusInformation)
    return foreign


@pytest.mark.parametrize(
    ("policy", "at_once", "later"),
    [
        (Unacknowledged.REVERSE, 0, 0),
        (Unacknowledged.KEEP, 250, 250),
        (Unacknowledged.LATER, 250, 0),
    ],
)
def test_an_unacknowledged_payment_follows_the_policy(
    policy: Unacknowledged, at_once: int, later: int
) -> None:
    """When the till is gone, and five seconds after."""
    foreign = unacknowledged(policy)
    foreign.terminal.disconnected()
    assert foreign.terminal.memory.turnover() == at_once
    foreign.clock.pass_time(6)
    foreign.terminal.tick()
    assert foreign.terminal.memory.turnover() == later


def test_a_till_that_does_not_answer_is_left_after_t3() -> None:
    """The line is dropped and the payment taken back."""
    foreign = unacknowledged(Unacknowledged.REVERSE)
    foreign.clock.pass_time(5)
    foreign.terminal.tick()
    assert foreign.terminal.hangs_up()
    assert not foreign.terminal.memory.turnover()


@pytest.mark.parametrize("policy", list(Unacknowledged))
def test_power_loss_with_a_payment_in_the_balance(policy: Unacknowledged, tmp_path: Path) -> None:
    """The policy applies when the terminal is up again."""
    path = tmp_path / "terminal.json"
    unacknowledged(policy, path)
    again = till(memory=path, unacknowledged=policy)
    again.clock.pass_time(6)
    again.terminal.tick()
    assert again.terminal.memory.turnover() == (250 if policy is Unacknowledged.KEEP else 0)
    assert again.terminal.memory.pending is None


def test_power_loss_with_a_reversal_due(tmp_path: Path) -> None:
    """It is still due when the terminal is up again."""
    path = tmp_path / "terminal.json"
    unacknowledged(Unacknowledged.LATER, path).terminal.disconnected()
    again = till(memory=path)
    assert again.terminal.memory.turnover() == 250
    again.clock.pass_time(6)
    again.terminal.tick()
    assert again.terminal.memory.turnover() == 0


@pytest.mark.parametrize("automatic", ["approve", "stop"])
def test_a_reversal_that_is_due_comes_before_the_next_payment(automatic: str) -> None:
    """Whatever becomes of that one."""
    foreign = unacknowledged(Unacknowledged.LATER)
    foreign.terminal.disconnected()
    foreign.terminal.automatic = automatic
    foreign.connect()
    foreign.asks(Authorization(100))
    foreign.clock.pass_time(60)
    foreign.terminal.tick()
    assert [each.amount for each in foreign.terminal.memory.standing()] == (
        [100] if automatic == "approve" else []
    )


def test_a_result_that_left_may_be_lost() -> None:
    """The line drops behind it."""
    foreign = till(faults={Fault.DROP_AFTER_RESULT})
    said = foreign.tells(Authorization(1))
    assert isinstance(said[-1], StatusInformation)
    assert foreign.terminal.hangs_up()


def test_an_answer_may_be_lost_once() -> None:
    """It is stored, the line drops before it leaves; the next payment is as usual."""
    foreign = till(faults={Fault.LOSE_ANSWER}, unacknowledged=Unacknowledged.KEEP)
    assert foreign.tells(Authorization(250)) == [YES]
    assert foreign.terminal.hangs_up()
    assert foreign.terminal.memory.turnover() == 250
    foreign.connect()
    assert foreign.asks(Authorization(1))[-1] == Completion()


def test_a_line_that_is_refused_takes_the_payment_back() -> None:
    """The till has no paper: 84 CC to the first line."""
    foreign = till()
    assert isinstance(foreign.tells(Authorization(250))[-1], StatusInformation)
    assert isinstance(foreign.tells(YES)[-1], PrintLine)
    assert foreign.tells(Negative(code=0xCC)) == [Abort(0x66)]
    assert foreign.terminal.memory.turnover() == 0


def test_counters_begin_again_after_their_last_number() -> None:
    """Six digits of trace, four of receipt; 0 is never given."""
    foreign = till()
    foreign.terminal.memory.trace, foreign.terminal.memory.receipt = 999_999, 9_999
    foreign.asks(Authorization(1))
    last = foreign.terminal.memory.last
    assert last is not None
    assert (last.trace, last.receipt) == (1, 1)


def test_a_pulled_cable_and_a_deaf_terminal_say_nothing() -> None:
    """Bytes go nowhere."""
    for fault in (Fault.CABLE_OUT, Fault.SILENT):
        foreign = till(faults={fault})
        assert foreign.tells(StatusEnquiry(0)) == []


@pytest.mark.parametrize(
    "data", [b"\xff\xff\x00", b"\x06\x01\x02\x04\x00", say(Authorization(5)), say(Completion())]
)
def test_hostile_bytes_drop_the_line_only(data: bytes) -> None:
    """The next till is served."""
    foreign = till()
    foreign.tells(Authorization(250))
    foreign.terminal.receive(data + data)
    assert foreign.terminal.hangs_up() or data[0] == 0xFF
    foreign.connect()
    assert foreign.asks(StatusEnquiry(0))[-1] == Completion(version="SIM 1.0", status=0)


def test_random_bytes_never_break_the_terminal() -> None:
    """Three thousand connections with nonsense, in any phase; the memory stays sound."""
    chance = random.Random(3)
    samples = [bytes.fromhex(data) for _, data, _ in VECTORS]
    foreign = till(automatic=None)
    buttons: list[str | int] = ["approve", "stop", 5]
    for _ in range(3_000):
        foreign.terminal.connected()
        for _ in range(chance.randrange(1, 6)):
            data = bytearray(chance.choice(samples))
            if chance.random() < 0.3:
                data[chance.randrange(len(data))] = chance.randrange(256)
            foreign.terminal.receive(bytes(data))
            if chance.random() < 0.3:
                foreign.terminal.press(chance.choice(buttons))
            if chance.random() < 0.2:
                foreign.clock.pass_time(chance.choice([1, 6, 61]))
                foreign.terminal.tick()
            foreign.terminal.take()
        foreign.terminal.disconnected()
    assert foreign.terminal.memory.pending is None
