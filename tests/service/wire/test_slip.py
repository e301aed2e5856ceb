"""Requests about deposit slips: there and back, and whatever else a stranger may send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.wire.messages import Malformed
from service.wire.slip import (
    FACE_MOST,
    Held,
    SlipAct,
    SlipRequest,
    SlipWhy,
    held_in,
    pack_held,
    pack_slip,
    pack_why,
    slip_in,
    why_in,
)

HOLD = SlipRequest(SlipAct.HOLD, "00007", 75)
RELEASE = SlipRequest(SlipAct.RELEASE, "00007", 75, 3, 25)


def test_the_layout_is_that_of_the_document() -> None:
    """Made by hand from docs/lookup-v1.md."""
    assert pack_slip(RELEASE).hex() == (
        "02" + "05" + b"00007".hex() + "00" * 10 + "0000004b" + "00000003" + "00000019"
    )
    assert pack_held(Held(3, 25)).hex() == "0000000300000019"
    assert pack_why(SlipWhy.REDEEMED).hex() == "02"


@given(
    st.from_regex(r"[0-9]{1,15}", fullmatch=True),
    st.integers(1, FACE_MOST),
    st.integers(1, 2**32 - 1),
    st.integers(0, FACE_MOST),
)
def test_there_and_back(number: str, face: int, turn: int, left: int) -> None:
    """Both acts, and both answers."""
    for each in (
        SlipRequest(SlipAct.HOLD, number, face),
        SlipRequest(SlipAct.RELEASE, number, face, turn, min(left, face)),
    ):
        assert slip_in(pack_slip(each)) == each
    assert held_in(pack_held(Held(turn, left))) == Held(turn, left)
    assert {why_in(pack_why(why)) for why in SlipWhy} == set(SlipWhy)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        pack_slip(HOLD)[:-1],
        pack_slip(HOLD) + b"\0",
        b"\x03" + pack_slip(HOLD)[1:],
        pack_slip(RELEASE)[:1].replace(b"\x02", b"\x01")
        + pack_slip(RELEASE)[1:],  # a hold that tells
        pack_slip(HOLD)[:1].replace(b"\x01", b"\x02") + pack_slip(HOLD)[1:],  # a release of no turn
        pack_slip(HOLD).replace(b"00007", b"0000a"),
        pack_slip(HOLD).replace(b"00007", b"0000\xff"),
        pack_slip(HOLD).replace(b"\x0500007", b"\x0400007"),  # not padded with zeros
        pack_slip(HOLD).replace(b"\x0500007", b"\x00\0\0\0\0\0"),
        pack_slip(HOLD)[:17] + bytes(12),  # of no face
        pack_slip(HOLD)[:17] + (FACE_MOST + 1).to_bytes(4) + bytes(8),
        pack_slip(RELEASE)[:-4] + (76).to_bytes(4),  # more than there was
    ],
)
def test_what_is_no_request_is_refused(body: bytes) -> None:
    """With a word about what is wrong, never with what it held."""
    with pytest.raises(Malformed) as told:
        slip_in(body)
    assert "00007" not in str(told.value)


@given(st.binary(max_size=40))
def test_hostile_bytes_are_malformed_or_a_request(body: bytes) -> None:
    """Nothing else is raised."""
    for read in (slip_in, held_in, why_in):
        try:
            read(body)
        except Malformed:
            continue


@pytest.mark.parametrize("body", [bytes(8), b"", bytes(7), b"\0\0\0\1" + b"\xff" * 4])
def test_answers_of_no_turn_or_too_much_are_refused(body: bytes) -> None:
    """A kiosk takes nothing off for them."""
    with pytest.raises(Malformed):
        held_in(body)
    with pytest.raises(Malformed):
        why_in(b"\x04" if body else body)
