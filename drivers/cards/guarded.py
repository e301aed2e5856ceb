"""A reader whose calls may block for ever, on a thread that can be given up.

PC/SC's SCardTransmit waits as long as another program holds a transaction, and cannot be cancelled.
So the calls are made elsewhere, and their answer is waited for with a deadline; the caller can always
stop. One hand-over carries a whole conversation with a card, not one APDU.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol, TypeVar

from drivers.cards.dialogue import never
from drivers.cards.field import Carrier, Field
from drivers.cards.tag import CardGone, Target
from kiosk.ports import Silent, Unavailable

T = TypeVar("T")

GRACE_SECONDS = 1.5
"""Beyond what was asked for, before a call counts as stuck: powering a card takes its time."""
OPEN_SECONDS = 1.0
LOOK_SECONDS = 0.05


class _Job:
    """Work, and the place for what comes of it: a queue, which wakes its reader faster than an Event."""

    __slots__ = ("_done", "_work")

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._done: queue.SimpleQueue[tuple[object, BaseException | None]] = queue.SimpleQueue()

    def do(self) -> None:
        """On the other thread."""
        try:
            result = self._work()
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
            self._done.put((None, error))
        else:
            self._done.put((result, None))

    def result(self, seconds: float) -> object:
        """What came of it. Raises what the work raised, or queue.Empty after `seconds`."""
        found, error = self._done.get(timeout=seconds)
        if error:
            raise error
        return found


class _Hand:
    """A thread that does one job after the other."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def give(self, job: _Job | None) -> None:
        self._jobs.put(job)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.do()


def within(work: Callable[[], T], seconds: float) -> T | None:
    """What `work` returns; None where it takes longer. Raises what it raises."""
    job = _Job(work)
    hand = _Hand("card reader, once")
    hand.give(job)
    hand.give(None)
    try:
        return job.result(seconds)  # type: ignore[return-value]  # it is what `work` returned
    except queue.Empty:
        return None


class Openable(Field, Protocol):
    """A field that is opened apart from being made."""

    def open(self) -> None:
        """Raises DeviceError."""
        ...


class Guarded:
    """A `Field` around another one, which lives on a thread of its own."""

    def __init__(self, make: Callable[[], Openable]) -> None:
        """`make` builds the inner field; nothing is opened by it."""
        self.stop: Callable[[], bool] = never
        """Asked during waits: whether somebody wants them to end."""
        self._make = make
        self._field = make()
        self._hand: _Hand | None = None
        self._stuck: list[_Hand] = []

    @property
    def name(self) -> str:
        """As `Field.name`."""
        return self._field.name

    def open(self) -> None:
        """Open the reader. Raises DeviceError; Unavailable also while a call that hangs is out."""
        self._stuck = [each for each in self._stuck if each.alive]
        if self._stuck:
            raise Unavailable(f"{self.name} is stuck; another program may hold its card: end it")
        self._done(lambda field: field.open(), OPEN_SECONDS)

    def carry_out(self, work: Callable[[Carrier], T], seconds: float) -> T:
        """`work` talks to the inner field; it is given up after `seconds` and a moment.

        Raises what `work` raises, or Silent: the reader is stuck.
        """
        return self._done(work, seconds)

    def _done(self, work: Callable[[Openable], T], seconds: float) -> T:
        """Raises CardGone on a wish to stop; what is under way ends by itself."""
        field = self._field  # what hangs keeps the one it was given, and never gets the next one
        job = _Job(lambda: work(field))
        self._working().give(job)
        for _ in range(1 + round((seconds + GRACE_SECONDS) / LOOK_SECONDS)):
            try:
                return job.result(LOOK_SECONDS)  # type: ignore[return-value]  # of `work`
            except queue.Empty:
                if self.stop():
                    raise CardGone("asked to stop") from None
        name = self.name
        self._give_up()
        raise Silent(f"{name} is stuck; another program may hold its card: end that program")

    def poll(self, seconds: float) -> Target | None:
        """As `Field.poll`."""
        return self._done(lambda field: field.poll(seconds), seconds)

    def exchange(self, data: bytes, seconds: float) -> bytearray:
        """As `Field.exchange`; a whole conversation is better carried out at once."""
        return self.carry_out(lambda field: field.exchange(data, seconds), seconds)

    def present(self, seconds: float) -> bool:
        """As `Field.present`; asked to stop, nobody knows, and nothing is said to have changed."""
        try:
            return self._done(lambda field: field.present(seconds), seconds)
        except CardGone:
            return True

    def release(self) -> None:
        """As `Field.release`."""
        with suppress(CardGone):  # asked to stop: it is released all the same
            self._done(lambda field: field.release(), 0)

    def close(self) -> None:
        """As `Field.close`; what hangs is left behind."""
        hand, self._hand = self._hand, None
        field, self._field = self._field, self._make()
        if hand:
            hand.give(_Job(field.close))
            hand.give(None)

    def _working(self) -> _Hand:
        if self._hand is None:
            self._hand = _Hand("card reader")
        return self._hand

    def _give_up(self) -> None:
        hand, field = self._hand, self._field
        self._hand, self._field = None, self._make()
        if hand:
            self._stuck.append(hand)
            hand.give(_Job(field.close))
            hand.give(None)
