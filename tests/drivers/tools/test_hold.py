"""`drivers terminal reserve`, `book`, `release`, `give-up`, `reservations`: bytes, refusals, lost lines."""

from __future__ import annotations

import json
from typing import Any

import pytest

import drivers.tools.asking
from drivers.__main__ import main
from drivers.tools.asking import Asked, Became, Memory, judged
from kiosk.checkout.events import Transaction
from kiosk.money import Money
from tests.drivers.tools.processes import started
from tests.drivers.tools.scripted import (
    DROP,
    YES,
    Flow,
    aborted,
    completion,
    container,
    remembers,
    result,
    scripted,
)

WORDS: dict[str, tuple[str, ...]] = {
    "reserve": ("--amount", "50.00"),
    "book": ("--receipt", "3", "--amount", "42.00", "--of-trace", "17", "--approval", "AB12"),
    "release": ("--receipt", "3", "--amount", "8.00"),
    "give-up": ("--receipt", "3"),
}
EURO, MIRROR = "490978", "06031f1f00"
WIRE = {
    "reserve": f"0622 11 04000000005000 {EURO} 1940 {MIRROR}",
    "book": f"0624 1f 870003 04000000004200 {EURO} 0b000017 3b4142313200000000 {MIRROR}",
    "release": f"0623 12 870003 04000000000800 {EURO} {MIRROR}",
    "give-up": f"0625 08 870003 {MIRROR}",
}
AMOUNT = {"reserve": 5000, "book": 4200, "release": 4200, "give-up": 5000}
"""What the terminal tells: of a release, what was taken."""
OPEN = (YES + aborted(0xB8, "870003"),)
NONE_OPEN = (YES + aborted(0xB8, "87ffff"),)
BEFORE = remembers(result(4, 100))


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two answers may agree sooner."""
    monkeypatch.setattr(drivers.tools.asking, "AGREE_SECONDS", 0.05)
    monkeypatch.setattr(drivers.tools.asking, "LOOK_SECONDS", 0.05)


def control(verb: str) -> str:
    """The command's control field."""
    return WIRE[verb][:4]


def flows(verb: str, *said: Flow, memory: tuple[Flow, ...] = (BEFORE,)) -> dict[str, Any]:
    """A terminal's flows for one verb."""
    return {"c0620": memory, f"c{control(verb)}": said}


