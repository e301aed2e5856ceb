"""Every line and branch of the protocol's pure half is reached by its own tests, chance left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
MODULES = (
    "bitmaps",
    "codec",
    "commands",
    "fields",
    "framing",
    "message",
    "messages",
    "reports",
    "sequence",
    "session",
)
TESTS = ("codec", "fields", "framing", "repeats", "sequence", "session", "tables")


def test_the_pure_half_is_covered_whole(tmp_path: Path) -> None:
    """Without hypothesis: what only a lucky draw reaches does not count."""
    files = [f"tests/drivers/zvt/test_{name}.py" for name in TESTS]
    plain = ("-p", "no:xdist", "-p", "no:cacheprovider", "-m", "not hypothesis")
    report = ("--include", ",".join(f"drivers/zvt/{name}.py" for name in MODULES))
    ran = _coverage(
        tmp_path, "run", "--branch", "--source=drivers/zvt", "-m", "pytest", *plain, *files
    )
    assert ran.returncode == 0, ran.stdout
    told = _coverage(tmp_path, "report", "--show-missing", "--fail-under=100", *report)
    assert told.returncode == 0, told.stdout
    assert told.stdout.count("100%") == len(MODULES) + 1, told.stdout


def _coverage(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "coverage", *words],
        cwd=ROOT,
        env={**os.environ, "COVERAGE_FILE": str(folder / "coverage")},
        capture_output=True,
        text=True,
        timeout=110,
    )
