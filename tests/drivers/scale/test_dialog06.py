"""Dialog 06 both ways. The vectors follow the tables of the DIVA service manual, 6.1.8."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scale import dialog06
from drivers.scale.checksums import Keys
from drivers.scale.dialog06 import (
    ACK,
    NAK,
    POLL,
    SAYS,
    STATUS_REQUEST,
    ChecksumsJudged,
    ChecksumsWanted,
    Dialog06,
    Record,
    Result,
    Status,
)
from drivers.scale.frames import Signal
from drivers.scale.reading import Attempt, NoWeight, Reading, Request, Weight
from kiosk.checkout.weigh_events import ScaleSays
from kiosk.ports import DeviceError, LocalProtocolError, RemoteProtocolError, Unavailable

APPLES = Request(249)
RECORD = b"\x04\x0201\x1b000249\x1b\x03"
RESULT = b"02\x1b3\x1b00742\x1b000249\x1b000185"
KEYS = Keys(0xABCD, 1)
VECTORS: list[tuple[bytes, Record]] = [
    (b"\x02" + RESULT + b"\x03", Result(742, 249, 185)),
    (b"\x0202\x1b1\x1b00164\x1b000100\x1b000164\x03", Result(164, 100, 164, b"1")),
    (b"\x0209\x1b21\x03", Status(21)),
    (b"\x0209\x1b00\x03", Status(0)),
    (b"\x0211\x1b247\x03", ChecksumsWanted(0x47)),
    (b"\x0211\x1b2F1\x03", ChecksumsWanted(0xF1)),
    (b"\x0211\x1b1\x03", ChecksumsJudged(True)),
    (b"\x0211\x1b0\x03", ChecksumsJudged(False)),
]


@pytest.mark.parametrize(("data", "record"), VECTORS)
def test_vectors_both_ways(data: bytes, record: Record) -> None:
    """What the manual's tables say."""
    (body,) = Dialog06().framer().feed(data)
    assert isinstance(body, bytes)
    assert dialog06.parse(body) == record
    assert dialog06.encode(record) == data


@pytest.mark.parametrize(
    ("request_", "sent"),
    [
        (APPLES, RECORD),
        (Request(249, 5), b"\x04\x0203\x1b000249\x1b0005\x03"),
        (Request(249, 0, "Äpfel, süß"), b"\x04\x0204\x1b000249\x1bApfel, suss  \x03"),
        (Request(1999, 12, "Bananen"), b"\x04\x0205\x1b001999\x1b0012\x1bBananen      \x03"),
        (Request(249, 0, "  "), RECORD),
        (Request(249, 0, "\x03\x1b\x04"), RECORD),
    ],
)
def test_the_record_follows_from_what_there_is_to_tell(request_: Request, sent: bytes) -> None:
    """01 price, 03 with tare, 04 with text, 05 with both; no name ends a record."""
    assert dialog06.price_record(request_) == sent


@pytest.mark.parametrize(
    "wrong", [Request(0), Request(1_000_000), Request(1, -1), Request(1, 10_000)]
)
def test_what_does_not_fit_is_our_error(wrong: Request) -> None:
    """Before anything is sent."""
    with pytest.raises(LocalProtocolError):
        dialog06.price_record(wrong)


@given(st.binary(max_size=40))
def test_hostile_records_raise_only_our_error(body: bytes) -> None:
    """What is read is written the same way."""
    try:
        record = dialog06.parse(body)
    except RemoteProtocolError:
        return
    assert dialog06.parse(dialog06.encode(record)[1:-1]) == record


def play(attempt: Attempt, dialogue: Iterable[tuple[bytes, Signal]]) -> Reading:
    """Demand what is sent, say what is answered; the reading at the end."""
    sent = next(attempt)
    try:
        for wanted, answer in dialogue:
            assert sent == wanted
            sent = attempt.send(answer)
    except StopIteration as done:
        reading: Reading = done.value
        return reading
    raise AssertionError(f"it goes on with {sent!r}")


def test_a_weighing() -> None:
    """Price, ACK, poll, result; the tare is the kiosk's to take off again."""
    assert play(Dialog06().weigh(APPLES), [(RECORD, ACK), (POLL, RESULT)]) == Weight(742)
    with_bag = Request(249, 5)
    record = dialog06.price_record(with_bag)
    assert play(Dialog06().weigh(with_bag), [(record, ACK), (POLL, RESULT)]) == Weight(747)


@pytest.mark.parametrize("code", [*SAYS, 0])
def test_a_refusal_is_asked_for_its_cause(code: int) -> None:
    """NAK to the record or to the poll; what passes is told, and only some of it is polled again."""
    status = dialog06.encode(Status(code))[1:-1]
    wanted = SAYS.get(code, NoWeight(ScaleSays.MOVING))
    assert play(Dialog06().weigh(APPLES), [(RECORD, NAK), (STATUS_REQUEST, status)]) == wanted
    late: list[tuple[bytes, Signal]] = [(RECORD, ACK), (POLL, NAK), (STATUS_REQUEST, status)]
    assert play(Dialog06().weigh(APPLES), late) == wanted
    assert wanted.pending is (code in (20, 22))


