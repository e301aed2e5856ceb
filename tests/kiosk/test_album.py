"""An album clears what an earlier one wrote, and not one file more."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.album import LIST, clear

ALBUM = ("01-attract.png", "receipt.png", "receipt-1.txt", "index.html", "steps.txt", "journal.txt")
THEIRS = ("holiday.png", "receipt-of-the-car.txt", "1-x.png", "letter.txt")


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {LIST}


def fill(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text(name)


def test_what_an_album_listed_is_cleared(tmp_path: Path) -> None:
    """Only that: a picture that is named like one of ours stays, and so does all else."""
    fill(tmp_path, *ALBUM, *THEIRS, "02-mine.png")
    (tmp_path / LIST).write_text("\n".join((*ALBUM, "letter.txt", "../letter.txt", "99-gone.png")))
    clear(tmp_path)
    assert files(tmp_path) == {*THEIRS, "02-mine.png"}


def test_an_album_from_before_the_list_is_cleared(tmp_path: Path) -> None:
    """It is known by its steps and its page."""
    fill(tmp_path, *ALBUM, *THEIRS)
    clear(tmp_path)
    assert files(tmp_path) == set(THEIRS)


@pytest.mark.parametrize("missing", ["steps.txt", "index.html"])
def test_in_a_folder_that_holds_no_album_nothing_is_deleted(tmp_path: Path, missing: str) -> None:
    """Not even what is named like ours, now or the next time."""
    fill(tmp_path, *ALBUM, *THEIRS)
    (tmp_path / missing).unlink()
    before = files(tmp_path)
    clear(tmp_path)
    clear(tmp_path)
    assert files(tmp_path) == before


def test_a_folder_is_made(tmp_path: Path) -> None:
    """With its parents; where there is a file instead, it is an OSError."""
    clear(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    fill(tmp_path, "file")
    with pytest.raises(FileExistsError):
        clear(tmp_path / "file")
