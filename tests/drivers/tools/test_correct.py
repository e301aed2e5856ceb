"""`drivers terminal reverse` and `refund`: bytes, outcomes, a lost line, and kill -9."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from drivers.__main__ import main
from tests.drivers.tools.processes import ROOT, ran, started, terminal
from tests.drivers.tools.scripted import (
    DROP,
    YES,
    Flow,
    aborted,
    completion,
    remembers,
    result,
    scripted,
)

KEYS = ["outcome", "amount", "receipt", "trace", "terminal_id", "card", "reason"]
PAID = remembers(result(1, 1010))
WORDS = {"reverse": ("--receipt", "1", "--amount", "10.10"), "refund": ("--amount", "10.10")}
CONTROL = {"reverse": "0630", "refund": "0631"}


def newer(verb: str) -> str:
    """What the terminal tells of this verb."""
    return result(2, 1010, original=1 if verb == "reverse" else None)


def corrected(
    verb: str, address: str, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON, in this process."""
    code = main(["terminal", verb, "--at", address, "--json", *WORDS[verb], *words])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert list(found) in (KEYS, [*KEYS, "slip"])
    return code, found


def at(verb: str, flow: Flow) -> dict[str, list[Flow]]:
    """The flows of a terminal that holds a payment of 10.10, and answers this verb so."""
    return {"c0620": [PAID], f"c{CONTROL[verb]}": [flow]}


