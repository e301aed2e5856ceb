"""A kiosk's threads, made and stopped for a test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

import kiosk.engine
import kiosk.journal
import kiosk.runtime
from kiosk.checkout.events import (
    Device,
)
from kiosk.ports import Driver
from tests.devices import ScriptedDriver, Stand


def same(driver: ScriptedDriver) -> ScriptedDriver:
    """The factory of a driver made before."""
    return driver


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """No reserve worth the time it takes to write, and no long waits for a device."""
    monkeypatch.setattr(kiosk.journal, "RESERVE_BYTES", 512)
    monkeypatch.setattr(kiosk.runtime, "BACKOFF_SECONDS", (0.001, 0.002))


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Callable[..., Stand]]:
    """Makes a runtime; everything is stopped afterwards."""
    made: list[Stand] = []

    def make(*drivers: ScriptedDriver, **kwargs: object) -> Stand:
        factories: dict[Device, Callable[[], Driver]] = {
            each.device: partial(same, each) for each in drivers
        }
        made.append(Stand(tmp_path, factories, **kwargs))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.stop()
        each.journal.close()
    assert not [
        each for each in threading.enumerate() if each.name.startswith(("device-", "engine"))
    ]
