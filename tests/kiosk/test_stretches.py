"""A whole replay in several processes comes to what one process comes to, or one process does it all."""

from __future__ import annotations

import errno
import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
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
    return sorted(waypoints_of(path).glob("[0-9]*"))


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


WHICH = (slice(0, 1), slice(1, 2), slice(2, 3), slice(None))


def used(path: Path) -> list[Path]:
    """The waypoints a start takes, in their order."""
    journal = Journal(path, "K1")
    try:
        points = Waypoints(path).between(journal, 4)
    finally:
        journal.close()
    assert len(points) == 3
    return [waypoints_of(path) / f"{point.seq:012}" for point in points]


@pytest.mark.parametrize("which", WHICH, ids=["first", "second", "third", "all"])
def test_a_state_that_nothing_leads_to_is_not_believed(
    path: Path, which: slice, caplog: pytest.LogCaptureFixture
) -> None:
    """Its digest is right, and a field that no digest looks at is another one: its stretch is done here,
    and the next start finds the right one there."""
    least, all_of_them = started(path)
    claims = used(path)
    for each in claims[which]:
        journal = Journal(path, "K1")
        seq, link, state = unpacked(journal, read(each))
        other = replace(state, picked=(*state.picked, MILK.gtin))
        assert other == state
        each.write_bytes(packed(journal, other, seq, link))
        journal.close()
    mine, _ = started(path)
    assert "comes to another state" in caplog.text
    assert mine == all_of_them if which == slice(None) else least < mine < all_of_them
    assert used(path) == claims
    assert started(path) == (least, all_of_them)


@pytest.mark.parametrize(
    "change", [{"epoch": "another"}, {"seq": 7}, {"digest": "0"}, {"state": {}}]
)
def test_a_waypoint_that_does_not_fit_is_no_waypoint(path: Path, change: dict[str, object]) -> None:
    """Of another journal, another record, or unreadable: thrown away, and its neighbour serves."""
    _, all_of_them = started(path)
    for each in (first := used(path)):
        claim(each, **change)
    mine, _ = started(path)
    assert mine == all_of_them
    assert not [each for each in first if each.exists()]
    for each in kept(path):
        each.write_bytes(each.read_bytes()[:-1])
    assert started(path) == (all_of_them, all_of_them)


@pytest.mark.parametrize("which", WHICH, ids=["first", "second", "third", "all"])
def test_a_stretch_that_ends_early_is_done_again_here(
    path: Path, which: slice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Killed for want of memory, say; or it was never begun."""
    least, all_of_them = started(path)
    ends = [int(each.name) for each in used(path)[1:]] + [all_of_them]
    begin = Stretch.__init__

    def killed(self: Stretch, journal: Path, start: kiosk.stretches.Point, until: int) -> None:
        begin(self, journal, start, until)
        if until in ends[which]:
            self._process.kill()

    def refused(self: Stretch, journal: Path, start: kiosk.stretches.Point, until: int) -> None:
        if until in ends[which]:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        begin(self, journal, start, until)

    for broken, said in ((killed, "ended early"), (refused, "temporarily unavailable")):
        caplog.clear()
        with monkeypatch.context() as patched:
            patched.setattr(Stretch, "__init__", broken)
            mine, _ = started(path)
        assert mine == all_of_them if which == slice(None) else least < mine < all_of_them
        assert said in caplog.text


def test_a_stretch_that_is_stuck_is_not_waited_for(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Stopped, say: after a while its part is done here, and it is gone."""
    _, all_of_them = started(path)
    begin, begun = Stretch.__init__, []

    def stopped(self: Stretch, journal: Path, start: kiosk.stretches.Point, until: int) -> None:
        begin(self, journal, start, until)
        self._process.send_signal(signal.SIGSTOP)
        begun.append(self._process)

    with monkeypatch.context() as patched:
        patched.setattr(Stretch, "__init__", stopped)
        patched.setattr(kiosk.stretches, "STARTING", 0.1)
        assert started(path) == (all_of_them, all_of_them)
    assert "it is stuck" in caplog.text
    assert [each.returncode for each in begun] == [-signal.SIGKILL] * 3


def test_a_stretch_ends_with_the_process_that_began_it(path: Path) -> None:
    """Killed in the middle of a start, that one can say goodbye to nobody."""
    code = (
        "import os, signal, sys; from pathlib import Path; from kiosk.journal import Journal;"
        "from kiosk.stretches import Stretch, Waypoints; path = Path(sys.argv[1]);"
        "journal = Journal(path, 'K1'); journal.settle();"
        "[first, *_] = Waypoints(path).between(journal, 4);"
        "lies = path.with_name(path.name + '.waypoints') / f'{first.seq:012}';"
        "lies.unlink(); os.mkfifo(lies);"  # whoever opens it waits for ever
        "made = Stretch(path, first, journal.end[0]);"
        "print(made._process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    child = int(done.stdout)
    wait = threading.Event()
    for _ in range(1000):
        status = Path(f"/proc/{child}/status")
        if not status.exists() or "zombie" in status.read_text():
            return
        wait.wait(0.02)
    os.kill(child, signal.SIGKILL)
    pytest.fail("it is still there")


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
    for name in ("99999999999999", "²", "letter.txt"):
        (waypoints_of(path) / name).write_text("somebody else's")
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
        assert len(kept(path)) <= 8
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
    gone = path.with_name("gone.db")
    for each in (path, gone, path / "under"):
        with pytest.raises(JournalError, match=str(each)):
            Still(each)
    assert not gone.exists()
