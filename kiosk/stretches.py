"""A whole replay in stretches: each in a process of its own, all at the same time.

Now and then a snapshot is kept for good, as a waypoint. It is a claim, and may be another program's: a
stretch that begins with it counts once the stretch before it has led to exactly that state. Where it has
not, or its process fails, that stretch is replayed again here, from what is proven (ADR 0013).
"""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
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
PATIENCE = 3
"""A stretch takes at most so many times as long as our own, and STARTING seconds; then it is stuck."""
STARTING = 30.0
_NAME = re.compile(r"[0-9]{12}")
log = logging.getLogger("kiosk.snapshot")


@dataclass(frozen=True, slots=True)
class Point:
    """A record, its link, and the state after it."""

    seq: int
    link: str
    state: State
    seal: str = ""
    """Of the waypoint it was read from."""

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
            kept = self._kept()
            while kept and kept[-1] > seq:  # of a journal that lay here before
                self._path(kept.pop()).unlink()
            if seq - max(kept, default=0) < SPACING:
                return
            self._folder.mkdir(mode=0o700, exist_ok=True)
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
        data = read(self._path(seq))
        seal = data.partition(b"\n")[0].decode("ascii", errors="replace")
        return Point(*unpacked(journal, data, any_code=True), seal)

    def renew(self, journal: Reader, point: Point) -> None:
        """What was proven, in place of what was claimed for this record."""
        path = self._path(point.seq)
        try:
            path.unlink(missing_ok=True)
            path.write_bytes(packed(journal, point.state, point.seq, point.link))
        except (OSError, ValueError) as error:
            log.info("%s is not renewed: %s", path, error)

    def _fit(self, journal: Reader, seq: int) -> Point | None:
        try:
            return self.at(journal, seq)
        except (OSError, JournalError) as error:
            log.info("%s is not used: %s", self._path(seq), error)
        except Unfit as error:  # nor ever will be: the next replay takes its neighbour
            log.info("%s is thrown away: %s", self._path(seq), error)
            with suppress(OSError):
                self._path(seq).unlink()
        return None

    def _kept(self) -> list[int]:
        try:
            names = [each.name for each in self._folder.iterdir()]
        except OSError:
            return []
        return sorted(int(name) for name in names if _NAME.fullmatch(name))

    def _path(self, seq: int) -> Path:
        return self._folder / f"{seq:012}"


def _densest(kept: list[int]) -> int:
    """The one whose neighbours are nearest to each other: without it the rest lies most evenly."""
    around = zip([0, *kept], kept, kept[1:], strict=False)
    return min(around, key=lambda each: each[2] - each[0])[1]


class Stretch:
    """A process that replays from a waypoint to a record; it writes nothing but its answer, and ends
    with ours, however ours ends."""

    def __init__(self, journal: Path, start: Point, until: int) -> None:
        """Raises OSError where no process can be started."""
        theirs, self._lifeline = os.pipe()
        words = [str(journal.absolute()), str(start.seq), start.seal, str(until), str(theirs)]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "kiosk.stretches", *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(theirs,),
                cwd=ROOT,
            )
        except OSError:
            os.close(self._lifeline)
            raise
        finally:
            os.close(theirs)

    def reached(self, journal: Reader, seconds: float) -> Point | None:
        """Where it came to, once it is there; None if something stopped it, or it takes longer."""
        try:
            data, said = self._process.communicate(timeout=seconds)
            return Point(*unpacked(journal, data))
        except subprocess.TimeoutExpired:
            why = "it is stuck"
        except Unfit as error:
            why = said.decode(errors="replace").strip().rpartition("\n")[2] or str(error)
        log.warning("a stretch of the replay ended early: %s", why)
        return None

    def close(self) -> None:
        """Nobody wants its answer any more."""
        self._process.kill()
        self._process.communicate()
        os.close(self._lifeline)


def replay_whole(journal: Journal, waypoints: Waypoints, decide: Decide) -> State:
    """The state after the last record, from the first one on; `decide` is that of this program.

    Raises JournalError if the code decides otherwise now.
    """
    processors = min(len(os.sched_getaffinity(0)), STRETCHES)
    starts = waypoints.between(journal, processors) if journal.end[0] >= WORTH else []
    if not starts or not journal.settle():
        return replay(journal, decide)
    ends = [*(each.seq for each in starts[1:]), journal.end[0]]
    with ExitStack() as stack:
        beside = [_begun(stack, waypoints, *each) for each in zip(starts, ends, strict=True)]
        began = time.monotonic()
        at = _on(journal, Point(0, "", State(journal.kiosk, journal.epoch)), starts[0].seq, decide)
        patience = STARTING + PATIENCE * (time.monotonic() - began)
        for start, stretch, end in zip(starts, beside, ends, strict=True):
            further = None
            if not at.is_at(start):
                log.warning("this program comes to another state at record %d", at.seq)
                waypoints.renew(journal, at)
            elif stretch:
                further = stretch.reached(journal, patience)
            at = further or _on(journal, at, end, decide)
    return at.state


def _begun(stack: ExitStack, waypoints: Waypoints, start: Point, end: int) -> Stretch | None:
    try:
        made = Stretch(waypoints.journal, start, end)
    except OSError as error:
        log.warning("no process for a stretch of the replay: %s", error.strerror or error)
        return None
    stack.callback(made.close)
    return made


def _on(journal: Reader, at: Point, end: int, decide: Decide) -> Point:
    """From what is proven to this record, in our own process. Raises JournalError as a replay does."""
    records = islice(journal.records(at.seq, at.link), end - at.seq)
    state = replayed(records, at.state, decide)
    [(_, _, _, link)] = journal.rows(end - 1, 1)
    return Point(end, link, state)


def main(journal: str, start: str, seal: str, until: str, lifeline: str) -> None:
    """A stretch, for the process that started this one."""
    threading.Thread(target=_ends_with, args=(int(lifeline),), daemon=True).start()
    still = Still(Path(journal))
    begin = Waypoints(Path(journal)).at(still, int(start))
    if begin.seal != seal:
        raise SystemExit("the waypoint has become another one")
    end = _on(still, begin, int(until), _decided)
    sys.stdout.buffer.write(packed(still, end.state, end.seq, end.link))


def _ends_with(lifeline: int) -> None:
    """Nobody writes there; it ends with the process that holds the other end."""
    os.read(lifeline, 1)
    os._exit(1)


def _decided(state: State, event: Event) -> State:
    return decide(state, event).state


if __name__ == "__main__":
    main(*sys.argv[1:])
