"""A whole replay in stretches: each in a process of its own, all at the same time.

Now and then a snapshot is kept for good, as a waypoint. It is a claim, and may be another program's: a
stretch that begins with it counts once the stretch before it has led to exactly that state. Where it has
not, one process goes on from there, as if there were no waypoints (ADR 0013).
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kiosk.checkout.decide import decide
from kiosk.checkout.events import Event
from kiosk.checkout.states import State
from kiosk.codec import encode
from kiosk.errors import JournalError
from kiosk.journal import Decide, Journal, Reader, Still, replay, replayed
from kiosk.snapshot import Unfit, packed, read, replayable, unpacked

ROOT = Path(__file__).parents[1]
SPACING = 20_000
"""Records between two waypoints."""
MOST = 64
"""Waypoints; of more, those go that lie densest."""
WORTH = 50_000
"""Records: fewer are replayed sooner than another process has started."""
STRETCHES = 4
"""At most; a kiosk that starts has other things to do as well."""
log = logging.getLogger("kiosk.snapshot")


@dataclass(frozen=True, slots=True)
class Point:
    """A record, its link, and the state after it."""

    seq: int
    link: str
    state: State

    def is_at(self, other: Point) -> bool:
        """Whether both are the same in every field of the state, compared or not."""
        ours, theirs = (encode(replayable(each.state), whole=True) for each in (self, other))
        return (self.seq, self.link) == (other.seq, other.link) and bool(ours == theirs)


def waypoints_of(journal: Path) -> Path:
    """Where the waypoints of this journal lie."""
    return journal.with_name(journal.name + ".waypoints")


class Waypoints:
    """Snapshots of long ago, beside the journal. Losing them costs time and nothing else."""

    def __init__(self, journal: Path) -> None:
        self.journal = journal
        self._folder = waypoints_of(journal)

    def keep(self, snapshot: Path, seq: int) -> None:
        """Keep this snapshot, of that record, if the last one lies far enough behind."""
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            kept = self._kept()
            while kept and kept[-1] > seq:  # of a journal that lay here before
                self._path(kept.pop()).unlink()
            if seq - max(kept, default=0) < SPACING:
                return
            os.link(snapshot, self._path(seq))
            if len(kept) >= MOST:
                self._path(_densest(kept)).unlink()
        except OSError as error:
            log.info("%s: no waypoint is kept: %s", self._folder, error)

    def between(self, journal: Reader, stretches: int) -> list[Point]:
        """Those that cut the journal into about equal stretches, as far as there are any."""
        kept, end = self._kept(), journal.end[0]
        cuts = (end * number // stretches for number in range(1, stretches))
        nearest = {min(kept, key=lambda each: abs(each - cut)) for cut in cuts if kept}
        found = (self._fit(journal, seq) for seq in sorted(nearest))
        return [each for each in found if each]

    def at(self, journal: Reader, seq: int) -> Point:
        """That of this record. Raises Unfit, OSError, JournalError."""
        return Point(*unpacked(journal, read(self._path(seq)), any_code=True))

    def _fit(self, journal: Reader, seq: int) -> Point | None:
        try:
            return self.at(journal, seq)
        except (Unfit, OSError, JournalError) as error:
            log.info("%s is not used: %s", self._path(seq), error)
            return None

    def _kept(self) -> list[int]:
        try:
            return sorted(int(each.name) for each in self._folder.iterdir() if each.name.isdigit())
        except OSError:
            return []

    def _path(self, seq: int) -> Path:
        return self._folder / f"{seq:012}"


def _densest(kept: list[int]) -> int:
    """The one whose neighbours are nearest to each other: without it the rest lies most evenly."""
    around = zip([0, *kept], kept, kept[1:], strict=False)
    return min(around, key=lambda each: each[2] - each[0])[1]


class Stretch:
    """A process that replays from a waypoint to a record; it writes nothing but its answer."""

    def __init__(self, journal: Path, start: Point, until: int) -> None:
        words = [str(journal.absolute()), str(start.seq), str(until)]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "kiosk.stretches", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )

    def reached(self, journal: Reader) -> Point | None:
        """Where it came to, once it is there; None if something stopped it."""
        data, said = self._process.communicate()
        try:
            return Point(*unpacked(journal, data))
        except Unfit as error:
            why = said.decode(errors="replace").strip().rpartition("\n")[2] or error
            log.warning("a stretch of the replay ended early: %s", why)
            return None

    def close(self) -> None:
        """Nobody wants its answer any more."""
        self._process.kill()
        self._process.communicate()


def replay_whole(journal: Journal, waypoints: Waypoints, decide: Decide) -> State:
    """The state after the last record, from the first one on; `decide` is that of this program.

    Raises JournalError if the code decides otherwise now.
    """
    processors = min(len(os.sched_getaffinity(0)), STRETCHES)
    starts = waypoints.between(journal, processors) if journal.end[0] >= WORTH else []
    if not starts or not journal.settle():
        return replay(journal, decide)
    ends = [*(each.seq for each in starts[1:]), journal.end[0]]
    beside = [Stretch(waypoints.journal, *each) for each in zip(starts, ends, strict=True)]
    try:
        start = State(journal.kiosk, journal.epoch)
        state = replayed(islice(journal.records(), starts[0].seq), start, decide)
        at = Point(starts[0].seq, starts[0].link, state)
        at = _joined(journal, at, starts, beside)
    finally:
        for each in beside:
            each.close()
    return replayed(journal.records(at.seq, at.link), at.state, decide)


def _joined(journal: Reader, at: Point, starts: list[Point], beside: list[Stretch]) -> Point:
    """As far as each stretch began where the one before it has ended."""
    for start, stretch in zip(starts, beside, strict=True):
        if not at.is_at(start):
            log.warning("this program comes to another state at record %d", at.seq)
            break
        further = stretch.reached(journal)
        if further is None:
            break
        at = further
    return at


def main(journal: str, start: str, until: str) -> None:
    """A stretch, for the process that started this one."""
    still = Still(Path(journal))
    seq, last = int(start), int(until)
    begin = Waypoints(Path(journal)).at(still, seq)
    rest = islice(still.records(begin.seq, begin.link), last - seq)
    state = replayed(rest, begin.state, _decided)
    [(_, _, _, link)] = still.rows(last - 1, 1)
    sys.stdout.buffer.write(packed(still, state, last, link))


def _decided(state: State, event: Event) -> State:
    return decide(state, event).state


if __name__ == "__main__":
    main(*sys.argv[1:])
