"""What the last customer's screens took is given back once nobody is there, and not before."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from tests.ui.conftest import PROFILES, spin
from tests.ui.samples import EVERY
from ui.app import KioskWindow
from ui.tidy import Tidy, _give_back

SOON = 0.01


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def tidy(qapp: QGuiApplication, done: list[str]) -> Tidy:
    return Tidy(lambda: done.append("collected"), SOON)


def test_once_after_the_start_and_once_after_each_customer(tidy: Tidy, done: list[str]) -> None:
    """However often the idle screen is shown anew."""
    for _ in range(3):
        tidy.newer(EVERY["attract"])
        spin(40)
    assert done == ["collected"]
    tidy.newer(EVERY["scan"])
    tidy.newer(EVERY["thanks"])
    spin(40)
    assert done == ["collected"]
    tidy.newer(EVERY["attract"])
    spin(40)
    assert done == ["collected"] * 2


@pytest.mark.parametrize("name", ["scan", "sheet-help"])
def test_who_comes_meanwhile_is_not_kept_waiting(tidy: Tidy, done: list[str], name: str) -> None:
    """It is put off until they have gone again."""
    tidy.newer(EVERY["attract"])
    tidy.newer(EVERY[name])
    spin(40)
    assert done == []
    tidy.newer(EVERY["attract"])
    tidy.close()
    spin(40)
    tidy.newer(EVERY["scan"])
    tidy.newer(EVERY["attract"])
    spin(40)
    assert done == []


def resident_pages() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1])


def test_pages_that_were_freed_go_back_to_the_system() -> None:
    """Between two blocks that stay, the allocator would keep what lay there."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    blocks = [libc.malloc(50_000) for _ in range(1000)]
    for block in blocks:
        ctypes.memset(block, 1, 50_000)
    full = resident_pages()
    for block in blocks[:-1]:
        libc.free(block)
    _give_back()(0)
    assert full - resident_pages() > 40_000_000 // 4096
    libc.free(blocks[-1])


def test_the_window_throws_its_scripts_garbage_away(
    qapp: QGuiApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real one, from its first idle screen on."""
    given: list[int] = []

    def give(pad: int) -> int:
        given.append(pad)
        return 1

    monkeypatch.setattr("ui.tidy._give_back", lambda: give)
    window = KioskWindow(PROFILES["portrait"], lambda _: None, motion=False)
    window._tidy._timer.setInterval(10)
    window.show()
    window.bridge.publish(EVERY["attract"])
    for _ in range(100):
        if given:
            break
        spin(20)
    assert given == [0]
    window.close()
