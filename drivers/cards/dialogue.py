"""Running a dialogue over a reader, within the time and the frames that one card gets."""

from __future__ import annotations

from collections.abc import Callable

from drivers.cards.field import Carrier
from drivers.cards.tag import FRAMES_MOST, READ_SECONDS, Ask, CardGone, CardSlow, Dialogue, T
from kiosk.clock import Clock
from kiosk.vault import wipe

LOOK_SECONDS = 0.05
"""For a look whether a card that keeps silent is still there."""


def never() -> bool:
    """Nobody wants to stop."""
    return False


def run(
    field: Carrier,
    dialogue: Dialogue[T],
    clock: Clock,
    *,
    seconds: float = READ_SECONDS,
    frames: int = FRAMES_MOST,
    stop: Callable[[], bool] = never,
) -> T:
    """What the dialogue found. Wipes each answer once it was heard.

    Raises CardError, CardSlow where the card used up its time or its frames, and CardGone on a wish
    to `stop`. Raises DeviceError when the reader is lost.
    """
    deadline = clock.monotonic() + seconds
    try:
        ask = next(dialogue)
        for _ in range(frames):
            answer = _answer(field, ask, deadline, clock, stop)
            try:
                ask = dialogue.send(answer)
            finally:
                wipe(answer)
        raise CardSlow(f"more than {frames} commands")
    except StopIteration as done:
        found: T = done.value
        return found
    finally:
        dialogue.close()


def _answer(
    field: Carrier, ask: Ask, deadline: float, clock: Clock, stop: Callable[[], bool]
) -> bytearray:
    left = deadline - clock.monotonic()
    if left <= 0:
        raise CardSlow("out of time")
    if stop():
        raise CardGone("nobody wants to know any more")
    try:
        return field.exchange(ask.data, min(ask.seconds, left))
    except CardGone:
        if ask.quiet and field.present(LOOK_SECONDS):
            return bytearray()
        if clock.monotonic() >= deadline:
            raise CardSlow("out of time") from None
        raise
