"""A scale's side of both protocols, byte by byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scale.checksums import Keys
from drivers.scale.dialog06 import POLL, STATUS_REQUEST, price_record
from drivers.scale.reading import Request
from drivers.scale.scales import WEIGHINGS, Dialog06Scale, Protocols, Toledo8217Scale, scale_of
from kiosk.ports import RemoteProtocolError

ACK, NAK = b"\x06", b"\x15"
RECORD = price_record(Request(249))


def test_an_8217_answers_its_letter_alone() -> None:
    """And as often as it is asked."""
    scale = Toledo8217Scale()
    assert scale.receive(b"XYZ\r\n") == b""
    scale.platter.put(742)
    assert scale.receive(b"WxW") == b"\x0200.742\r" * 2


def test_a_load_is_told_once_by_dialog_06() -> None:
    """Then it has to be moved."""
    scale = Dialog06Scale()
    scale.platter.put(742)
    assert scale.receive(RECORD) == ACK
    assert scale.receive(POLL) == b"\x0202\x1b3\x1b00742\x1b000249\x1b000185\x03"
    assert scale.receive(RECORD + POLL) == ACK + NAK
    assert scale.receive(STATUS_REQUEST) == b"\x0209\x1b21\x03"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"\x04\x0207\x1b000249\x03", b"10"),
        (b"\x04\x0201\x1b000000\x1b\x03", b"11"),
        (b"\x04\x0210\x1b12345678\x03", b"10"),
        (POLL, b"01"),
    ],
)
def test_what_it_does_not_understand_it_refuses(sent: bytes, code: bytes) -> None:
    """And says why when it is asked."""
    scale = Dialog06Scale()
    assert scale.receive(sent) == NAK
    assert scale.receive(STATUS_REQUEST) == b"\x0209\x1b" + code + b"\x03"


def test_checksums_are_wanted_again_after_fifty_weighings() -> None:
    """And after each power-up."""
    scale = Dialog06Scale(Keys(1, 2))
    scale._wanted = False  # they were shown
    for grams in range(100, 100 + WEIGHINGS):
        scale.platter.put(grams)
        assert scale.receive(RECORD) == ACK
        assert scale.receive(POLL).startswith(b"\x0202")
    assert scale.receive(RECORD).startswith(b"\x0211\x1b2")


@given(st.sampled_from(Protocols), st.binary(max_size=80))
def test_no_bytes_break_a_scale(protocol: Protocols, data: bytes) -> None:
    """It is used by other people's software, too."""
    try:
        scale_of(protocol, Keys(1, 2)).receive(data)
    except RemoteProtocolError:
        assert len(data) > 60