def test_what_is_under_way_is_only_polled() -> None:
    """The scale has the price already."""
    assert play(Dialog06().weigh(APPLES, pending=True), [(POLL, RESULT)]) == Weight(742)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        *((code, RemoteProtocolError) for code in (1, 2, 77)),
        *((code, LocalProtocolError) for code in (10, 11, 12, 13)),
    ],
)
def test_what_does_not_pass_is_an_error(code: int, error: type[Exception]) -> None:
    """Ours or theirs."""
    status = dialog06.encode(Status(code))[1:-1]
    with pytest.raises(error):
        play(Dialog06().weigh(APPLES), [(RECORD, NAK), (STATUS_REQUEST, status)])


@pytest.mark.parametrize(
    "result",
    [
        b"02\x1b3\x1b00742\x1b000249\x1b000186",
        b"02\x1b3\x1b00742\x1b000250\x1b000185",
        b"02\x1b1\x1b00742\x1b000249\x1b000185",
        b"09\x1b00",
        ACK,
    ],
)
def test_a_result_that_is_not_what_was_asked_is_refused(result: Signal) -> None:
    """Another price to pay, another price of a kilogram, pounds, no result at all."""
    with pytest.raises(RemoteProtocolError):
        play(Dialog06().weigh(APPLES), [(RECORD, ACK), (POLL, result)])


def test_a_result_of_nothing_is_no_weight() -> None:
    """It is never sold, at no price."""
    empty = b"02\x1b3\x1b00000\x1b000249\x1b000000"
    reading = play(Dialog06().weigh(APPLES), [(RECORD, ACK), (POLL, empty)])
    assert reading == NoWeight(ScaleSays.TOO_LIGHT)


def test_checksums_are_shown_and_the_weighing_is_begun_anew() -> None:
    """Whatever the scale found: record 10 by the random number of record 11."""
    proof = b"\x04\x0210\x1bBCDA9B57\x03"
    dialogue: list[tuple[bytes, Signal]] = [
        (RECORD, b"11\x1b247"),
        (proof, ACK),
        (POLL, b"11\x1b1"),
        (RECORD, ACK),
        (POLL, RESULT),
    ]
    assert play(Dialog06(KEYS).weigh(APPLES), dialogue) == Weight(742)


def test_without_a_polynomial_a_scale_that_wants_checksums_is_refused() -> None:
    """With what to do about it; nothing is ever made up."""
    with pytest.raises(Unavailable, match=r"scale\.polynomial"):
        play(Dialog06().weigh(APPLES), [(RECORD, b"11\x1b247")])


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ((ACK, b"11\x1b0"), Unavailable),
        ((NAK,), RemoteProtocolError),
        ((ACK, RESULT), RemoteProtocolError),
    ],
)
def test_checksums_that_are_not_taken_end_the_weighing(
    answers: tuple[Signal, ...], error: type[DeviceError]
) -> None:
    """Wrong ones say where to look."""
    attempt = Dialog06(KEYS).weigh(APPLES)
    next(attempt)
    attempt.send(b"11\x1b247")

    def go_on() -> None:
        for answer in answers:
            attempt.send(answer)

    with pytest.raises(error):
        go_on()


def test_a_scale_that_wants_checksums_without_end_is_given_up() -> None:
    """After a few rounds."""
    attempt = Dialog06(KEYS).weigh(APPLES)
    next(attempt)

    def rounds() -> None:
        while True:
            for answer in (b"11\x1b247", ACK, b"11\x1b1"):
                attempt.send(answer)

    with pytest.raises(RemoteProtocolError, match="again and again"):
        rounds()


SIGNALS = st.one_of(
    st.sampled_from([ACK, NAK, 0x07]),
    st.sampled_from([data[1:-1] for data, _ in VECTORS]),
    st.binary(max_size=20),
)


@given(st.lists(SIGNALS, max_size=20), st.booleans())
def test_no_order_of_answers_breaks_the_dialogue(answers: list[Signal], pending: bool) -> None:
    """It ends with a reading or with one of our errors, and a weight is one the scale told."""
    attempt = Dialog06(KEYS).weigh(APPLES, pending=pending)
    next(attempt)
    found: Reading | None = None
    try:
        for answer in answers:
            attempt.send(answer)
    except StopIteration as done:
        found = done.value
    except DeviceError:
        pass
    assert not isinstance(found, Weight) or found == Weight(742)


def test_looking_at_a_scale_that_waits_for_checksums() -> None:
    """It will ask again; until then it is not ready."""
    reading = play(Dialog06().look(), [(STATUS_REQUEST, b"11\x1b247")])
    assert reading == NoWeight(ScaleSays.MOVING)
    with pytest.raises(RemoteProtocolError):
        play(Dialog06().look(), [(STATUS_REQUEST, NAK)])