def played(
    verb: str, address: str, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON."""
    code = main(["terminal", verb, "--at", address, "--json", *WORDS.get(verb, ()), *words])
    out = capsys.readouterr().out
    found: dict[str, Any] = json.loads(out)
    assert len(out.splitlines()) == 1
    return code, found


@pytest.mark.parametrize("verb", WIRE)
def test_it_is_done(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its bytes, and what the terminal told."""
    said = (YES + result(5, AMOUNT[verb]), completion())
    with scripted(**flows(verb, said)) as pt:
        code, found = played(verb, pt.address, capsys)
        assert (code, found["outcome"]) == (0, "done")
        assert (found["amount"], found["receipt"], found["trace"]) == (AMOUNT[verb], 5, 5)
        assert pt.sent(control(verb)) == [WIRE[verb].replace(" ", "")]


def test_a_booking_by_its_receipt_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """Trace and approval are for terminals that want them."""
    with scripted(**flows("book", (YES + result(5, 4200), completion()))) as pt:
        words = ("--receipt", "3", "--amount", "42.00")
        assert main(["terminal", "book", "--at", pt.address, *words]) == 0
        assert "outcome        done" in capsys.readouterr().out
        assert pt.sent("0624") == [f"062412870003{'04000000004200'}{EURO}{MIRROR}"]


@pytest.mark.parametrize("verb", WIRE)
def test_a_refusal_says_what_helps(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """At once, or in the dialogue."""
    for said in (("84b700",), (YES + result(5, AMOUNT[verb], code=0xB7), aborted(0xB7))):
        with scripted(**flows(verb, said)) as pt:
            code, found = played(verb, pt.address, capsys)
            assert (code, found["outcome"], found["code"]) == (1, "not_done", "B7")
            assert found["reason"] == "reservation or amount wrong"
            assert found["remedy"] == "another amount"


@pytest.mark.parametrize("verb", WIRE)
@pytest.mark.parametrize("outcome", ["done", "not_done", "unknown"])
def test_a_lost_line(verb: str, outcome: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Sent once; the terminal's memory decides, or people."""
    after = {
        "done": remembers(result(5, AMOUNT[verb])),
        "not_done": BEFORE,
        "unknown": remembers(result(0 if verb == "release" else 5, 4711)),
    }[outcome]
    still = OPEN if outcome == "unknown" and verb == "give-up" else NONE_OPEN
    given = flows(verb, (YES, DROP), memory=(BEFORE, after))
    if verb == "release":
        given["c0623"] = [(YES, DROP), still]
    else:
        given["c0623"] = [still]
    with scripted(**given) as pt:
        code, found = played(verb, pt.address, capsys)
        assert (code, found["outcome"]) == (
            {"done": 0, "not_done": 1, "unknown": 75}[outcome],
            outcome,
        )
        assert pt.sent(control(verb))[0] == WIRE[verb].replace(" ", "")
        assert len(pt.sent(control(verb))) == 1
        assert "closed by the other side" in found["reason"]
        assert ("do not send it again" in found.get("remedy", "")) is (outcome == "unknown")
        if outcome == "done":
            assert (found["amount"], found["trace"]) == (AMOUNT[verb], 5)


def test_a_terminal_that_does_not_come_back(capsys: pytest.CaptureFixture[str]) -> None:
    """Unknown after --give-up."""
    with scripted(**flows("reserve", (YES, DROP), memory=(BEFORE, (DROP,)))) as pt:
        code, found = played("reserve", pt.address, capsys, "--give-up", "0.3")
        assert (code, found["outcome"]) == (75, "unknown")
        assert len(pt.sent("0622")) == 1


def test_a_terminal_that_is_away_was_sent_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """69, in one line, on standard error."""
    with scripted() as gone:
        address = gone.address
    assert main(["terminal", "give-up", "--at", address, "--receipt", "3"]) == 69
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip().endswith("nothing was sent: try again")


def test_a_stop_is_asked_for_and_the_outcome_told() -> None:
    """Ctrl-C at the card: 06 B0, and what comes of it."""
    said = {"c0622": [(YES,)], "c06b0": [(YES + aborted(0x6C),)]}
    with scripted(**said) as pt:
        process = started("terminal", "reserve", "--at", pt.address, "--json", *WORDS["reserve"])
        pt.wait_for("0622")
        process.send_signal(2)
        out, err = process.communicate(timeout=90)
        assert process.returncode == 1, err
        assert json.loads(out)["code"] == "6C"
        assert "Traceback" not in err


@pytest.mark.parametrize(
    ("flow", "receipts"),
    [
        (OPEN, [3]),
        (NONE_OPEN, []),
        ((YES + aborted(0xB8, container("2308" + "08020003" + "08020017")),), [3, 17]),
        ((YES + aborted(0xB8, container("2309" + "08020003" + "0803000017")),), [3]),
        ((YES + aborted(0xB8, f"06820bc423820bc00802000308820bb8{'11' * 3000}"),), [3]),
    ],
)
def test_open_reservations(
    flow: Flow, receipts: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    """06 23 with receipt FFFF; one in bitmap 87, or several in tag 23."""
    with scripted(c0623=[flow]) as pt:
        code, found = played("reservations", pt.address, capsys)
        assert (code, found["open"], found["receipts"]) == (0, len(receipts), receipts)
        assert pt.sent("0623") == ["06230387ffff"]


def test_reservations_that_are_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    """A terminal without them."""
    with scripted() as pt:
        code, found = played("reservations", pt.address, capsys)
        assert (code, found["outcome"], found["code"]) == (1, "refused", "83")


@pytest.mark.parametrize("receipt", ["0", "10000", "x", "-1"])
def test_a_bad_receipt_is_usage(receipt: str) -> None:
    """Before anything is connected."""
    with pytest.raises(SystemExit) as ended:
        main(["terminal", "give-up", "--at", "tcp://127.0.0.1:1", f"--receipt={receipt}"])
    assert ended.value.code == 2


# --- the judgement ------------------------------------------------------------------------------


def memory(trace: int, **more: Any) -> Memory:
    """A terminal that remembers 50.00."""
    known: dict[str, Any] = {"amount": Money(5000), "result": 0, "at": None} | more
    return Memory("52001234", Transaction("52001234", trace, trace, **known))


OLD = memory(4, amount=Money(100))
NEW_RESERVATION, OF_RESERVATION = Asked(5000), Asked(5000, receipt=3)


@pytest.mark.parametrize(
    ("before", "after", "asked", "became"),
    [
        (OLD, memory(5), NEW_RESERVATION, Became.DONE),
        (OLD, OLD, NEW_RESERVATION, Became.NOT_DONE),
        (OLD, memory(5, result=5), NEW_RESERVATION, Became.NOT_DONE),
        (OLD, memory(5, amount=Money(1)), NEW_RESERVATION, Became.UNKNOWN),
        (OLD, memory(6, reversal_of=5), NEW_RESERVATION, Became.NOT_DONE),
        (OLD, memory(5, reversal_of=4), NEW_RESERVATION, Became.UNKNOWN),
        (OLD, memory(5, reversal_of=3), OF_RESERVATION, Became.DONE),
        (OLD, memory(6, reversal_of=5), OF_RESERVATION, Became.NOT_DONE),
        (memory(999_999), memory(2, reversal_of=1), NEW_RESERVATION, Became.NOT_DONE),
        (memory(2), memory(5, reversal_of=999_999), NEW_RESERVATION, Became.UNKNOWN),
        (OLD, memory(5, amount=Money(1)), Asked(None, receipt=3), Became.DONE),
        (OLD, memory(5, payment_like=False), NEW_RESERVATION, Became.UNKNOWN),
        (OLD, memory(0), NEW_RESERVATION, Became.UNKNOWN),
        (OLD, Memory("52001234", None), NEW_RESERVATION, Became.UNKNOWN),
        (OLD, Memory("77777777", memory(5).last), NEW_RESERVATION, Became.UNKNOWN),
        (Memory("52001234", None), memory(1), NEW_RESERVATION, Became.DONE),
        (Memory("52001234", None), Memory("52001234", None), NEW_RESERVATION, Became.NOT_DONE),
        (Memory("52001234", None, tells=False), memory(5), NEW_RESERVATION, Became.UNKNOWN),
    ],
)
def test_what_a_memory_proves(before: Memory, after: Memory, asked: Asked, became: Became) -> None:
    """Newer, of this amount, a success: all three."""
    assert judged(before, after, asked) is became
