"""Catalogues on the disk: the old one or the new one, whatever happens and whenever."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.catalog import CatalogueError
from kiosk.catalogues.kept import Attempt, Entry, Kept, Standing, name_of
from kiosk.catalogues.staging import Staging
from kiosk.errors import Unavailable
from tests.catalogue_stand import WHEN, costs, made


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """An imported catalogue: milk at 1.00."""
    return Kept(made(tmp_path / "catalogue.db", 100))


def take(kept: Kept, version: int, cents: int) -> None:
    """As if it had been fetched."""
    made(kept.staged, cents)
    kept.adopt(Entry(version, "", "then"))


def test_the_imported_one_counts_until_one_was_taken(kept: Kept) -> None:
    """And again for a kiosk that fetches none any more."""
    assert (costs(kept.open()), kept.standing) == (100, Standing())
    take(kept, 7, 107)
    again = Kept(kept.imported)
    assert (costs(again.open()), again.standing) == (107, kept.standing)
    assert (again.standing.seen, again.standing.current.version) == (7, 7)
    assert costs(Kept(kept.imported, alone=True).open()) == 100


def test_the_one_before_is_kept_and_older_ones_go(kept: Kept) -> None:
    """Back leads to it, once; what was seen stays seen."""
    for version in (7, 8, 9):
        take(kept, version, 100 + version)
        kept.prune()
    assert sorted(path.name for path in kept.folder.glob("*.db")) == ["8.db", "9.db"]
    assert costs(kept.go_back("now")) == 108
    again = Kept(kept.imported)
    assert (costs(again.open()), again.standing.seen) == (108, 9)
    with pytest.raises(Unavailable, match="no earlier"):
        again.go_back("now")
    again.prune()
    assert [path.name for path in kept.folder.glob("*.db")] == ["8.db"]


def test_back_leads_to_the_imported_one(kept: Kept) -> None:
    """Where that is still there; where it is not, there is no way."""
    take(kept, 7, 107)
    assert costs(kept.go_back("now")) == 100
    take(kept, 8, 108)
    kept.imported.unlink()
    with pytest.raises(Unavailable, match="does not open"):
        kept.go_back("now")
    assert costs(Kept(kept.imported).open()) == 108


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 3)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut, emptied, Path.unlink])
def test_one_that_does_not_open_is_gone_back_from(
    kept: Kept, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    """By itself, at the start, as far as the imported one; and that is told."""
    take(kept, 7, 107)
    take(kept, 8, 108)
    damage(kept.folder / "8.db")
    again = Kept(kept.imported)
    assert costs(again.open()) == 107
    assert again.standing == Standing(8, Entry(7, "", "then"))
    assert "back to 7" in caplog.text
    damage(kept.folder / "7.db")
    assert costs(Kept(kept.imported).open()) == 100
    damage(kept.imported)
    with pytest.raises(CatalogueError, match=r"8\.db"):
        Kept(kept.imported).open()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"format": 2}', '{"format": 1}', "[" * 100_000,
             '{"format": 1, "seen": "x", "current": {}, "previous": null}',
             '{"format": 1, "seen": 1, "current": {"version": "../x"}, "previous": null}',
             '{"format": 1, "seen": 1, "current": {"far": 1}, "previous": null}'],
)  # fmt: skip
def test_a_standing_nobody_can_read_is_the_imported_one(
    kept: Kept, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Selling goes on, and that is told."""
    take(kept, 7, 107)
    (kept.folder / "standing.json").write_text(text)
    assert costs(Kept(kept.imported).open()) == 100
    assert "is not used" in caplog.text


def test_one_process_at_a_time_changes_it(kept: Kept) -> None:
    """The other one hears so."""
    kept.lock()
    other = Kept(kept.imported)
    with pytest.raises(Unavailable, match="another process"):
        other.lock()
    kept.unlock()
    other.lock()
    other.unlock()
    other.unlock()


def test_the_last_look_is_told(kept: Kept) -> None:
    """Where it can be; nobody needs it."""
    told = Attempt("then", "refused", "too old", 7)
    looks = []
    kept.note(told)  # there is no folder yet
    looks.append(kept.attempt)
    kept.folder.mkdir()
    kept.note(told)
    looks.append(kept.attempt)
    (kept.folder / "attempt.json").write_text("{}")
    looks.append(kept.attempt)
    assert looks == [None, told, None]


def test_names_for_people(kept: Kept) -> None:
    """The version, or when the imported one was made."""
    catalogue = kept.open()
    assert name_of(Entry(), catalogue) == f"imported {WHEN.isoformat()}"
    assert name_of(Entry(7), catalogue) == "7"
    catalogue.close()


class Disk:
    """What would be left of a folder if the power went now: synced bytes under synced names."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.images: list[dict[str, bytes]] = []
        self._bytes: dict[int, bytes] = {}
        self._names: dict[str, int] = {}
        self._settle()
        fsync, replace = os.fsync, Path.replace

        def synced(handle: int) -> None:
            fsync(handle)
            path = Path(f"/proc/self/fd/{handle}").readlink()
            if path == folder:
                self._names = self._now()
            else:
                self._bytes[path.stat().st_ino] = path.read_bytes()
            self._cut()

        def replaced(path: Path, target: Path) -> Path:
            self._cut()
            done = replace(path, target)
            self._cut()
            return done

        patch.setattr(os, "fsync", synced)
        patch.setattr(Path, "replace", replaced)

    def _now(self) -> dict[str, int]:
        return {each.name: each.stat().st_ino for each in self._files()}

    def _files(self) -> Iterator[Path]:
        return (each for each in self.folder.iterdir() if each.is_file())

    def _settle(self) -> None:
        for each in self._files():
            self._bytes[each.stat().st_ino] = each.read_bytes()
            self._names[each.name] = each.stat().st_ino

    def _cut(self) -> None:
        """Names that were not synced may be there, or one of them; bytes that were not synced are not."""
        now = self._now()
        single = [{**self._names, name: ino} for name, ino in now.items()]
        for names in (self._names, now, *single):
            self.images.append({name: self._bytes.get(ino, b"") for name, ino in names.items()})


def test_power_cut_at_any_moment_leaves_the_old_one_or_the_new_one(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whole, and the next one can be taken all the same."""
    take(kept, 7, 107)
    take(kept, 8, 108)
    with monkeypatch.context() as patched:
        disk = Disk(kept.folder, patched)
        made(kept.staged, 109)
        Staging(kept.staged, 4096).finish()
        kept.adopt(Entry(9))
        disk._cut()
    assert len(disk.images) >= 10
    prices = []
    images = [image for n, image in enumerate(disk.images) if image not in disk.images[:n]]
    for image in images:
        shutil.rmtree(kept.folder)
        kept.folder.mkdir()
        for name, data in image.items():
            (kept.folder / name).write_bytes(data)
        after = Kept(kept.imported)
        prices.append(costs(after.open()))
        assert (after.standing.seen == 9) is (prices[-1] == 109)
        take(after, 10, 110)
        assert costs(Kept(kept.imported).open()) == 110
    assert (set(prices), prices[-1]) == ({108, 109}, 109)
    assert not caplog.records
