"""A reader that is looked over the shoulder: what it found, how often a card was asked, when it left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.cards.field import Carrier, Field, T
from drivers.cards.reader import AWAY_SECONDS
from drivers.cards.tag import CardError, CardGone, Target, Technology
from kiosk.clock import Clock


@dataclass(slots=True)
class _Counted:
    """What a dialogue with a card runs over; each command is counted."""

    inner: Carrier
    field: NotedField

    def exchange(self, data: bytes, seconds: float) -> bytearray:
        self.field.commands += 1
        return self.inner.exchange(data, seconds)

    def present(self, seconds: float) -> bool:
        return self.inner.present(seconds)


class NotedField:
    """A `Field` around another one. `gone`: called once when a card was taken away."""

    def __init__(self, field: Field, clock: Clock, gone: Callable[[], None]) -> None:
        self._field = field
        self._clock = clock
        self._gone = gone
        self._seen: float | None = None
        self.commands = 0
        """To the card that came last."""
        self.technology: Technology | None = None
        """Its technology; None where there were several, or none that made sense."""
        self.number_bytes = 0

    @property
    def name(self) -> str:
        """As `Field.name`."""
        return self._field.name

    def poll(self, seconds: float) -> Target | None:
        """As `Field.poll`."""
        try:
            target = self._field.poll(seconds)
        except CardGone:
            self._missed()
            raise
        except CardError:  # something is there
            self._seen, self.technology = self._clock.monotonic(), None
            raise
        if target is None:
            self._missed()
            return None
        if self._seen is None:
            self.commands = 0
        self.technology, self.number_bytes = target.technology, len(target.uid)
        self._seen = self._clock.monotonic()
        return target

    def exchange(self, data: bytes, seconds: float) -> bytearray:
        """As `Field.exchange`."""
        self.commands += 1
        return self._field.exchange(data, seconds)

    def present(self, seconds: float) -> bool:
        """As `Field.present`."""
        there = self._field.present(seconds)
        if there:
            self._seen = self._clock.monotonic()
        return there

    def carry_out(self, work: Callable[[Carrier], T], seconds: float) -> T:
        """As `Field.carry_out`."""
        return self._field.carry_out(lambda inner: work(_Counted(inner, self)), seconds)

    def release(self) -> None:
        """As `Field.release`."""
        self._field.release()

    def close(self) -> None:
        """As `Field.close`."""
        self._field.close()

    def _missed(self) -> None:
        if self._seen is not None and self._clock.monotonic() - self._seen >= AWAY_SECONDS:
            self.forget()
            self._gone()

    def forget(self) -> None:
        """Whatever comes next is another card."""
        self._seen = None
        self.technology = None
