"""`drivers terminal pay` end to end: processes, a real line, a journal on disk, and kill -9."""

from __future__ import annotations

import json
import re
import signal
import socket
import threading
from pathlib import Path

import pytest

from tests.drivers.tools.processes import Simulated, paid, pay_words, ran, started, terminal

KEYS = ["outcome", "amount", "receipt", "trace", "terminal_id", "card", "reason"]


def test_a_payment_is_paid(tmp_path: Path) -> None:
    """Exit code 0, exactly these keys, and the terminal holds the money; twice is two payments."""
    with terminal() as sim:
        code, told = paid(sim.address, "--journal", str(tmp_path / "pay.db"))
        assert (code, list(told)) == (0, KEYS)
        assert told | {"card": "", "reason": ""} == {
            "outcome": "paid",
            "amount": 1010,
            "receipt": 1,
            "trace": 1,
            "terminal_id": "52001234",
            "card": "",
            "reason": "",
        }
        assert told["card"] == "*************4711"
        assert sim.turnover == 1010
        code, told = paid(sim.address, "--journal", str(tmp_path / "pay.db"))
        assert (code, told["trace"]) == (0, 2)
        assert sim.turnover == 2020


@pytest.mark.parametrize(("auto", "reason"), [("decline", "declined (05)"), ("stop", "stopped")])
def test_a_payment_is_not_paid(auto: str, reason: str) -> None:
    """Exit code 1, the same keys, nothing held."""
    with terminal("--auto", auto) as sim:
        code, told = paid(sim.address)
        assert (code, list(told), told["outcome"]) == (1, KEYS, "not_paid")
        assert reason.split()[0] in told["reason"]
        assert [told[key] for key in KEYS[2:6]] == [None] * 4
        assert sim.turnover == 0


def test_words_for_people() -> None:
    """Without --json, one line of names and values."""
    with terminal() as sim:
        code, out, _ = ran("terminal", "pay", "--at", sim.address, "--amount", "0,05")
        assert code == 0
        assert out.startswith("outcome=paid amount=5 receipt=1 trace=1 ")
        code, out, _ = ran("terminal", "status", "--at", sim.address, "--json")
        assert code == 0
        assert json.loads(out)["amount"] == 5
        code, out, _ = ran("terminal", "status", "--at", sim.address)
        assert out.splitlines()[0].split() == ["state", "ready"]


def test_a_terminal_that_is_not_there() -> None:
    """Nothing was charged, and that is certain."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = f"tcp://127.0.0.1:{gone.getsockname()[1]}"
    code, told = paid(address)
    assert (code, told["outcome"]) == (1, "not_paid")
    assert "nothing was charged" in told["reason"]
    assert ran("terminal", "status", "--at", address)[0] == 69


def test_a_terminal_that_falls_silent_in_the_payment(tmp_path: Path) -> None:
    """Unknown is an answer: exit code 75 after --give-up."""
    journal = str(tmp_path / "pay.db")
    with terminal("--auto", "ask") as sim:
        process = started(*pay_words(sim.address, "--journal", journal, "--give-up", "0.5"))
        wait_for_card(sim, "fault cable_out")
        out, err = process.communicate(timeout=60)
        assert process.returncode == 75, err
        told = json.loads(out)
        assert (list(told), told["outcome"], told["amount"]) == (KEYS, "unknown", 1010)
        assert sim.play("clear cable_out") == "done"
        assert sim.turnover == 0


def wait_for_card(sim: Simulated, then: str) -> None:
    """Once the terminal wants a card, do this. A press for nobody changes nothing."""
    while sim.play("waiting") != "yes":
        pass
    assert sim.play(then) in ("done", "yes")


def left_in_doubt(journal: str, memory: Path, policy: str) -> int:
    """A payer of 10.10 whose result was lost with the line, then kill -9; what the terminal holds."""
    words = ("--memory", str(memory), "--unacknowledged", policy)
    with terminal(*words, "--auto", "ask", "--fault", "drop_after_result") as sim:
        process = started(*pay_words(sim.address, "--journal", journal))
        wait_for_card(sim, "approve")
        until_settled(sim, memory)
        process.kill()
        process.communicate(timeout=90)
        return sim.turnover


@pytest.mark.parametrize("policy", ["keep", "reverse"])
def test_a_payer_killed_in_doubt_never_pays_twice(policy: str, tmp_path: Path) -> None:
    """The result was lost with the line, then kill -9; the next run asks before it charges."""
    journal, memory = str(tmp_path / "pay.db"), tmp_path / "terminal.json"
    words = ("--unacknowledged", policy, "--memory", str(memory))
    assert left_in_doubt(journal, memory, policy) == (1010 if policy == "keep" else 0)
    with terminal(*words) as sim:
        code, told = paid(sim.address, "--journal", journal)
        assert (code, told["outcome"], told["amount"]) == (0, "paid", 1010)
        assert sim.turnover == 1010
        assert ("earlier" in told["reason"]) is (policy == "keep")
        assert told["card"] == "*************4711"  # also where only the terminal's memory told it
        code, told = paid(sim.address, "--journal", journal, amount="2.00")
        assert (code, told["amount"]) == (0, 200)
        assert sim.turnover == 1210


def until_settled(sim: Simulated, memory: Path) -> None:
    """The terminal has made up its mind about the payment."""
    while not (memory.exists() and json.loads(memory.read_text())["entries"]):
        sim.play("waiting")


def test_a_payer_killed_before_the_card_is_charged_once(tmp_path: Path) -> None:
    """The intent is open, and nothing came of it."""
    journal, memory = str(tmp_path / "pay.db"), str(tmp_path / "terminal.json")
    with terminal("--auto", "ask", "--memory", memory) as sim:
        process = started(*pay_words(sim.address, "--journal", journal))
        wait_for_card(sim, "waiting")
        process.kill()
        process.communicate(timeout=90)
    with terminal("--memory", memory) as sim:
        code, told = paid(sim.address, "--journal", journal)
        assert (code, told["outcome"], told["trace"]) == (0, "paid", 1)
        assert sim.turnover == 1010


def test_giving_up_is_not_followed_by_a_charge(tmp_path: Path) -> None:
    """An open intent, a short patience: unknown, and no authorisation behind the caller's back."""
    journal, memory = str(tmp_path / "pay.db"), tmp_path / "terminal.json"
    words = ("--memory", str(memory))
    left_in_doubt(journal, memory, "reverse")
    with terminal(*words) as sim:
        code, told = paid(sim.address, "--journal", journal, "--give-up", "3")
        assert (code, told["outcome"]) == (75, "unknown")
        assert sim.turnover == 0
        code, told = paid(sim.address, "--journal", journal)
        assert (code, told["outcome"]) == (0, "paid")
        assert sim.turnover == 1010


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_asks_the_terminal_to_stop_and_tells_the_outcome(number: int) -> None:
    """Whoever presses Ctrl-C still hears what became of the money, as one JSON object."""
    with terminal("--auto", "ask") as sim:
        process = started(*pay_words(sim.address))
        wait_for_card(sim, "waiting")
        process.send_signal(number)
        out, err = process.communicate(timeout=90)
        assert process.returncode == 1, err
        told = json.loads(out)
        assert (list(told), told["outcome"]) == (KEYS, "not_paid")
        assert "Traceback" not in err
        assert sim.turnover == 0


