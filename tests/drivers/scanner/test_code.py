"""Bytes of a scanner, cut into codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scanner.code import GAP_SECONDS, LONGEST, Card, Code, Framer
from kiosk.vault import EvidenceKind

TORN = Code("", "", whole=False)
LATER = GAP_SECONDS * 2
TEST, TOKEN = EvidenceKind.TEST_CARD, EvidenceKind.COSE_TOKEN
B45 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:" + b"N" * 67

# Identifiers from ISO/IEC 15424, framing as in the manuals of common hand scanners.
VECTORS = [
    (b"]E04006381333931\r", [Code("E0", "4006381333931")]),
    (b"4006381333931\r\n", [Code("", "4006381333931")]),
    (b"\x02]E496385074\x03", [Code("E4", "96385074")]),
    (b"]d2010400638133393110A\x1d21B\r", [Code("d2", "010400638133393110A\x1d21B")]),
    ("]Q1Grüße\r".encode(), [Code("Q1", "Grüße")]),
    (b"]E01\r]E02\r", [Code("E0", "1"), Code("E0", "2")]),
    (b"\r\n\r\n", []),
    (b"]E0\r", [TORN]),
    (b"]\r", [TORN]),
    (b"]!!5\r", [TORN]),
    (b"\xff\xfe\r", [TORN]),
    (b"40\x0763\r", [TORN]),
    (b"\x024006\x024006381333931\x03", [TORN, Code("", "4006381333931")]),
    (b"x" * (LONGEST + 1) + b"\r", [TORN]),
    (b"x" * LONGEST + b"\r", [Code("", "x" * LONGEST)]),
    (b"]Q1CARD:4711\r", [Card("Q1", 9, TEST, bytearray(b"4711"))]),
    (b"CARD:Ab-1\r", [Card("", 9, TEST, bytearray(b"Ab-1"))]),
    (b"]C0CARD:" + b"7" * 32 + b"\r", [Card("C0", 37, TEST, bytearray(b"7" * 32))]),
    (b"]Q1CARD:471\r", [Card("Q1", 8)]),
    (b"]Q1CARD:4711/2\r", [Card("Q1", 11)]),
    (b"]E0CARD:47110\r", [Card("E0", 10)]),
    # signed codes: RFC 9285 letters, two-dimensional symbols, never shorter or longer than a token
    (b"]Q1OK1:" + B45 + b"\r", [Card("Q1", 116, TOKEN, bytearray(B45))]),
    (b"]z0OK1:" + B45 + b"\r", [Card("z0", 116, TOKEN, bytearray(B45))]),
    (b"]d1OK1:" + B45 + b"\r", [Card("d1", 116, TOKEN, bytearray(B45))]),
    (b"OK1:" + B45 + b"\r", [Card("", 116, TOKEN, bytearray(B45))]),
    (b"]C0OK1:" + B45 + b"\r", [Card("C0", 116, TOKEN)]),
    (b"]E0OK1:" + B45 + b"\r", [Card("E0", 116, TOKEN)]),
    (b"]Q1OK1:" + B45.lower() + b"\r", [Card("Q1", 116, TOKEN)]),
    (b"]Q1OK1:" + b"A" * 63 + b"\r", [Card("Q1", 67, TOKEN)]),
    (b"]Q1OK1:" + b"A" * 497 + b"\r", [Card("Q1", 501, TOKEN)]),
    (b"]Q1OK1" + B45 + b"\r", [Code("Q1", "OK1" + B45.decode())]),
    (b"]Q1card:47110\r", [Code("Q1", "card:47110")]),
    (b"]Q1STAFF:4711\r", [Code("Q1", "STAFF:4711")]),
]


@pytest.mark.parametrize(("stream", "codes"), VECTORS)
def test_vectors(stream: bytes, codes: list[Code | Card]) -> None:
    """Whole codes with their kind; what is torn or noise is not to be used."""
    assert Framer().feed(stream, 0.0) == codes


def test_nothing_of_a_code_stays_in_the_buffer() -> None:
    """Neither of a card, nor of one that was torn, nor of an article."""
    for stream in (b"]Q1CARD:4711\r", b"\x02]Q1CARD:47\x02", b"]E04006381333931\r"):
        framer = Framer()
        framer.feed(stream, 0.0)
        assert not any(framer._pending)


def test_a_card_does_not_tell_its_number() -> None:
    """Not even where somebody prints it."""
    assert "4711" not in repr(Card("Q1", 9, TEST, bytearray(b"4711")))


def test_silence_ends_a_code_of_a_scanner_that_sends_no_end() -> None:
    """But not before the gap."""
    framer = Framer()
    assert framer.feed(b"]E04006381333931", 0.0) == []
    assert framer.idle(GAP_SECONDS / 2) == []
    assert framer.idle(LATER) == [Code("E0", "4006381333931")]
    assert framer.idle(LATER * 2) == []


def test_silence_tears_a_code_of_a_scanner_that_sends_ends() -> None:
    """Half an EAN-13 must not pass for a shorter code."""
    framer = Framer()
    framer.feed(b"]E04006381333931\r", 0.0)
    framer.feed(b"]E096385074", 1.0)
    assert framer.idle(1.0 + LATER) == [TORN]


def test_a_frame_opened_and_not_closed_is_torn() -> None:
    """STX promises an ETX."""
    framer = Framer()
    framer.feed(b"\x0296385074", 0.0)
    assert framer.idle(LATER) == [TORN]


def test_the_rest_of_a_code_after_a_gap_is_another() -> None:
    """Two halves do not become one code."""
    framer = Framer()
    framer.feed(b"1\r]E040063", 0.0)
    assert framer.feed(b"81333931\r", LATER) == [TORN, Code("", "81333931")]


stream_like = st.lists(
    st.sampled_from([b"\x02", b"\x03", b"\r", b"\n", b"]E0", b"4006381333931", b"\x1d"])
    | st.binary(max_size=6),
    max_size=20,
).map(b"".join)


@given(stream_like, st.lists(st.integers(0, 120), max_size=6))
def test_any_fragmentation_gives_the_same_codes(stream: bytes, cuts: list[int]) -> None:
    """As long as no gap is as long as the one that ends a code."""
    framer, at, found = Framer(), 0, list[Code | Card]()
    for cut in [*sorted(cuts), len(stream)]:
        found += framer.feed(stream[at:cut], 0.0)
        at = max(at, cut)
    assert found == Framer().feed(stream, 0.0)


@given(st.binary(max_size=300))
def test_hostile_bytes_never_raise(stream: bytes) -> None:
    """And hold no memory beyond the cap."""
    framer = Framer()
    for _ in range(3):
        framer.feed(stream, 0.0)
    assert len(framer._pending) <= LONGEST
