"""Streams from anybody, in any segmentation: a session and a serial line name the guilty, or fall silent."""

from __future__ import annotations

from collections import deque
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.zvt.blocks import BLOCK_MOST, block
from drivers.zvt.codec import encode
from drivers.zvt.fields import Container
from drivers.zvt.framing import frame
from drivers.zvt.messages import (
    AbortCommand,
    Authorization,
    Completion,
    IntermediateStatus,
    Message,
    Negative,
    Positive,
    Registration,
)
from drivers.zvt.sequence import WANTED
from drivers.zvt.serial_line import REPEATS, SerialApdus
from drivers.zvt.session import Role, Session
from kiosk.ports import LocalProtocolError, RemoteProtocolError, Silent
from tests.drivers.zvt.strategies import any_message, controls, near_zvt

STREAMS = settings(max_examples=60, deadline=None)
OURS: dict[Role, tuple[Message, ...]] = {
    Role.TILL: (
        Authorization(119),
        AbortCommand(),
        Positive(),
        Negative(code=0x9D),
        Registration(0, 0xBE, tlv=Container.of(WANTED)),
    ),
    Role.TERMINAL: (
        Positive(),
        IntermediateStatus(0x0A),
        Completion(),
        Completion(tlv=Container.of(WANTED)),
    ),
}
"""What our side may want to say in between, allowed or not."""
LONGEST = 5 + 0xFFFF


def _apdu(message: Message) -> bytes:
    return frame(*encode(message))


def _with_id(apdu: bytes, number: int) -> bytes:
    """With an id behind it, however little sense it makes there."""
    return (
        apdu[:2]
        + bytes((min(apdu[2] + 8, 255),))
        + apdu[3:]
        + bytes.fromhex(f"06061F7303{number:06d}")
    )


def _harmed(data: bytes, at: int, byte: int, harm: str) -> bytes:
    at %= max(len(data), 1)
    match harm:
        case "change":
            return data[:at] + bytes((byte,)) + data[at + 1 :]
        case "insert":
            return data[:at] + bytes((byte,)) + data[at:]
        case "cut":
            return data[:at]
        case _:
            return data


lawful = st.one_of(
    st.sampled_from([message for ours in OURS.values() for message in ours]).map(_apdu),
    any_message.map(_apdu),
    st.builds(_with_id, st.sampled_from(OURS[Role.TERMINAL]).map(_apdu), st.integers(0, 5)),
)
"""APDUs of either side, in any order."""
strange = st.one_of(
    st.builds(frame, controls, near_zvt),
    st.builds(
        _harmed,
        lawful,
        st.integers(0, 400),
        st.integers(0, 255),
        st.sampled_from(("change", "insert", "cut", "none")),
    ),
    st.binary(max_size=40),
)
streams = st.lists(st.one_of(lawful, strange), max_size=8)
sizes = st.lists(st.integers(1, 60), min_size=1, max_size=20)


def pieces(stream: bytes, sizes: list[int]) -> list[bytes]:
    """The stream in segments of these sizes, over and over."""
    found: list[bytes] = []
    at = 0
    while at < len(stream):
        size = sizes[len(found) % len(sizes)]
        found.append(stream[at : at + size])
        at += size
    return found


def held(session: Session) -> int:
    """Bytes and ids a session keeps."""
    sequence = session._sequence
    counted = len(sequence._unanswered) + len(sequence._awaited) if sequence else 0
    return len(session._deframer._buffer) + len(session._answer) + counted


@pytest.mark.parametrize("role", list(Role))
@STREAMS
@given(st.data(), streams, sizes)
def test_a_session_raises_protocol_errors_only(
    role: Role, data: st.DataObject, stream: list[bytes], sizes: list[int]
) -> None:
    """Theirs while we listen, ours while we speak; and it holds one APDU at most."""
    session = Session(role)
    for piece in pieces(b"".join(stream), sizes):
        if data.draw(st.booleans()):
            with suppress(LocalProtocolError):  # out of turn: nothing is sent, the session goes on
                session.send(data.draw(st.sampled_from(OURS[role])))
        try:
            for _ in session.receive(piece):
                pass
        except RemoteProtocolError:
            return  # the line would be closed now
        assert held(session) <= LONGEST + sum(map(len, stream))
        session.take_repeats()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("agreed", [False, True], ids=["bare", "numbered"])
@STREAMS
@given(stream=streams, sizes=sizes)
def test_a_segmentation_changes_nothing(
    role: Role, agreed: bool, stream: list[bytes], sizes: list[int]
) -> None:
    """The same messages and the same error, in one piece or in any."""
    whole = b"".join(stream)
    assert heard(at_work(role, agreed), [whole]) == heard(
        at_work(role, agreed), pieces(whole, sizes)
    )


