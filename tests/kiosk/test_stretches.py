"""A whole replay in several processes comes to what one process comes to, or one process does it all."""

from __future__ import annotations

import json
import logging
import sqlite3
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

import kiosk.journal
import kiosk.snapshot
import kiosk.stretches
from kiosk.checkout.decide import decide
from kiosk.checkout.events import Event
from kiosk.checkout.floor_events import PromotionsLoaded
from kiosk.checkout.states import State
from kiosk.journal import Journal, Still, replay
from kiosk.keeper import Keeper
from kiosk.ports import JournalError
from kiosk.snapshot import packed, read, snapshot_of, unpacked
from kiosk.stretches import Stretch, Waypoints, waypoints_of
from tests.kiosk.test_snapshot import OFFERS
from tests.life import Life
from tests.story import MILK, WATER

SPACING = 20


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a kiosk does over months, in a hundred records; on four processors."""
    monkeypatch.setattr(kiosk.journal, "RESERVE_BYTES", 512)
    monkeypatch.setattr(kiosk.stretches, "SPACING", SPACING)
    monkeypatch.setattr(kiosk.stretches, "WORTH", SPACING)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(4)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of a hundred records, with its waypoints and without the snapshot."""
    life = Life(tmp_path / "journal.db")
    life.feed(PromotionsLoaded(OFFERS))
    while life.journal.end[0] < 5 * SPACING:
        life.buy(MILK, WATER)
        Keeper(life.journal, life.path).write(life.state)
    life.scan(MILK)
    life.close()
    snapshot_of(life.path).unlink()
    assert len(kept(life.path)) >= 3
    return life.path


def kept(path: Path) -> list[Path]:
    return sorted(waypoints_of(path).iterdir())


def started(path: Path) -> tuple[int, int]:
    """How many records this process decided of how many; the state is that of the plain replay."""
    seen: list[Event] = []

    def counted(state: State, event: Event) -> State:
        seen.append(event)
        return decide(state, event).state

    journal = Journal(path, "K1")
    try:
        found = Keeper(journal, path).restored(counted)
        whole = replay(journal, lambda state, event: decide(state, event).state)
        assert repr(found) == repr(whole)  # every field, compared or not
        return len(seen), journal.end[0]
    finally:
        journal.close()


def test_each_process_decides_its_stretch(path: Path) -> None:
    """Also from waypoints of another program, as after an update."""
    mine, all_of_them = started(path)
    assert mine < all_of_them // 2
    for each in kept(path):
        claim(each, code="another one")
    assert started(path) == (mine, all_of_them)


def claim(waypoint: Path, **changes: object) -> None:
    """Say something else in it, sealed as it ought to be."""
    body = json.loads(waypoint.read_bytes().partition(b"\n")[2])
    text = json.dumps(body | changes, separators=(",", ":"), ensure_ascii=False).encode()
    waypoint.write_bytes(kiosk.snapshot._seal(text) + b"\n" + text)


def test_a_state_that_nothing_leads_to_is_not_believed(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its digest is right, and a field that no digest looks at is another one: this process does it."""
    for each in kept(path):
        journal = Journal(path, "K1")
        seq, link, state = unpacked(journal, read(each))
        other = replace(state, picked=(*state.picked, MILK.gtin))
        assert other == state
        each.write_bytes(packed(journal, other, seq, link))
        journal.close()
    mine, all_of_them = started(path)
    assert mine == all_of_them
    assert "comes to another state" in caplog.text


@pytest.mark.parametrize(
    "change", [{"epoch": "another"}, {"seq": 7}, {"digest": "0"}, {"state": {}}]
)
def test_a_waypoint_that_does_not_fit_is_no_waypoint(path: Path, change: dict[str, object]) -> None:
    """Of another journal, another record, or unreadable; and where it is torn."""
    for each in kept(path):
        claim(each, **change)
    mine, all_of_them = started(path)
    assert mine == all_of_them
    for each in kept(path):
        each.write_bytes(each.read_bytes()[:-1])
    assert started(path) == (mine, all_of_them)


def test_a_stretch_that_ends_early_is_done_again_here(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Killed for want of memory, say."""
    begin = Stretch.__init__

    def killed(self: Stretch, journal: Path, start: kiosk.stretches.Point, until: int) -> None:
        begin(self, journal, start, until)
        self._process.kill()

    with monkeypatch.context() as patched:
        patched.setattr(Stretch, "__init__", killed)
        mine, all_of_them = started(path)
    assert mine == all_of_them
    assert "ended early" in caplog.text


def test_a_record_that_was_altered_is_found_in_every_stretch(path: Path) -> None:
    """By the same words as in one process, whatever the others have found."""
    for seq in (3, 45, 70, 101):
        db = sqlite3.connect(path)
        [(text,)] = db.execute("SELECT event FROM record WHERE seq = ?", (seq,))
        changed = text.replace('"at":"2', '"at":"3', 1)
        assert changed != text
        db.execute("UPDATE record SET event = ? WHERE seq = ?", (changed, seq))
        db.commit()
        db.close()
        with pytest.raises(JournalError, match=f"record {seq} was altered"):
            started(path)
        db = sqlite3.connect(path)
        db.execute("UPDATE record SET event = ? WHERE seq = ?", (text, seq))
        db.commit()
        db.close()


def test_a_disk_that_takes_nothing_is_no_hindrance(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither where the file cannot be brought to rest nor where no waypoint can be kept."""
    with monkeypatch.context() as patched:
        patched.setattr(Journal, "settle", lambda self: False)
        mine, all_of_them = started(path)
        assert mine == all_of_them
    caplog.set_level(logging.INFO)
    snapshot = path.with_name("none")
    Waypoints(path).keep(snapshot, 10_000)
    assert "no waypoint is kept" in caplog.text
    assert started(path)[0] < all_of_them


def test_a_long_life_needs_no_more_than_so_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They stay spread over all of it; those of a journal that lay here before go."""
    monkeypatch.setattr(kiosk.stretches, "MOST", 8)
    path, snapshot = tmp_path / "journal.db", tmp_path / "snapshot"
    snapshot.write_text("x")
    made = Waypoints(path)
    for seq in range(0, 100 * SPACING, 7):
        made.keep(snapshot, seq)
        assert len(kept(path)) <= 9
    seqs = [int(each.name) for each in kept(path)]
    gaps = [after - before for before, after in pairwise([0, *seqs, 100 * SPACING])]
    assert max(gaps) < 30 * SPACING
    made.keep(snapshot, SPACING)
    assert [int(each.name) for each in kept(path)] == [each for each in seqs if each <= SPACING] + [
        SPACING
    ]


def test_what_is_read_beside_the_journal_is_all_of_it(path: Path) -> None:
    """Once it is at rest; and a file that is none is refused."""
    journal = Journal(path, "K1")
    assert journal.settle()
    still = Still(path)
    assert (still.kiosk, still.epoch, still.end) == (journal.kiosk, journal.epoch, journal.end)
    assert list(still.records()) == list(journal.records())
    still.close()
    journal.close()
    path.write_bytes(b"no journal" * 100)
    with pytest.raises(JournalError, match=str(path)):
        Still(path)
