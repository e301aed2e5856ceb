"""`./run screens`: every picture once, and a page that shows all of them."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from kiosk import contact
from kiosk.contact import EX_CANTCREAT, page, run, shots
from kiosk.words import Language


def test_a_few_are_drawn_in_every_language_and_layout() -> None:
    """All in German; no picture overwrites another one."""
    wanted = list(shots())
    assert len({shot.file for shot in wanted}) == len(wanted)
    assert {shot.state.language for shot in wanted} == set(Language)
    assert {shot.comfort for shot in wanted} == {"standard", "large", "low", "contrast"}


def test_the_page_shows_each_picture_beside_its_state() -> None:
    """In both orientations, with what is said of it; Arabic runs leftwards."""
    wanted = list(shots())
    text = page(wanted)
    shown = re.findall(r'src="([^"]+)"', text)
    assert sorted(shown) == sorted(
        f"{panel}/{file}"
        for panel in contact.PANELS
        for file in (*(shot.file for shot in wanted), contact.TROUBLE)
    )
    assert "Shopping · told declined" in text
    assert "dir=rtl" in text


def test_pictures_and_page_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Or one line says why not."""
    wanted = [shot for shot in shots() if shot.name in ("owed-link", "member-found")][:2]
    monkeypatch.setattr(contact, "shots", lambda: iter(wanted))
    assert run(argparse.Namespace(out=tmp_path / "out")) == 0
    assert len(list((tmp_path / "out").rglob("*.png"))) == 6
    assert str(tmp_path / "out" / "index.html") in capsys.readouterr().out
    (tmp_path / "file").write_text("")
    assert run(argparse.Namespace(out=tmp_path / "file")) == EX_CANTCREAT
    assert "screens:" in capsys.readouterr().err
