"""The next catalogue as it comes in: gone on with, begun anew, given up."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk.catalogues.staging import SPARE_BYTES, NoRoom, Staging

DATA = bytes(range(256)) * 10
PIECE = 1000


@pytest.fixture
def staging(tmp_path: Path) -> Staging:
    return Staging(tmp_path / "staged.db", PIECE)


def add_from(staging: Staging, first: int, last: int = 3) -> None:
    for number in range(first, last):
        staging.add(DATA[number * PIECE : (number + 1) * PIECE])


def digest() -> str:
    return hashlib.sha256(DATA).hexdigest()


@pytest.mark.parametrize("there", range(4))
def test_what_came_before_a_cut_counts(staging: Staging, tmp_path: Path, there: int) -> None:
    """By whole pieces, also of another run."""
    assert staging.begin(b"statement", len(DATA)) == 0
    add_from(staging, 0, there)
    again = Staging(tmp_path / "staged.db", PIECE)
    assert again.begin(b"statement", len(DATA)) == there
    add_from(again, there)
    assert (again.finish(), again.size) == (digest(), len(DATA))


def test_half_a_piece_is_none(staging: Staging, tmp_path: Path) -> None:
    """It is fetched again."""
    staging.begin(b"statement", len(DATA))
    staging.add(DATA[:1500])
    assert staging.begin(b"statement", len(DATA)) == 1
    add_from(staging, 1)
    assert staging.finish() == digest()


def test_another_statement_begins_anew(staging: Staging, tmp_path: Path) -> None:
    """Also one whose file is smaller than what came, and one that was torn."""
    staging.begin(b"statement", len(DATA))
    add_from(staging, 0)
    assert staging.begin(b"another", len(DATA)) == 0
    assert staging.size == 0
    add_from(staging, 0)
    assert staging.begin(b"another", PIECE) == 0
    add_from(staging, 0, 2)
    (tmp_path / "staged.statement").write_bytes(b"ano")
    assert staging.begin(b"another", len(DATA)) == 0
    staging.discard()
    assert not list(tmp_path.iterdir())


def test_room_is_left_for_the_journal(
    staging: Staging, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is there already needs none any more."""
    usage = SimpleNamespace(free=SPARE_BYTES + len(DATA) - 1)
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    with pytest.raises(NoRoom, match="256 MiB"):
        staging.begin(b"statement", len(DATA))
    usage.free += 1
    staging.begin(b"statement", len(DATA))
    add_from(staging, 0)
    usage.free = SPARE_BYTES
    assert staging.begin(b"statement", len(DATA)) == 3


def test_a_full_disk_gets_its_room_back(
    staging: Staging, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal needs it more."""
    staging.begin(b"statement", len(DATA))
    add_from(staging, 0, 2)

    def full(*words: object, **named: object) -> object:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", full)
        with pytest.raises(OSError, match="No space"):
            staging.add(b"x")
    assert not list(tmp_path.iterdir())
