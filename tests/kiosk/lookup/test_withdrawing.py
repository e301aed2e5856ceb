"""A withdrawal over a real line: sealed with what was shown, done only on a signed word."""

from __future__ import annotations

import hashlib

import pytest

from kiosk.checkout.commands import Withdraw
from kiosk.checkout.events import Event
from kiosk.checkout.member_events import ConsentKept, ConsentWithdrawn, WhyKept
from kiosk.ids import Handle
from kiosk.ports import Cancel, RemoteProtocolError, Verdict
from kiosk.screens.consent import VERSION, withdrawal_text
from kiosk.words import Language, words_of
from service.wire.messages import Field, Kind
from tests.centre import member
from tests.kiosk.lookup.test_client import NUMBER, Desk
from tests.kiosk.lookup.test_client import desk as desk


def withdraw(desk: Desk, handle: Handle) -> list[Event]:
    """All that comes of it."""
    run = desk.client.execute(Withdraw(handle, Language.PL), Cancel())
    events, verdict = [], None
    while True:
        try:
            events.append(next(run) if verdict is None else run.send(verdict))
        except StopIteration:
            return events
        verdict = Verdict.KEEP


def test_it_says_what_was_shown_what_was_read_and_for_which_purchase(desk: Desk) -> None:
    desk.centre.members[NUMBER] = member()
    handle = desk.show()
    desk.ask(handle)
    assert withdraw(desk, handle) == [ConsentWithdrawn(handle)]
    asked, gone = desk.centre.asked
    assert (gone.question.kind, gone.question.fields) == (Kind.CONSENT, Field(0))
    assert gone.question.purchase == asked.question.purchase
    (decision,) = desk.centre.decided
    text = withdrawal_text(words_of(Language.PL))
    assert (decision.language, decision.version) == ("pl", VERSION)
    assert decision.text == hashlib.sha256(text.encode()).digest()
    assert withdraw(desk, handle) == [ConsentKept(handle, WhyKept.UNKNOWN)]


@pytest.mark.parametrize("fault", ["revoked", "slow", "not_ready", "too_long"])
def test_no_answer_is_no_withdrawal(desk: Desk, fault: str) -> None:
    desk.centre.members[NUMBER] = member()
    desk.centre.faults.append(fault)
    handle = desk.show()
    assert withdraw(desk, handle) == [ConsentKept(handle, WhyKept.UNSURE)]


@pytest.mark.parametrize("fault", ["unsigned", "forged"])
def test_an_answer_that_nobody_signed_is_an_alarm(desk: Desk, fault: str) -> None:
    desk.centre.members[NUMBER] = member()
    desk.centre.faults.append(fault)
    handle = desk.show()
    run = desk.client.execute(Withdraw(handle, Language.DE), Cancel())
    assert next(run) == ConsentKept(handle, WhyKept.UNSURE)
    with pytest.raises(RemoteProtocolError, match="forged"):
        run.send(Verdict.KEEP)


def test_who_is_gone_is_not_asked_about(desk: Desk) -> None:
    handle = desk.show()
    desk.vault.wipe(handle)
    assert withdraw(desk, handle) == []
    assert not desk.centre.asked
