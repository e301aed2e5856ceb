"""ISO/IEC 14443-4 in both roles, talking to each other through air that loses blocks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards.isodep import ANSWER_MOST, Pcd, Picc, parse_ats
from drivers.cards.tag import FRAMES_MOST, CardBroken, CardError, CardGone, CardSlow
from tests.drivers.cards.bench import talk

APDU = bytes.fromhex("00B0000010")
SMALL = bytes.fromhex("0570004000")
"""FSCI 0: the card takes frames of 16 bytes."""


@pytest.mark.parametrize(
    ("ats", "frame_most", "wait"),
    [
        ("01", 32, 0.00483),
        ("0200", 16, 0.00483),
        ("0208", 256, 0.00483),
        ("020F", 256, 0.00483),
        ("0578807002", 256, 0.0387),
        ("067577810280", 64, 0.0773),
        ("0320E0", 16, 4.95),
        ("0320F0", 16, 0.00483),
    ],
)
def test_what_a_card_says_of_itself(ats: str, frame_most: int, wait: float) -> None:
    """ISO/IEC 14443-4, ATS: frame sizes, waiting times, and what stands for them when left out."""
    told = parse_ats(bytes.fromhex(ats))
    assert told.frame_most == frame_most
    assert told.wait == pytest.approx(wait, rel=0.01)


@pytest.mark.parametrize("ats", ["", "00", "02", "0100", "0270", "0310", "0478807002", "FF00"])
def test_an_answer_to_select_that_is_none(ats: str) -> None:
    """Lengths that lie, bytes that are announced and lack."""
    with pytest.raises(CardBroken):
        parse_ats(bytes.fromhex(ats))


def echo(command: bytes) -> bytes:
    return command[::-1] + b"\x90\x00"


def exchanged(
    commands: list[bytes], answer: Callable[[bytes], bytes | None], ats: bytes | None = None
) -> list[bytes]:
    pcd = Pcd()
    if ats:
        pcd.selected(parse_ats(ats))
    else:
        talk(pcd.activate(), answer)
    return [bytes(talk(pcd.transceive(command, 0.25), answer)) for command in commands]


def test_a_block_on_the_air() -> None:
    """RATS for 256 bytes, I-blocks whose numbers alternate."""
    heard = []
    picc = Picc(lambda _: b"\x90\x00")

    def air(frame: bytes) -> bytes | None:
        heard.append(frame.hex())
        return picc.answer(frame)

    exchanged([APDU, APDU, APDU], air)
    assert heard == ["e080", "0200b0000010", "0300b0000010", "0200b0000010"]


@given(st.binary(min_size=1, max_size=261), st.sampled_from([SMALL, b"\x02\x08"]))
def test_chains_both_ways(command: bytes, ats: bytes) -> None:
    """Whatever the frame sizes, the command and its answer arrive whole."""
    picc = Picc(echo, ats)
    picc.answer(b"\xe0\x00")  # the reader takes 16 bytes
    assert exchanged([command, b"x"], picc.answer, ats) == [echo(command), echo(b"x")]


@pytest.mark.parametrize("lost", ["command", "answer", "torn"])
@pytest.mark.parametrize("place", range(30))
def test_any_one_block_may_be_lost(lost: str, place: int) -> None:
    """On the way there or back, at any place of two chained exchanges."""
    picc = Picc(echo, SMALL)
    commands = [bytes(range(40)), bytes(range(100, 130))]
    seen = 0

    def air(frame: bytes) -> bytes | None:
        nonlocal seen
        seen += 1
        hit = seen - 1 == place
        if hit and lost == "command":
            return None
        answer = picc.answer(frame)
        return None if hit else answer

    picc.answer(b"\xe0\x00")
    assert exchanged(commands, air, SMALL) == [echo(each) for each in commands]
    assert place > 8 or seen > place


def test_a_card_may_ask_for_time() -> None:
    """Its wish is granted with the same factor, and the wait grows by it."""
    picc = Picc(lambda _: b"\x90\x00")
    pcd = Pcd()
    talk(pcd.activate(), picc.answer)
    dialogue = pcd.transceive(APDU, 1.0)
    ask = next(dialogue)
    granted = dialogue.send(bytearray(b"\xf2\x05"))
    assert granted.data == b"\xf2\x05"
    assert granted.seconds > ask.seconds
    with pytest.raises(StopIteration) as done:
        dialogue.send(bytearray(picc.answer(ask.data) or b""))
    assert done.value.value == b"\x90\x00"


@pytest.mark.parametrize(
    ("says", "error", "frames"),
    [
        (lambda _: b"\xf2\x01", CardSlow, FRAMES_MOST + 1),
        (lambda _: b"\xf2\x00", CardBroken, 1),
        (lambda _: b"\xf2\x3f", CardBroken, 1),
        (lambda _: b"\xf2", CardBroken, 1),
        (lambda frame: bytes((0xA3 ^ frame[0] & 1,)), CardBroken, 3),
        (lambda _: None, CardGone, 3),
        (lambda _: b"\xc2", CardBroken, 1),
        (lambda _: b"\x0a\x01\x90\x00", CardBroken, 1),
        (lambda _: b"\x03\x90\x00", CardBroken, 1),
        (lambda _: b"\x00", CardBroken, 1),
    ],
)
def test_nothing_goes_on_for_ever(
    says: Callable[[bytes], bytes | None], error: type[CardError], frames: int
) -> None:
    """Wishes for time, repeats, chains, silence and nonsense end in an error of ours."""
    heard = []

    def air(frame: bytes) -> bytes | None:
        heard.append(frame)
        return says(frame)

    pcd = Pcd()
    with pytest.raises(error):
        talk(pcd.transceive(APDU, 0.25), air, frames=10_000)
    assert len(heard) <= frames


def test_an_answer_has_a_size() -> None:
    """What goes on beyond it is not collected."""
    turn = [1]

    def air(frame: bytes) -> bytes:
        turn[0] ^= 1
        return bytes((0x12 | turn[0],)) + bytes(250)

    with pytest.raises(CardBroken, match="without end"):
        talk(Pcd().transceive(APDU, 0.25), air, frames=ANSWER_MOST // 250 + 2)


def test_whether_a_card_is_there_is_asked_without_harm() -> None:
    """R(NAK) between two commands changes nothing."""
    picc = Picc(echo)
    pcd = Pcd()
    talk(pcd.activate(), picc.answer)
    for command in (b"one", b"two", b"three"):
        assert talk(pcd.here(), picc.answer)
        assert talk(pcd.transceive(command, 0.25), picc.answer) == echo(command)
    assert not talk(pcd.here(), lambda _: None)
