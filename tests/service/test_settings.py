"""service.toml: what it takes, and what it says about what it does not take."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.errors import SettingsError
from service.settings import Settings, load, settings_of, write
from service.setup import initialise
from service.stand import make_stand
from tests.service_stand import NOW

LEAST: dict[str, Any] = {"tenant": "markt", "region": "DE", "store": "sqlite:store.db"}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    settings = Settings(tmp_path, "markt", "DE-BY", "postgresql://k@h/d", processes=4, writer="n1")
    write(settings)
    assert load(tmp_path) == settings


def test_every_system_identifier_that_is_taken_is_read_again(tmp_path: Path) -> None:
    for code in range(0x20, 0x7F):
        try:
            settings = settings_of(tmp_path, {**LEAST, "card_system": f"a{chr(code)}b"})
        except SettingsError:
            assert chr(code) in '"\\'
        else:
            write(settings)
            assert load(tmp_path) == settings


@pytest.mark.parametrize("key", ["tenant", "region", "store"])
def test_somebody_must_have_decided(tmp_path: Path, key: str) -> None:
    data = {name: value for name, value in LEAST.items() if name != key}
    with pytest.raises(SettingsError, match=f"{key}: is missing"):
        settings_of(tmp_path, data)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("tenant", "Markt am Weg"),
        ("region", "Bayern"),
        ("store", "mysql://x"),
        ("store", "sqlite:../x"),
        ("processes", 2),
        ("processes", 0),
        ("processes", "2"),
        ("writer", "a/b"),
        ("lookups_per_minute", 0),
        ("sales_burst", -1),
        ("receipts_burst", 0),
        ("views_per_minute", 0),
        ("receipt_days", 0),
        ("receipt_days", 3651),
        ("receipts", "8445"),
        ("receipts_operations", "h:x"),
        ("receipts_key", "key.pem"),
        ("receipts_certificate", "server.pem"),
        ("receipts_proxies", ["proxy.example"]),
        ("kiosks", "8443"),
        ("operations", "h:99999"),
        ("enrolment", "h:x"),
        ("test_cards", 1),
        ("unknown", 1),
        ("card_system", 'a"b'),
        ("card_system", "a\\b"),
        ("card_system", "ä"),
        ("card_system", ""),
    ],
)
def test_what_cannot_be_is_told_by_its_key(tmp_path: Path, key: str, value: object) -> None:
    with pytest.raises(SettingsError, match=key):
        settings_of(tmp_path, {**LEAST, key: value})


def test_a_missing_or_broken_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="service init"):
        load(tmp_path)
    (tmp_path / "service.toml").write_text("tenant = ")
    with pytest.raises(SettingsError, match=r"service\.toml"):
        load(tmp_path)


def test_nothing_that_exists_is_overwritten(folder: Path, tmp_path: Path) -> None:
    settings = load(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(SettingsError, match="exists already"):
        initialise(settings, tmp_path / "new", NOW)
    elsewhere = replace(settings, folder=tmp_path / "fresh")
    with pytest.raises(SettingsError, match="exists already"):
        initialise(elsewhere, tmp_path / "offline", NOW)
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_stand_is_for_tests_only(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="test_cards"):
        make_stand(Settings(tmp_path / "s", "markt", "DE", "sqlite:store.db"), [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"joining": "127.0.0.1:8446"},
        {"joining": "0.0.0.0:8446", "responsible": "Markt, Weg 1"},
        {"joining": "127.0.0.1", "responsible": "Markt, Weg 1"},
    ],
)
def test_nobody_joins_from_outside_or_with_nobody(tmp_path: Path, wrong: dict[str, str]) -> None:
    """The inner door is on loopback, and who joins reads with whom."""
    with pytest.raises(SettingsError, match=r"joining|responsible"):
        settings_of(tmp_path, {"tenant": "markt", "region": "DE", "store": "sqlite:s.db", **wrong})
