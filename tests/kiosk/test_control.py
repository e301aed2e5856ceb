"""The door of a running kiosk: private, bounded, gone with it."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kiosk.control
from kiosk.control import MOST_REQUEST, Control, Running, door_of
from kiosk.errors import JournalError, Unavailable


def answer(request: dict[str, Any]) -> dict[str, Any]:
    if request["n"] < 0:
        raise JournalError("the disk is gone")
    return {"n": request["n"] + 1}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Deeper than the address of a socket is long."""
    deep = tmp_path / ("x" * 100) / ("y" * 100)
    deep.mkdir(parents=True)
    return deep


@pytest.fixture
def door(folder: Path) -> Iterator[Path]:
    path = door_of(folder / "journal.db")
    control = Control(path, answer)
    yield path
    control.close()
    assert not path.exists()


def test_questions_are_answered_one_after_the_other(door: Path) -> None:
    """On one line, and on the next one; nobody else may even knock."""
    assert stat.S_IMODE(door.stat().st_mode) == 0o600
    for _ in range(2):
        line = Running(door)
        assert [line.ask(n=n) for n in (1, 2)] == [{"n": 2}, {"n": 3}]
        line.close()


def test_what_is_no_question_is_said_so(door: Path) -> None:
    """And the line goes on."""
    line = Running(door)
    for wrong in ({"m": 1}, {"n": "x"}, {"n": None}):
        with pytest.raises(Unavailable, match="not understood"):
            line.ask(**wrong)
    with pytest.raises(Unavailable, match="the disk is gone"):
        line.ask(n=-1)
    assert line.ask(n=1) == {"n": 2}
    line.close()


@pytest.mark.parametrize("sent", [b"{\n", b"[]\n", b"[" * 3000 + b"\n", b"\xff\n", b"5\n"])
def test_hostile_bytes_are_answered_and_harm_nobody(door: Path, sent: bytes) -> None:
    """Also a line that never ends: it is cut."""
    with socket.socket(socket.AF_UNIX) as guest, kiosk.control._short(door) as name:
        guest.settimeout(20)
        guest.connect(name)
        with guest.makefile("rw") as file:
            guest.sendall(sent)
            assert "error" in json.loads(file.readline())
            guest.sendall(b"x" * (MOST_REQUEST + 1))
            assert "error" in json.loads(file.readline())
    line = Running(door)
    assert line.ask(n=1) == {"n": 2}
    line.close()


def test_somebody_who_says_nothing_is_not_waited_for(
    door: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one gets their answer."""
    monkeypatch.setattr(kiosk.control, "_PATIENCE", 0.3)
    silent = Running(door)
    line = Running(door)
    assert line.ask(n=1) == {"n": 2}
    line.close()
    silent.close()


def test_other_users_are_not_answered(door: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the file's mode says by then."""
    monkeypatch.setattr(kiosk.control, "_user_of", lambda guest: 12345)
    line = Running(door)
    with pytest.raises(Unavailable, match="does not answer"):
        line.ask(n=1)
    line.close()


def test_a_door_left_behind_is_replaced(folder: Path) -> None:
    """By a kiosk that was killed; without a kiosk nobody answers."""
    path = door_of(folder / "journal.db")
    with socket.socket(socket.AF_UNIX) as dead, kiosk.control._short(path) as name:
        dead.bind(name)
    with pytest.raises(Unavailable, match="no kiosk answers"):
        Running(path)
    control = Control(path, answer)
    line = Running(path)
    assert line.ask(n=1) == {"n": 2}
    line.close()
    control.close()


def test_a_door_that_cannot_be_made_is_told(folder: Path) -> None:
    """Selling goes on without it."""
    path = folder / "door"
    path.mkdir()
    with pytest.raises(Unavailable, match="door"):
        Control(path, answer)
