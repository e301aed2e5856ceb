"""Whether a display answers is known before Qt would abort the process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import kiosk.display
import kiosk.window
from kiosk.config import Config
from kiosk.display import missing_display
from kiosk.ports import Unavailable

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sockets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder where a display with the number 7 and one called wayland-7 listen."""
    monkeypatch.setattr(kiosk.display, "X_SOCKETS", tmp_path)
    with socket.socket(socket.AF_UNIX) as x11, socket.socket(socket.AF_UNIX) as wayland:
        for sock, name in ((x11, "X7"), (wayland, "wayland-7")):
            sock.bind(str(tmp_path / name))
            sock.listen()
        yield tmp_path


@pytest.mark.parametrize("name", [":7", ":7.0", "unix:7"])
def test_an_x_server_on_its_socket(sockets: Path, name: str) -> None:
    """Where its number says."""
    assert missing_display({"DISPLAY": name}) == ""


def test_an_x_server_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """By TCP, at 6000 and its number."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(kiosk.display, "X_PORT", server.getsockname()[1] - 3)
        assert missing_display({"DISPLAY": "127.0.0.1:3.0"}) == ""
    assert "127.0.0.1:3.0" in missing_display({"DISPLAY": "127.0.0.1:3.0"})


def test_a_wayland_compositor(sockets: Path) -> None:
    """In the runtime folder, or where an absolute name says; one of two displays is enough."""
    for found in (
        {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(sockets)},
        {"WAYLAND_DISPLAY": str(sockets / "wayland-7")},
        {"WAYLAND_DISPLAY": str(sockets / "wayland-7"), "DISPLAY": ":99"},
    ):
        assert missing_display(found) == ""


@pytest.mark.parametrize("name", [":8", "nonsense", ":", ":99999", "127.0.0.1:99999", ":7x"])
def test_nobody_at_x(sockets: Path, name: str) -> None:
    """The display asked for is named."""
    assert missing_display({"DISPLAY": name}) == f"no display answers at DISPLAY={name}"


def test_nobody_at_wayland(sockets: Path) -> None:
    """Nor is a plain file a compositor, or a name without a runtime folder."""
    (sockets / "file").touch()
    for name in ("wayland-8", "file"):
        environment = {"WAYLAND_DISPLAY": name, "XDG_RUNTIME_DIR": str(sockets)}
        assert f"WAYLAND_DISPLAY={name}" in missing_display(environment)
    assert missing_display({"WAYLAND_DISPLAY": "wayland-7"})
    assert "neither" in missing_display({})


def test_a_kiosk_without_a_display_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line and exit code 69 in place of an abort."""
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":4711")
    with pytest.raises(Unavailable, match="DISPLAY=:4711"):
        kiosk.window.run_kiosk(Config.__new__(Config))


def test_a_demo_without_a_display_says_why_it_is_scripted(tmp_path: Path) -> None:
    """And a script that is missing ends it in one more line."""
    kept = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "demo", "--script", "/gone", "--out", str(tmp_path)],
        cwd=ROOT,
        env={**kept, "DISPLAY": ":4711"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 66
    assert "no display answers at DISPLAY=:4711" in done.stdout
    assert done.stderr.startswith("demo: /gone")
    assert done.stderr.count("\n") == 1