def until_listening(pid: int) -> None:
    """It has said what SIGTERM is to do."""
    wait = threading.Event()
    for _ in range(3000):
        [caught] = re.findall(r"SigCgt:\s*(\w+)", Path(f"/proc/{pid}/status").read_text())
        if int(caught, 16) >> (signal.SIGTERM - 1) & 1:
            return
        wait.wait(0.01)
    pytest.fail("it never did")


def test_an_interrupt_while_an_earlier_one_is_resolved_sends_nothing_new(tmp_path: Path) -> None:
    """The question is put to its end, its outcome is kept, and the terminal is not asked to stop."""
    journal, memory = str(tmp_path / "pay.db"), tmp_path / "terminal.json"
    words = ("--memory", str(memory), "--unacknowledged", "keep")
    assert left_in_doubt(journal, memory, "keep") == 1010
    with terminal(*words, "--fault", "cable_out") as sim:
        process = started(*pay_words(sim.address, "--journal", journal, amount="2.00"))
        until_listening(process.pid)
        process.send_signal(signal.SIGTERM)
        assert sim.play("clear cable_out") == "done"
        out, err = process.communicate(timeout=90)
        assert (process.returncode, out) == (69, "")
        assert "stopped before anything was sent" in err
        assert sim.turnover == 1010
        code, told = paid(sim.address, "--journal", journal, amount="2.00")
        assert (code, told["amount"], sim.turnover) == (0, 200, 1210)


@pytest.mark.parametrize("words", [(), ("--amount", "0"), ("--amount", "10.1"), ("--amount", "-1")])
def test_a_bad_amount_is_refused(words: tuple[str, ...]) -> None:
    """Before anything is connected."""
    code, out, err = ran("terminal", "pay", "--at", "tcp://127.0.0.1:1", *words)
    assert (code, out) == (2, "")
    assert "amount" in err


@pytest.mark.parametrize("give_up", ["-1", "soon", "nan", "1e9"])
def test_a_bad_time_is_refused(give_up: str) -> None:
    """Seconds of a day at most."""
    code, _, err = ran(*pay_words("tcp://127.0.0.1:1", f"--give-up={give_up}"))
    assert (code, "no number of seconds" in err) == (2, True)


@pytest.mark.parametrize("password", ["12345", "1234567", "-00001", "secret"])
def test_a_bad_password_is_refused(password: str) -> None:
    """And not repeated on the screen."""
    code, _, err = ran(*pay_words("tcp://127.0.0.1:1", f"--password={password}"))
    assert (code, "six digits" in err, password in err) == (2, True, False)


def test_a_journal_that_cannot_be_used(tmp_path: Path) -> None:
    """Nothing is charged without a record of it."""
    path = tmp_path / "pay.db"
    path.write_text("no journal, but some text that is long enough to look at" * 20)
    with terminal() as sim:
        code, out, err = ran(*pay_words(sim.address, "--journal", str(path)))
        assert (code, out) == (69, "")
        assert str(path) in err
        assert sim.turnover == 0


@pytest.mark.parametrize("address", ["nonsense", "tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:x"])
def test_a_bad_address_is_named(address: str) -> None:
    """One line, no traceback, exit code 78."""
    code, out, err = ran(*pay_words(address))
    assert (code, out) == (78, "")
    assert err.startswith(f'drivers: "{address}"')
    assert len(err.splitlines()) == 1
