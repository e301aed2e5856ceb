"""`drivers printer ...` at a simulated printer: words, exit codes, and what comes out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.__main__ import main
from drivers.line import listen
from drivers.printer.profiles import PROFILES
from drivers.printer.simulator import PrinterSimulator


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[PrinterSimulator]:
    """A printer on a socket."""
    simulator = PrinterSimulator(listen("tcp://127.0.0.1:0"), tmp_path / "out", render=False)
    simulator.start()
    yield simulator
    simulator.stop()


def told(
    capsys: pytest.CaptureFixture[str], simulator: PrinterSimulator, *words: str
) -> tuple[int, dict[str, Any]]:
    """Exit code and what `--json` says."""
    code = main(["printer", *words, "--at", simulator.address, "--json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else {}


def papers(tmp_path: Path) -> list[str]:
    """What came out."""
    return [path.read_text("utf-8") for path in sorted((tmp_path / "out").glob("receipt-*.txt"))]


def test_status_tells_what_is_wrong_and_what_helps(
    printer: PrinterSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ready; paper low; each fault by name, with a remedy and exit code 69."""
    assert told(capsys, printer, "status") == (
        0,
        {"at": printer.address, "ready": True, "paper_low": False},
    )
    printer.fault("paper_low")
    assert "new roll" in told(capsys, printer, "status")[1]["remedy"]
    printer.fault("cover_open")
    code, facts = told(capsys, printer, "status")
    assert (code, facts["fault"]) == (69, "cover_open")
    assert main(["printer", "status", "--at", printer.address]) == 69
    out = capsys.readouterr().out
    assert "trouble Cover open" in out
    assert "-> Close the printer's cover" in out


def test_status_drops_nothing(
    printer: PrinterSimulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked in the middle of a receipt, the receipt still comes out."""
    from drivers.line import connect

    line = connect(printer.address)
    line.write(b"halb")
    line.close()
    assert told(capsys, printer, "status")[0] == 0
    line = connect(printer.address)
    line.write(b" und halb\n\x1dV\x00")
    from tests.drivers.printer.bench import until

    until(lambda: papers(tmp_path) == ["halb und halb\n"])
    line.close()


def test_identify_tells_how_far_its_word_goes(
    printer: PrinterSimulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And keeps it where the kiosk looks."""
    memory = tmp_path / "printers.json"
    code, facts = told(capsys, printer, "identify", "--memory", str(memory))
    assert code == 0
    assert facts["model"] == "SIM-80"
    assert (facts["confirm"], facts["clear"]) == ("process_id", "dc4")
    assert facts["receipts"] == "printed"
    assert "SIM-80" in memory.read_text()
    for fault in ("no_process_id", "no_clear"):
        printer.fault(fault)
    facts = told(capsys, printer, "identify")[1]
    assert (facts["confirm"], facts["clear"]) == ("gs_r", "none")
    assert facts["receipts"] == "printed-weakly"
    printer.fault("offline")
    assert told(capsys, printer, "identify")[0] == 69


@pytest.mark.parametrize("profile", ["standard", "clone-58"])
def test_the_test_page_shows_what_a_printer_can(
    profile: str, printer: PrinterSimulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ruler, umlauts, the euro sign, and an end behind which it is cut."""
    code, facts = told(capsys, printer, "test-page", "--profile", profile)
    assert (code, facts["state"]) == (0, "printed")
    (page,) = papers(tmp_path)
    columns = PROFILES[profile].columns
    assert ("1234567890" * 5)[:columns] in page.splitlines()
    for shown in ("ÄÖÜ äöü", "1.234,56 €", "fett Äß€", "Ende"):
        assert shown in page


def test_a_text_is_printed(
    printer: PrinterSimulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrapped at the paper's edge; exit codes 69 and 75 tell what is on paper if it was not."""
    text = tmp_path / "notice.txt"
    text.write_text("Grüße\n\n" + "x" * 50 + "\n", "utf-8")
    assert told(capsys, printer, "print", str(text)) == (
        0,
        {"at": printer.address, "state": "printed"},
    )
    assert papers(tmp_path) == ["Grüße\n\n" + "x" * 48 + "\nxx\n"]
    printer.fault("paper_end_after_mm=20")
    code, facts = told(capsys, printer, "print", str(text))
    assert (code, facts["state"], facts["fault"]) == (75, "unknown", "paper_out")
    code, facts = told(capsys, printer, "print", str(text))
    assert (code, facts["state"]) == (69, "failed")


def test_a_file_that_is_no_text_is_not_printed(
    printer: PrinterSimulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says where it stops being one."""
    (tmp_path / "latin.txt").write_bytes(b"Gr\xfc\xdfe")
    assert told(capsys, printer, "print", str(tmp_path / "latin.txt"))[0] == 65
    assert main(["printer", "print", str(tmp_path / "gone"), "--at", printer.address]) == 65
    assert "No such file" in capsys.readouterr().err
    assert papers(tmp_path) == []


def test_clear_is_the_word_for_a_printer_that_cannot(
    printer: PrinterSimulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Locked in the kiosk's file, it is free again afterwards."""
    memory = ("--memory", str(tmp_path / "printers.json"), "--profile", "clone-58")
    text = tmp_path / "long.txt"
    text.write_text("zeile\n" * 30)
    printer.fault("paper_end_after_mm=20")
    assert told(capsys, printer, "print", str(text), *memory)[0] == 75
    printer.fault("paper_loaded")
    code, facts = told(capsys, printer, "status", *memory)
    assert (code, facts["fault"]) == (69, "locked")
    assert told(capsys, printer, "clear", *memory) == (0, {"at": printer.address, "cleared": True})
    assert told(capsys, printer, "status", *memory)[0] == 0


@pytest.mark.parametrize(
    ("words", "warned"),
    [
        (("--profile", "clone-58"), True),
        (("--profile", "kube"), True),
        (("--profile", "standard"), False),
        (("--profile", "clone-58", "--memory", "printers.json"), False),
    ],
)
def test_without_the_kiosk_s_file_its_lock_is_not_seen(
    words: tuple[str, ...],
    warned: bool,
    printer: PrinterSimulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whoever prints past it is told, where a printer can be locked."""
    monkeypatch.chdir(tmp_path)
    assert main(["printer", "test-page", "--at", printer.address, *words]) == 0
    assert ("lock is not seen" in capsys.readouterr().err) is warned


@pytest.mark.parametrize("verb", ["status", "identify", "test-page", "clear"])
def test_nobody_at_the_address(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """69, whatever was wanted."""
    assert main(["printer", verb, "--at", "tcp://127.0.0.1:1"]) == 69
    said = capsys.readouterr()
    assert said.out or said.err


def test_what_is_no_address_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """78: the word was wrong, not the printer."""
    assert main(["printer", "status", "--at", "9100"]) == 78
    assert main(["printer", "identify", "--at", "cups://bon"]) == 78
    assert "gives no answers" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["status", "identify", "test-page", "print", "clear"])
def test_every_verb_has_help_with_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """To paste."""
    with pytest.raises(SystemExit):
        main(["printer", verb, "--help"])
    assert f"./run drivers printer {verb} " in capsys.readouterr().out
