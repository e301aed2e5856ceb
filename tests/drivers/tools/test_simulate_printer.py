"""`drivers sim printer` as a process."""

from __future__ import annotations

import json
from pathlib import Path

from drivers.line import connect
from tests.drivers.printer.bench import until
from tests.drivers.tools.processes import ran, simulated


def test_a_profile_is_printed_on_and_logged(tmp_path: Path) -> None:
    """Who it is, what it prints, what happens to it, and the files it leaves."""
    out = tmp_path / "paper"
    words = ("--listen", "tcp://127.0.0.1:0", "--profile", "clone-58", "--out", str(out))
    with simulated("printer", *words, "--speed", "0") as printer:
        line = connect(printer.address)
        line.write(b"A" * 33 + b"\n\x1dV\x00")
        until(lambda: (out / "receipt-001.png").exists())
        line.close()
        assert "paper_low=True" in printer.play("paper_near_end")
        assert "disconnect_at_mm" in printer.play("fire")
    assert (out / "receipt-001.txt").read_text("utf-8") == "A" * 32 + "\nA\n"
    events = [json.loads(each) for each in (out / "events.jsonl").read_text("utf-8").splitlines()]
    assert {"Received", "LinePrinted", "CutOff", "FaultHappened"} <= {
        event["event"] for event in events
    }


def test_help_names_profiles_and_faults() -> None:
    """All there are, with an example of each kind of address."""
    code, out, _ = ran("sim", "printer", "--help")
    assert code == 0
    for word in ("tm-t88vi", "clone-58", "half_open", "disconnect_after_bytes=N", "pty:///"):
        assert word in out


def test_a_printer_nobody_makes_is_usage() -> None:
    """The known ones are named."""
    code, _, err = ran("sim", "printer", "--listen", "tcp://127.0.0.1:0", "--profile", "tm-t99")
    assert code == 2
    assert "tm-t88vii" in err
