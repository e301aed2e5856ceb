"""The printer's answers, told apart from any stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.status import (
    CLEARED,
    LONGEST_BLOCK,
    AutomaticStatus,
    Block,
    BufferStatus,
    Condition,
    Demultiplexer,
    Flow,
    Garbage,
    Message,
    RealTime,
    of_automatic,
    plausible,
    printed_mark,
    with_answer,
)
from kiosk.checkout.events import PrintFault

# Values from the tables of Epson's ESC/POS reference: dle_eot, gs_la, gs_lr, gs_lparen_ch_fn48,
# dle_dc4_fn8, gs_ci.
VECTORS: list[tuple[bytes, list[Message]]] = [
    (b"\x12", [RealTime(0x12)]),
    (b"\x16\x1a\x32\x72", [RealTime(0x16), RealTime(0x1A), RealTime(0x32), RealTime(0x72)]),
    (b"\x10\x00\x00\x00", [AutomaticStatus(b"\x10\x00\x00\x00")]),
    (b"\x38\x00\x0c\x00", [AutomaticStatus(b"\x38\x00\x0c\x00")]),
    (b"\x00\x03\x0c", [BufferStatus(0), BufferStatus(3), BufferStatus(12)]),
    (b"\x37\x220123\x00", [printed_mark(b"0123")]),
    (b"\x37\x25\x00", [CLEARED]),
    (b"\x5fTM-T88VI\x00", [Block(0x5F, b"TM-T88VI")]),
    (b"\x13\x11", [Flow(go=False), Flow(go=True)]),
    (b"\x37\x22\x12" + b"2222\x00", [RealTime(0x12), printed_mark(b"2222")]),
    (b"\x10\x00\x16\x00\x00", [RealTime(0x16), AutomaticStatus(b"\x10\x00\x00\x00")]),
    (b"\x10\x00\x37\x25\x00", [Garbage(2), CLEARED]),
    # Captured on 2026-11-21 from emupos 0.4.0, profile epson-tm-t20iii, while a receipt began.
    (
        b"\x00\x10\x00\x00\x00\x00",
        [BufferStatus(0), AutomaticStatus(b"\x10\x00\x00\x00"), BufferStatus(0)],
    ),
    (b"\xff\x00", [Garbage(1), BufferStatus(0)]),
    (b"\x5fA\x37\x220123\x00", [Garbage(2), printed_mark(b"0123")]),
]


@pytest.mark.parametrize(("stream", "messages"), VECTORS)
def test_vectors(stream: bytes, messages: list[Message]) -> None:
    """Each answer of the reference is told for what it is, also inside another one."""
    assert Demultiplexer().feed(stream) == messages


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=8))
def test_any_fragmentation_gives_the_same_messages(stream: bytes, cuts: list[int]) -> None:
    """Where the stream is cut makes no difference, for noise as well."""
    whole, pieces, at = Demultiplexer().feed(stream), Demultiplexer(), 0
    found: list[Message] = []
    for cut in [*sorted(cuts), len(stream)]:
        found += pieces.feed(stream[at:cut])
        at = max(at, cut)
    assert found == whole


@given(st.binary(max_size=3000))
def test_hostile_bytes_never_raise_nor_pile_up(stream: bytes) -> None:
    """A stream of anything costs at most one message a byte and a block's memory."""
    sorter = Demultiplexer()
    assert len(sorter.feed(stream)) <= len(stream)
    assert len(sorter._pending) <= LONGEST_BLOCK + 1


def test_an_endless_block_is_given_up() -> None:
    """A header without an end is no way to fill memory, and the next answer is understood."""
    sorter = Demultiplexer()
    found = sorter.feed(b"\x5f" + b"a" * 500 + b"\x00" * 4 + b"\x12")
    assert found[-1] == RealTime(0x12)
    assert any(isinstance(message, Garbage) for message in found)


@given(st.text(alphabet=[chr(code) for code in range(0x20, 0x7F)], min_size=4, max_size=4))
def test_every_mark_comes_back_as_it_was_sent(mark: str) -> None:
    """The four bytes of a process id may be any printable ones."""
    assert Demultiplexer().feed(b"\x37\x22" + mark.encode() + b"\x00") == [
        printed_mark(mark.encode())
    ]


@pytest.mark.parametrize(
    ("data", "fault", "low"),
    [
        (b"\x10\x00\x00\x00", None, False),
        (b"\x14\x00\x00\x00", None, False),
        (b"\x10\x00\x03\x00", None, True),
        (b"\x18\x00\x0f\x00", PrintFault.PAPER_OUT, True),
        (b"\x38\x00\x00\x00", PrintFault.COVER_OPEN, False),
        (b"\x38\x00\x0c\x00", PrintFault.COVER_OPEN, False),
        (b"\x18\x08\x00\x00", PrintFault.CUTTER, False),
        (b"\x18\x20\x00\x00", PrintFault.HARDWARE, False),
        (b"\x18\x40\x00\x00", PrintFault.HEAD_HOT, False),
        (b"\x18\x00\x00\x00", PrintFault.OFFLINE, False),
        (b"\x58\x00\x00\x00", PrintFault.OFFLINE, False),
    ],
)
def test_automatic_status_names_the_fault(data: bytes, fault: PrintFault | None, low: bool) -> None:
    """The bits of GS a, by what a person has to do first."""
    condition = of_automatic(data)
    assert (condition.fault, condition.paper_low) == (fault, low)


@pytest.mark.parametrize(
    ("n", "byte", "fault", "low"),
    [
        (1, 0x12, None, False),
        (1, 0x16, None, False),
        (1, 0x1A, PrintFault.OFFLINE, False),
        (2, 0x16, PrintFault.COVER_OPEN, False),
        (2, 0x32, PrintFault.PAPER_OUT, False),
        (3, 0x1A, PrintFault.CUTTER, False),
        (3, 0x16, PrintFault.HARDWARE, False),
        (3, 0x32, PrintFault.HARDWARE, False),
        (3, 0x52, PrintFault.HEAD_HOT, False),
        (4, 0x1E, None, True),
        (4, 0x72, PrintFault.PAPER_OUT, False),
        (4, 0x7E, PrintFault.PAPER_OUT, True),
    ],
)
def test_answers_to_questions_name_the_fault(
    n: int, byte: int, fault: PrintFault | None, low: bool
) -> None:
    """The bits of DLE EOT 1 to 4."""
    condition = with_answer(Condition(), n, byte)
    assert (condition.fault, condition.paper_low) == (fault, low)


def test_a_roll_at_its_end_is_no_paper_whichever_answer_told() -> None:
    """DLE EOT 4 does not take back what DLE EOT 2 said."""
    condition = with_answer(with_answer(Condition(), 2, 0x32), 4, 0x12)
    assert condition.fault is PrintFault.PAPER_OUT


def test_an_answer_that_does_not_go_on_is_dropped() -> None:
    """What comes after it is understood."""
    sorter = Demultiplexer()
    assert sorter.feed(b"\x5fTM") == []
    assert sorter.pending
    sorter.drop()
    assert sorter.feed(b"\x32") == [RealTime(0x32)]
    assert not sorter.pending


@pytest.mark.parametrize("byte", range(256))
def test_paper_sensors_set_their_bits_in_pairs(byte: int) -> None:
    """One bit of a pair is no answer to DLE EOT 4; the other questions may be answered so."""
    assert plausible(4, byte) == (byte >> 2 & 1 == byte >> 3 & 1 and byte >> 5 & 1 == byte >> 6 & 1)
    assert plausible(1, byte)
