"""`drivers terminal end-of-day`, `totals` and `repeat`."""

from __future__ import annotations

import json
from typing import Any

import pytest

import drivers.tools.waiting
from drivers.__main__ import main
from tests.drivers.tools.scripted import (
    DROP,
    YES,
    Flow,
    aborted,
    apdu,
    completion,
    remembers,
    result,
    scripted,
)

NONE_OPEN = (YES + aborted(0xB8, "87ffff"),)
KINDS = "02000000002020" + "00000000000000" * 3 + "01000000000500" + "00000000000000" * 2
TOTALS = apdu("040f", "270004000000002520490978" + "0b000009" + "60f0f5f3" + "00010003" + KINDS)
DAY = {
    "outcome": "done",
    "amount": 2520,
    "trace": 9,
    "first_receipt": 1,
    "last_receipt": 3,
    "cards": [
        {"kind": "girocard", "count": 2, "amount": 2020},
        {"kind": "visa", "count": 1, "amount": 500},
    ],
}


def told(*ends: str) -> Flow:
    """Totals, and the end."""
    return (YES + TOTALS, *ends)


def played(
    capsys: pytest.CaptureFixture[str], verb: str, address: str, *words: str
) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON."""
    code = main(["terminal", verb, "--at", address, "--json", *words])
    out = capsys.readouterr().out
    found: dict[str, Any] = json.loads(out)
    return code, found


def test_a_day_is_closed(capsys: pytest.CaptureFixture[str]) -> None:
    """06 50 behind the question for reservations; totals by kind of card."""
    with scripted(c0623=[NONE_OPEN], c0650=[told(completion())]) as pt:
        code, found = played(capsys, "end-of-day", pt.address)
        assert (code, found) == (0, DAY)
        (sent,) = pt.sent("0650")
        assert sent == "065008" + "000000" + "06031f1f00"
        assert main(["terminal", "end-of-day", "--at", pt.address]) == 0
        out = capsys.readouterr().out
        assert "kind girocard count 2 amount 2020, kind visa" in out
        assert "amount         2520" in out


@pytest.mark.parametrize(("code", "what"), [("e0", "update"), ("fc", "restart")])
def test_what_follows_is_waited_for(
    code: str, what: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The terminal is gone for a while, then busy, then ready."""
    monkeypatch.setattr(drivers.tools.waiting, "LOOK_SECONDS", 0.05)
    looks = [(DROP,), (YES + completion(code),), (YES + completion("00"),)]
    ends = told(completion(f"27{code}"))
    with scripted(c0623=[NONE_OPEN], c0650=[ends], c0501=looks) as pt:
        exit_code, found = played(capsys, "end-of-day", pt.address, "--wait", "20")
        assert exit_code == 0
        assert found == DAY | {"follows": what, "ready": True, "condition": "ready"}
        assert len(pt.sent("0650")) == 1


def test_open_reservations_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    """Told which; the terminal is not asked to close."""
    with scripted(c0623=[(YES + aborted(0xB8, "870017"),)], c0650=[told(completion())]) as pt:
        code, found = played(capsys, "end-of-day", pt.address)
        assert (code, found["outcome"], found["receipts"]) == (1, "refused", [17])
        assert found["remedy"] == "book them or give them up first: receipts 17"
        assert pt.sent("0650") == []


def test_a_day_that_cannot_be_closed(capsys: pytest.CaptureFixture[str]) -> None:
    """The terminal's reason."""
    with scripted(c0623=[NONE_OPEN], c0650=[(YES + aborted(0x77),)]) as pt:
        code, found = played(capsys, "end-of-day", pt.address)
        assert (code, found["code"]) == (1, "77")
        assert found["remedy"] == "try again"


def test_a_line_lost_in_an_end_of_day(capsys: pytest.CaptureFixture[str]) -> None:
    """Unknown, and sent once."""
    with scripted(c0623=[NONE_OPEN], c0650=[(YES + TOTALS, DROP)]) as pt:
        code, found = played(capsys, "end-of-day", pt.address)
        assert (code, found["outcome"]) == (75, "unknown")
        assert "drivers terminal totals" in found["remedy"]
        assert len(pt.sent("0650")) == 1


def test_totals(capsys: pytest.CaptureFixture[str]) -> None:
    """06 10; refused with what helps."""
    with scripted(c0610=[told(completion())]) as pt:
        assert played(capsys, "totals", pt.address) == (0, DAY)
        assert pt.sent("0610") == ["061003000000"]
        pt.flows["0610"] = [("846f00",)]
        assert played(capsys, "totals", pt.address)[1]["code"] == "6F"
        pt.flows["0610"] = [(DROP,)]
        assert main(["terminal", "totals", "--at", pt.address]) == 69


def test_the_last_transaction_again(capsys: pytest.CaptureFixture[str]) -> None:
    """With --print its slips, as text."""
    line = apdu("06d1", "81" + b"Kundenbeleg".hex())
    flow = (YES + result(4, 1010), line, completion())
    with scripted(c0620=[flow]) as pt:
        code, found = played(capsys, "repeat", pt.address)
        assert (code, found["amount"], found["trace"]) == (0, 1010, 4)
        assert pt.sent("0620")[-1] == "062005" + "000000" + "0303"
        assert main(["terminal", "repeat", "--print", "--at", pt.address]) == 0
        assert "Kundenbeleg\n" in capsys.readouterr().out
        assert pt.sent("0620")[-1] == "062005" + "000000" + "0301"


@pytest.mark.parametrize(
    ("flow", "code", "known"),
    [
        (remembers(result(4, 1010, code=5)), 1, {"outcome": "refused", "code": "05"}),
        ((YES + aborted(0x66),), 1, {"outcome": "refused", "code": "66"}),
        ((YES + completion(),), 0, {"outcome": "done", "last": None}),
        ((YES + TOTALS, completion()), 0, {"outcome": "done", "what": "end of day"}),
        (("849c00",), 1, {"outcome": "refused", "code": "9C"}),
    ],
)
def test_what_else_may_have_been_last(
    flow: Flow, code: int, known: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """A refusal, nothing, an end of day, or no answer now."""
    with scripted(c0620=[flow]) as pt:
        exit_code, found = played(capsys, "repeat", pt.address)
        assert exit_code == code
        assert known.items() <= found.items()
