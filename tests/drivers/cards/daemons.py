"""The PC/SC daemon of a test process: one for all its tests, since its library looks for it once."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from drivers.cards.daemon import IsolatedDaemon
from drivers.cards.pcsc import PcscCalls
from drivers.cards.pcscd import SOCKET_VARIABLE
from kiosk.clock import SystemClock
from kiosk.errors import Unavailable

SHIM = Path(__file__).with_name("unplug.c")


@dataclass(frozen=True)
class PcscDesk:
    """A running daemon; its reader is pulled while the file `unplugged` exists."""

    daemon: IsolatedDaemon
    unplugged: Path


@cache
def pcsc_desk() -> PcscDesk:
    """Started at its first use. A test that cannot have it fails in CI, and says why elsewhere."""
    folder = Path(tempfile.mkdtemp(prefix="pcsc-"))
    unplugged = folder / "unplugged"
    driver = folder / "unplug.so"
    try:
        daemon = IsolatedDaemon(folder / "d", SystemClock(), driver=driver)
        _compile(driver, daemon.vpcd, unplugged)
        daemon.start()
    except Unavailable as error:
        shutil.rmtree(folder, ignore_errors=True)
        if os.environ.get("CI"):
            raise
        pytest.skip(f"not run: {error}")
    os.environ[SOCKET_VARIABLE] = daemon.socket
    atexit.register(_end, daemon, folder)
    return PcscDesk(daemon, unplugged)


def settle() -> None:
    """Wait until the card before was missed, or the reader plugged in again was found.

    The daemon looks every 0.4 s, a hand is slower.
    """
    watcher = PcscCalls("pcsc:00 00")
    for patience in range(100):
        try:
            watcher.open()
            break
        except Unavailable:
            if patience == 99:
                raise
            threading.Event().wait(0.05)
    while watcher.occupied:
        watcher.present(0.5)
    watcher.close()


def _compile(driver: Path, inner: Path, unplugged: Path) -> None:
    names = [f'-DINNER="{inner}"', f'-DUNPLUGGED="{unplugged}"']
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-o", str(driver), *names, str(SHIM), "-ldl"],
        check=True,
        capture_output=True,
    )


def _end(daemon: IsolatedDaemon, folder: Path) -> None:
    daemon.stop()
    shutil.rmtree(folder, ignore_errors=True)
