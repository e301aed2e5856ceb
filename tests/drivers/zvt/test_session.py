"""The order of a dialogue: both roles against each other, and whoever breaks it is named."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import pytest

from drivers.zvt.codec import encode
from drivers.zvt.framing import frame
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
from drivers.zvt.session import TABLE, Kind, Phase, Role, Session, kind_of
from kiosk.ports import LocalProtocolError, RemoteProtocolError
from tests.drivers.zvt.vectors import VECTORS

SAMPLES: dict[Kind, tuple[Message, ...]] = {
    Kind.COMMAND: (
        Authorization(100),
        Registration(0, 0xBE),
        RepeatReceipt(0),
        StatusEnquiry(),
        Unknown(code=0x0FCA),
    ),
    Kind.LOG_OFF: (LogOff(),),
    Kind.STOP: (AbortCommand(),),
    Kind.YES: (Positive(), Negative(code=0)),
    Kind.NO: (Negative(code=0x83),),
    Kind.REPORT: (
        IntermediateStatus(0x0A),
        StatusInformation(0),
        PrintLine(0, "A"),
        PrintTextBlock(),
    ),
    Kind.FINAL: (Completion(), Abort(0x6C)),
}
EVERYTHING = [(kind, message) for kind, found in SAMPLES.items() for message in found]


class Pair:
    """A till and a terminal whose bytes reach each other at once."""

    def __init__(self) -> None:
        self.ends = {role: Session(role) for role in Role}

    def says(self, sender: Role, *messages: Message) -> Pair:
        """These messages go over; both ends agree on the phase."""
        for message in messages:
            data = self.ends[sender].send(message)
            assert list(self.ends[sender.other].receive(data)) == [message]
        return self

    def till(self, *messages: Message) -> Pair:
        return self.says(Role.TILL, *messages)

    def terminal(self, *messages: Message) -> Pair:
        return self.says(Role.TERMINAL, *messages)

    def both_in(self, phase: Phase) -> None:
        assert [end.phase for end in self.ends.values()] == [phase, phase]


def in_phase(phase: Phase) -> Pair:
    """A pair led there by a lawful dialogue."""
    pair = Pair()
    match phase:
        case Phase.IDLE:
            pass
        case Phase.LEAVING:
            pair.till(LogOff())
        case Phase.COMMANDED:
            pair.till(Authorization(1))
        case Phase.RUNNING:
            pair.till(Authorization(1)).terminal(Positive())
        case Phase.ASKED:
            pair.till(Authorization(1)).terminal(Positive(), IntermediateStatus(0x0A))
        case Phase.ENDING:
            pair.till(Authorization(1)).terminal(Positive(), Completion())
    pair.both_in(phase)
    return pair


@pytest.mark.parametrize("kind", list(Kind))
def test_each_message_is_of_its_kind(kind: Kind) -> None:
    """84 00 is an acceptance."""
    assert {kind_of(message) for message in SAMPLES[kind]} == {kind}


def test_a_payment_is_a_lawful_dialogue() -> None:
    """Registration, payment with stop, slips and end, log-off: both roles agree all along."""
    yes = Positive()
    pair = Pair()
    pair.till(Registration(0, 0xBE)).terminal(yes, Completion()).till(yes).both_in(Phase.IDLE)
    pair.till(Authorization(119)).terminal(yes, IntermediateStatus(0x0A)).till(yes)
    pair.till(AbortCommand()).terminal(Negative(code=0x83)).both_in(Phase.RUNNING)
    pair.terminal(StatusInformation(0, 119)).till(Negative(code=0x9C))
    pair.terminal(StatusInformation(0, 119)).till(yes)
    pair.terminal(PrintLine(0, "Beleg")).till(yes).terminal(PrintTextBlock()).till(yes)
    pair.terminal(Completion()).till(yes).both_in(Phase.IDLE)
    pair.till(StatusEnquiry()).terminal(Negative(code=0x83)).both_in(Phase.IDLE)
    pair.till(LogOff()).terminal(yes).both_in(Phase.IDLE)
    pair.till(AbortCommand()).terminal(Negative(code=0x83)).both_in(Phase.IDLE)
    assert not any(end.stops_open for end in pair.ends.values())


@pytest.mark.parametrize(("phase", "sender"), list(product(Phase, Role)))
def test_only_the_table_is_lawful(phase: Phase, sender: Role) -> None:
    """Whoever sends anything else is guilty: local at its own end, remote at the other."""
    for kind, message in EVERYTHING:
        pair = in_phase(phase)
        if (phase, sender, kind) in TABLE:
            pair.says(sender, message)
            pair.both_in(TABLE[phase, sender, kind])
            continue
        with pytest.raises(LocalProtocolError, match=type(message).__name__):
            pair.ends[sender].send(message)
        with pytest.raises(RemoteProtocolError, match=type(message).__name__):
            list(pair.ends[sender.other].receive(frame(*encode(message))))
        pair.both_in(phase)


def crossing(phase: Phase) -> tuple[Pair, bytes]:
    """A stop that left the till before it saw what put the terminal into `phase`."""
    pair = in_phase(Phase.RUNNING)
    stop = pair.ends[Role.TILL].send(AbortCommand())
    report = IntermediateStatus(0x0E) if phase is Phase.ASKED else Completion()
    seen = pair.ends[Role.TERMINAL].send(report)
    assert list(pair.ends[Role.TILL].receive(seen)) == [report]
    pair.both_in(phase)
    return pair, stop


@pytest.mark.parametrize("phase", [Phase.ASKED, Phase.ENDING])
@pytest.mark.parametrize("answer", [Positive(), Negative(code=0x83)])
def test_a_stop_may_cross_a_message(phase: Phase, answer: Message) -> None:
    """It is answered out of turn and changes nothing else (2.23)."""
    pair, stop = crossing(phase)
    assert pair.ends[Role.TILL].stops_open
    assert list(pair.ends[Role.TERMINAL].receive(stop)) == [AbortCommand()]
    pair.terminal(answer).both_in(phase)
    assert not pair.ends[Role.TILL].stops_open
    pair.till(Positive()).both_in(Phase.RUNNING if phase is Phase.ASKED else Phase.IDLE)


def test_a_stop_may_be_answered_after_the_end() -> None:
    """Until then the line is not to be used again."""
    pair, stop = crossing(Phase.ENDING)
    till, terminal = pair.ends[Role.TILL], pair.ends[Role.TERMINAL]
    accepted = till.send(Positive())
    assert list(terminal.receive(stop + accepted)) == [AbortCommand(), Positive()]
    assert till.stops_open
    pair.terminal(Negative(code=0x83)).both_in(Phase.IDLE)
    assert not till.stops_open


def test_two_stops_have_two_answers() -> None:
    """Each belongs to one of them."""
    pair = in_phase(Phase.RUNNING).till(AbortCommand(), AbortCommand())
    pair.terminal(Negative(code=0x83))
    assert pair.ends[Role.TILL].stops_open
    pair.terminal(Positive())
    assert not pair.ends[Role.TILL].stops_open
    with pytest.raises(LocalProtocolError):
        pair.ends[Role.TERMINAL].send(Positive())


def test_two_messages_may_come_in_one_segment() -> None:
    """Acceptance and first report together, also cut anywhere."""
    data = frame(0x8000, b"") + frame(0x04FF, b"\x0a")
    for cut in range(len(data) + 1):
        till = Session(Role.TILL)
        till.send(Authorization(1))
        found = [*till.receive(data[:cut]), *till.receive(data[cut:])]
        assert found == [Positive(), IntermediateStatus(0x0A)]


def test_a_value_that_does_not_fit_is_our_error() -> None:
    """And nothing leaves."""
    with pytest.raises(LocalProtocolError, match="does not fit"):
        Session(Role.TILL).send(Authorization(amount=-1))


def test_what_is_no_zvt_is_their_error() -> None:
    """With control field and offset for the technician."""
    till = Session(Role.TILL)
    till.send(Authorization(1))
    with pytest.raises(RemoteProtocolError, match=r"040F: .*offset 4"):
        list(till.receive(bytes.fromhex("800000 040F02 0400")))


def garbage(chance: random.Random) -> Iterator[bytes]:
    """Lawful APDUs, some of them damaged, and noise."""
    samples = [bytes.fromhex(data) for _, data, _ in VECTORS]
    for _ in range(chance.randrange(1, 5)):
        data = bytearray(chance.choice(samples))
        if chance.random() < 0.5:
            data[chance.randrange(len(data))] = chance.randrange(256)
        yield bytes(data)


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("role", list(Role))
def test_garbage_raises_only_remote_errors(phase: Phase, role: Role) -> None:
    """Two thousand streams in every phase, for both roles: 24,000 in all."""
    chance = random.Random(f"{phase}{role}")
    for _ in range(2_000):
        session = _at(phase, role)
        try:
            for data in garbage(chance):
                list(session.receive(data))
        except RemoteProtocolError:
            pass


def _at(phase: Phase, role: Role) -> Session:
    session = Session(role)
    session.phase = phase
    return session
