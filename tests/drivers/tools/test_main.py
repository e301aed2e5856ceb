"""`drivers`: the list, wrong words, and simulators played by lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drivers.__main__ import _parser, main
from drivers.registry import DRIVERS, make
from drivers.zvt.scenes import Fault
from drivers.zvt.terminal import ZvtTerminal
from kiosk.checkout.events import Device
from kiosk.clock import SystemClock
from kiosk.ports import ConfigError
from tests.drivers.tools.processes import ran, terminal


def test_the_list_names_every_driver(capsys: pytest.CaptureFixture[str]) -> None:
    """As lines and as JSON."""
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(DRIVERS)
    assert main(["list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["driver"] for row in rows] == list(DRIVERS)
    assert {row["device"] for row in rows} == {"terminal", "printer", "scanner", "scale", "reader"}


def test_a_driver_is_made_by_its_name() -> None:
    """For its device only; else the key of the configuration is named."""
    driver = make(
        "zvt", Device.TERMINAL, "terminal.driver", address="tcp://127.0.0.1:1", clock=SystemClock()
    )
    assert isinstance(driver, ZvtTerminal)
    for name, device in (("zvt", Device.PRINTER), ("nothing", Device.TERMINAL)):
        with pytest.raises(ConfigError, match=r"^some\.key: "):
            make(name, device, "some.key")


@pytest.mark.parametrize(
    "words", [[], ["nothing"], ["decode", "morse"], ["terminal"], ["sim", "toaster"]]
)
def test_wrong_words_are_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and what would be right."""
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "usage: ./run drivers" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("nonsense", 78),
        ("tcp://127.0.0.1:x", 78),
        ("serial:///dev/ttyX?baud=x", 78),
        ("serial:///dev/ttyX", 69),
        ("tcp://192.0.2.1:1", 69),
    ],
)
def test_a_simulator_at_a_bad_address(
    address: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Named in one line."""
    assert main(["sim", "terminal", "--listen", address]) == code
    assert address in capsys.readouterr().err


def test_the_faults_offered_are_the_faults_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Help names each, the parser takes each, and another is usage."""
    words = ["sim", "terminal", "--listen", "tcp://127.0.0.1:0"]
    with pytest.raises(SystemExit):
        main([*words, "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert ", ".join(Fault) in said
    given = [word for fault in Fault for word in ("--fault", fault.value)]
    assert _parser().parse_args([*words, *given]).fault == list(Fault)
    with pytest.raises(SystemExit):
        main([*words, "--fault", "toaster"])
    assert "'answer_lost', 'drop_after_result'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("terminal", "--memory", "folder"), 69),
        (("terminal", "--memory", "gone/m.json"), 69),
        (("terminal", "--memory", "garbage"), 65),
        (("terminal", "--memory", "list"), 65),
        (("terminal", "--faults", "gone.txt"), 78),
        (("terminal", "--faults", "list"), 78),
        (("printer", "--out", "garbage"), 69),
        (("printer", "--out", "garbage/x"), 69),
        (("printer", "--speed", "nan"), 64),
        (("printer", "--speed", "-5"), 64),
    ],
)
def test_a_simulator_that_cannot_start_says_why(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    code: int,
) -> None:
    """In one line that names what was given, and that stays as it was."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "garbage").write_bytes(b"\xff garbage")
    (tmp_path / "list").write_text("[1]")
    assert main(["sim", *words, "--listen", "tcp://127.0.0.1:0"]) == code
    complaint = capsys.readouterr().err
    assert words[-1] in complaint
    assert complaint.count("\n") == 1
    assert (tmp_path / "garbage").read_bytes() == b"\xff garbage"


def test_a_simulated_terminal_is_played_by_lines(tmp_path: Path) -> None:
    """Buttons, faults, and nonsense; a signal ends it well."""
    with terminal("--auto", "ask", "--memory", str(tmp_path / "m.json")) as sim:
        for line in ("approve", "stop", "decline", "decline 9B"):
            assert sim.play(line) == "nobody waits for a card"
        assert sim.play("decline zz").startswith("invalid literal")
        assert sim.play("decline 00").endswith("no result code that declines")
        assert [sim.play("fault slow"), sim.play("clear slow")] == ["done", "done"]
        assert sim.play("fault toaster").startswith("unknown; faults are answer_lost")
        assert (sim.play("waiting"), sim.turnover) == ("no", 0)


def test_every_button_of_a_simulated_terminal_has_a_line(tmp_path: Path) -> None:
    """Customers, keys, faults in time, its state, and a restart."""
    script = tmp_path / "faults.txt"
    script.write_text("late 1  # the host is slow\n")
    words = ("--customer", "ask", "--profile", "hobex", "--faults", str(script), "--lock", "DF")
    with terminal(*words) as sim:
        assert sim.play("contactless") == "nobody waits for a card"
        assert sim.play("key OK") == sim.play("type 123") == "nobody asked for keys"
        assert sim.play("rule drop 040F") == sim.play("clear rules") == "done"
        assert "write one of drop" in sim.play("rule explode 040F")
        assert sim.play("unlock") == sim.play("lock 51") == "done"
        assert "chapter 11" in sim.play("lock 100")
        assert sim.play("power-loss") == "done"
        assert sim.play("display") == "Willkommen"
        assert sim.play("dance").startswith("unknown; faults are")


def test_a_customer_is_named_by_a_button_or_a_code() -> None:
    """Anything else is no usage."""
    for nonsense in ("dance", "00", "100"):
        with pytest.raises(SystemExit):
            main(["sim", "terminal", "--listen", "tcp://127.0.0.1:0", "--customer", nonsense])


def test_help_shows_examples() -> None:
    """What a technician can paste."""
    code, out, _ = ran("--help")
    assert code == 0
    assert "./run drivers terminal pay --at" in out
