"""`./run demo` from outside: one line and its exit code for all that can be wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.lab.folder import claimed
from kiosk.__main__ import main

ROOT = Path(__file__).parents[2]


def demo(out: Path, *words: str) -> subprocess.Popen[str]:
    """A scripted demo under way, in a session of its own as a terminal would have it."""
    return subprocess.Popen(
        [sys.executable, "-m", "kiosk", "demo", "--offscreen", "--out", str(out), *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize(
    ("script", "code", "message"),
    [
        (None, 66, "No such file"),
        (b"wait \xff\n", 66, "is not written in UTF-8"),
        (b"", 64, "there is no step in it"),
        (b"wait nonsense\n", 64, 'line 1: wait nonsense: no view "nonsense"'),
    ],
)
def test_a_script_that_cannot_be_played(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    script: bytes | None,
    code: int,
    message: str,
) -> None:
    """It is named before anything starts, and no album is begun."""
    path, out = tmp_path / "script.txt", tmp_path / "out"
    if script is not None:
        path.write_bytes(script)
    assert main(["demo", "--offscreen", "--script", str(path), "--out", str(out)]) == code
    complaint = capsys.readouterr().err
    assert complaint.startswith(f"demo: {path}")
    assert message in complaint
    assert complaint.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize("name", ["file", "file/x", "/proc/x"])
def test_an_album_that_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Exit code 73; a file in its place stays."""
    (tmp_path / "file").write_text("letter")
    assert main(["demo", "--offscreen", "--out", str(tmp_path / name)]) == 73
    complaint = capsys.readouterr().err
    assert complaint.startswith(f"demo: --out {tmp_path / name}: ")
    assert complaint.count("\n") == 1
    assert (tmp_path / "file").read_text() == "letter"


def test_a_second_demo_leaves_the_first_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 75, and nothing is forgotten under its feet."""
    monkeypatch.setattr("kiosk.demo.missing_display", lambda: "")
    (tmp_path / "journal.db").write_text("running")
    with claimed(tmp_path):
        assert main(["demo", "--fresh", "--state", str(tmp_path)]) == 75
    assert capsys.readouterr().err == f"demo: a demo already runs in {tmp_path}\n"
    assert (tmp_path / "journal.db").read_text() == "running"


def test_a_demo_at_a_place_that_cannot_be(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named in one line."""
    monkeypatch.setattr("kiosk.demo.missing_display", lambda: "")
    assert main(["demo", "--state", "/proc/x"]) == 69
    assert capsys.readouterr().err.startswith("kiosk: /proc/x")


def test_ctrl_c_ends_a_demo_in_one_line(tmp_path: Path) -> None:
    """With exit code 130, the album of what was done, and no word of a lab that died first."""
    script = tmp_path / "script.txt"
    script.write_text("wait attract\nexpect never\n")
    process = demo(tmp_path / "out", "--script", str(script))
    assert process.stdout
    assert process.stdout.readline().strip() == "wait attract"
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "demo: stopped\n")
    steps = (tmp_path / "out" / "steps.txt").read_text().splitlines()
    assert steps == ["line 1: wait attract - confirmed", "FAILED stopped"]
