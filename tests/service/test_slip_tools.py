"""Held slips as operators see them, and letting go of one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.audit import NO_SUBJECT, Act, unpack
from service.keys import Keys
from service.settings import Settings
from service.store.port import Store
from service.wire.slip import Held, SlipWhy
from tests.service.test_lookup import play
from tests.service.test_slip_store import HOLD, RELEASE, TWO, ask
from tests.service.test_store import on_store
from tests.service.test_tools import said
from tests.service_stand import Inside


@pytest.fixture
def lost(embedded: Settings) -> Path:
    """A service whose kiosk holds a slip of which it left something before."""

    async def scene(service: Inside) -> None:
        for each in (HOLD, replace(RELEASE, left=100), HOLD):
            await ask(service.store, each, service.kiosk.row.id)

    play(embedded, scene)
    return embedded.folder


def listed(capsys: pytest.CaptureFixture[str], folder: Path) -> list[dict[str, Any]]:
    """What programs are told."""
    out, _ = said(capsys, folder, "--json", "slips", "list")
    rows: list[dict[str, Any]] = json.loads(out)["slips"]
    return rows


def test_what_is_held_is_listed(lost: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = listed(capsys, lost)
    assert len(bytes.fromhex(row.pop("kiosk"))) == 16
    assert row == {
        "number": "00417",
        "face": 250,
        "left": 100,
        "name": "K1",
        "standing": "active",
        "since": "2026-11-18T11:06+00:00",
    }
    said(capsys, lost, "kiosk", "lost", "K1")
    out, _ = said(capsys, lost, "slips", "list")
    assert out.startswith("00417 ")
    assert "100 of 250 cents" in out
    assert "K1 (revoked)" in out


def test_one_is_let_go_by_hand_and_the_audit_says_whose(
    lost: Path, embedded: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    (row,) = listed(capsys, lost)
    for wrong in (("00417", "--cents", "25"), ("417", "--cents", "250")):
        _, err = said(capsys, lost, "slips", "free", *wrong, code=65)
        assert "no kiosk holds this slip" in err
    out, _ = said(capsys, lost, "slips", "free", "00417", "--cents", "250")
    assert "worth 100 cents" in out
    said(capsys, lost, "slips", "free", "00417", "--cents", "250", code=65)
    assert "No kiosk holds a slip." in said(capsys, lost, "slips", "list")[0]
    assert listed(capsys, lost) == []

    async def look(store: Store, keys: Keys) -> None:
        (kept,) = [unpack(row[3]) for row in await store.entries("w-cli", 0, 10)]
        assert (kept.kind, kept.subject) == (Act.SLIP_FREED, NO_SUBJECT)
        assert kept.kiosk.hex() == row["kiosk"]
        late = replace(RELEASE, turn=2, left=100)
        assert await ask(store, late, kept.kiosk) is SlipWhy.NOT_HELD
        assert await ask(store, HOLD, TWO) == Held(4, 100)

    on_store(embedded, look)


def test_one_is_made_whole_that_is_refused(
    lost: Path, embedded: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its number came round, or two machines print the same."""

    async def used(store: Store, keys: Keys) -> None:
        (row,) = await store.held_slips()
        assert await ask(store, replace(RELEASE, turn=row.turn, left=0), row.holder) == Held(2, 0)
        assert await ask(store, HOLD, TWO) is SlipWhy.REDEEMED

    async def whole(store: Store, keys: Keys) -> None:
        kinds = [unpack(row[3]).kind for row in await store.entries("w-cli", 0, 10)]
        assert Act.SLIP_FORGOTTEN in kinds
        assert await ask(store, HOLD, TWO) == Held(1, 250)

    on_store(embedded, used)
    words = ("00417", "--cents", "250")
    assert "worth 250 cents" in said(capsys, lost, "slips", "forget", *words)[0]
    _, err = said(capsys, lost, "slips", "forget", *words, code=65)
    assert "no kiosk has shown this slip" in err
    on_store(embedded, whole)