@pytest.mark.parametrize(("verb", "told"), [("reverse", "reversed"), ("refund", "refunded")])
def test_it_is_done(verb: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Password, receipt, amount and currency as the specification has them."""
    wire = {
        "reverse": "0630" + "15" + "000000" + "870001" + "04000000001010" + "490978" + "06031f1f00",
        "refund": "0631" + "12" + "000000" + "04000000001010" + "490978" + "06031f1f00",
    }
    with scripted(**at(verb, (YES + newer(verb), completion()))) as pt:
        code, found = corrected(verb, pt.address, capsys)
        assert (code, found["outcome"], found["amount"]) == (0, "done", 1010)
        assert (found["receipt"], found["trace"], found["terminal_id"]) == (2, 2, "52001234")
        assert found["reason"] == told
        (sent,) = pt.sent(CONTROL[verb])
        assert sent == wire[verb]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (0xB5, "refused (B5): reversal not possible; refund instead: drivers terminal refund"),
        (0x83, "refused (83): function not possible; refund instead: drivers terminal refund"),
        (0xB4, "refused (B4): already reversed; nothing to do"),
    ],
)
def test_a_refused_reversal_says_what_helps(
    code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Told in the dialogue, or at once."""
    for flow in ((YES + result(2, 1010, code=code), aborted(code)), (f"84{code:02x}00",)):
        with scripted(**at("reverse", flow)) as pt:
            exit_code, found = corrected("reverse", pt.address, capsys)
            assert (exit_code, found["outcome"], found["reason"]) == (1, "not_done", says)
            assert len(pt.sent("0630")) == 1


def test_a_refund_that_is_not_possible_offers_no_refund(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The remedy of the code itself."""
    with scripted(**at("refund", ("848300",))) as pt:
        code, found = corrected("refund", pt.address, capsys)
        assert code == 1
        assert (
            found["reason"] == "refused (83): function not possible; look at the terminal's display"
        )


def test_a_terminal_that_is_away(capsys: pytest.CaptureFixture[str]) -> None:
    """The engine does not even begin, and says so."""
    with scripted() as gone:
        address = gone.address
    code, found = corrected("refund", address, capsys)
    assert (code, found["outcome"]) == (1, "not_done")
    assert found["reason"].startswith("the terminal is not ready, nothing was sent: ")


def test_a_result_to_be_signed_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody here looks at a signature: the terminal takes it back, and two answers prove it."""
    signed = result(2, 1010)
    signed = "040f" + f"{len(signed) // 2 - 3 + 8:02x}" + signed[6:] + "0606" + "2f041f100101"
    with scripted(**at("refund", (YES + signed, aborted(0x66)))) as pt:
        code, found = corrected("refund", pt.address, capsys)
        assert (code, found["outcome"]) == (1, "not_done")
        assert "wants a signature" in found["reason"]
        assert len(pt.sent("0631")) == 1


@pytest.mark.parametrize("verb", ["reverse", "refund"])
@pytest.mark.parametrize("done", [True, False])
def test_a_lost_line_is_resolved_and_nothing_is_sent_twice(
    verb: str, done: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """The terminal's memory decides."""
    flows = at(verb, (YES, DROP))
    flows["c0620"] = [PAID, remembers(newer(verb)) if done else PAID]
    with scripted(**flows) as pt:
        code, found = corrected(verb, pt.address, capsys)
        assert (code, found["outcome"]) == ((0, "done") if done else (1, "not_done"))
        assert len(pt.sent(CONTROL[verb])) == 1


def test_a_doubt_that_lasts_is_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """75, and the journal keeps the question for the next run."""
    flows = at("refund", (YES, DROP))
    flows["c0620"] = [PAID, (DROP,)]
    journal = ("--journal", str(tmp_path / "pay.db"))
    with scripted(**flows) as pt:
        code, found = corrected("refund", pt.address, capsys, *journal, "--give-up", "0.2")
        assert (code, found["outcome"], found["amount"]) == (75, "unknown", 1010)
        assert "staff must look" in found["reason"]


# --- kill -9 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["reverse", "refund"])
@pytest.mark.parametrize("done", [True, False])
def test_killed_between_intent_and_answer(verb: str, done: bool, tmp_path: Path) -> None:
    """The next run asks first: what was done is its answer; what was not done is sent once more."""
    journal = ("--journal", str(tmp_path / "pay.db"))
    flows = at(verb, (YES,))
    with scripted(**flows) as pt:
        words = ("terminal", verb, "--at", pt.address, "--json", *WORDS[verb], *journal)
        process = started(*words)
        pt.wait_for(CONTROL[verb])
        process.kill()
        process.communicate(timeout=90)
        if done:
            pt.flows["0620"] = [remembers(newer(verb))]
        else:
            pt.flows[CONTROL[verb]] = [(YES + newer(verb), completion())]
        code, out, err = ran(*words)
        assert code == 0, err
        found = json.loads(out)
        assert found["outcome"] == "done"
        assert ("earlier" in found["reason"]) is done
        assert len(pt.sent(CONTROL[verb])) == (1 if done else 2)


DIES = """
import os, sys
from pathlib import Path
from drivers.tools.correct import Corrector
from kiosk.money import Money
assert Corrector(sys.argv[1], Money(1010), Path(sys.argv[2]), 0).run(60).outcome == "done"
os._exit(9)
"""


def test_killed_before_it_could_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A refund that was done but told to nobody is not paid twice; a further one is paid."""
    path = tmp_path / "pay.db"
    with scripted(**at("refund", (YES + newer("refund"), completion()))) as pt:
        died = subprocess.run([sys.executable, "-c", DIES, pt.address, str(path)], cwd=ROOT)
        assert died.returncode == 9
        pt.flows["0620"] = [remembers(newer("refund"))]
        words = ("--journal", str(path))
        code, found = corrected("refund", pt.address, capsys, *words)
        assert (code, found["outcome"], found["trace"]) == (0, "done", 2)
        assert "nothing was sent now" in found["reason"]
        assert len(pt.sent("0631")) == 1
        pt.flows["0631"] = [(YES + result(3, 1010), completion())]
        code, found = corrected("refund", pt.address, capsys, *words)
        assert (code, found["trace"], found["reason"]) == (0, 3, "refunded")
        assert len(pt.sent("0631")) == 2


def test_another_command_tells_what_was_done_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reversal behind a refund that nobody heard of."""
    path = tmp_path / "pay.db"
    with scripted(**at("refund", (YES + newer("refund"), completion()))) as pt:
        subprocess.run([sys.executable, "-c", DIES, pt.address, str(path)], cwd=ROOT)
        pt.flows["0620"] = [remembers(newer("refund"))]
        pt.flows["0630"] = [(YES + result(3, 1010, original=1), completion())]
        code, found = corrected("reverse", pt.address, capsys, "--journal", str(path))
        assert (code, found["outcome"]) == (0, "done")
        assert found["reason"].endswith("an earlier refund over 1010 cents (receipt 2) was done")


def test_a_payment_nobody_heard_of_comes_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its sale is closed, and the refund goes ahead."""
    path = tmp_path / "pay.db"
    dies = DIES.replace("correct import Corrector", "pay import Payer")
    dies = dies.replace("Corrector(", "Payer(").replace('"done"', '"paid"')
    flows = at("refund", (YES + result(3, 1010), completion()))
    flows["c0601"] = [(YES + result(2, 1010), completion())]
    with scripted(**flows) as pt:
        died = subprocess.run([sys.executable, "-c", dies, pt.address, str(path)], cwd=ROOT)
        assert died.returncode == 9
        code, found = corrected("refund", pt.address, capsys, "--journal", str(path))
        assert (code, found["outcome"], found["trace"]) == (0, "done", 3)
        assert found["reason"].endswith("an earlier intent over 1010 cents (receipt 2) was paid")
        assert (len(pt.sent("0601")), len(pt.sent("0631"))) == (1, 1)


def test_an_interrupt_asks_to_stop_and_the_outcome_is_told() -> None:
    """06 B0; then what the terminal says."""
    with scripted(**at("refund", (YES,)), c06b0=[(YES + aborted(0x6C),)]) as pt:
        words = ("terminal", "refund", "--at", pt.address, "--json", *WORDS["refund"])
        process = started(*words)
        pt.wait_for("0631")
        process.send_signal(2)
        out, err = process.communicate(timeout=90)
        assert process.returncode == 1, err
        assert json.loads(out)["reason"] == "refused (6C): stopped by key or time-out; try again"
        assert "Traceback" not in err


def test_the_simulated_terminal_pays_back_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A reversal of what was paid; the second one has nothing left to reverse."""
    with terminal() as sim:
        assert main(["terminal", "pay", "--at", sim.address, "--amount", "10.10"]) == 0
        capsys.readouterr()
        code, found = corrected("reverse", sim.address, capsys)
        assert (code, found["outcome"], sim.turnover) == (0, "done", 0)
        assert any("Storno" in line for line in found["slip"])  # nobody else prints it
        code, found = corrected("reverse", sim.address, capsys)
        assert (code, found["outcome"], sim.turnover) == (1, "not_done", 0)
        assert "already reversed" in found["reason"]