def at_work(role: Role, agreed: bool) -> Session:
    """A till whose payment runs, or a terminal that was registered."""
    wanted = Container.of(WANTED) if agreed else None
    till, terminal = Session(Role.TILL), Session(Role.TERMINAL)
    ends = {Role.TILL: till, Role.TERMINAL: terminal}
    dialogue: tuple[tuple[Role, Message], ...] = (
        (Role.TILL, Registration(0, 0xBE, tlv=wanted)),
        (Role.TERMINAL, Positive()),
        (Role.TERMINAL, Completion(tlv=wanted)),
        (Role.TILL, Positive()),
        (Role.TILL, Authorization(119)),
        (Role.TERMINAL, Positive()),
    )
    for sender, message in dialogue[: 6 if role is Role.TILL else 4]:
        assert list(ends[sender.other].receive(ends[sender].send(message))) == [message]
    return ends[role]


def heard(session: Session, segments: list[bytes]) -> tuple[list[Message], str]:
    """What was passed on, and what was wrong then."""
    found: list[Message] = []
    try:
        for segment in segments:
            found.extend(session.receive(segment))
    except RemoteProtocolError as error:
        return found, str(error)
    return found, ""


def test_a_till_that_is_flooded_keeps_no_messages() -> None:
    """A terminal that repeats its message for ever, or never ends one."""
    till = at_work(Role.TILL, agreed=True)
    report = _with_id(_apdu(IntermediateStatus(0x0A)), 2)
    assert list(till.receive(report))
    answer = till.send(Positive())
    for _ in range(10_000):
        assert list(till.receive(report)) == []
        assert till.take_repeats() == answer
    assert held(till) < 100
    for _ in range(1_000):
        list(till.receive(b"\x06\xd3\xff\xff\xff" if not held(till) > 100 else bytes(64)))
    assert held(till) <= LONGEST + 100


# --- the serial line ----------------------------------------------------------------------------


class Noise:
    """A line in memory that says what it was given, on a clock that moves while one waits."""

    def __init__(self, segments: list[bytes]) -> None:
        self.seconds = 0.0
        self.wrote = 0
        self._segments = deque(segments)

    def monotonic(self) -> float:
        return self.seconds

    def read(self, seconds: float) -> bytes:
        self.seconds += max(seconds, 0.001)
        return self._segments.popleft() if self._segments else b""

    def write(self, data: bytes) -> None:
        self.wrote += len(data)

    def close(self) -> None:
        self._segments.clear()


blocks = st.lists(
    st.one_of(
        st.builds(
            _harmed,
            lawful.map(block),
            st.integers(0, 400),
            st.integers(0, 255),
            st.sampled_from(("change", "insert", "cut", "none", "none")),
        ),
        st.sampled_from((b"\x06", b"\x15", b"", b"\x10", b"\x10\x02", b"\x10\x03")),
        st.binary(max_size=20),
    ),
    max_size=10,
)


@STREAMS
@given(blocks, sizes, st.lists(st.sampled_from(("read", "write")), max_size=8))
def test_a_serial_line_falls_silent_at_worst(
    stream: list[bytes], sizes: list[int], acts: list[str]
) -> None:
    """It sends a block three times at most, answers a byte to each of theirs, and keeps no more than came."""
    whole = b"".join(stream)
    line = Noise(pieces(whole, sizes))
    apdus = SerialApdus(line, line)  # type: ignore[arg-type]  # all of a clock that is asked for
    ours = _apdu(Authorization(119))
    for act in acts:
        try:
            if act == "read":
                assert len(apdus.read(1.0)) <= BLOCK_MOST
            else:
                apdus.write(ours)
        except Silent:
            pass  # nobody acknowledged: the caller closes the line
        kept = sum(map(len, apdus._arrived)) + len(apdus._blocks._apdu) + len(apdus._last)
        assert kept <= 2 * len(whole)
    assert line.wrote <= len(acts) * (1 + REPEATS) * len(block(ours)) + len(whole) + len(acts)


@pytest.mark.parametrize("role", list(Role))
@STREAMS
@given(stream=blocks, sizes=sizes)
def test_a_session_over_a_serial_line(role: Role, stream: list[bytes], sizes: list[int]) -> None:
    """Both together: a protocol error or silence, and never anything else."""
    line = Noise(pieces(b"".join(stream), sizes))
    apdus = SerialApdus(line, line)  # type: ignore[arg-type]  # as above
    session = at_work(role, agreed=True)
    try:
        for _ in range(len(stream) + 2):
            list(session.receive(apdus.read(0.5)))
            apdus.write(session.take_repeats())
    except (RemoteProtocolError, Silent):
        pass  # what a caller is told
