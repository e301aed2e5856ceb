"""Services to test: keys and certificates made once a session, stores of both kinds for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.settings import Settings
from service.setup import initialise
from tests.cluster import Cluster
from tests.service_stand import NOW, TENANT


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One PostgreSQL for all tests of this worker."""
    made = Cluster()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A service folder to copy: making keys takes longer than copying them."""
    folder = tmp_path_factory.mktemp("service") / "made"
    initialise(
        Settings(folder, TENANT, "DE", "sqlite:store.db", test_cards=True),
        folder.with_name("offline"),
        NOW,
    )
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A service folder of the test's own; the offline keys lie in `offline` beside it."""
    shutil.copytree(made.with_name("offline"), tmp_path / "offline")
    return Path(shutil.copytree(made, tmp_path / "service"))


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, folder: Path) -> Settings:
    """Settings on a fresh store of either kind."""
    store = "sqlite:store.db"
    if request.param == "postgres":
        store = request.getfixturevalue("cluster").database()
    return Settings(folder, TENANT, "DE", store, test_cards=True)


@pytest.fixture
def embedded(folder: Path) -> Settings:
    """Settings on a fresh SQLite store."""
    return Settings(folder, TENANT, "DE", "sqlite:store.db", test_cards=True)
