"""Serial blocks: DLE, CRC, and everything that noise can do to them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.zvt.blocks import BLOCK_MOST, Block, Deblocker, Signal, block, crc

# Check value of the reflected CCITT polynomial from 0, as catalogues of CRCs give it for "123456789".
CHECK = 0x2189
# PA00P016 3.1: an Authorization over 10.10 EUR, whose amount holds the byte that is doubled.
PAY_10_10 = bytes.fromhex("06010a04000000001010490978")
PAY_10_10_ON_LINE = bytes.fromhex("1002 06010a04000000001010 1010 490978 1003".replace(" ", ""))


def heard(chunks: Iterable[bytes]) -> list[Block | Signal]:
    """What a line says in these pieces."""
    deblocker = Deblocker()
    return [found for chunk in chunks for found in deblocker.feed(chunk)]


def test_the_crc_is_the_one_of_the_catalogue() -> None:
    """Whatever the paper calls it."""
    assert crc(b"123456789") == CHECK
    assert crc(b"") == 0


def test_the_acceptance_amount_goes_out_with_every_dle_doubled() -> None:
    """10.10 EUR: two DLE in the amount make four on the line, and count neither twice in the CRC."""
    sent = block(PAY_10_10)
    assert sent[:-2] == PAY_10_10_ON_LINE
    assert int.from_bytes(sent[-2:], "little") == crc(PAY_10_10 + b"\x03")
    assert heard([sent]) == [Block(PAY_10_10)]


@given(st.binary(max_size=300))
def test_what_was_sent_arrives(apdu: bytes) -> None:
    """Also where the CRC itself looks like an end or an escape."""
    assert heard([block(apdu)]) == [Block(apdu)]


@given(
    st.lists(st.binary(max_size=40), max_size=4),
    st.lists(st.integers(1, 30), min_size=1, max_size=30),
)
def test_every_fragmentation_gives_the_same(apdus: list[bytes], sizes: list[int]) -> None:
    """Blocks and acknowledgements mixed, cut anywhere."""
    whole = b"".join(block(apdu) + b"\x06" for apdu in apdus)
    chunks: list[bytes] = []
    at = 0
    while at < len(whole):
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(whole[at : at + size])
        at += size
    wanted = [each for apdu in apdus for each in (Block(apdu), Signal.ACK)]
    assert heard(chunks) == heard([whole]) == wanted


@given(st.binary(max_size=60), st.data())
def test_a_changed_byte_is_never_an_apdu_of_ours(apdu: bytes, data: st.DataObject) -> None:
    """Damage is told, or the block is lost; never is something else taken for it."""
    sent = bytearray(block(apdu))
    at = data.draw(st.integers(0, len(sent) - 1))
    sent[at] ^= data.draw(st.integers(1, 255))
    assert all(found == Block(apdu) for found in heard([bytes(sent)]) if isinstance(found, Block))


@given(st.binary(max_size=400))
def test_noise_raises_nothing(noise: bytes) -> None:
    """And a whole block after it, begun anew, arrives."""
    deblocker = Deblocker()
    list(deblocker.feed(noise))
    deblocker.give_up()
    assert list(deblocker.feed(block(b"\x80\x00\x00"))) == [Block(b"\x80\x00\x00")]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("06", [Signal.ACK]),
        ("15", [Signal.NAK]),
        ("00ff0615", [Signal.ACK, Signal.NAK]),
        ("1002 8000 10", []),
        ("1002 8000 1044", [Signal.DAMAGED]),
        ("1002 800000 1003 0000", [Signal.DAMAGED]),
        ("1010 02 1003 7001", None),
    ],
)
def test_what_is_no_block(line: str, told: list[Signal] | None) -> None:
    """Single bytes between blocks, a torn one, a wrong escape, a wrong sum."""
    found = heard([bytes.fromhex(line.replace(" ", ""))])
    assert found == told if told is not None else all(isinstance(e, Block | Signal) for e in found)


def test_a_block_that_begins_anew_is_taken_from_there() -> None:
    """The sender gave up in the middle, and repeats."""
    assert heard([b"\x10\x02\x06\x01" + block(PAY_10_10)]) == [Block(PAY_10_10)]


def test_a_line_that_never_ends_a_block_fills_no_memory() -> None:
    """Told as damaged at the longest APDU, then all over."""
    deblocker = Deblocker()
    found = list(deblocker.feed(b"\x10\x02" + b"x" * (BLOCK_MOST + 1)))
    assert found == [Signal.DAMAGED]
    assert not deblocker.inside
    assert len(deblocker._apdu) == 0


def test_an_apdu_that_is_too_long_is_not_sent() -> None:
    """Our own mistake."""
    with pytest.raises(ValueError, match="too long"):
        block(bytes(BLOCK_MOST + 1))
