"""The guard against dearer lookups: fast and slow machines are judged alike, and misses fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import __main__ as command
from bench import baseline
from bench.rows import Row


def row(cost: float, yardstick: float) -> Row:
    """A guarded row as a bench makes it."""
    aim = baseline.most("cpu", yardstick)
    return Row("x", "cpu", cost, "us", aim, "lower", "bare", yardstick, guard=True)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A baseline of 1000 us where the yardstick costs 400."""
    path = tmp_path / "baseline.json"
    monkeypatch.setattr(baseline, "FILE", path)
    assert row(1e9, 1).holds  # nothing kept yet: nothing to judge by
    baseline.keep([row(1000, 400), Row("x", "other", 1, "s", 1, "lower")])
    assert json.loads(path.read_text()) == {"cpu": {"cost": 1000, "yardstick": 400}}
    return path


@pytest.mark.parametrize(
    ("cost", "yardstick", "holds"),
    [(1240, 400, True), (1260, 400, False), (2480, 800, True), (630, 200, False)],
)
def test_cost_is_judged_by_the_yardstick_of_the_same_run(
    kept: Path, cost: float, yardstick: float, *, holds: bool
) -> None:
    assert row(cost, yardstick).holds is holds


@pytest.mark.parametrize(("cost", "code"), [(1000, 0), (1300, 1)])
def test_check_fails_where_it_costs_too_much(
    kept: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    cost: float,
    code: int,
) -> None:
    monkeypatch.setattr(command, "CHECKS", {"service-cpu": lambda: [row(cost, 400)]})
    monkeypatch.setattr("sys.argv", ["bench", "--check"])
    assert command.main() == code
    assert ("MISSED" in capsys.readouterr().out) == bool(code)


def test_the_committed_baseline_guards_both_stores_and_cards() -> None:
    assert sorted(json.loads(baseline.FILE.read_text())) == [
        "CPU of a SUN by AES verified",
        "CPU of a SUN by LRP verified",
        "CPU of a sealed lookup, PostgreSQL",
        "CPU of a sealed lookup, SQLite",
        "CPU of an NDEF message decoded",
    ]
