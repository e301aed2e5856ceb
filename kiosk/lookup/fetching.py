"""Catalogues of the service: asked for now and then, fetched in pieces, believed by their signature.

On a thread and a line of its own, so that no customer and no sale waits for it. It only ever hands over
what is staged, verified and open; the engine changes to it when nobody is at the kiosk.
"""

from __future__ import annotations

import logging
import random
import secrets
import threading
from dataclasses import dataclass

from kiosk.catalog import FORMAT, Catalogue, CatalogueError
from kiosk.catalogues.current import Current, Fresh
from kiosk.catalogues.kept import Attempt, Entry, Kept
from kiosk.catalogues.staging import NoRoom, Staging
from kiosk.clock import Clock
from kiosk.config import ServiceConfig
from kiosk.lookup.session import Session
from kiosk.ports import Cancel, Forged, LookupFailed, Refused, Unavailable, Unreachable
from service.wire.catalogue import PIECE_BYTES, STATEMENT_MOST, Statement, read_statement
from service.wire.envelope import Forged as NotSigned
from service.wire.messages import Malformed

CATALOGUE = "/v1/catalogue"
ASK_SECONDS, PIECE_SECONDS = 10.0, 60.0
BREATH_SECONDS = 0.02
"""Between two pieces: selling goes first."""
FIRST_SECONDS = (5.0, 60.0)
"""After a start, when much else is to be done."""
RETRY_SECONDS = 15.0
"""After a line that broke; twice as long each time, up to the usual interval."""
REFUSED_MOST = 16
"""So many intervals at most, after a catalogue that was refused again and again."""

log = logging.getLogger("kiosk.catalogue")


class NotTaken(Exception):
    """What the service offers is not sold from; the message says why."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What this kiosk takes. `minutes` between two looks; `most_left_out` in percent of the rows."""

    minutes: int = 15
    most_bytes: int = 1 << 30
    most_left_out: float = 5.0


