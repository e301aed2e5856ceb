"""Snapshots of one journal and its waypoints: read at the start, written now and then (ADR 0013)."""

from __future__ import annotations

import logging
from pathlib import Path

from kiosk.checkout.states import Attract, OutOfService, State
from kiosk.errors import JournalError
from kiosk.journal import Decide, Journal, replayed
from kiosk.snapshot import Unfit, read, snapshot_of, unpacked, write
from kiosk.stretches import Waypoints, replay_whole

EVERY = 2000
"""Records between two snapshots: what is replayed at most, until nobody is at the kiosk any more."""
log = logging.getLogger("kiosk.snapshot")


class Keeper:
    """For one thread at a time."""

    def __init__(self, journal: Journal, path: Path) -> None:
        """`path`: of the journal."""
        self._journal = journal
        self._path = snapshot_of(path)
        self._waypoints = Waypoints(path)
        self._last = 0
        """The record of the snapshot that lies there."""

    def restored(self, decide: Decide) -> State:
        """The state after the journal's last record, by way of the snapshot where it is fit.

        Raises JournalError as a replay does.
        """
        try:
            seq, link, state = unpacked(self._journal, read(self._path))
            state = replayed(self._journal.records(seq, link), state, decide)
        except FileNotFoundError:
            return self._whole(decide)
        except (Unfit, OSError, JournalError) as error:
            # Also where the records behind it do not fit: what is wrong is told by the whole replay.
            log.warning("%s is not used, the whole journal is replayed: %s", self._path, error)
            return self._whole(decide)
        self._last = seq
        return state

    def _whole(self, decide: Decide) -> State:
        return replay_whole(self._journal, self._waypoints, decide)

    def rest(self, state: State) -> None:
        """A moment in which nothing is to be done: write if nobody is at the kiosk, and it is time."""
        idle = isinstance(state.phase, Attract | OutOfService) and not state.storage_low
        if idle and self._journal.end[0] - self._last >= EVERY:
            self.write(state)

    def write(self, state: State) -> None:
        """Write it if there is anything new. A disk that does not take it harms nothing.

        `state`: that after the last record.
        """
        if self._journal.end[0] == self._last:
            return
        self._last = self._journal.end[0]  # one that fails is tried again in its turn, not at once
        try:
            write(self._journal, self._path, state)
        except (OSError, ValueError) as error:
            log.warning("%s could not be written: %s", self._path, error)
        else:
            self._waypoints.keep(self._path, self._last)
