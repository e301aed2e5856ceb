"""Deposit slips over a real line: ours on a signed word only, and told until it is heard."""

from __future__ import annotations

import pytest

from kiosk.checkout.commands import HoldSlip, ReleaseSlip
from kiosk.checkout.events import Event
from kiosk.checkout.goods_events import SlipFault, SlipHeld, SlipRefused, SlipReleased
from kiosk.money import Money
from kiosk.ports import Cancel, RemoteProtocolError, Verdict
from service.wire.messages import Field, Kind, Status
from service.wire.slip import Held, SlipAct, SlipRequest, SlipWhy, pack_held, pack_why, slip_in
from tests.kiosk.lookup.test_client import Desk
from tests.kiosk.lookup.test_client import desk as desk

FACE = Money(75)
HOLD = HoldSlip("00007", FACE)
RELEASE = ReleaseSlip("00007", FACE, Money(25), 3)
OURS = (Status.FOUND, pack_held(Held(3, 50)))
AWAY = SlipRefused("00007", FACE, SlipFault.AWAY)


def no(why: SlipWhy) -> tuple[Status, bytes]:
    return Status.UNKNOWN, pack_why(why)


def told(desk: Desk, command: HoldSlip | ReleaseSlip, *words: tuple[Status, bytes]) -> list[Event]:
    """All that comes of it, where the service says this."""
    desk.centre.slip_words.extend(words)
    run = desk.client.execute(command, Cancel())
    events, verdict = [], None
    while True:
        try:
            events.append(next(run) if verdict is None else run.send(verdict))
        except StopIteration:
            return events
        verdict = Verdict.KEEP


def test_a_slip_is_asked_about_by_number_and_face(desk: Desk) -> None:
    """Of no customer, and no purchase is told."""
    assert told(desk, HOLD, OURS) == [SlipHeld("00007", FACE, Money(50), 3)]
    assert told(desk, RELEASE, OURS) == [SlipReleased("00007", FACE, 3)]
    held, released = desk.centre.asked
    assert slip_in(held.body) == SlipRequest(SlipAct.HOLD, "00007", 75)
    assert slip_in(released.body) == SlipRequest(SlipAct.RELEASE, "00007", 75, 3, 25)
    for each in (held, released):
        assert (each.question.kind, each.question.fields) == (Kind.SLIP, Field(0))
        assert each.question.purchase == bytes(16)


@pytest.mark.parametrize(
    ("why", "fault"),
    [(SlipWhy.ELSEWHERE, SlipFault.ELSEWHERE), (SlipWhy.REDEEMED, SlipFault.REDEEMED)],
)
def test_what_is_somebody_else_s_is_not_taken(desk: Desk, why: SlipWhy, fault: SlipFault) -> None:
    """Or nobody's any more."""
    assert told(desk, HOLD, no(why)) == [SlipRefused("00007", FACE, fault)]


def test_a_release_of_what_is_held_no_more_has_been_heard(desk: Desk) -> None:
    """Its first answer was lost, or people let go of it."""
    assert told(desk, RELEASE, no(SlipWhy.NOT_HELD)) == [SlipReleased("00007", FACE, 3)]


@pytest.mark.parametrize("fault", ["revoked", "slow", "not_ready", "too_long"])
def test_without_an_answer_it_is_not_ours(desk: Desk, fault: str) -> None:
    """And what is left of another stays to be told."""
    desk.centre.faults.append(fault)
    assert told(desk, HOLD) == [AWAY]
    desk.client.close()
    desk.centre.faults.append(fault)
    assert told(desk, RELEASE) == []


@pytest.mark.parametrize("command", [HOLD, RELEASE])
@pytest.mark.parametrize("fault", ["unsigned", "forged"])
def test_a_word_that_nobody_signed_is_an_alarm(
    desk: Desk, command: HoldSlip | ReleaseSlip, fault: str
) -> None:
    """It takes nothing off, and ends nothing."""
    desk.centre.faults.append(fault)
    with pytest.raises(RemoteProtocolError, match="forged"):
        told(desk, command, OURS)


@pytest.mark.parametrize(
    "word",
    [
        (Status.FOUND, pack_held(Held(3, 76))),
        (Status.FOUND, pack_held(Held(3, 0))),
        (Status.FOUND, b""),
        (Status.UNKNOWN, b"\x09"),
        (Status.NOT_SERVED, b""),
    ],
)
def test_a_word_that_makes_no_sense_takes_nothing_off(
    desk: Desk, word: tuple[Status, bytes]
) -> None:
    """More than is printed on it, nothing, or in no language of ours."""
    assert told(desk, HOLD, word) == [AWAY]


@pytest.mark.parametrize("word", [no(SlipWhy.REDEEMED), (Status.NOT_SERVED, b"")])
def test_a_release_ends_on_a_word_about_releases_only(
    desk: Desk, word: tuple[Status, bytes]
) -> None:
    """Else it is told again."""
    assert told(desk, RELEASE, word) == []
