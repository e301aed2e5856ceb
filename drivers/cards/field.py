"""A card reader, opened: what the one driver above (`drivers.cards.reader`) asks of each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from drivers.cards.tag import Target

T = TypeVar("T")


class Carrier(Protocol):
    """What a dialogue with a selected card runs over."""

    def exchange(self, data: bytes, seconds: float) -> bytearray:
        """The card's answer to one command in the form of its technology; the caller wipes it.

        A Type 2 tag's refusal (NAK, four bits) is an answer of one byte. Raises CardGone where the card
        does not answer in time, CardSlow where it has the reader wait on and on (S(WTX)), CardBroken
        for what is no frame.
        """
        ...

    def present(self, seconds: float) -> bool:
        """Whether the card last polled is still there, looking for at most `seconds`."""
        ...


class Field(Carrier, Protocol):
    """One reader with its field on. For one thread; every method raises DeviceError when it is lost.

    Waits are cut by `seconds`, so that a wish to stop is obeyed within 100 ms.
    """

    @property
    def name(self) -> str:
        """What a technician calls it: model, and where it is plugged in."""
        ...

    def poll(self, seconds: float) -> Target | None:
        """The card that has come, selected, waiting up to `seconds`; None if there is none.

        Raises SeveralCards, CardGone for one that left at once, CardBroken for one that makes no sense.
        """
        ...

    def carry_out(self, work: Callable[[Carrier], T], seconds: float) -> T:
        """What `work` returns, which talks to a field of this reader for up to `seconds`.

        Here a reader whose calls may block can make them where they hang nobody up. Raises what
        `work` raises, and Silent where it does not come back.
        """
        ...

    def release(self) -> None:
        """Be done with the card: another `poll` may select it again, or the next one."""
        ...

    def close(self) -> None:
        """Let go of the reader; safe to call twice."""
        ...