class Fetcher:
    """`look` is one look, for one thread; `start` and `stop` run it on a thread of its own."""

    def __init__(
        self,
        session: Session,
        kept: Kept,
        current: Current,
        clock: Clock,
        terms: Terms,
        chance: random.Random | None = None,
    ) -> None:
        """`session`: its own. Nothing is read or opened yet."""
        self._session = session
        self._kept = kept
        self._current = current
        self._clock = clock
        self._terms = terms
        self._chance = chance or random.Random(secrets.randbits(64))
        self._staging = Staging(kept.staged, PIECE_BYTES)
        self._version = 0
        self._failures = 0
        self._asked_to_wait = 0.0
        self._said = ("", "")
        self._cancel = Cancel()
        self._thread = threading.Thread(target=self._run, name="catalogue", daemon=True)

    # --- its thread -------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to look. Where another process has the files, there is nothing to fetch for."""
        try:
            self._kept.lock()
        except Unavailable as error:
            log.error("no catalogue is fetched: %s", error)
        else:
            self._thread.start()

    def stop(self, seconds: float = 3.0) -> bool:
        """Stop; False if it did not end in time. What is fetched by half is gone on with later."""
        self._cancel.set()
        if self._thread.ident is not None:
            self._thread.join(seconds)
        if self._thread.is_alive():
            return False
        self._kept.unlock()
        return True

    def _run(self) -> None:
        pause = self._chance.uniform(*FIRST_SECONDS)
        while not self._cancel.wait(pause):
            try:
                pause = self._pause(self.look(self._cancel))
            except Exception:
                log.exception("the catalogue could not be looked for")
                pause = self._pause("failed")

    def _pause(self, outcome: str) -> float:
        """Full jitter: kiosks that were started together do not ask together."""
        usual = 60.0 * self._terms.minutes
        if outcome == "away":
            self._failures = min(self._failures + 1, 10)
            pause = self._chance.uniform(1.0, min(usual, RETRY_SECONDS * 2.0**self._failures))
            return self._asked_to_wait + pause
        if outcome in ("current", "staged", "waiting"):
            self._failures = 0
            return usual * self._chance.uniform(0.5, 1.5)
        self._failures = min(self._failures + 1, 10)
        return usual * self._chance.uniform(0.5, 1.5) * min(1 << self._failures, REFUSED_MOST)

    # --- one look ---------------------------------------------------------------------------------

    def look(self, cancel: Cancel) -> str:
        """Fetch what is newer, and hand it over; how it ended, in a word.

        `current`: nothing is newer; `staged`: handed over; `waiting`: one was handed over before;
        `away`: the service, or the line to it; `refused`, `forged`: what it offers; `failed`: our disk.
        """
        if self._current.waiting:
            return "waiting"
        self._version, self._asked_to_wait = 0, 0.0
        fresh: Fresh | None = None
        try:
            self._kept.prune()
            fresh = self._fetched(cancel)
            outcome, why = ("staged" if fresh else "current"), ""
        except Forged as error:
            outcome, why = "forged", str(error)
        except (LookupFailed, Unavailable) as error:
            outcome, why = "away", str(error)
            self._asked_to_wait = error.retry if isinstance(error, Unreachable) else 0.0
        except (NotTaken, NoRoom) as error:
            outcome, why = "refused", str(error)
        except OSError as error:
            outcome, why = "failed", f"{self._kept.folder}: {error.strerror or error}"
        finally:
            self._session.close()  # asked seldom; keys may be renewed meanwhile
        if not cancel:
            self._tell(outcome, why)
        if fresh:  # last: what comes of it is told by whoever takes it
            self._current.hand_over(fresh)
        return outcome

    def _tell(self, outcome: str, why: str) -> None:
        if (outcome, why) != self._said and why:
            alarm = outcome == "forged"
            level = logging.ERROR if alarm else logging.WARNING
            about = f"catalogue {self._version}" if self._version else "the service's catalogue"
            log.log(level, "%s%s: %s: %s", "ALARM: " if alarm else "", about, outcome, why)
        self._said = (outcome, why)
        at = self._clock.now().isoformat(timespec="seconds")
        self._kept.note(Attempt(at, outcome, why, self._version))

    def _fetched(self, cancel: Cancel) -> Fresh | None:
        document = self._document(cancel)
        if document is None:
            return None
        told = self._believed(document)
        self._version = told.version
        if why := self._unfit(told):
            raise NotTaken(why)
        for number in range(self._staging.begin(document, told.size), told.pieces):
            self._staging.add(self._piece(told, number, cancel))
            cancel.wait(BREATH_SECONDS)
        if self._staging.finish() != told.sha256:
            self._staging.discard()
            raise NotTaken("the file is not the one that was signed for; it is fetched anew")
        if self._document(cancel) != document:
            raise NotTaken("it was taken back or replaced while it came in")
        return Fresh(Entry(told.version, told.sha256), self._opened(told))

    def _document(self, cancel: Cancel) -> bytes | None:
        """The statement of a newer one; None if there is none."""
        target = f"{CATALOGUE}?have={self._kept.standing.seen}"
        limit = self._session.limit(ASK_SECONDS, cancel)
        reply = self._session.exchange("GET", target, b"", STATEMENT_MOST, limit)
        if reply.status in (204, 404):  # 404: a service from before there were catalogues
            return None
        if reply.status != 200:
            raise _no(reply.status, reply.retry)
        return reply.body

    def _believed(self, document: bytes) -> Statement:
        try:
            return read_statement(document, self._session.identity.pinned)
        except NotSigned as error:
            raise Forged("a statement that the pinned key did not sign") from error
        except Malformed as error:
            raise NotTaken(f"{error}; a newer program may be needed") from error

    def _unfit(self, told: Statement) -> str:
        """Why it is not taken, whatever its file holds; empty if it may be."""
        terms, seen = self._terms, self._kept.standing.seen
        tenant = self._session.identity.keys.tenant
        if told.tenant != tenant:
            return f"it is of tenant {told.tenant[:40]!r}, and this kiosk of {tenant!r}"
        if told.version <= seen:
            return f"it is not newer than version {seen}, which was here already"
        if told.kind != FORMAT:
            return f"it is of format {told.kind}, and this program reads {FORMAT}"
        if told.size > terms.most_bytes:
            return f"it has {told.size} bytes, more than {terms.most_bytes} (service.catalogue_most_mb)"
        if told.until <= self._session.now():
            return "its time is over: it has to be published again"
        if 100 * told.share_left_out > terms.most_left_out:
            share = f"{100 * told.share_left_out:.2f} %"
            return f"{share} of the rows are left out, more than {terms.most_left_out:g} %"
        return ""

    def _piece(self, told: Statement, number: int, cancel: Cancel) -> bytes:
        size = min(PIECE_BYTES, told.size - number * PIECE_BYTES)
        target = f"{CATALOGUE}/{told.sha256}/{number}"
        while True:
            limit = self._session.limit(PIECE_SECONDS, cancel)
            reply = self._session.exchange("GET", target, b"", PIECE_BYTES, limit)
            if reply.status != 429:
                break
            if cancel.wait(reply.retry or 1.0):
                raise Unreachable("nobody wants it any more")
        if reply.status != 200:
            raise _no(reply.status, reply.retry)
        if len(reply.body) != size:
            raise Refused(f"piece {number} has {len(reply.body)} bytes, and not {size}")
        return reply.body

    def _opened(self, told: Statement) -> Catalogue:
        """Raises NotTaken, and then nothing of it is left."""
        catalogue = None
        try:
            catalogue = Catalogue(self._kept.staged)
            catalogue.check()
            if catalogue.size != told.articles:
                raise CatalogueError(f"has {catalogue.size} articles, and not {told.articles}")
        except CatalogueError as error:
            if catalogue:
                catalogue.close()
            self._staging.discard()
            raise NotTaken(f"it does not open: {error}") from error
        return catalogue


def fetcher_of(service: ServiceConfig, kept: Kept, current: Current, clock: Clock) -> Fetcher:
    """As it is configured, with a line of its own."""
    terms = Terms(
        service.catalogue_minutes,
        service.catalogue_most_mb * 1_000_000,
        service.catalogue_left_out,
    )
    return Fetcher(Session(service.identity, clock), kept, current, clock, terms)


def _no(status: int, retry: float) -> LookupFailed:
    if status == 429:
        return Unreachable("the service asks to wait", retry)
    return Refused(f"the service gives no catalogue ({status})", status)
