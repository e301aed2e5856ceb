"""A central service in the test, and its kiosk's identity."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.vault import Vault
from tests.centre import Centre


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
