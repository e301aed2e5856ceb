"""How a daemon of our own is waited for; what it serves is tested in `test_pcsc`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from drivers.cards import daemon
from drivers.cards.daemon import LOOK_SECONDS, IsolatedDaemon
from kiosk.errors import Unavailable
from tests.drivers.cards.bench import HandClock

LOOKS = 3


class Process:
    """A daemon that gets up slowly, or that ends."""

    def __init__(self, *, ends: bool = False) -> None:
        self.waits: list[float | None] = []
        self._ends = ends

    def poll(self) -> int | None:
        return 1 if self._ends else None

    def wait(self, seconds: float | None = None) -> int:
        self.waits.append(seconds)
        if self._ends:
            return 1
        raise subprocess.TimeoutExpired("pcscd", seconds or 0)

    def terminate(self) -> None:
        self._ends = True


@pytest.fixture
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> IsolatedDaemon:
    """One that answers at the last of its looks; this machine need not have it."""
    driver = tmp_path / "drivers" / "serial" / "libifdvpcd.so"
    driver.parent.mkdir(parents=True)
    driver.write_bytes(b"")
    monkeypatch.setattr(daemon, "vpcd_driver", lambda: driver)
    monkeypatch.setattr(daemon, "_pcscd", lambda: "pcscd")
    monkeypatch.setattr(daemon, "_polkit_off", lambda: "")
    found = IsolatedDaemon(tmp_path / "d", HandClock())
    looks: list[Path] = []

    def answers(path: Path) -> bool:
        looks.append(path)
        found.door.touch()
        return len(looks) > LOOKS

    monkeypatch.setattr(daemon, "answers", answers)
    return found


def started(process: Process, isolated: IsolatedDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: process)
    isolated.start()


def test_it_is_waited_for_with_a_pause(
    isolated: IsolatedDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine it starts on has other things to do."""
    process = Process()
    started(process, isolated, monkeypatch)
    assert process.waits == [LOOK_SECONDS] * LOOKS


def test_one_that_ends_is_not_waited_for(
    isolated: IsolatedDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told at once."""
    process = Process(ends=True)
    with pytest.raises(Unavailable, match="silent"):
        started(process, isolated, monkeypatch)
    assert process.waits[0] == LOOK_SECONDS
    assert len(process.waits) == 2  # the other one: to be rid of it
