"""Toledo 8217 both ways. The vectors follow the tables of the DIVA service manual, 6.1.4."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scale import toledo8217
from drivers.scale.reading import NoWeight, Reading, Request, Weight
from drivers.scale.toledo8217 import MOST, Answer, Flag, Told, Toledo8217
from kiosk.checkout.weigh_events import ScaleSays
from kiosk.ports import RemoteProtocolError, Unavailable

VECTORS: list[tuple[bytes, Answer]] = [
    (b"\x0200.742\r", Told(742)),
    (b"\x0200.000\r", Told(0)),
    (b"\x0214.995\r", Told(14_995)),
    (b"\x0201.205N\r", Told(1205, net=True)),
    (b"\x02?A\r", Flag.MOTION),
    (b"\x02?B\r", Flag.OVER_CAPACITY),
    (b"\x02?D\r", Flag.UNDER_ZERO),
    (b"\x02?H\r", Flag.OUTSIDE_ZERO),
    (b"\x02?P\r", Flag.AT_ZERO),
    (b"\x02?a\r", Flag.MOTION | Flag.NET),
]


@pytest.mark.parametrize(("data", "answer"), VECTORS)
def test_vectors_both_ways(data: bytes, answer: Answer) -> None:
    """What the manual's tables say."""
    (body,) = Toledo8217().framer().feed(data)
    assert isinstance(body, bytes)
    assert toledo8217.parse(body) == answer
    assert toledo8217.encode(answer) == data


@given(st.one_of(st.builds(Told, st.integers(0, MOST), st.booleans()), st.sampled_from(Flag)))
def test_round_trip(answer: Answer) -> None:
    """Whatever a scale can say."""
    if isinstance(answer, Flag):
        answer &= ~Flag.ALWAYS
    assert toledo8217.parse(toledo8217.encode(answer)[1:-1]) == answer


@given(st.binary(max_size=12))
def test_hostile_answers_raise_only_our_errors(body: bytes) -> None:
    """None of them becomes a weight by chance: three decimals, two digits, nothing else."""
    said, reading = "", None
    try:
        reading = toledo8217.meaning(toledo8217.parse(body))
    except (RemoteProtocolError, Unavailable) as error:
        said = str(error)
    assert not said or "; " in said, "it says what to do"
    if isinstance(reading, Weight):
        assert body == f"{reading.gross // 1000:02d}.{reading.gross % 1000:03d}".encode()


@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        (Told(742), Weight(742)),
        (Told(0), NoWeight(ScaleSays.EMPTY)),
        (Flag.AT_ZERO, NoWeight(ScaleSays.EMPTY)),
        (Flag.MOTION, NoWeight(ScaleSays.MOVING)),
        (Flag.MOTION | Flag.AT_ZERO, NoWeight(ScaleSays.MOVING)),
        (Flag.OVER_CAPACITY | Flag.MOTION, NoWeight(ScaleSays.OVERLOAD)),
        (Flag.UNDER_ZERO, NoWeight(ScaleSays.BELOW_ZERO)),
        (Flag.OUTSIDE_ZERO, NoWeight(ScaleSays.BELOW_ZERO)),
        (Flag(0), NoWeight(ScaleSays.MOVING)),
    ],
)
def test_what_an_answer_means(answer: Answer, reading: Reading) -> None:
    """The gravest flag counts; nothing is ever a weight that is not told as one."""
    assert toledo8217.meaning(answer) == reading


@pytest.mark.parametrize(
    ("body", "error", "remedy"),
    [
        (b"01.64", RemoteProtocolError, "kilograms"),
        (b"01.64N", RemoteProtocolError, "kilograms"),
        (b"-0.742", RemoteProtocolError, "protocol"),
        (b"0.742", RemoteProtocolError, "protocol"),
        (b"00.74 ", RemoteProtocolError, "protocol"),
        (b"", RemoteProtocolError, "protocol"),
        (b"?\xc1", RemoteProtocolError, "protocol"),
        ("0٠.742".encode(), RemoteProtocolError, "protocol"),
        (b"00.742N", Unavailable, "clear the tare"),
    ],
)
def test_what_is_refused_says_what_to_do(body: bytes, error: type[Exception], remedy: str) -> None:
    """Pounds, a tare of the scale's own, and everything that is no 8217."""
    with pytest.raises(error, match=remedy):
        toledo8217.meaning(toledo8217.parse(body))


def test_the_dialogue_is_one_letter() -> None:
    """W, then what it says; price and tare never leave."""
    attempt = Toledo8217().weigh(Request(249, 5, "Äpfel"))
    assert next(attempt) == b"W"
    with pytest.raises(StopIteration) as done:
        attempt.send(b"00.742")
    assert done.value.value == Weight(742)


def test_a_control_character_is_no_answer() -> None:
    """It is somebody else."""
    attempt = Toledo8217().look()
    next(attempt)
    with pytest.raises(RemoteProtocolError):
        attempt.send(0x06)
