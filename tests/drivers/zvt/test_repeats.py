"""A message that comes again is answered again, and never before anybody decided about the first one."""

from __future__ import annotations

import pytest

from drivers.zvt.messages import Completion, Message, Negative, Positive, StatusInformation
from tests.drivers.zvt.test_sequence import Row, numbered

APPROVED = StatusInformation(0, 119)


@pytest.mark.parametrize("message", [APPROVED, Completion()])
def test_both_copies_in_one_piece_wait_for_one_answer(message: Message) -> None:
    """The answer to the message before would commit a payment that nobody has kept yet."""
    row = Row().running()
    data = row.terminal.send(message)
    assert list(row.till.receive(data + data)) == [message]
    assert row.till.take_repeats() == b""
    answer = row.till.send(Negative(code=0x66))
    assert numbered(answer) == 2
    assert list(row.till.receive(data)) == []
    assert row.till.take_repeats() == answer


def test_a_report_that_was_answered_is_answered_again() -> None:
    """With the same answer, to the byte."""
    row = Row().running()
    data = row.terminal.send(APPROVED)
    assert list(row.till.receive(data)) == [APPROVED]
    answer = row.till.send(Positive())
    assert list(row.till.receive(data)) == []
    assert row.till.take_repeats() == answer
    assert row.till.take_repeats() == b""
