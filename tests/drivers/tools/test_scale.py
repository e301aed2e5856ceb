"""`drivers scale` and `drivers sim scale`, as a technician uses them: processes on real lines."""

from __future__ import annotations

import json
import queue
import threading
from pathlib import Path
from typing import Any

import pytest

from drivers.__main__ import main
from drivers.line import listen
from drivers.scale.scales import Protocols, scale_of
from drivers.scale.simulator import ScaleSimulator
from drivers.tools.scale import ScaleTool
from kiosk import seal
from kiosk.clock import SystemClock
from kiosk.ports import Cancel
from tests.drivers.tools.processes import ran, simulated, started

JSON = "--json"


def rows(out: str) -> list[dict[str, Any]]:
    """The objects of an output."""
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("protocol", ["8217", "dialog06"])
def test_one_weighing_with_its_price(tmp_path: Path, protocol: str) -> None:
    """Put on while it waits; gross, tare, net, and what it costs."""
    address = f"pty://{tmp_path / 'scale'}"
    with simulated("scale", "--listen", address, "--protocol", protocol) as sim:
        words = ("--at", sim.address, "--protocol", protocol, "--price", "249", "--tare", "5", JSON)
        tool = started("scale", "weigh", *words)
        assert tool.stdout
        assert json.loads(tool.stdout.readline())["event"] in ("empty", "too_light")
        assert "grams=747" in sim.play("747")
        out, _ = tool.communicate(timeout=60)
    assert tool.returncode == 0
    last = rows(out)[-1]
    assert (last["event"], last["gross"], last["tare"]) == ("weighed", 747, 5)
    assert (last["net"], last["price"]) == (742, 185)


def test_a_scale_with_checksums_and_the_wrong_polynomial() -> None:
    """The right one weighs; another says what to compare; none says whom to ask."""
    listen_ = ("--listen", "tcp://127.0.0.1:0", "--protocol", "dialog06", "--polynomial", "1234")
    with simulated("scale", *listen_) as sim:
        words = ("scale", "weigh", "--at", sim.address, "--protocol", "dialog06", JSON)
        sim.play("500")
        assert ran(*words)[0] == 69
        code, _, err = ran(*words, "--polynomial", "4321")
        assert (code, "checksums wrong" in err) == (69, True)
        code, out, _ = ran(*words, "--polynomial", "1234")
        assert (code, rows(out)[-1]["net"]) == (0, 500)


def test_diagnose_tells_seal_and_remedy() -> None:
    """Which code computes, whether it answers, and what to do where it does not."""
    with simulated("scale", "--listen", "tcp://127.0.0.1:0", "--protocol", "8217") as sim:
        words = ("scale", "diagnose", "--at", sim.address, "--protocol", "8217", JSON)
        code, out, _ = ran(*words)
        assert code == 0
        module, asked, told = rows(out)
        assert module["sha256"] == seal.sha256()
        assert (asked["protocol"], told["event"]) == ("8217", "empty")
        sim.play("silent")
        code, out, _ = ran(*words)
        assert code == 1
        assert rows(out)[-1]["remedy"].startswith("switch the scale on")


def test_a_weighing_that_never_comes_ends() -> None:
    """By its time, with another exit code."""
    with simulated("scale", "--listen", "tcp://127.0.0.1:0", "--protocol", "8217") as sim:
        words = (
            "scale",
            "weigh",
            "--at",
            sim.address,
            "--protocol",
            "8217",
            "--seconds",
            "0.3",
            JSON,
        )
        code, out, _ = ran(*words)
    assert code == 1
    assert rows(out)[-1]["event"] == "none"


def test_the_watch_tells_changes_once_and_waits_for_a_scale_that_is_away() -> None:
    """Put on, taken off, unplugged, back."""
    scale = ScaleSimulator(listen("tcp://127.0.0.1:0"), scale_of(Protocols.TOLEDO_8217))
    scale.start()
    said: queue.SimpleQueue[str] = queue.SimpleQueue()
    tool = ScaleTool(
        scale.address,
        Protocols.TOLEDO_8217,
        lambda event, **facts: said.put(event),
        SystemClock(),
    )
    cancel = Cancel()
    thread = threading.Thread(target=tool.watch, args=(cancel,), daemon=True)
    thread.start()
    assert said.get(timeout=20) == "empty"
    scale.put(-40)
    assert said.get(timeout=20) == "below_zero"
    scale.fault("unplug")
    assert said.get(timeout=20) == "lost"
    scale.fault("plug")
    assert said.get(timeout=20) == "below_zero"
    cancel.set()
    thread.join(10)
    scale.stop()
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("diagnose", "--at", "nonsense", "--protocol", "8217"), 78),
        (("diagnose", "--at", "serial://", "--protocol", "8217"), 78),
    ],
)
def test_addresses_that_cannot_be_one(words: tuple[str, ...], code: int) -> None:
    """Exit code 78."""
    assert main(["scale", *words]) == code


@pytest.mark.parametrize(
    "words",
    [
        ("--price", "0"),
        ("--price", "-3"),
        ("--tare", "10000"),
        ("--tare", "x"),
        ("--polynomial", "12"),
        ("--protocol", "sma"),
    ],
)
def test_words_that_mean_nothing(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Are refused before a line is opened."""
    with pytest.raises(SystemExit) as end:
        main(["scale", "weigh", "--at", "tcp://127.0.0.1:1", "--protocol", "8217", *words])
    assert end.value.code == 2
    assert words[0] in capsys.readouterr().err
