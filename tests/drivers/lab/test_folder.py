"""A demo's folder: claimed by one, and nobody else's files are forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drivers.lab.folder import DEFAULT, Occupied, claimed, forget
from kiosk.ports import Unavailable
from tests.drivers.tools.processes import ROOT, ran, started

OURS = ("journal.db", "journal.db-wal", "journal.db.reserve", "catalogue.db", "terminal.json")
THEIRS = ("letter.txt", "my-journal.db", "printed/letter.txt", "receipt-001.png", "photos/1.png")


def test_only_what_a_demo_writes_is_forgotten(tmp_path: Path) -> None:
    """Whatever else somebody keeps in that folder stays, also beside the receipts."""
    for name in (*OURS, "lab.json", "printed/receipt-001.png", "printed/torn-001.txt", *THEIRS):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "scanner").symlink_to("/dev/null")
    forget(tmp_path)
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(THEIRS)


def test_a_folder_of_a_demo_alone_is_empty_afterwards(tmp_path: Path) -> None:
    """The receipts' folder goes too; a scanner that is no link stays, and none is no trouble."""
    (tmp_path / "printed").mkdir()
    (tmp_path / "journal.db.waypoints").mkdir()
    (tmp_path / "journal.db.waypoints" / "000000020000").write_text("a state")
    forget(tmp_path)
    assert not list(tmp_path.iterdir())
    (tmp_path / "scanner").write_text("a list of scanners")
    forget(tmp_path)
    assert (tmp_path / "scanner").exists()
    forget(tmp_path / "gone")


def test_a_folder_is_claimed_once(tmp_path: Path) -> None:
    """Until the first lets go."""
    folder = tmp_path / "a" / "b"
    with claimed(folder):
        with pytest.raises(Occupied, match=f"a demo already runs in {folder}"), claimed(folder):
            pass
        with claimed(tmp_path / "other"):
            pass
    with claimed(folder):
        pass


@pytest.mark.parametrize("name", ["/proc/x", "file"])
def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path, name: str) -> None:
    """It is named."""
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match=name), claimed(tmp_path / name):
        pass


def test_the_default_is_the_clones_own() -> None:
    """Not the caller's."""
    assert DEFAULT == ROOT / ".demo"


def test_a_second_lab_leaves_the_first_alone(tmp_path: Path) -> None:
    """One line and exit code 75; the first one's note and scanner stay."""
    first = started("lab", "--state", str(tmp_path), "serve")
    assert first.stdout
    told = json.loads(first.stdout.readline())
    code, out, err = ran("lab", "--state", str(tmp_path), "serve")
    assert (code, out, err) == (75, "", f"lab: a demo already runs in {tmp_path}\n")
    assert json.loads((tmp_path / "lab.json").read_text()) == told
    assert (tmp_path / "scanner").is_symlink()
    first.terminate()
    first.communicate(timeout=90)
    assert not (tmp_path / "scanner").is_symlink()
