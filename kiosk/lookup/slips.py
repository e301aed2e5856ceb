"""What is asked about a deposit slip, and what the service's word on it means here."""

from __future__ import annotations

from kiosk.checkout.commands import HoldSlip, ReleaseSlip
from kiosk.checkout.events import Event
from kiosk.checkout.goods_events import SlipFault, SlipHeld, SlipRefused, SlipReleased
from kiosk.lookup.session import Ask
from kiosk.money import Money
from kiosk.ports import Forged, Refused
from service.wire.envelope import Answer
from service.wire.messages import Kind, Malformed, Status
from service.wire.slip import SlipAct, SlipRequest, SlipWhy, held_in, pack_slip, why_in

SlipCommand = HoldSlip | ReleaseSlip


def unanswered(command: SlipCommand) -> Event | None:
    """What is true while nobody answers: a slip is not ours, and what is left of it is to be told."""
    if isinstance(command, HoldSlip):
        return SlipRefused(command.number, command.face, SlipFault.AWAY)
    return None


def ask_of(command: SlipCommand) -> Ask:
    """The question. Raises Refused where it cannot be asked."""
    try:
        return Ask(Kind.SLIP, pack_slip(_request(command)))
    except Malformed as error:
        raise Refused(f"a slip that cannot be asked about: {error}") from error


def _request(command: SlipCommand) -> SlipRequest:
    face = command.face.minor
    if isinstance(command, HoldSlip):
        return SlipRequest(SlipAct.HOLD, command.number, face)
    left = command.left.minor
    return SlipRequest(SlipAct.RELEASE, command.number, face, command.turn, left)


def understood(command: SlipCommand, answer: Answer) -> Event | None:
    """Only a signed word takes anything off, or ends what is to be told. Raises Forged or Refused."""
    if answer.status not in (Status.FOUND, Status.UNKNOWN):
        return unanswered(command)
    if not answer.signed:
        raise Forged("a word on a slip that nobody signed")
    try:
        if isinstance(command, HoldSlip):
            return _held(command, answer)
        return _released(command, answer)
    except Malformed as error:
        raise Refused(f"a word on a slip that cannot be read: {error}") from error


def _held(command: HoldSlip, answer: Answer) -> Event:
    number, face = command.number, command.face
    if answer.status is Status.FOUND:
        held = held_in(answer.body)
        if not 0 < held.left <= face.minor:
            raise Refused("a slip that is worth more than is printed on it, or nothing")
        return SlipHeld(number, face, Money(held.left, face.currency), held.turn)
    why = why_in(answer.body)
    fault = SlipFault.REDEEMED if why is SlipWhy.REDEEMED else SlipFault.ELSEWHERE
    return SlipRefused(number, face, fault)


def _released(command: ReleaseSlip, answer: Answer) -> Event:
    if answer.status is Status.UNKNOWN and why_in(answer.body) is not SlipWhy.NOT_HELD:
        raise Refused("a release that was refused for a reason of holds")
    return SlipReleased(command.number, command.face, command.turn)
