"""A central service in the test, and its kiosk's identity."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import kiosk.lookup.courier as courier_module
from kiosk.vault import Vault
from tests.centre import Centre
from tests.post import Post


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """Listening, with an enrolled kiosk."""
    made = Centre(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def vault() -> Vault:
    """An empty one."""
    return Vault()


@pytest.fixture
def post(
    centre: Centre, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Post]:
    """A courier that does not wait long."""
    monkeypatch.setattr(courier_module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(courier_module, "ATTEMPT_SECONDS", 0.5)
    made = Post(centre, vault, tmp_path / "outbox.db")
    yield made
    made.courier.close()
