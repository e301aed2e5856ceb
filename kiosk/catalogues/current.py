"""The catalogue that is sold from, and the moment in which it becomes another one."""

from __future__ import annotations

import logging
import queue
import threading
from dataclasses import dataclass, replace

from kiosk.basket import Article
from kiosk.catalog import Catalogue, CatalogueError
from kiosk.catalogues.kept import Attempt, Entry, Kept, name_of
from kiosk.clock import Clock
from kiosk.errors import Unavailable
from kiosk.ids import Gtin

log = logging.getLogger("kiosk.catalogue")


@dataclass(frozen=True, slots=True)
class Fresh:
    """A catalogue that is staged, verified and open."""

    entry: Entry
    catalogue: Catalogue


class Current:
    """Asked and changed by the engine's thread only; others hand over and ask back."""

    def __init__(self, kept: Kept, clock: Clock, *, none_yet: bool = False) -> None:
        """Open. Raises CatalogueError, unless there may be `none_yet`."""
        self._kept = kept
        self._clock = clock
        self._catalogue: Catalogue | None = None
        try:
            self._catalogue = kept.open()
        except CatalogueError:
            if not none_yet:
                raise
        self._fresh: queue.SimpleQueue[Fresh] = queue.SimpleQueue()
        self._settled = threading.Event()
        self._settled.set()
        self._back = threading.Event()

    @property
    def name(self) -> str:
        """The version, or when the imported one was made; empty where there is none yet."""
        return name_of(self._kept.standing.current, self._catalogue) if self._catalogue else ""

    def find(self, gtin: Gtin) -> Article | None:
        """The article of this GTIN as it is sold now. Raises CatalogueError."""
        return self._catalogue.find(gtin) if self._catalogue else None

    # --- from other threads -----------------------------------------------------------------------

    @property
    def waiting(self) -> bool:
        """Something was handed over that is not sold from yet: nobody touches what is staged."""
        return not self._settled.is_set()

    def hand_over(self, fresh: Fresh) -> None:
        """Sell from this one as soon as nobody is at the kiosk. Only while none is `waiting`."""
        self._settled.clear()
        self._fresh.put(fresh)

    def ask_back(self) -> None:
        """Go back to the one before, as soon as nobody is at the kiosk. Raises Unavailable."""
        self._kept.earlier().close()
        self._back.set()

    # --- engine thread ----------------------------------------------------------------------------

    def rest(self) -> bool:
        """Nobody is at the kiosk: swap if something waits. Whether another one is sold from now."""
        changed = False
        if self._back.is_set():
            self._back.clear()
            changed = self._went_back()
        if self.waiting:
            try:
                changed = self._adopted(self._fresh.get_nowait()) or changed
            except queue.Empty:  # it is just being put in
                return changed
            self._settled.set()
        return changed

    def close(self) -> None:
        """Let go of the files."""
        while self.waiting:
            try:
                self._fresh.get_nowait().catalogue.close()
            except queue.Empty:
                break
        if self._catalogue:
            self._catalogue.close()

    def _adopted(self, fresh: Fresh) -> bool:
        now = self._clock.now().isoformat(timespec="seconds")
        entry = replace(fresh.entry, since=now)
        try:
            self._kept.adopt(entry)
        except OSError as error:
            fresh.catalogue.close()
            why = f"it cannot be kept: {error.strerror}"
            log.error("catalogue %d is not sold from: %s", entry.version, why)
            self._kept.note(Attempt(now, "failed", why, entry.version))
            return False
        self._change(fresh.catalogue)
        self._kept.note(Attempt(now, "taken", "", entry.version))
        return True

    def _went_back(self) -> bool:
        try:
            catalogue = self._kept.go_back(self._clock.now().isoformat(timespec="seconds"))
        except (Unavailable, OSError) as error:
            log.error("no way back: %s", error)
            return False
        self._change(catalogue)
        return True

    def _change(self, catalogue: Catalogue) -> None:
        old, self._catalogue = self._catalogue, catalogue
        if old:
            old.close()
        log.warning("catalogue %s is sold from now, %d articles", self.name, catalogue.size)
